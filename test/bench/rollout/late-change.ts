/** (d) A release that turns bad after ten healthy hours. */
import type {Trace} from '../../../src/backtest/trace.ts'
import {worse} from '../../../src/rollout/sequential/alternatives.ts'
import {logSumExp} from '../../../src/rollout/sequential/mixture.ts'
import {
  harmRatiosOfRateAboveLimit,
  type Rate,
  rateAboveLimit,
} from '../../../src/rollout/sequential/rate-against-limit.ts'
import {areCounts} from '../../../src/rollout/tally.ts'
import {finite, median} from './figures.ts'
import {first, type Judge, knowing, usBySession, usFirst, worldsOf} from './judges.ts'
import {alpha, healthy, limit, limitOnly, limitOnlyBySession, ticks} from './worlds.ts'

export interface LateChangeJob {
  readonly kind: 'late-change'
  readonly size: number
  /** Times the limit, from then on. */
  readonly ratio: number
  readonly runs: number
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

const changeAt = ticks / 2

const others: readonly Judge[] = [
  {name: 'one mixture over everything', abortLine: plainMixture},
  {name: 'e-SR, threshold 1/alpha', abortLine: trace => shiryaevRoberts(trace, Math.log(1 / alpha))},
  {name: 'e-SR, threshold 240/alpha', abortLine: trace => shiryaevRoberts(trace, Math.log(ticks / alpha))},
]

export function lateChange({size, ratio, runs}: LateChangeJob, seed: number): LateChange {
  const noise = 'independent'
  const late = (tick: number) => (tick < changeAt ? healthy : ratio * limit)
  const changed = worldsOf({size, noise, candidate: late, stable: healthy}, runs, seed)
  const well = worldsOf({size, noise, candidate: () => healthy, stable: healthy}, 2 * runs, seed + 1)
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
