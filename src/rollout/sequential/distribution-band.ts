/**
 * Two whole distributions from bucket counts: "the predictions of the candidate are distributed otherwise".
 *
 * H0 "the distributions differ by at most `distance`", in Kolmogorov's sense: at no bucket bound do the shares below it
 * differ by more. An empirical distribution function of n independent values stays, at all n >= `fewest` at once and with
 * probability 1 - alpha, within
 *
 *     0.85 sqrt((ln(1 + ln(n / fewest)) + C) / n),   C = 0.8 ln(1612 / alpha)
 *
 * of the true one (Howard and Ramdas 2022, theorem 2 with A = 0.85). With alpha/2 for each release, H0 is refuted where the
 * two differ by more than `distance` and both bands. Solved for alpha that is a p-value which holds at any time one looks;
 * its ln(1/p) compares with ln(1/alpha) like the ln e of the other tests, but it is no e-value: do not average it with them.
 * It is wide (0.09 at 1,000 values, 0.009 at 100,000): a test of a share or a quantile sees a tail long before this does.
 * Counts of different weights must not be added: a day's drift would then weigh differently in the two releases.
 */

/** Values per bucket, not cumulative. */
export interface Shape {
  readonly buckets: readonly number[]
}

/** Both releases since one weight was set; the same bucket bounds for both. */
export interface Shapes {
  readonly candidate: Shape
  readonly stable: Shape
}

export interface DistributionEvidence {
  /** ln(1/p) against H0; 0 when nothing speaks against it, or there are too few values. */
  readonly logE: number
  /** The largest difference of shares below a bucket bound that was seen, 0 to 1; NaN without values on one side. */
  readonly observed: number
}

/** Values that each release needs before the band says anything. */
export const fewest = 100

/** Evidence against H0 "the distributions differ by at most `distance`", a fraction in [0, 1). */
export function distributionsDiffer(shapes: Shapes, distance: number): DistributionEvidence {
  const observed = kolmogorovDistance(shapes)
  return {logE: logInverseP(shapes, observed - distance), observed}
}

/** The mirror: evidence against H0 "the distributions differ by at least `distance`", a fraction in (0, 1]. */
export function distributionsAgree(shapes: Shapes, distance: number): DistributionEvidence {
  const observed = kolmogorovDistance(shapes)
  return {logE: logInverseP(shapes, distance - observed), observed}
}

/** The largest difference of the shares below a bucket bound, 0 to 1; NaN without values on one side. */
export function kolmogorovDistance({candidate, stable}: Shapes): number {
  const n = sumOf(candidate.buckets)
  const m = sumOf(stable.buckets)
  if (n === 0 || m === 0) return Number.NaN
  let below = 0
  let stableBelow = 0
  let most = 0
  for (const [index, count] of candidate.buckets.entries()) {
    below += count
    stableBelow += stable.buckets[index] ?? 0
    most = Math.max(most, Math.abs(below / n - stableBelow / m))
  }
  return most
}

/** The smallest difference beyond `distance` that is seen with n and m values at `alpha`; infinite with too few of them. */
export function visibleDifference(n: number, m: number, alpha: number): number {
  if (n < fewest || m < fewest) return Number.POSITIVE_INFINITY
  return bandWidths(n, m, 0.8 * Math.log(1612 / (alpha / 2)))
}

/** Candidate values needed to see a difference of `excess` beyond `distance`, at the candidate's share `weight` of requests. */
export function valuesToSee(excess: number, weight: number, alpha: number): number {
  const isSeen = (n: number) => visibleDifference(n, (n * (1 - weight)) / weight, alpha) <= excess
  const most = 1e15
  if (!isSeen(most)) return Number.POSITIVE_INFINITY
  let low = 1
  let high = most
  while (high / low > 1 + 1e-6) {
    const middle = Math.sqrt(low * high)
    if (isSeen(middle)) high = middle
    else low = middle
  }
  return Math.ceil(high)
}

/** ln(1/p) when `excess` is what would have to be left of a difference after both bands. */
function logInverseP({candidate, stable}: Shapes, excess: number): number {
  const n = sumOf(candidate.buckets)
  const m = sumOf(stable.buckets)
  if (n < fewest || m < fewest || !(excess > bandWidths(n, m, 0))) return 0
  let low = 0
  let high = (excess / 0.85) ** 2 * Math.min(n, m)
  for (let step = 0; step < 100; step++) {
    const constant = (low + high) / 2
    if (bandWidths(n, m, constant) > excess) high = constant
    else low = constant
  }
  return Math.max(0, low / 0.8 - Math.log(2 * 1612))
}

/** Half the heights of both bands together. */
function bandWidths(n: number, m: number, constant: number): number {
  return halfWidth(n, constant) + halfWidth(m, constant)
}

function halfWidth(n: number, constant: number): number {
  return 0.85 * Math.sqrt((Math.log(1 + Math.log(n / fewest)) + constant) / n)
}

function sumOf(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0)
}
