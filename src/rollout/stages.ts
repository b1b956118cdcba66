/** The plan of a rollout: made once from the config, written into the ledger, and never changed while it runs. */

import type {ApprovalConfig, Preset, StageConfig} from '../config/rollout-schema.ts'
import type {EnvironmentConfig} from '../config/schema.ts'
import type {FreezeWindowConfig, OfficeHoursConfig} from '../config/window-schema.ts'
import {assertNever} from '../core/assert.ts'
import {UserError} from '../core/failure.ts'
import type {Release} from '../core/release.ts'
import type {TargetCapabilities} from '../traffic/target.ts'
import {type PlannedGuard, planGuards} from './guards.ts'
import {isAskedAt} from './judge/asked.ts'

/** Fields that may be absent are so in ledgers from before they existed, and where the config does not ask for them. */
export interface PlannedStage {
  /** Share of requests for the candidate; 0 while requests are only mirrored to it. */
  readonly weightPercent: number
  /** How long the stage is watched, counted while it can be observed. */
  readonly dwellMs: number
  /** Share of requests that the candidate gets a copy of. */
  readonly mirrorPercent?: number
  /** From when on the stage may end early, where every guard is shown to be safe. Absent: never early. */
  readonly atLeastMs?: number
  /** How long short evidence may extend the stage. Absent: twice its dwell. */
  readonly atMostMs?: number
  /** Whether a person must say "go" before it begins. */
  readonly askFirst?: boolean
  /** The watch after promotion: all traffic, the old release kept beside, and only harm is judged. */
  readonly isBake?: boolean
}

export interface RolloutPlan {
  readonly stages: readonly PlannedStage[]
  readonly guards: readonly PlannedGuard[]
  /** Largest chance to abort a healthy release, over all guards and looks: the sum of the tests' alphas. */
  readonly falseAbortRate: number
  readonly safety: SafetyRule
  readonly whenEvidenceIsShort: 'hold' | 'extend' | 'continue'
  readonly tickMs: number
  readonly staleAfterMs: number
  /** Teams that must approve before anything moves. */
  readonly approvals: readonly string[]
  readonly preset?: Preset
  /** How long the rollout may take from its first weight on. */
  readonly deadlineMs?: number
  readonly whenLate?: 'abort' | 'hold'
  /** Silence after which a rollout is aborted instead of being continued. */
  readonly deadAfterMs?: number
  /** Times in which the candidate gets no more traffic. */
  readonly freeze?: readonly FreezeWindowConfig[]
  /** Times outside of which it gets no more traffic; empty: always. */
  readonly onlyDuring?: readonly OfficeHoursConfig[]
}

/** When a stage has seen enough: the candidate is shown to stay below `margin` times what is allowed. */
export interface SafetyRule {
  readonly margin: number
  /** Chance to call a candidate safe that is at or above that, for one guard at one stage. */
  readonly risk: number
}

/**
 * Asking whether a candidate is within its limit has no answer for one that sits exactly at it, so the evidence that
 * lets a stage end is about twice the limit (research: non-inferiority with rho = 2), at the usual 5 %.
 */
const safety: SafetyRule = {margin: 2, risk: 0.05}

export interface PlanInput {
  readonly environment: EnvironmentConfig
  readonly candidate: Release
  readonly stable: Release | null
  readonly capabilities: TargetCapabilities
  /** Whether the policy became looser since the release in production; for approvals `when: policy-loosened`. */
  readonly policyLoosened: boolean
}

/**
 * @throws UserError `rollout/weight-too-fine`, `rollout/mirror-too-fine` and `rollout/cannot-mirror` when the target cannot do
 *   what is planned; `rollout/stage-without-guard`; what `planGuards` refuses.
 */
