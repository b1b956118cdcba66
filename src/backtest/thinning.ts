/**
 * The counts that a trace would have had at another weight. Requests can be left out at random and never invented: where
 * the plan sets a lower weight than the trace had, part of the candidate's requests is dropped; where it sets a higher one,
 * part of the stable release's. Pure, and the same for the same seed.
 */
import {drawBinomial} from '../core/binomial.ts'
import type {Random} from '../core/random.ts'
import {
  type ArmTallies,
  type Counts,
  isCounts,
  isMean,
  type MeanTally,
  type ShapeTally,
  type Tally,
} from '../rollout/tally.ts'
import type {TraceLine} from './trace.ts'

/** How much of the trace's requests each side keeps, both in [0, 1]. */
export interface Kept {
  readonly candidate: number
  readonly stable: number
}

/**
 * What is kept so that the candidate has `ratio` requests for each one of the stable release. The observed requests count,
 * never the weight that was configured: routers miss it.
 * @param ratio 0 or more; Infinity for all traffic
 */
export function keptFor(arms: ArmTallies, ratio: number): Kept {
  const [n, m] = [arms.candidate.n, arms.stable.n]
  if (ratio === 0) return {candidate: 0, stable: 1}
  if (ratio === Number.POSITIVE_INFINITY) return {candidate: 1, stable: 0}
  if (n === 0 || m === 0) return {candidate: m === 0 ? 0 : 1, stable: n === 0 ? 1 : 0}
  const share = (ratio * m) / n
  return share <= 1 ? {candidate: share, stable: 1} : {candidate: 1, stable: 1 / share}
}

/** Smallest and largest value of one request, by mean guard. */
export type Ranges = Readonly<Record<string, readonly [low: number, high: number]>>

/** The line as it would have been counted with `ratio` candidate requests for each stable one. */
export function thinLine(
  line: TraceLine,
  ratio: number,
  weightPercent: number,
  {random, ranges}: {readonly random: Random; readonly ranges: Ranges},
): TraceLine {
  // Guards that count the same requests lose the same number of them.
  const draws = new Map<string, number>()
  const keep = (side: keyof Kept, n: number, share: number) => {
    const key = `${side} ${n} ${share}`
    const drawn = draws.get(key) ?? drawBinomial(random, n, share)
    draws.set(key, drawn)
    return drawn
  }
  const guards = Object.fromEntries(
    Object.entries(line.guards).map(([name, arms]) => {
      const kept = keptFor(arms, ratio)
      const thin = (side: keyof Kept) =>
        thinTally(arms[side], keep(side, arms[side].n, kept[side]), random, ranges[name])
      return [name, {candidate: thin('candidate'), stable: thin('stable')}]
    }),
  )
  return {...line, guards, weightPercent}
}

/** `tally` after all but `left` of its `n` requests were left out at random. */
export function thinTally(tally: Tally, left: number, random: Random, range: Ranges[string] = anyValue): Tally {
  if (left >= tally.n) return tally
  if (isCounts(tally)) return thinCounts(tally, left, random)
  return isMean(tally) ? thinMean(tally, left, random, range) : thinShape(tally, left, random)
}

const anyValue = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] as const

/** Where there are more events than requests, each event stays with the chance of a request. */
function thinCounts({n, bad, suspect}: Counts, left: number, random: Random): Counts {
  if (suspect > n) {
    const events = drawBinomial(random, bad, left / n)
    return {n: left, bad: events, suspect: events + drawBinomial(random, suspect - bad, left / n)}
  }
  const kept = drawHypergeometric(random, bad, n, left)
  return {n: left, bad: kept, suspect: kept + drawHypergeometric(random, suspect - bad, n - bad, left - kept)}
}

/** Requests of the buckets left: hypergeometric, bucket by bucket. */
function thinShape({bounds, buckets, n}: ShapeTally, left: number, random: Random): ShapeTally {
  let [ahead, open] = [n, left]
  const kept = buckets.map(count => {
    const drawn = drawHypergeometric(random, count, ahead, open)
    ahead -= count
    open -= drawn
    return drawn
  })
  return {n: left, bounds, buckets: kept}
}

/**
 * The single values are not known, so their mean is drawn from the normal distribution that a sample of this size without
 * replacement has; where nobody measured squares, it is the mean itself.
 */
function thinMean(
  {n, sum, sumOfSquares}: MeanTally,
  left: number,
  random: Random,
  [low, high]: Ranges[string],
): MeanTally {
  if (left === 0) return {n: 0, sum: 0, sumOfSquares: sumOfSquares === null ? null : 0}
  const mean = sum / n
  if (sumOfSquares === null) return {n: left, sum: mean * left, sumOfSquares: null}
  const variance = Math.max(0, sumOfSquares / n - mean * mean)
  const spread = Math.sqrt((variance / left) * (1 - left / n))
  const drawn = Math.min(high, Math.max(low, mean + spread * drawNormal(random)))
  return {n: left, sum: drawn * left, sumOfSquares: (variance + drawn * drawn) * left}
}

/**
 * How many of `marked` among `total` are in a sample of `size` without replacement. Exact: one draw after another from the
 * smaller of the two groups.
 */
export function drawHypergeometric(random: Random, marked: number, total: number, size: number): number {
  if (marked <= 0 || size <= 0) return 0
  if (marked >= total) return Math.min(size, marked)
  if (size > total / 2) return marked - drawHypergeometric(random, marked, total, total - size)
  // Symmetric in marked and size: walk over the shorter one.
  const [steps, hits] = marked < size ? [marked, size] : [size, marked]
  let [left, ahead] = [hits, total]
  for (let step = 0; step < steps && left > 0; step++) {
    if (random.uniform() * ahead < left) left--
    ahead--
  }
  return hits - left
}

/** Standard normal, by Box and Muller (1958). */
function drawNormal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform())
}
