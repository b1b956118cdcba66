/** How far a counter grew between two looks, for each kind of counter. Pure. */
import {assertNever} from '../../core/assert.ts'
import type {BucketCounter, Counter, GuardQuery, MeanCounter, RequestCounter} from '../../telemetry/source.ts'
import {type Counts, type MeanTally, noCounts, type ShapeTally, type Tally} from '../tally.ts'

/** A question that is answered by counters. */
export type CountedQuery = Exclude<GuardQuery, {kind: 'alert'}>

export type Growth =
  | {
      readonly kind: 'grown'
      readonly tally: Tally
      /** What the next growth is taken from: all of `now` but what is left for the next look. */
      readonly seen: Counter
    }
  /** Numbers that no service can have, in words. */
  | {readonly kind: 'impossible'; readonly detail: string}
  /** They cannot be compared: the buckets are others. */
  | {readonly kind: 'incomparable'; readonly detail: string}

/** Nothing counted, in the kind that `query` counts in. */
export function nothingOf(query: CountedQuery): Tally {
  switch (query.kind) {
    case 'share':
    case 'quantile':
    case 'events':
      return noCounts
    case 'mean':
      return {n: 0, sum: 0, sumOfSquares: query.squares === undefined ? null : 0}
    case 'distribution':
      return {n: 0, bounds: [], buckets: [0]}
    default:
      return assertNever(query)
  }
}

/** The counter as it was when its process began. */
export function atZero<C extends Counter>(counter: C): C {
  if ('sum' in counter) return {...counter, n: 0, sum: 0, ...('sumOfSquares' in counter ? {sumOfSquares: 0} : {})}
  if ('buckets' in counter) return {...counter, n: 0, buckets: counter.buckets.map(() => 0)}
  return {...counter, n: 0, bad: 0, ...('suspect' in counter ? {suspect: 0} : {})}
}

/** Whether the counter fell, which only a new beginning does. A sum may fall where values may be negative. */
export function isBelow(now: Counter, before: Counter, query: CountedQuery): boolean {
  if (now.n < before.n) return true
  if (isMeanCounter(now) && isMeanCounter(before)) {
    const fellSquares = (now.sumOfSquares ?? 0) < (before.sumOfSquares ?? 0)
    return fellSquares || (query.kind === 'mean' && query.low >= 0 && now.sum < before.sum)
  }
  if (isBucketCounter(now) && isBucketCounter(before)) {
    return (
      before.n > 0 &&
      sameBounds(now, before) &&
      now.buckets.some((count, index) => count < (before.buckets[index] ?? 0))
    )
  }
  if (!isRequestCounter(now) || !isRequestCounter(before)) return false
  return now.bad < before.bad || suspectOf(now) < suspectOf(before)
}

/** What no counter of this question can be, in words. */
export function problemOf(counter: Counter, query: CountedQuery): string | undefined {
  if (isMeanCounter(counter)) {
    const {n, sum, sumOfSquares = 0} = counter
    if (!isCount(n)) return `expected a whole number of requests, saw ${n}`
    return Number.isFinite(sum) && sumOfSquares >= 0 && Number.isFinite(sumOfSquares)
      ? undefined
      : `expected finite sums, saw ${sum} and ${sumOfSquares} of squares`
  }
  if (isBucketCounter(counter)) {
    const {n, bounds, buckets} = counter
    if (![n, ...buckets].every(isCount)) return `expected whole numbers, saw ${n} in buckets of ${buckets.join(', ')}`
    const isWhole = buckets.length === bounds.length + 1 && buckets.reduce((sum, count) => sum + count, 0) === n
    return isWhole ? undefined : `expected buckets that add up to ${n}, saw ${buckets.join(', ')}`
  }
  const {n, bad, suspect = bad} = counter
  if (![n, bad, suspect].every(isCount)) return `expected whole numbers, saw ${n}, ${bad}, ${suspect}`
  // One request may bring several complaints.
  if (query.kind === 'events') return undefined
  return bad <= suspect && suspect <= n ? undefined : `expected 0 <= bad <= suspect <= n, saw ${bad}, ${suspect}, ${n}`
}

/** From `before` to `now`, neither of which fell. */
export function growthOf(now: Counter, before: Counter, query: CountedQuery): Growth {
  if (isMeanCounter(now) && isMeanCounter(before)) return growthOfMean(now, before, query)
  if (isBucketCounter(now) && isBucketCounter(before)) return growthOfBuckets(now, before)
  if (isRequestCounter(now) && isRequestCounter(before)) return growthOfRequests(now, before, query)
  return {kind: 'impossible', detail: 'it changed its kind'}
}

