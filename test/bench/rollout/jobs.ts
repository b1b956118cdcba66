/** The pieces of the bench that can run beside each other. Each is a pure function of its job: the same seed, the same figures. */
import type {Trace} from '../../../src/backtest/trace.ts'
import type {PlannedGuard} from '../../../src/rollout/guards.ts'
import {worse} from '../../../src/rollout/sequential/alternatives.ts'
import {logSumExp} from '../../../src/rollout/sequential/mixture.ts'
import {
  harmRatiosOfRateAboveLimit,
  type Rate,
  rateAboveLimit,
} from '../../../src/rollout/sequential/rate-against-limit.ts'
import {areCounts} from '../../../src/rollout/tally.ts'
import {abortLineOf, type Quiet, tools, tuned} from './contenders.ts'
import {abortLine, standingAfter} from './ours.ts'
import {
  alpha,
  bothTests,
  bothTestsBySession,
  healthy,
  limit,
  limitOnly,
  limitOnlyBySession,
  makeTrace,
  type Noise,
  noises,
  recordingFor,
  ticks,
  type World,
} from './worlds.ts'

export type Job =
  | {readonly kind: 'false-aborts'; readonly size: number; readonly noise: Noise; readonly runs: number}
  | {readonly kind: 'detection'; readonly size: number; readonly ratios: readonly number[]; readonly runs: number}
  | {readonly kind: 'bound'; readonly size: number; readonly ratios: readonly number[]; readonly runs: number}
  | {readonly kind: 'late-change'; readonly size: number; readonly ratio: number; readonly runs: number}

/** Aborts of a healthy release by each contender, of `runs`. */
export interface FalseAborts {
  readonly kind: 'false-aborts'
  readonly size: number
  readonly noise: Noise
  readonly aborts: Readonly<Record<string, {readonly aborts: number; readonly runs: number}>>
}

export interface Detection {
  readonly kind: 'detection'
  readonly size: number
  /** Ours, in each of `noises`: what the others may have when they are tuned. */
  readonly falseAborts: readonly number[]
  readonly runs: number
  readonly rows: readonly DetectionRow[]
}

export interface DetectionRow {
  readonly ratio: number
  readonly contender: string
  /** As it is used; as quiet as we are in the world that is measured here; as quiet as we are in every world. */
  readonly tuning: 'usual' | 'here' | 'everywhere'
  readonly setting: string
  readonly detected: number
  /** Candidate requests until half of all runs had aborted; null where fewer than half did. */
  readonly medianRequests: number | null
  readonly medianMinutes: number | null
}

export interface Bound {
  readonly kind: 'bound'
  readonly size: number
  readonly rows: readonly {
    readonly contender: string
    readonly ratio: number
    readonly medianRequests: number | null
    readonly bound: number
  }[]
}

export interface LateChange {
  readonly kind: 'late-change'
  readonly ratio: number
  /** Runs of the two columns of false aborts. */
  readonly runsAtLimit: number
  readonly rows: readonly {
    readonly method: string
    /** Minutes after the change until half of the runs that were still under way had aborted. */
    readonly medianDelayMinutes: number | null
    readonly detected: number
    readonly falseAborts: number
    readonly falseAbortsAtLimit: number
  }[]
}

export type JobResult = FalseAborts | Detection | Bound | LateChange

/** A rollout in an environment that has seen one before: all but the first one ever. */
export const us = 'Slipway'
/** Until an hour or so has gone by, clusters are assumed that nobody has seen. */
export const usFirst = 'Slipway, first ever'
/** A label names the session: nothing has to be corrected for clusters. */
export const usBySession = 'Slipway, by session'

/** Kayenta's rule takes longest; a tenth of a per cent more or less does not matter where it has no false abort at all. */
const mostKayentaRuns = 400

export function runJob(job: Job, seed: number): JobResult {
  switch (job.kind) {
    case 'false-aborts':
      return falseAborts(job, seed)
    case 'detection':
      return detection(job, seed)
    case 'bound':
      return bound(job, seed)
    case 'late-change':
      return lateChange(job, seed)
  }
}

const wellFor = () => healthy

/** One way to judge a trace by us. `run` is its number, so that each has another past. */
interface Judge {
  readonly name: string
  abortLine(trace: Trace, run: number): number | null
}

/** So many different rollouts before, each of which was before every so many-th run. */
const pasts = 20

