/** What a rollout says to people and to programs: its result and its report, from its state. Pure. */
import {assertNever} from '../../core/assert.ts'
import {conclude, type Finding, type ReasonCode} from '../../core/finding.ts'
import {formatDuration, formatShare} from '../../core/quantity.ts'
import {describeRelease, type Release} from '../../core/release.ts'
import type {GateResult} from '../../core/result.ts'
import type {Verdict} from '../../core/verdict.ts'
import {reportOf} from '../../report/from-result.ts'
import type {Block, Report} from '../../report/report.ts'
import {describeEvent} from '../event-words.ts'
import type {LedgerEvent} from '../events.ts'
import {type GuardJudgement, judgeGuards} from '../judge.ts'
import type {RolloutScope} from '../ports.ts'
import type {EnvironmentState, RolloutState} from '../state.ts'
import {describeShare} from './describe.ts'
import {asSentence} from './explain.ts'
import {guardFinding, guardTable} from './guard-report.ts'

/** What happens after this run. `at` in milliseconds since 1970. */
export type Next =
  | {readonly kind: 'done'}
  /** `at` is absent when only a person can go on. */
  | {readonly kind: 'wait'; readonly at?: number}
  /** The job is too short to wait: a successor shall go on at `at`. */
  | {readonly kind: 'hand-over'; readonly at: number}

/** What a run of the engine answers. */
export interface RolloutOutcomeReport {
  readonly result: GateResult
  readonly report: Report
  readonly state: EnvironmentState
  readonly next: Next
}

/** Where the rollout stands, in one code and one sentence. */
export interface Headline {
  readonly verdict: Verdict
  readonly reason: ReasonCode
  readonly why: string
  /** What to do about it, where that is more than to wait. */
  readonly remedy?: string
}

export interface Standing {
  readonly scope: RolloutScope
  readonly state: EnvironmentState
  readonly events: readonly LedgerEvent[]
  readonly headline: Headline
  readonly next: Next
  /** Milliseconds since 1970. */
  readonly now: number
  /** Whether the guards are part of the verdict, or only shown beside what a person asked for. */
  readonly guards: 'judged' | 'shown'
  /** What the answer is about, where that is not the candidate. */
  readonly subject?: Release
}

export function reportRollout(standing: Standing): RolloutOutcomeReport {
  const {scope, state, headline, next, subject} = standing
  const {rollout} = state
  const guards = rollout && rollout.stage >= 0 ? judgeGuards(rollout) : []
  const judged = standing.guards === 'judged' ? guards : []
  const findings = [headlineFinding(standing), ...judged.map(each => guardFinding(each, rollout, headline))]
  const {verdict, reason} = conclude(findings, 'rollout')
  const result: GateResult = {
    gate: 'rollout',
    service: scope.service,
    // Nothing to judge is no verdict on anything, and no error either.
    ...(headline.verdict === 'not-applicable' || headline.verdict === verdict ? pick(headline) : {verdict, reason}),
    summary: headline.why,
    findings,
    subject: subject ?? rollout?.candidate ?? {},
    ...(rollout ? {rollout: summaryOf(rollout, standing)} : {}),
  }
  return {result, report: reportOf(result, blocksOf(standing, guards)), state, next}
}

function pick({verdict, reason}: Headline): Pick<GateResult, 'verdict' | 'reason'> {
  return {verdict, reason}
}

/** The headline of a rollout that is over. */
export function headlineOfEnd({phase, candidate, stable}: RolloutState): Headline {
  if (phase.kind !== 'ended')
    return {verdict: 'inconclusive', reason: 'rollout/in-progress', why: 'The rollout goes on.'}
  switch (phase.outcome) {
    case 'promoted':
      return {verdict: phase.reason === 'rollout/promoted' ? 'pass' : 'warn', reason: phase.reason, why: phase.why}
    case 'aborted': {
      const back = stable ? ` ${stable.version} has all traffic.` : ''
      return {
        verdict: 'fail',
        reason: phase.reason,
        why: `${candidate.version} was aborted: ${asSentence(phase.why)}${back}`,
      }
    }
    case 'rolled-back':
      return {
        verdict: 'fail',
        reason: phase.reason,
        why: `${candidate.version} was rolled back: ${asSentence(phase.why)}`,
      }
    default:
      return assertNever(phase.outcome)
  }
}

