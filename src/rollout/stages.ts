/** The plan of a rollout: made once from the config, written into the ledger, and never changed while it runs. */

import type {ApprovalConfig, EnvironmentConfig, QuantileGuard, RolloutConfig, ShareGuard} from '../config/schema.ts'
import {assertNever, invariant} from '../core/assert.ts'
import {UserError} from '../core/failure.ts'
import {formatShare} from '../core/quantity.ts'
import type {Release} from '../core/release.ts'
import type {GuardQuery} from '../telemetry/source.ts'
import type {TargetCapabilities} from '../traffic/target.ts'

export interface PlannedStage {
  readonly weightPercent: number
  /** How long the stage lasts at least, counted while it can be observed. */
  readonly dwellMs: number
}

/** One question about live requests, with its share of the false-abort rate. */
export type GuardTest =
  /** Share of bad requests at most `limit`, a fraction. */
  | {readonly kind: 'share-at-most'; readonly limit: number; readonly alpha: number}
  /** Share of bad requests at most `times` that of the stable release. */
  | {readonly kind: 'share-at-most-times-stable'; readonly times: number; readonly alpha: number}
  /** At least the fraction `quantile` of requests within `limitSeconds`. */
  | {
      readonly kind: 'quantile-at-most'
      readonly quantile: number
      readonly limitSeconds: number
      readonly alpha: number
    }

export interface PlannedGuard {
  readonly name: string
  readonly query: GuardQuery
  readonly tests: readonly GuardTest[]
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

/** @throws UserError `rollout/weight-too-fine` when the target cannot set a planned weight. */
export function planRollout(input: PlanInput): RolloutPlan {
  const {rollout, approvals} = input.environment
  const stages = rollout.stages.map(stage => ({weightPercent: stage.weight, dwellMs: stage.for}))
  for (const stage of stages) refuseTooFine(stage, input.capabilities.granularityPercent)
  return {
    stages,
    guards: planGuards(rollout),
    falseAbortRate: rollout['false-abort-rate'],
    safety,
    whenEvidenceIsShort: rollout['when-evidence-is-short'],
    tickMs: rollout.tick,
    staleAfterMs: rollout['stale-after'],
    approvals: approvals.filter(approval => isNeeded(approval, input)).map(approval => approval.team),
  }
}

function refuseTooFine({weightPercent}: PlannedStage, granularityPercent: number): void {
  const steps = weightPercent / granularityPercent
  if (Math.abs(steps - Math.round(steps)) < 1e-9) return
  throw new UserError('rollout/weight-too-fine', `The target cannot send ${weightPercent}% to the candidate.`, {
    hint: `Its smallest step is ${granularityPercent}%: use multiples of it in rollout.stages.`,
  })
}

type GuardConfig = RolloutConfig['guards'][number]
type UnsharedGuard = Omit<PlannedGuard, 'tests'> & {readonly tests: readonly WithoutAlpha<GuardTest>[]}
type WithoutAlpha<T> = T extends GuardTest ? Omit<T, 'alpha'> : never

/** The false-abort rate is split evenly over all tests; the sum of alphas bounds the chance that any of them errs. */
function planGuards(rollout: RolloutConfig): PlannedGuard[] {
  const guards = rollout.guards.map(planGuard)
  const alpha = rollout['false-abort-rate'] / guards.reduce((sum, guard) => sum + guard.tests.length, 0)
  return guards.map(guard => ({...guard, tests: guard.tests.map(test => ({...test, alpha}))}))
}

function planGuard(guard: GuardConfig): UnsharedGuard {
  if (isShareGuard(guard)) return planShareGuard(guard)
  invariant(isQuantileGuard(guard), `The config let a guard through that is not built: ${JSON.stringify(guard)}`)
  return planQuantileGuard(guard)
}

function isShareGuard(guard: GuardConfig): guard is ShareGuard {
  return 'share' in guard
}

function isQuantileGuard(guard: GuardConfig): guard is QuantileGuard {
  return 'histogram' in guard
}

function planShareGuard(guard: ShareGuard): UnsharedGuard {
  const {'at-most': limit, 'at-most-times-stable': times} = guard
  return {
    name: guard.name,
    query: {kind: 'share', name: guard.name, of: guard.share.of, bad: guard.share.bad},
    tests: [
      ...(limit === undefined ? [] : [{kind: 'share-at-most' as const, limit: refuseEdge(guard.name, limit)}]),
      ...(times === undefined ? [] : [{kind: 'share-at-most-times-stable' as const, times}]),
    ],
  }
}

/** A limit of 0 % or 100 % is not a question about a rate: one bad request answers the first, none answers the second. */
function refuseEdge(guard: string, limit: number): number {
  if (limit > 0 && limit < 1) return limit
  throw new UserError('rollout/limit-without-room', `Guard "${guard}" has the limit ${formatShare(limit)}.`, {
    hint: 'A share must be more than 0% and less than 100% to be told apart from its limit; 0.01% is a strict limit.',
  })
}

function planQuantileGuard(guard: QuantileGuard): UnsharedGuard {
  const [quantile, limitMs] = quantileOf(guard)
  const limitSeconds = limitMs / 1000
  return {
    name: guard.name,
    query: {kind: 'quantile', name: guard.name, histogram: guard.histogram, limit: limitSeconds},
    tests: [{kind: 'quantile-at-most', quantile, limitSeconds}],
  }
}

function quantileOf({p50, p90, p95, p99}: QuantileGuard): readonly [quantile: number, limitMs: number] {
  if (p50 !== undefined) return [0.5, p50]
  if (p90 !== undefined) return [0.9, p90]
  if (p95 !== undefined) return [0.95, p95]
  invariant(p99 !== undefined, 'The config let a histogram guard through that has no quantile.')
  return [0.99, p99]
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
