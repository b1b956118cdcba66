/** Small outcomes for tests, written as lists. */
import type {MetricQuestion} from '../../../../src/core/metric-question.ts'
import type {
  BinaryOutcomes,
  MulticlassOutcomes,
  MultilabelOutcomes,
  Outcomes,
} from '../../../../src/model/evaluation/outcomes.ts'
import type {Undefined} from '../../../../src/model/inference/estimate.ts'
import {computeValue} from '../../../../src/model/inference/value-of.ts'
import {statisticOf} from '../../../../src/model/metrics/registry.ts'
import type {Statistic} from '../../../../src/model/metrics/statistic.ts'

type Numbers = readonly number[]

export function binary(
  positive: Numbers,
  predicted: Numbers,
  scores: Numbers | null = null,
  names?: BinaryOutcomes['names'],
): BinaryOutcomes {
  return {
    task: 'binary',
    rows: positive.length,
    positive: Uint8Array.from(positive),
    predicted: Uint8Array.from(predicted),
    scores: scores && Float64Array.from(scores),
    ...(names && {names}),
  }
}

/** @param scores one list for each row */
export function multiclass(
  classes: readonly string[],
  label: Numbers,
  predicted: Numbers,
  scores: readonly Numbers[] | null = null,
): MulticlassOutcomes {
  return {
    task: 'multiclass',
    rows: label.length,
    classes,
    label: Int32Array.from(label),
    predicted: Int32Array.from(predicted),
    scores: scores && classes.map((_, index) => Float64Array.from(scores, row => row[index] ?? 0)),
  }
}

/** Every list holds one list for each row. */
export function multilabel(
  classes: readonly string[],
  labels: readonly Numbers[],
  predicted: readonly Numbers[],
  scores: readonly Numbers[] | null = null,
): MultilabelOutcomes {
  return {
    task: 'multilabel',
    rows: labels.length,
    classes,
    labels: classes.map((_, index) => Uint8Array.from(labels, row => row[index] ?? 0)),
    predicted: classes.map((_, index) => Uint8Array.from(predicted, row => row[index] ?? 0)),
    scores: scores && classes.map((_, index) => Float64Array.from(scores, row => row[index] ?? 0)),
  }
}

export function ask(outcomes: Outcomes, question: MetricQuestion): Statistic | Undefined {
  return statisticOf(outcomes, question, {
    valuesOf: () => {
      throw new Error('no classification metric asks for an expression')
    },
  })
}

/** The value, or `undefined` where there is none. */
export function answer(outcomes: Outcomes, question: MetricQuestion, weights: Float64Array | null = null) {
  const statistic = ask(outcomes, question)
  return statistic.kind === 'undefined' ? 'undefined' : (computeValue(statistic, weights) ?? 'undefined')
}
