/** A backtest: what this policy says of a trace, and what other tools' rules say of it, as data. Pure. */
import type {EnvironmentConfig} from '../config/schema.ts'
import {formatInstant} from '../core/instant.ts'
import {competitors} from './competitors/all.ts'
import {recordingOf} from './competitors/recording.ts'
import type {RuleAnswer} from './competitors/rule.ts'
import {type Exposure, exposureOf} from './exposure.ts'
import {type Replay, type ReplayMode, replay} from './replay.ts'
import type {Trace} from './trace.ts'

/** JSON-plain: what stands under `backtest` in the result (`schema/backtest.schema.json`). */
export interface Backtest {
  readonly environment: string
  readonly mode: ReplayMode['kind']
  /** Of the draws that thin the counts; only where weights are replayed. */
  readonly seed?: number
  readonly trace: TraceSummary
  /** The rollout before it, from which the engine knew how errors cluster; absent where it was the first one. */
  readonly before?: TraceSummary
  readonly outcome: Replay['outcome']
  /** When it was decided. */
  readonly at: string
  /** Seconds from the candidate's first request to the decision. */
  readonly afterSeconds: number
  /** The guard that aborted; null where none did. */
  readonly guard: string | null
  readonly exposed: Exposure
  readonly timeline: readonly TimelinePoint[]
  readonly competitors: readonly Competitor[]
  /** Guards that no other tool has a question for. */
  readonly unasked: readonly string[]
}

export interface TraceSummary {
  readonly lines: number
  readonly from: string
  readonly to: string
  readonly intervalSeconds: number
}

export interface TimelinePoint {
  readonly at: string
  readonly weightPercent: number
  readonly reason: string
  /** By guard: ln e of harm, ln e at which it aborts (null where no test has one), shown to be safe at this weight. */
  readonly guards: Readonly<Record<string, {lnE: number | null; lnAbort: number | null; safe: boolean}>>
}

export interface Competitor {
  readonly id: string
  readonly tool: string
  readonly settings: string
  readonly outcome: RuleAnswer['outcome']
  readonly at: string
  readonly afterSeconds: number
  readonly why: string
  readonly exposed: Exposure
}

export interface BacktestInput {
  readonly trace: Trace
  /** A rollout before it in the same environment; null for none. */
  readonly before: Trace | null
  readonly environmentName: string
  readonly environment: EnvironmentConfig
  readonly mode: ReplayMode
}

export interface BacktestOutcome {
  readonly backtest: Backtest
  readonly replay: Replay
}

/** @throws UserError what `replay` refuses */
export function runBacktest({trace, before, environmentName, environment, mode}: BacktestInput): BacktestOutcome {
  const ours = replay(trace, environment, mode, before)
  const {lines} = ours
  const after = (at: number) => Math.round((at - ours.beganAt) / 1000)
  const recording = recordingOf({...trace, lines}, ours.plan.guards)
  const backtest: Backtest = {
    environment: environmentName,
    mode: mode.kind,
    ...(mode.kind === 'replay-weights' ? {seed: mode.seed} : {}),
    trace: summaryOf(trace),
    ...(before ? {before: summaryOf(before)} : {}),
    outcome: ours.outcome,
    at: formatInstant(ours.at),
    afterSeconds: after(ours.at),
    guard: guardOf(ours),
    exposed: exposureOf(ours.steps.filter(({at}) => at <= ours.at).map(({line}) => line)),
    timeline: ours.steps.map(step => ({
      at: formatInstant(step.at),
      weightPercent: step.weightPercent,
      reason: step.reason,
      guards: Object.fromEntries(
        step.guards.map(({guard, harm, safe}) => [
          guard,
          {lnE: harm?.logE ?? null, lnAbort: harm?.logNeeded ?? null, safe},
        ]),
      ),
    })),
    competitors: competitors.map(rule => {
      const {outcome, at, line, why} = rule.judge(recording)
      const exposed = exposureOf(lines.slice(0, line + 1))
      const {id, tool, settings} = rule
      return {id, tool, settings, outcome, at: formatInstant(at), afterSeconds: after(at), why, exposed}
    }),
    unasked: recording.unasked,
  }
  return {backtest, replay: ours}
}

function summaryOf({lines, intervalMs}: Trace): TraceSummary {
  return {
    lines: lines.length,
    from: formatInstant(lines[0]?.at ?? 0),
    to: formatInstant(lines.at(-1)?.at ?? 0),
    intervalSeconds: intervalMs / 1000,
  }
}

function guardOf({outcome, steps}: Replay): string | null {
  if (outcome !== 'aborted') return null
  return steps.at(-1)?.guards.find(({harmful}) => harmful)?.guard ?? null
}
