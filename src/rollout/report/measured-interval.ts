/**
 * 95 % intervals of what was counted, for display only: they hold for one look, while decisions rest on e-values, which
 * hold for all looks.
 */
import type {Interval} from '../../core/finding.ts'
import {wilsonInterval} from '../sequential/wilson.ts'
import {isCounts, isMean, type Tally} from '../tally.ts'

/** Standard normal quantile of 97.5 %. */
const z = 1.959964

/** Of the candidate's share, rate or mean. Undefined without requests, and for a mean whose squares nobody measures. */
export function intervalOf(tally: Tally): Interval | undefined {
  if (tally.n === 0) return undefined
  if (isCounts(tally)) return tally.bad <= tally.n ? wilsonInterval(tally) : scoreInterval(tally.bad, tally.n)
  if (!isMean(tally) || tally.sumOfSquares === null) return undefined
  const mean = tally.sum / tally.n
  const half = z * Math.sqrt(Math.max(0, tally.sumOfSquares / tally.n - mean * mean) / tally.n)
  return {low: mean - half, high: mean + half, confidence: 0.95, method: 'normal'}
}

/** Score interval of a Poisson rate: the rates whose standard deviation the count is less than z of away from. */
function scoreInterval(events: number, exposure: number): Interval {
  const center = events + (z * z) / 2
  const half = z * Math.sqrt(events + (z * z) / 4)
  return {low: (center - half) / exposure, high: (center + half) / exposure, confidence: 0.95, method: 'Poisson score'}
}
