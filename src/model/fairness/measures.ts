import type {FairnessGate, FairnessMeasure} from '../../config/model-gate-schema.ts'
import type {Outcomes} from '../evaluation/outcomes.ts'
import {type Undefined, unanswerable} from '../inference/estimate.ts'
import {type BinaryView, binaryView} from './binary-view.ts'
import {lossRate} from './loss-rate.ts'
import type {Rate} from './rate.ts'

/** A measure taken apart: which rates of the groups it compares, and how. */
export interface Comparand {
  readonly kind: 'comparand'
  readonly rates: readonly Rate[]
  readonly shape: 'difference' | 'ratio'
  /** `groups`: the rates of groups are compared. `zero`: each is itself the distance from what it should be. */
  readonly against: 'groups' | 'zero'
}

/** `demographic-parity` of `demographic-parity-difference`: the word of reason codes. */
export function familyOf(measure: FairnessMeasure): string {
  return measure.replace(/-(difference|ratio)$/, '')
}

export function shapeOf(measure: FairnessMeasure): Comparand['shape'] {
  return measure.endsWith('-ratio') ? 'ratio' : 'difference'
}

/**
 * The rates that a measure compares, as fairlearn defines them where it does; or why these predictions have none.
 *
 * - demographic parity: share predicted positive (`selection_rate`); of numbers the mean prediction
 * - equalized odds: true and false positive rate, equal opportunity: true positive rate alone (Hardt, Price and Srebro,
 *   "Equality of opportunity in supervised learning", 2016)
 * - predictive parity: precision
 * - calibration: |mean score - observed rate| within each group, of which the largest counts
 * - loss: mean log loss, error rate where there are no scores, absolute error of numbers
 */
export function comparandOf(
  {fairness: measure, class: only}: Pick<FairnessGate, 'fairness' | 'class'>,
  outcomes: Outcomes,
): Comparand | Undefined {
  const shape = shapeOf(measure)
  switch (measure) {
    case 'demographic-parity-difference':
    case 'demographic-parity-ratio':
      if (outcomes.task === 'regression' && shape === 'difference') return ofPrediction(outcomes.predicted)
      return ofClasses(outcomes, only, shape, view => [selectionRate(view)])
    case 'equalized-odds-difference':
    case 'equalized-odds-ratio':
      return ofClasses(outcomes, only, shape, view => [truePositiveRate(view), falsePositiveRate(view)])
    case 'equal-opportunity-difference':
    case 'equal-opportunity-ratio':
      return ofClasses(outcomes, only, shape, view => [truePositiveRate(view)])
    case 'predictive-parity-difference':
    case 'predictive-parity-ratio':
      return ofClasses(outcomes, only, shape, view => [precision(view)])
    case 'calibration-difference':
      return calibration(outcomes, only)
    case 'loss-difference':
    case 'loss-ratio': {
      const rate = lossRate(outcomes)
      return 'kind' in rate ? rate : {kind: 'comparand', rates: [rate], shape, against: 'groups'}
    }
  }
}

export function selectionRate({predicted}: BinaryView): Rate {
  return {name: 'selection rate', values: predicted, among: null, isShare: true, range: [0, 1]}
}

export function truePositiveRate({predicted, positive}: BinaryView): Rate {
  return {name: 'true positive rate', values: predicted, among: positive, isShare: true, range: [0, 1]}
}

export function falsePositiveRate({predicted, positive}: BinaryView): Rate {
  const negative = new Uint8Array(positive.length)
  for (let row = 0; row < positive.length; row++) negative[row] = 1 - (positive[row] ?? 0)
  return {name: 'false positive rate', values: predicted, among: negative, isShare: true, range: [0, 1]}
}

export function precision({predicted, positive}: BinaryView): Rate {
  return {name: 'precision', values: positive, among: predicted, isShare: true, range: [0, 1]}
}

export function accuracy({predicted, positive}: BinaryView): Rate {
  const right = new Uint8Array(positive.length)
  for (let row = 0; row < positive.length; row++) right[row] = predicted[row] === positive[row] ? 1 : 0
  return {name: 'accuracy', values: right, among: null, isShare: true, range: [0, 1]}
}

export function meanPrediction(predicted: Float64Array): Rate {
  const range = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] as const
  return {name: 'mean prediction', values: predicted, among: null, isShare: false, range}
}

/** How far the mean score lies above the observed rate: "calibration in the large". */
export function scoreGap(scores: Float64Array, positive: Uint8Array): Rate {
  const values = new Float64Array(scores.length)
  for (let row = 0; row < scores.length; row++) values[row] = (scores[row] ?? 0) - (positive[row] ?? 0)
  return {name: 'mean score above the observed rate', values, among: null, isShare: false, range: [-1, 1]}
}

function ofClasses(
  outcomes: Outcomes,
  only: string | undefined,
  shape: Comparand['shape'],
  ratesOf: (view: BinaryView) => readonly Rate[],
): Comparand | Undefined {
  const view = binaryView(outcomes, only)
  return 'kind' in view ? view : {kind: 'comparand', rates: ratesOf(view), shape, against: 'groups'}
}

function calibration(outcomes: Outcomes, only: string | undefined): Comparand | Undefined {
  const view = binaryView(outcomes, only)
  if ('kind' in view) return view
  if (view.scores === null) {
    return unanswerable(
      'model/fairness-needs-scores',
      'Calibration compares scores with what happened; no score column is named.',
    )
  }
  return {kind: 'comparand', rates: [scoreGap(view.scores, view.positive)], shape: 'difference', against: 'zero'}
}

function ofPrediction(predicted: Float64Array | null): Comparand | Undefined {
  if (predicted === null) {
    return unanswerable(
      'model/fairness-needs-prediction',
      'The predictions hold quantiles or intervals only: there is no mean of them.',
    )
  }
  return {kind: 'comparand', rates: [meanPrediction(predicted)], shape: 'difference', against: 'groups'}
}