export function planRollout(input: PlanInput): RolloutPlan {
  const {environment, capabilities} = input
  const {rollout, approvals, freeze} = environment
  const stages = [...rollout.stages.map(planStage), ...bakeOf(rollout.bake)]
  const guards = planGuards(rollout)
  for (const stage of stages) {
    refuseImpossible(stage, capabilities)
    refuseUnjudged(stage, guards)
  }
  return {
    preset: rollout.preset,
    stages,
    guards,
    falseAbortRate: rollout['false-abort-rate'],
    safety,
    whenEvidenceIsShort: rollout['when-evidence-is-short'],
    tickMs: rollout.tick,
    staleAfterMs: rollout['stale-after'],
    deadAfterMs: rollout['dead-after'],
    ...(rollout.deadline === undefined ? {} : {deadlineMs: rollout.deadline, whenLate: rollout['when-late']}),
    freeze,
    onlyDuring: rollout['only-during'],
    approvals: approvals.filter(approval => isNeeded(approval, input)).map(approval => approval.team),
  }
}

function planStage(stage: StageConfig): PlannedStage {
  const {weight = 0, mirror, for: dwellMs, 'at-least': atLeastMs, 'at-most': atMostMs} = stage
  return {
    weightPercent: weight,
    dwellMs,
    ...(mirror === undefined ? {} : {mirrorPercent: mirror}),
    ...(atLeastMs === undefined ? {} : {atLeastMs}),
    ...(atMostMs === undefined ? {} : {atMostMs}),
    ...(stage['ask-first'] ? {askFirst: true} : {}),
  }
}

function bakeOf(bakeMs: number): PlannedStage[] {
  return bakeMs === 0 ? [] : [{weightPercent: 100, dwellMs: bakeMs, isBake: true}]
}

/** A stage at which no guard is asked would pass with nothing seen. */
function refuseUnjudged(stage: PlannedStage, guards: readonly PlannedGuard[]): void {
  if (guards.some(guard => isAskedAt(guard, stage))) return
  throw new UserError(
    'rollout/stage-without-guard',
    `No guard is asked at ${stage.weightPercent}%: all are asked while requests are mirrored only.`,
    {hint: 'Add a guard of requests that users send, without `while: mirroring`.'},
  )
}

function refuseImpossible({weightPercent, mirrorPercent}: PlannedStage, capabilities: TargetCapabilities): void {
  if (mirrorPercent !== undefined && !capabilities.mirrors) {
    throw new UserError('rollout/cannot-mirror', `The target cannot mirror ${mirrorPercent}% of the requests.`, {
      hint: 'Take the stages with `mirror` out of rollout.stages, or choose a target that copies requests.',
    })
  }
  const {granularityPercent} = capabilities
  const hint = `Its smallest step is ${granularityPercent}%: use multiples of it in rollout.stages.`
  if (!canBeSet(weightPercent, granularityPercent)) {
    throw new UserError('rollout/weight-too-fine', `The target cannot send ${weightPercent}% to the candidate.`, {hint})
  }
  if (mirrorPercent !== undefined && !canBeSet(mirrorPercent, granularityPercent)) {
    throw new UserError('rollout/mirror-too-fine', `The target cannot mirror ${mirrorPercent}% of the requests.`, {
      hint,
    })
  }
}

/** Nothing and everything can be sent by every target, also where its steps do not divide 100. */
function canBeSet(percent: number, granularityPercent: number): boolean {
  const steps = percent / granularityPercent
  return percent === 100 || Math.abs(steps - Math.round(steps)) < 1e-9
}

/** `major` compares the first number of the versions; a version without a number counts as major: when in doubt, ask. */
function isNeeded({when}: ApprovalConfig, {candidate, stable, policyLoosened}: PlanInput): boolean {
  switch (when) {
    case 'always':
      return true
    case 'major':
      return (
        stable === null || majorOf(candidate.version) !== majorOf(stable.version) || majorOf(candidate.version) === ''
      )
    case 'policy-loosened':
      return policyLoosened
    default:
      return assertNever(when)
  }
}

function majorOf(version: string): string {
  return /\d+/.exec(version)?.[0] ?? ''
}