/** What a wait means for the verdict: the data cannot tell yet, unless something is plainly wrong. */
export function verdictOfWait(reason: ReasonCode): Verdict {
  if (reason === 'rollout/failed-to-act') return 'error'
  return reason === 'rollout/evidence-missing' ? 'fail' : 'inconclusive'
}

function headlineFinding({headline, state, subject}: Standing): Finding {
  const {verdict, reason, why, remedy} = headline
  return {
    id: 'rollout/decision',
    verdict,
    reason,
    subject: (subject ?? state.rollout?.candidate)?.version ?? 'environment',
    what: why,
    ...(remedy === undefined ? {} : {remedy}),
  }
}

function summaryOf(rollout: RolloutState, {scope, next, now}: Standing): NonNullable<GateResult['rollout']> {
  const at = next.kind === 'done' ? undefined : next.at
  return {
    id: rollout.id,
    environment: scope.environment,
    phase: rollout.phase.kind === 'ended' ? rollout.phase.outcome : rollout.phase.kind,
    weightPercent: rollout.weightPercent,
    candidate: rollout.candidate.version,
    stable: rollout.stable?.version ?? null,
    ...(at === undefined ? {} : {nextTickSeconds: Math.max(0, Math.round((at - now) / 1000))}),
  }
}

/** A rollout of days has thousands of events, and a report is written at each tick. All of them stand in the ledger. */
const shown = 200

function blocksOf({state, events}: Standing, guards: readonly GuardJudgement[]): Block[] {
  const {rollout} = state
  if (!rollout) return []
  const history = events.filter(event => event.rollout === rollout.id)
  return [
    ...(guards.length > 0 ? [guardTable(guards)] : []),
    stageTable(rollout),
    {kind: 'paragraph', text: describePins(rollout)},
    {
      kind: 'details',
      summary: `What happened (${history.length} events${history.length > shown ? `, the last ${shown}` : ''})`,
      blocks: [{kind: 'list', items: history.slice(-shown).map(line)}],
    },
  ]
}

function stageTable(rollout: RolloutState): Block {
  return {
    kind: 'table',
    columns: [
      {name: 'Stage', align: 'right'},
      {name: 'Weight', align: 'right'},
      {name: 'Dwell', align: 'right'},
      {name: 'State'},
    ],
    rows: rollout.plan.stages.map((stage, index) => [
      String(index + 1),
      stage.isBake ? `${describeShare(stage)} (bake)` : describeShare(stage),
      formatDuration(stage.dwellMs),
      stageState(rollout, index),
    ]),
  }
}

function stageState({stage, promoted, shortStages, skip, phase}: RolloutState, index: number): string {
  if (skip?.stages.includes(index)) return 'skipped'
  if (index > stage) return promoted ? 'skipped' : phase.kind === 'ended' ? 'not reached' : 'to come'
  const isOver = index < stage || promoted
  if (!isOver) return phase.kind === 'ended' ? 'ended here' : 'now'
  return shortStages.some(short => short.stage === index) ? 'over, insufficient evidence' : 'over'
}

function describePins({candidate, stable, plan}: RolloutState): string {
  const back = stable
    ? `A rollback restores ${describeRelease(stable)}.`
    : 'There is no release to roll back to: this is the first one.'
  const chance = formatShare(plan.falseAbortRate)
  return `Candidate: ${describeRelease(candidate)}. ${back} The chance to abort a healthy release is at most ${chance}, however often one looks.`
}

function line(event: LedgerEvent): string {
  return `${event.at} ${describeEvent(event)}`
}
