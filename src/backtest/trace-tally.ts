/** Counts of a trace line as the engine keeps them, and whether they can be true. */
import {assertNever} from '../core/assert.ts'
import {isCounts, isMean, isShape, type Tally} from '../rollout/tally.ts'
import type {GuardQuery} from '../telemetry/source.ts'
import type {LineInput} from './trace-schema.ts'

/** Sums of floating point numbers that grew apart agree to this fraction. */
const slack = 1e-9

type ArmInput = LineInput['guards'][string]['candidate']

export function tallyOf(arm: ArmInput): Tally {
  if ('bad' in arm) return {n: arm.n, bad: arm.bad, suspect: arm.suspect ?? arm.bad}
  if ('sum' in arm) return {n: arm.n, sum: arm.sum, sumOfSquares: arm.sumOfSquares ?? null}
  return {n: arm.buckets.reduce((sum, count) => sum + count, 0), bounds: arm.bounds, buckets: arm.buckets}
}

/** What cannot be so, in words; undefined where nothing is wrong. */
export function problemOfTally(tally: Tally, query: GuardQuery): string | undefined {
  switch (query.kind) {
    case 'share':
    case 'quantile':
      return isCounts(tally) ? problemOfCounts(tally) : expected('{n, bad}', query.kind)
    case 'events':
      return isCounts(tally) ? undefined : expected('{n, bad}', 'count')
    case 'mean':
      return isMean(tally) ? problemOfMean(tally, query) : expected('{n, sum}', query.kind)
    case 'distribution':
      return isShape(tally) ? problemOfShape(tally) : expected('{bounds, buckets}', query.kind)
    case 'alert':
      return 'an alert guard has no counts: its alerts stand under "alerts"'
    default:
      return assertNever(query)
  }
}

function expected(form: string, kind: string): string {
  return `expected ${form}, as for every ${kind} guard`
}

function problemOfCounts({n, bad, suspect}: {n: number; bad: number; suspect: number}): string | undefined {
  if (bad > n) return `${bad} bad of ${n} requests: expected bad <= n`
  if (suspect < bad || suspect > n) return `suspect is ${suspect}: expected bad (${bad}) <= suspect <= n (${n})`
  return undefined
}

function problemOfMean(
  {n, sum, sumOfSquares}: {n: number; sum: number; sumOfSquares: number | null},
  {low, high}: {low: number; high: number},
): string | undefined {
  if (n === 0 && (sum !== 0 || (sumOfSquares ?? 0) !== 0)) return `a sum of ${sum} over no request`
  const room = slack * Math.max(Math.abs(low), Math.abs(high), 1) * Math.max(n, 1)
  if (sum < n * low - room || sum > n * high + room) {
    return `a sum of ${sum} over ${n} requests, whose values lie between ${low} and ${high}`
  }
  if (sumOfSquares !== null && n > 0 && sumOfSquares < (sum * sum) / n - slack * Math.max(1, sumOfSquares)) {
    return `sumOfSquares is ${sumOfSquares}, less than sum²/n, which no values can have`
  }
  return undefined
}

function problemOfShape({
  bounds,
  buckets,
}: {
  bounds: readonly number[]
  buckets: readonly number[]
}): string | undefined {
  if (buckets.length !== bounds.length + 1) {
    return `${buckets.length} buckets and ${bounds.length} bounds: expected one bucket more than bounds`
  }
  const rising = bounds.every((bound, index) => index === 0 || bound > (bounds[index - 1] ?? bound))
  return rising ? undefined : 'the bounds do not rise'
}
