/** A backtest for people and for programs. Pure. */
import type {Finding, ReasonCode} from '../core/finding.ts'
import {formatDuration} from '../core/quantity.ts'
import type {GateResult} from '../core/result.ts'
import type {Verdict} from '../core/verdict.ts'
import {reportOf} from '../report/from-result.ts'
import type {Block, Report} from '../report/report.ts'
import {formatE} from '../rollout/report/explain.ts'
import type {Backtest, BacktestOutcome, TimelinePoint} from './backtest.ts'
import type {Exposure} from './exposure.ts'
import type {Replay} from './replay.ts'

/** Rows of the table of e-values; the JSON has every line. */
const rowsShown = 12

export interface BacktestReport {
  readonly result: GateResult
  readonly report: Report
  readonly backtest: Backtest
}

export function reportBacktest(service: string, {backtest, replay}: BacktestOutcome): BacktestReport {
  const verdict = verdictOf(replay)
  const after = formatDuration(backtest.afterSeconds * 1000)
  const summary = `This policy ${wordsOf[backtest.outcome]} ${after} after the first request: ${replay.why}`
  const result: GateResult = {
    gate: 'backtest',
    service,
    verdict,
    reason: replay.reason,
    summary,
    findings: [outcomeFinding(backtest, replay, verdict), ...guardFindings(replay, verdict)],
    subject: {},
  }
  return {result, report: reportOf(result, blocksOf(backtest)), backtest}
}

const wordsOf = {promoted: 'promotes', aborted: 'aborts', held: 'holds'} as const

function verdictOf({outcome, reason}: Replay): Verdict {
  if (outcome === 'aborted') return 'fail'
  if (outcome === 'held') return 'inconclusive'
  return reason === 'rollout/promoted' ? 'pass' : 'warn'
}

function outcomeFinding({environment, exposed}: Backtest, {reason, why}: Replay, verdict: Verdict): Finding {
  return {id: 'backtest/outcome', verdict, reason, subject: environment, what: why, n: exposed.requests}
}

/** The guards as they stood when it was decided; none says more than the whole. */
function guardFindings({steps}: Replay, whole: Verdict): Finding[] {
  return (steps.at(-1)?.guards ?? []).map(({guard, harm, harmful, safe}) => {
    const shown = safe ? 'shown to be safe at the last weight' : 'not shown to be safe at the last weight'
    const e = harm ? `e = ${formatE(harm.logE)}, ${formatE(harm.logNeeded)} aborts` : 'a rule without an e-value'
    const [verdict, reason] = guardVerdict(harmful, safe, whole)
    const details = harm ? {details: {'ln-e-harm': harm.logE, 'ln-e-abort': harm.logNeeded}} : {}
    return {id: 'backtest/guard', verdict, reason, subject: guard, what: `${e}; ${shown}.`, ...details}
  })
}

function guardVerdict(harmful: boolean, safe: boolean, whole: Verdict): readonly [Verdict, ReasonCode] {
  if (harmful) return ['fail', 'backtest/guard-harmed']
  if (safe) return ['pass', 'backtest/guard-safe']
  return [whole === 'pass' || whole === 'warn' ? 'warn' : 'inconclusive', 'backtest/guard-unsure']
}

function blocksOf(backtest: Backtest): Block[] {
  const {timeline, competitors, unasked} = backtest
  const guards = Object.keys(timeline.at(-1)?.guards ?? {})
  return [
    {kind: 'heading', text: 'The same measurements, judged by others'},
    {
      kind: 'table',
      columns: [
        {name: 'rule'},
        {name: 'outcome'},
        {name: 'after', align: 'right'},
        {name: 'candidate requests', align: 'right'},
        {name: 'bad answers'},
      ],
      rows: [
        ['Slipway', backtest.outcome, ...cellsOf(backtest.afterSeconds, backtest.exposed)],
        ...competitors.map(({tool, settings, outcome, afterSeconds, exposed}) => [
          `${tool}, ${settings}`,
          outcome,
          ...cellsOf(afterSeconds, exposed),
        ]),
      ],
    },
    {kind: 'list', items: competitors.map(({tool, why}) => `${tool}: ${why}`)},
    ...(unasked.length === 0
      ? []
      : [{kind: 'paragraph' as const, text: `No other tool can ask for: ${unasked.join(', ')}.`}]),
    {kind: 'heading', text: 'Evidence of harm over time (e-values; the number after "of" aborts)'},
    {
      kind: 'table',
      columns: [{name: 'time'}, {name: 'weight', align: 'right'}, ...guards.map(name => ({name})), {name: 'state'}],
      rows: sampled(timeline).map(point => [
        point.at.slice(0, 16).replace('T', ' '),
        `${point.weightPercent}%`,
        ...guards.map(guard => eCell(point, guard)),
        point.reason,
      ]),
    },
    {kind: 'paragraph', text: methodOf(backtest)},
  ]
}

function cellsOf(afterSeconds: number, {requests, bad}: Exposure): string[] {
  const counts = Object.entries(bad).map(([guard, count]) => `${guard} ${count}`)
  return [formatDuration(afterSeconds * 1000), String(requests), counts.join(', ')]
}

function eCell({guards}: TimelinePoint, guard: string): string {
  const point = guards[guard]
  if (!point) return ''
  if (point.lnE === null || point.lnAbort === null) return 'no e-value'
  return `${formatE(point.lnE)} of ${formatE(point.lnAbort)}`
}

/** Evenly over the time, and always the last one. */
function sampled(timeline: readonly TimelinePoint[]): readonly TimelinePoint[] {
  const step = Math.max(1, Math.ceil(timeline.length / rowsShown))
  return timeline.filter((_, index) => (timeline.length - 1 - index) % step === 0)
}

function methodOf({mode, seed, trace, before}: Backtest): string {
  const known = before
    ? `How errors cluster was known from the rollout before, ${before.lines} lines from ${before.from}.`
    : 'It is judged as the first rollout of its environment, careful until it is seen how errors cluster.'
  const lines = `${trace.lines} lines from ${trace.from} to ${trace.to}. ${known}`
  if (mode === 'follow-trace') {
    return `${lines} The weights are those of the trace: a hold is where the policy would have stayed while the trace went on.`
  }
  return `${lines} The weights are those of the policy: requests were left out at random (seed ${seed}), none was invented, so a stage has fewer than it would have had. The other rules judge the trace as it is.`
}