function knowing(guard: PlannedGuard, world: Pick<World, 'size' | 'noise'>, seed: number): Judge {
  const healthyBefore = {...world, candidate: wellFor, stable: healthy}
  const before = worldsOf(healthyBefore, pasts, seed + 50_000).map(trace => standingAfter(trace, guard))
  return {name: us, abortLine: (trace, run) => abortLine(trace, guard, before[run % pasts] ?? null)}
}

function first(guard: PlannedGuard, name: string): Judge {
  return {name, abortLine: trace => abortLine(trace, guard, null)}
}

function worldsOf(world: World, runs: number, seed: number): Trace[] {
  return Array.from({length: runs}, (_, run) => makeTrace(world, seed * 100_003 + run))
}

function falseAborts({size, noise, runs}: Extract<Job, {kind: 'false-aborts'}>, seed: number): FalseAborts {
  const traces = worldsOf({size, noise, candidate: wellFor, stable: healthy}, runs, seed)
  const aborts: Record<string, {aborts: number; runs: number}> = {}
  for (const judge of [knowing(bothTests, {size, noise}, seed), first(bothTests, usFirst)]) {
    aborts[judge.name] = {aborts: traces.filter((trace, run) => judge.abortLine(trace, run) !== null).length, runs}
  }
  for (const tool of tools) {
    const rule = tool.at(tool.usual)
    const judged = tool.name === 'Kayenta' ? traces.slice(0, mostKayentaRuns) : traces
    const count = judged.filter(trace => abortLineOf(rule, recordingFor(trace)) !== null).length
    aborts[tool.name] = {aborts: count, runs: judged.length}
  }
  return {kind: 'false-aborts', size, noise, aborts}
}

function detection({size, ratios, runs}: Extract<Job, {kind: 'detection'}>, seed: number): Detection {
  const worlds = noises.map(noise => {
    const traces = worldsOf({size, noise, candidate: wellFor, stable: healthy}, runs, seed)
    const judge = knowing(bothTests, {size, noise}, seed)
    const allowed = traces.filter((trace, run) => judge.abortLine(trace, run) !== null).length
    return {recordings: traces.map(recordingFor), allowed}
  })
  const contenders = tools.flatMap(tool => {
    const quiet = tool.name === 'Kayenta' ? worlds.map(world => firstOf(world, mostKayentaRuns / 4)) : worlds
    return [
      {tool, tuning: 'usual' as const, setting: tool.usual},
      {tool, tuning: 'here' as const, setting: tuned(tool, quiet.slice(0, 1))},
      {tool, tuning: 'everywhere' as const, setting: tuned(tool, quiet)},
    ]
  })
  const rows: DetectionRow[] = []
  for (const ratio of ratios) {
    const world = {size, noise: 'independent', candidate: () => ratio * healthy, stable: healthy} as const
    const traces = worldsOf(world, runs, seed + 7)
    const told = traces.map(recordingFor)
    const add = (row: Pick<DetectionRow, 'contender' | 'tuning' | 'setting'>, lines: readonly (number | null)[]) =>
      rows.push({ratio, ...row, ...summaryOf(traces, lines)})
    for (const judge of [
      knowing(bothTests, {size, noise: 'independent'}, seed),
      first(bothTests, usFirst),
      first(bothTestsBySession, usBySession),
    ]) {
      add(
        {contender: judge.name, tuning: 'usual', setting: ''},
        traces.map((trace, run) => judge.abortLine(trace, run)),
      )
    }
    for (const {tool, tuning, setting} of contenders) {
      const lines = setting === null ? told.map(() => null) : told.map(each => abortLineOf(tool.at(setting), each))
      const words = setting === null ? 'no setting is quiet enough' : tool.describe(setting)
      add({contender: tool.name, tuning, setting: words}, lines)
    }
  }
  return {kind: 'detection', size, falseAborts: worlds.map(({allowed}) => allowed), runs, rows}
}

/** A part of these releases, with as large a share of aborts allowed. */
function firstOf({recordings, allowed}: Quiet, count: number): Quiet {
  const part = recordings.slice(0, count)
  return {recordings: part, allowed: Math.floor((allowed * part.length) / recordings.length)}
}

function summaryOf(traces: readonly Trace[], lines: readonly (number | null)[]) {
  const requests = traces.map((trace, run) => requestsUntil(trace, lines[run] ?? null))
  const minutes = lines.map(line => (line === null ? Number.POSITIVE_INFINITY : (line + 1) * 5))
  return {
    detected: lines.filter(line => line !== null).length / lines.length,
    medianRequests: finite(median(requests)),
    medianMinutes: finite(median(minutes)),
  }
}

