/** What a binormal model's metrics are in the whole population: closed forms, and integrals where there is none. */
import {normalCdf} from '../../../src/model/inference/normal.ts'
import {probabilityOf} from './worlds.ts'

export interface Population {
  readonly positives: number
  readonly distance: number
  readonly threshold: number
}

export const truths = {
  accuracy: population => {
    const {hits, rejections} = cellsOf(population)
    return hits + rejections
  },
  recall: population => cellsOf(population).hits / population.positives,
  precision: population => {
    const {hits, alarms} = cellsOf(population)
    return hits / (hits + alarms)
  },
  f1: population => {
    const {hits, alarms, misses} = cellsOf(population)
    return (2 * hits) / (2 * hits + alarms + misses)
  },
  mcc: population => {
    const {hits, alarms, misses, rejections} = cellsOf(population)
    const bottom = Math.sqrt((hits + alarms) * (hits + misses) * (rejections + alarms) * (rejections + misses))
    return (hits * rejections - alarms * misses) / bottom
  },
  'roc-auc': ({distance}) => normalCdf(distance / Math.SQRT2),
  /** Precision over the thresholds at which positive rows lie. */
  'average-precision': ({positives, distance}) =>
    meanOverNormal(distance, score => {
      const hits = positives * (1 - normalCdf(score - distance))
      return hits / (hits + (1 - positives) * (1 - normalCdf(score)))
    }),
  'log-loss': ({positives, distance}) =>
    positives * meanOverNormal(distance, score => -Math.log(probabilityOf(score))) +
    (1 - positives) * meanOverNormal(0, score => -Math.log(1 - probabilityOf(score))),
} as const satisfies Readonly<Record<string, (population: Population) => number>>

export type KnownTruth = keyof typeof truths

/** Shares of all rows. */
function cellsOf({positives, distance, threshold}: Population) {
  const hits = positives * (1 - normalCdf(threshold - distance))
  const alarms = (1 - positives) * (1 - normalCdf(threshold))
  return {hits, alarms, misses: positives - hits, rejections: 1 - positives - alarms}
}

/** Mean of a smooth function over a normal distribution, by the trapezoid rule on ± 8 standard deviations. */
function meanOverNormal(mean: number, of: (score: number) => number): number {
  const steps = 4000
  let sum = 0
  for (let step = 0; step <= steps; step++) {
    const z = -8 + (16 * step) / steps
    sum += (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * of(mean + z)
  }
  return (sum * 16) / steps
}
