/** Statistics of small made-up models, as metrics would make them. */
import {createRandom} from '../../../src/core/random.ts'
import type {Sample} from '../../../src/model/evaluation/outcomes.ts'
import type {Undefined} from '../../../src/model/inference/estimate.ts'
import {computeValue} from '../../../src/model/inference/value-of.ts'
import type {
  AucStatistic,
  MeanStatistic,
  Statistic,
  TableStatistic,
  WeightedStatistic,
} from '../../../src/model/metrics/statistic.ts'

export const options = {coverage: 0.9, seed: 1, replicates: 500, range: [0, 1], retain: 1, moreIsBetter: true} as const

export function plain(rows: number): Sample {
  return {rows, weights: null, clusters: null}
}

export function mean(values: ArrayLike<number>, further: Partial<MeanStatistic> = {}): MeanStatistic {
  const base = {kind: 'mean', among: null, unitOf: null, isShare: false, link: null} as const
  return {...base, values: Float64Array.from(values), ...further}
}

const nothingPredicted: Undefined = {
  kind: 'undefined',
  verdict: 'inconclusive',
  reason: 'model/nothing-predicted-positive',
  what: 'No row is positive and none is predicted positive.',
}

export interface Model {
  readonly positive: Uint8Array
  readonly predicted: Uint8Array
  readonly scores: Float64Array
}

/** Two models on the same rows; the larger `noise`, the worse the candidate. The baseline's noise is 0.8. */
export function twoModels(rows: number, noise = 1, seed = 9): readonly [candidate: Model, baseline: Model] {
  const random = createRandom(seed)
  const positive = Uint8Array.from({length: rows}, () => (random.uniform() < 0.35 ? 1 : 0))
  const model = (spread: number): Model => {
    const scores = Float64Array.from(positive, label => {
      return Math.min(1, Math.max(0, 0.35 + 0.3 * label + spread * (random.uniform() - 0.5)))
    })
    return {positive, scores, predicted: Uint8Array.from(scores, score => (score >= 0.5 ? 1 : 0))}
  }
  const baseline = model(0.8)
  return [model(noise), baseline]
}

export function accuracy({positive, predicted}: Model): MeanStatistic {
  return mean(
    predicted.map((each, row) => (each === positive[row] ? 1 : 0)),
    {isShare: true},
  )
}

export function recall({positive, predicted}: Model): MeanStatistic {
  return mean(predicted, {isShare: true, among: positive})
}

export function precision({positive, predicted}: Model): MeanStatistic {
  return mean(positive, {isShare: true, among: predicted})
}

export function squaredError({positive, scores}: Model): MeanStatistic {
  return mean(scores.map((score, row) => (score - (positive[row] ?? 0)) ** 2))
}

export function rootSquaredError(model: Model): MeanStatistic {
  return {...squaredError(model), link: 'square-root'}
}

/** Cell 2 * label + prediction. */
export function f1({positive, predicted}: Model): TableStatistic {
  return {
    kind: 'table',
    cells: predicted.map((each, row) => 2 * (positive[row] ?? 0) + each),
    cellCount: 4,
    of: ([, alarms = 0, misses = 0, hits = 0]) =>
      hits + alarms + misses === 0 ? null : (2 * hits) / (2 * hits + alarms + misses),
    undefinedAs: nothingPredicted,
  }
}

export function auc({positive, scores}: Model): AucStatistic {
  return {kind: 'auc', positive, scores}
}

/** The same area, but as if nothing were known of it than how to compute it. */
export function opaqueAuc(model: Model): WeightedStatistic {
  const area = auc(model)
  return {kind: 'weighted', of: weights => computeValue(area, weights), undefinedAs: nothingPredicted}
}

/** Every kind of statistic, and every method. */
export const kinds: Readonly<Record<string, (model: Model) => Statistic>> = {
  accuracy,
  recall,
  precision,
  squaredError,
  rootSquaredError,
  f1,
  auc,
  opaqueAuc,
}