function bound({size, ratios, runs}: Extract<Job, {kind: 'bound'}>, seed: number): Bound {
  const rows = ratios.flatMap(ratio => {
    const traces = worldsOf({size, noise: 'independent', candidate: () => ratio * limit, stable: healthy}, runs, seed)
    const bound = Math.log(1 / alpha) / divergence(ratio * limit, limit)
    return [
      knowing(limitOnly, {size, noise: 'independent'}, seed),
      first(limitOnly, usFirst),
      first(limitOnlyBySession, usBySession),
    ].map(judge => {
      const requests = traces.map((trace, run) => requestsUntil(trace, judge.abortLine(trace, run)))
      return {contender: judge.name, ratio, medianRequests: finite(median(requests)), bound}
    })
  })
  return {kind: 'bound', size, rows}
}

/** Kullback-Leibler divergence of Bernoulli(p) from Bernoulli(q), in nats. */
function divergence(p: number, q: number): number {
  return p * Math.log(p / q) + (1 - p) * Math.log((1 - p) / (1 - q))
}

// ---- a release that turns bad after ten healthy hours ----

const changeAt = ticks / 2

const others: readonly Judge[] = [
  {name: 'one mixture over everything', abortLine: plainMixture},
  {name: 'e-SR, threshold 1/alpha', abortLine: trace => shiryaevRoberts(trace, Math.log(1 / alpha))},
  {name: 'e-SR, threshold 240/alpha', abortLine: trace => shiryaevRoberts(trace, Math.log(ticks / alpha))},
]

function lateChange({size, ratio, runs}: Extract<Job, {kind: 'late-change'}>, seed: number): LateChange {
  const noise = 'independent'
  const late = (tick: number) => (tick < changeAt ? healthy : ratio * limit)
  const changed = worldsOf({size, noise, candidate: late, stable: healthy}, runs, seed)
  const well = worldsOf({size, noise, candidate: wellFor, stable: healthy}, 2 * runs, seed + 1)
  const atLimit = worldsOf({size, noise, candidate: () => limit, stable: healthy}, 2 * runs, seed + 2)
  const methods = [
    knowing(limitOnly, {size, noise}, seed),
    first(limitOnly, usFirst),
    first(limitOnlyBySession, usBySession),
    ...others,
  ]
  const rows = methods.map(method => {
    const linesOf = (traces: readonly Trace[]) => traces.map((trace, run) => method.abortLine(trace, run))
    const share = (traces: readonly Trace[]) => linesOf(traces).filter(line => line !== null).length / traces.length
    const lines = linesOf(changed).filter(line => line === null || line >= changeAt)
    const delays = lines.map(line => (line === null ? Number.POSITIVE_INFINITY : (line + 1 - changeAt) * 5))
    return {
      method: method.name,
      medianDelayMinutes: finite(median(delays)),
      detected: lines.filter(line => line !== null).length / lines.length,
      falseAborts: share(well),
      falseAbortsAtLimit: share(atLimit),
    }
  })
  return {kind: 'late-change', ratio, runsAtLimit: atLimit.length, rows}
}

/** The likelihood ratio of all counts so far, mixed over alternatives: ten good hours weigh against what comes. */
function plainMixture(trace: Trace): number | null {
  let sum: Rate = {n: 0, bad: 0}
  return firstLine(trace, rate => {
    sum = {n: sum.n + rate.n, bad: sum.bad + rate.bad}
    return rateAboveLimit(sum, limit) >= Math.log(1 / alpha)
  })
}

/** R <- (R + 1) L for each alternative (Shin, Ramdas, Rinaldo 2024): bounds the mean time to a false alarm, not its chance. */
function shiryaevRoberts(trace: Trace, threshold: number): number | null {
  let logs = worse.weights.map(() => Number.NEGATIVE_INFINITY)
  return firstLine(trace, rate => {
    const ratios = harmRatiosOfRateAboveLimit(rate, limit)
    logs = logs.map((log, k) => logSumExp([log, Math.log(worse.weights[k] ?? 0)]) + (ratios[k] ?? 0))
    return logSumExp(logs) >= threshold
  })
}

function firstLine(trace: Trace, isShown: (rate: Rate) => boolean): number | null {
  const line = trace.lines.findIndex(
    ({guards: {errors}}) => errors !== undefined && areCounts(errors) && isShown(errors.candidate),
  )
  return line < 0 ? null : line
}

// ---- numbers ----

function requestsUntil({lines}: Trace, line: number | null): number {
  if (line === null) return Number.POSITIVE_INFINITY
  return lines.slice(0, line + 1).reduce((sum, {guards}) => sum + (guards.errors?.candidate.n ?? 0), 0)
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null
}
