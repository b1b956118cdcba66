import type {Interval} from '../../core/finding.ts'
import {zOfCoverage} from './normal.ts'

/**
 * For each row, the share of rows of the other class that it beats (a tie counts one half). The mean over the
 * positives is the AUC; the spread of both is its variance. In the order of the rows, so that two models on the same
 * rows can be compared pair by pair.
 */
export interface Placements {
  readonly ofPositives: Float64Array
  readonly ofNegatives: Float64Array
}

/**
 * Placements in O(n log n) by one sort: Sun and Xu, "Fast implementation of DeLong's algorithm for comparing the
 * areas under correlated receiver operating characteristic curves", IEEE Signal Processing Letters 21 (2014).
 */
export function computePlacements(positive: Uint8Array, scores: Float64Array): Placements {
  const order = orderOf(scores)
  const positives = positive.reduce((sum, each) => sum + each, 0)
  const negatives = positive.length - positives
  const byRow = new Float64Array(positive.length)

  let positivesBelow = 0
  let negativesBelow = 0
  for (let start = 0; start < order.length; ) {
    const score = scores[order[start] ?? 0]
    let end = start
    let positivesTied = 0
    while (end < order.length && scores[order[end] ?? 0] === score) positivesTied += positive[order[end++] ?? 0] ?? 0
    const negativesTied = end - start - positivesTied
    const ofPositive = (negativesBelow + negativesTied / 2) / negatives
    const ofNegative = (positives - positivesBelow - positivesTied / 2) / positives
    for (let at = start; at < end; at++) {
      const row = order[at] ?? 0
      byRow[row] = positive[row] === 1 ? ofPositive : ofNegative
    }
    positivesBelow += positivesTied
    negativesBelow += negativesTied
    start = end
  }
  return {
    ofPositives: byRow.filter((_, row) => positive[row] === 1),
    ofNegatives: byRow.filter((_, row) => positive[row] !== 1),
  }
}

/** AUC and the variance of its estimate: DeLong, DeLong and Clarke-Pearson, Biometrics 44 (1988). */
export function aucOf(placements: Placements): {auc: number; variance: number} {
  const {ofPositives, ofNegatives} = placements
  return {
    auc: meanOf(ofPositives),
    variance: varianceOf(ofPositives) / ofPositives.length + varianceOf(ofNegatives) / ofNegatives.length,
  }
}

/** AUC of the candidate minus AUC of the baseline on the same rows, with the variance of that difference. */
export function aucDifference(candidate: Placements, baseline: Placements): {difference: number; variance: number} {
  const {auc, variance} = aucOf({
    ofPositives: subtract(candidate.ofPositives, baseline.ofPositives),
    ofNegatives: subtract(candidate.ofNegatives, baseline.ofNegatives),
  })
  return {difference: auc, variance}
}

/**
 * Normal interval around an AUC or a difference of two, cut at the possible values.
 *
 * Where the sample shows no variation at all (perfect separation, or two models that rank alike) DeLong's interval is
 * a point, however few the rows. There we fall back to what the smaller class can exclude: the score interval of a
 * share with no event, z² / (k + z²).
 */
export function delongInterval(
  value: number,
  variance: number,
  {coverage, lowest, smallerClass}: {coverage: number; lowest: 0 | -1; smallerClass: number},
): Interval {
  const z = zOfCoverage(coverage)
  const flat = variance <= 1e-20
  const half = flat ? (z * z) / (smallerClass + z * z) : z * Math.sqrt(variance)
  return {
    low: Math.max(lowest, value - half),
    high: Math.min(1, value + half),
    confidence: coverage,
    method: flat ? 'DeLong, widened (no variation in the sample)' : 'DeLong',
  }
}

function orderOf(scores: Float64Array): Uint32Array {
  const order = Uint32Array.from(scores, (_, row) => row)
  return order.sort((a, b) => (scores[a] ?? 0) - (scores[b] ?? 0))
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function varianceOf(values: Float64Array): number {
  const mean = meanOf(values)
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1)
}

function subtract(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, at) => value - (b[at] ?? 0))
}
