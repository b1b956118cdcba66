import {areaOf as areaUnder, type RowWeights, rankedBy} from '../metrics/classification/ranked.ts'
import {descendingOrder} from '../metrics/classification/score-order.ts'
import type {AucStatistic} from '../metrics/statistic.ts'
import type {Blocks} from './blocks.ts'
import {effectiveBlocks} from './effective-blocks.ts'

/**
 * Area under the ROC curve with weights: the weighted share of pairs of a positive and a negative row in which the positive
 * one scores higher; a tie counts one half (scikit-learn `roc_auc_score` with `sample_weight`).
 * @returns null where a class has no weight
 */
export function aucValue({scores, positive}: AucStatistic, weights: RowWeights | null): number | null {
  return areaUnder(rankedBy(scores, positive), weights)
}

/** An area and what each row adds to it, to first order. */
export interface Area {
  readonly value: number
  readonly influences: Float64Array
}

/**
 * Placements of DeLong, DeLong and Clarke-Pearson (Biometrics 44, 1988) with weights, by one sort (Sun and Xu, IEEE Signal
 * Processing Letters 21, 2014): for each row the weighted share of the other class that it beats, less the area, times the
 * row's share of the weight of its class.
 * @returns null where a class has no weight
 */
export function areaOf({positive, scores}: AucStatistic, weights: Float64Array | null): Area | null {
  const order = descendingOrder(scores)
  const rows = order.length
  let positives = 0
  let negatives = 0
  for (let row = 0; row < rows; row++) {
    const weight = weights === null ? 1 : (weights[row] ?? 0)
    if (positive[row] === 1) positives += weight
    else negatives += weight
  }
  if (!(positives > 0 && negatives > 0)) return null

  const influences = new Float64Array(rows)
  let positivesAbove = 0
  let negativesAbove = 0
  let value = 0
  for (let start = 0; start < rows; ) {
    const score = scores[order[start] ?? 0]
    let tiedPositives = 0
    let tiedNegatives = 0
    let end = start
    for (; end < rows; end++) {
      const row = order[end] ?? 0
      if (scores[row] !== score) break
      const weight = weights === null ? 1 : (weights[row] ?? 0)
      if (positive[row] === 1) tiedPositives += weight
      else tiedNegatives += weight
    }
    const ofPositive = (negatives - negativesAbove - tiedNegatives / 2) / negatives
    const ofNegative = (positivesAbove + tiedPositives / 2) / positives
    for (let at = start; at < end; at++) {
      const row = order[at] ?? 0
      influences[row] = positive[row] === 1 ? ofPositive : ofNegative
    }
    value += (tiedPositives / positives) * ofPositive
    positivesAbove += tiedPositives
    negativesAbove += tiedNegatives
    start = end
  }
  for (let row = 0; row < rows; row++) {
    const weight = weights === null ? 1 : (weights[row] ?? 0)
    influences[row] = ((influences[row] ?? 0) - value) * (weight / (positive[row] === 1 ? positives : negatives))
  }
  return {value, influences}
}

/** How sure an area, or a difference of areas, is. */
export interface AreaSpread {
  readonly variance: number
  /** Degrees of freedom that the variance rests on. */
  readonly freedom: number
  /** Blocks with a row of the class that has fewer such blocks. */
  readonly smallerClass: number
  /** Blocks that weigh anything. */
  readonly independent: number
  /** Positives times negatives over their sum, in blocks of equal weight: what pairs of them are worth. */
  readonly pairs: number
}

/**
 * Variance from the influences of rows, summed over blocks. Where each row is a block it is DeLong's, class by class; where
 * rows come in clusters it is that of Obuchowski, "Nonparametric analysis of clustered ROC curve data", Biometrics 53 (1997),
 * in which the two classes of a cluster may go together. Degrees of freedom by Satterthwaite, as for two samples.
 */
export function spreadOf(
  influences: Float64Array,
  {positive}: AucStatistic,
  weights: Float64Array | null,
  {of, count}: Blocks,
): AreaSpread {
  const ofPositives = new Float64Array(count)
  const ofNegatives = new Float64Array(count)
  const present = new Uint8Array(count)
  const weightOfPositives = new Float64Array(count)
  const weightOfNegatives = new Float64Array(count)
  for (let row = 0; row < influences.length; row++) {
    const weight = weights === null ? 1 : (weights[row] ?? 0)
    if (weight === 0) continue
    const block = of === null ? row : (of[row] ?? 0)
    const influence = influences[row] ?? 0
    if (positive[row] === 1) {
      ofPositives[block] = (ofPositives[block] ?? 0) + influence
      weightOfPositives[block] = (weightOfPositives[block] ?? 0) + weight
      present[block] = (present[block] ?? 0) | 1
    } else {
      ofNegatives[block] = (ofNegatives[block] ?? 0) + influence
      weightOfNegatives[block] = (weightOfNegatives[block] ?? 0) + weight
      present[block] = (present[block] ?? 0) | 2
    }
  }
  let positives = 0
  let negatives = 0
  let both = 0
  let squaresOfPositives = 0
  let squaresOfNegatives = 0
  let products = 0
  for (let block = 0; block < count; block++) {
    const classes = present[block] ?? 0
    const ofUp = ofPositives[block] ?? 0
    const ofDown = ofNegatives[block] ?? 0
    if ((classes & 1) === 1) positives++
    if ((classes & 2) === 2) negatives++
    if (classes === 3) both++
    squaresOfPositives += ofUp * ofUp
    squaresOfNegatives += ofDown * ofDown
    products += ofUp * ofDown
  }
  const independent = positives + negatives - both
  const varianceUp = (squaresOfPositives * positives) / Math.max(1, positives - 1)
  const varianceDown = (squaresOfNegatives * negatives) / Math.max(1, negatives - 1)
  const variance = Math.max(0, varianceUp + varianceDown + (2 * products * independent) / Math.max(1, independent - 1))
  const pooled = varianceUp ** 2 / Math.max(1, positives - 1) + varianceDown ** 2 / Math.max(1, negatives - 1)
  const smallerClass = Math.min(positives, negatives)
  const [up, down] = [effectiveBlocks(weightOfPositives), effectiveBlocks(weightOfNegatives)]
  const satterthwaite = pooled > 0 ? (varianceUp + varianceDown) ** 2 / pooled : Number.POSITIVE_INFINITY
  return {
    variance,
    freedom: both > 0 ? Math.min(independent - 1, satterthwaite) : satterthwaite,
    smallerClass,
    independent,
    pairs: (up * down) / (up + down),
  }
}