/**
 * Neither counter fell, yet `bad` may have grown by more than `n`: a source read them a moment apart, or a session turned
 * bad after it was counted. What is more than n waits for the next look.
 */
function growthOfRequests(now: RequestCounter, before: RequestCounter, query: CountedQuery): Growth {
  const n = now.n - before.n
  const limit = query.kind === 'events' ? Number.POSITIVE_INFINITY : n
  const suspect = Math.min(limit, suspectOf(now) - suspectOf(before))
  const bad = Math.min(suspect, now.bad - before.bad)
  const tally: Counts = {n, bad, suspect}
  const seen = {...now, bad: before.bad + bad}
  return {
    kind: 'grown',
    tally,
    seen: now.suspect === undefined ? seen : {...seen, suspect: suspectOf(before) + suspect},
  }
}

/**
 * A sum that was read before its count waits for it. A mean that no values between the bounds can have is no mean, and n
 * values with a sum have squares of at least sum²/n (Cauchy and Schwarz).
 */
function growthOfMean(now: MeanCounter, before: MeanCounter, query: CountedQuery): Growth {
  const n = now.n - before.n
  const squares = (counter: MeanCounter) => (counter.n === 0 ? 0 : counter.sumOfSquares)
  const [later, earlier] = [squares(now), squares(before)]
  const hasSquares = later !== undefined && earlier !== undefined
  if (n === 0) {
    const nothing: MeanTally = {n, sum: 0, sumOfSquares: hasSquares ? 0 : null}
    const {sum, sumOfSquares} = before
    return {kind: 'grown', tally: nothing, seen: {...now, sum, ...(sumOfSquares === undefined ? {} : {sumOfSquares})}}
  }
  const {low, high} = query.kind === 'mean' ? query : {low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY}
  const sum = now.sum - before.sum
  const rounding = roundingOf(now.sum, before.sum)
  if (sum < n * low - rounding || sum > n * high + rounding) {
    const [side, bound] = sum < n * low ? ['below', low] : ['above', high]
    return {
      kind: 'impossible',
      detail: `a mean of ${sum / n} over ${n} requests is ${side} ${bound}, where between ends`,
    }
  }
  const within = Math.min(Math.max(sum, n * low), n * high)
  if (!hasSquares) return {kind: 'grown', tally: {n, sum: within, sumOfSquares: null}, seen: now}
  const [least, most] = [within ** 2 / n, n * Math.max(low ** 2, high ** 2)]
  const sumOfSquares = later - earlier
  const slack = roundingOf(later, earlier) + 1e-9 * least
  if (sumOfSquares < least - slack || sumOfSquares > most + slack) {
    const detail = `squares of ${sumOfSquares} do not belong to ${n} values between ${low} and ${high} that sum up to ${sum}`
    return {kind: 'impossible', detail}
  }
  return {
    kind: 'grown',
    tally: {n, sum: within, sumOfSquares: Math.min(Math.max(sumOfSquares, least), most)},
    seen: now,
  }
}

/** The error of a difference is that of its parts. */
function roundingOf(a: number, b: number): number {
  return 1e-9 * (Math.abs(a) + Math.abs(b))
}

function growthOfBuckets(now: BucketCounter, before: BucketCounter): Growth {
  if (before.n === 0) return {kind: 'grown', tally: {n: now.n, bounds: now.bounds, buckets: now.buckets}, seen: now}
  if (!sameBounds(now, before)) {
    const change = `from ${before.bounds.join(', ')} to ${now.bounds.join(', ')}`
    return {kind: 'incomparable', detail: `its buckets changed ${change}`}
  }
  const buckets = now.buckets.map((count, index) => count - (before.buckets[index] ?? 0))
  const tally: ShapeTally = {n: now.n - before.n, bounds: now.bounds, buckets}
  return {kind: 'grown', tally, seen: now}
}

export function sameBounds({bounds: ours}: BucketCounter, {bounds: theirs}: BucketCounter): boolean {
  return ours.length === theirs.length && ours.every((bound, index) => bound === theirs[index])
}

function isMeanCounter(counter: Counter): counter is MeanCounter {
  return 'sum' in counter
}

function isBucketCounter(counter: Counter): counter is BucketCounter {
  return 'buckets' in counter
}

function isRequestCounter(counter: Counter): counter is RequestCounter {
  return 'bad' in counter
}

function suspectOf({bad, suspect = bad}: RequestCounter): number {
  return suspect
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0
}
