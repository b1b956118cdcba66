import type {BinaryOutcomes, MulticlassOutcomes} from '../../evaluation/outcomes.ts'
import type {MetricQuestion} from '../metric.ts'
import {type RowWeights, rankedBy} from './ranked.ts'

/** What a model was sure of, and whether it came true. */
export interface Forecasts {
  readonly confidence: Float64Array
  readonly came: Uint8Array
}

/**
 * Binary: the probability of the positive class, and whether the row is positive. Multiclass: the highest score of the
 * row, and whether that class (the first of equal ones) is the true one. The same data gives two different errors.
 */
export function forecastsOf(outcomes: BinaryOutcomes | MulticlassOutcomes): Forecasts | null {
  if (outcomes.task === 'binary') return outcomes.scores && {confidence: outcomes.scores, came: outcomes.positive}
  return outcomes.scores && topForecasts(outcomes.label, outcomes.scores)
}

function topForecasts(label: Int32Array, scores: readonly Float64Array[]): Forecasts {
  const confidence = new Float64Array(label.length).fill(Number.NEGATIVE_INFINITY)
  const came = new Uint8Array(label.length)
  scores.forEach((column, index) => {
    for (let row = 0; row < label.length; row++) {
      const score = column[row] ?? 0
      if (score <= (confidence[row] ?? 0)) continue
      confidence[row] = score
      came[row] = label[row] === index ? 1 : 0
    }
  })
  return {confidence, came}
}

export interface Binning {
  readonly bins: number
  readonly binning: 'equal-width' | 'equal-mass'
}

export function binningOf({bins = 15, binning = 'equal-width'}: MetricQuestion): Binning {
  return {bins, binning}
}

/** Weighted sums of each bin, and how many rows with weight it has. */
export interface BinSums {
  readonly rows: Int32Array
  readonly weight: Float64Array
  readonly confidence: Float64Array
  readonly came: Float64Array
}

/**
 * Sums by bin, as a function of the weights of rows.
 *
 * - equal-width: bin b holds b / bins <= p < (b + 1) / bins, and p = 1 lies in one further bin of its own, as in
 *   torchmetrics (`binary_calibration_error`, `multiclass_calibration_error`); its edges are float32, ours float64.
 * - equal-mass: rows by rising confidence, cut where the weight reaches the next of `bins` equal parts; equal confidences
 *   stay together, in the part that holds the middle of their weight. Without ties, and with a multiple of `bins` rows,
 *   these are the bins of scikit-learn's `calibration_curve(strategy='quantile')`.
 */
export function binSums(
  {confidence, came}: Forecasts,
  {bins, binning}: Binning,
): (weights: RowWeights | null) => BinSums {
  if (binning === 'equal-mass') return sumsOfEqualMass(confidence, came, bins)
  const binOf = new Int32Array(confidence.length)
  for (let row = 0; row < binOf.length; row++) binOf[row] = equalWidthBin(confidence[row] ?? 0, bins)
  return weights => {
    const sums = emptySums(bins + 1)
    for (let row = 0; row < binOf.length; row++) {
      const weight = weights === null ? 1 : (weights[row] ?? 0)
      if (weight > 0) add(sums, binOf[row] ?? 0, 1, weight, confidence[row] ?? 0, weight * (came[row] ?? 0))
    }
    return sums
  }
}

/** Edges are the doubles nearest to b / bins; multiplying alone would put some of them into the bin below. */
function equalWidthBin(value: number, bins: number): number {
  const near = Math.floor(value * bins)
  if (value < near / bins) return near - 1
  return value >= (near + 1) / bins ? near + 1 : near
}

function sumsOfEqualMass(confidence: Float64Array, came: Uint8Array, bins: number) {
  const {order, endsTie, classes} = rankedBy(confidence, came)
  return (weights: RowWeights | null) => {
    const total = weights === null ? order.length : sumOf(weights)
    const sums = emptySums(bins)
    let below = 0
    let rows = 0
    let weight = 0
    let cameTrue = 0
    for (let place = order.length - 1; place >= 0; place--) {
      const row = order[place] ?? 0
      const each = weights === null ? 1 : (weights[row] ?? 0)
      if (each > 0) rows++
      weight += each
      if (classes[place] === 1) cameTrue += each
      if (place > 0 && endsTie[place - 1] === 0) continue
      // A middle on a cut belongs above it, also where the last digit of a sum of weights says otherwise.
      const bin = Math.min(bins - 1, Math.floor(((below + weight / 2) * bins) / total + 1e-9))
      if (weight > 0) add(sums, bin, rows, weight, confidence[row] ?? 0, cameTrue)
      below += weight
      rows = 0
      weight = 0
      cameTrue = 0
    }
    return sums
  }
}

function sumOf(weights: RowWeights): number {
  let sum = 0
  for (let row = 0; row < weights.length; row++) sum += weights[row] ?? 0
  return sum
}

function emptySums(bins: number): BinSums {
  return {
    rows: new Int32Array(bins),
    weight: new Float64Array(bins),
    confidence: new Float64Array(bins),
    came: new Float64Array(bins),
  }
}

/** @param came weight of those that came true */
function add(sums: BinSums, bin: number, rows: number, weight: number, confidence: number, came: number): void {
  sums.rows[bin] = (sums.rows[bin] ?? 0) + rows
  sums.weight[bin] = (sums.weight[bin] ?? 0) + weight
  sums.confidence[bin] = (sums.confidence[bin] ?? 0) + weight * confidence
  sums.came[bin] = (sums.came[bin] ?? 0) + came
}
