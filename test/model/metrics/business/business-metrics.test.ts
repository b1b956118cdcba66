import {describe, expect, test} from 'vitest'
import type {BinaryOutcomes, MulticlassOutcomes} from '../../../../src/model/evaluation/outcomes.ts'
import {undefinedBecause} from '../../../../src/model/inference/estimate.ts'
import {businessMetrics} from '../../../../src/model/metrics/business/business-metrics.ts'
import {asked, regression} from '../asked.ts'

function binary(
  positive: readonly number[],
  predicted: readonly number[],
  names?: BinaryOutcomes['names'],
): BinaryOutcomes {
  return {
    task: 'binary',
    rows: positive.length,
    positive: Uint8Array.from(positive),
    predicted: Uint8Array.from(predicted),
    scores: null,
    ...(names === undefined ? {} : {names}),
  }
}

function multiclass(label: readonly number[], predicted: readonly number[]): MulticlassOutcomes {
  return {
    task: 'multiclass',
    rows: label.length,
    classes: ['cat', 'dog', 'hen'],
    label: Int32Array.from(label),
    predicted: Int32Array.from(predicted),
    scores: null,
  }
}

describe('cost is the mean of what each decision costs', () => {
  // One of each: right positive, missed, false alarm, right negative.
  const credit = binary([1, 1, 0, 0], [1, 0, 1, 0], {positive: 'bad', negative: 'good'})

  test('by the names of the classes, with right decisions at 0', () => {
    expect(asked(credit, {metric: 'cost', costs: {bad: {good: 5}, good: {bad: 1}}})).toBe(6 / 4)
  })

  test('and what is said of right decisions counts; below zero it is a gain', () => {
    const costs = {bad: {good: 5, bad: 0.5}, good: {bad: 1, good: -2}}
    expect(asked(credit, {metric: 'cost', costs})).toBe((0.5 + 5 + 1 - 2) / 4)
    expect(asked(credit, {metric: 'cost', costs}, {weights: [0, 1, 0, 3]})).toBe((5 - 6) / 4)
  })

  test('two classes may also be called positive and negative', () => {
    const costs = {positive: {negative: 5}, negative: {positive: 1}}
    expect(asked(credit, {metric: 'cost', costs})).toBe(6 / 4)
    expect(asked(binary([1, 1, 0, 0], [1, 0, 1, 0]), {metric: 'cost', costs})).toBe(6 / 4)
  })

  test('unless the data itself calls a class so', () => {
    const test = binary([1, 0], [0, 0], {positive: 'negative', negative: 'positive'})
    expect(asked(test, {metric: 'cost', costs: {negative: {positive: 8}, positive: {negative: 1}}})).toBe(4)
  })

  test('with more than two classes too', () => {
    const costs = {cat: {dog: 1, hen: 2}, dog: {cat: 3, hen: 4}, hen: {cat: 5, dog: 6}}
    expect(asked(multiclass([0, 0, 1, 2, 2], [0, 2, 0, 1, 2]), {metric: 'cost', costs})).toBe((0 + 2 + 3 + 6 + 0) / 5)
  })

  test('a wrong decision that was forgotten is an error, and not free', () => {
    expect(asked(credit, {metric: 'cost', costs: {bad: {good: 5}}})).toBe(
      'error model/cost-missing: costs does not say what this decision costs: true class "good", predicted "bad" (rows: 1).',
    )
    expect(asked(credit, {metric: 'cost', costs: {}})).toMatch(/^error model\/cost-missing/)
  })

  test('a class that the data does not have is an error', () => {
    const costs = {bad: {good: 5}, good: {bda: 1}}
    expect(asked(credit, {metric: 'cost', costs})).toMatch(/^error model\/unknown-class: costs names the class "bda"/)
    expect(asked(multiclass([0], [1]), {metric: 'cost', costs: {cow: {cat: 1}}})).toBe(
      'error model/unknown-class: costs names the class "cow"; the classes are cat, dog, hen.',
    )
  })

  test('a cost that is said twice is an error', () => {
    const costs = {bad: {good: 5}, positive: {negative: 6}, good: {bad: 1}}
    expect(asked(credit, {metric: 'cost', costs})).toMatch(/^error model\/cost-ambiguous/)
  })
})

describe('value is the mean of an expression', () => {
  const outcomes = regression([1, 2, 3], [1, 2, 3])
  const of = 'amount - 5'
  const rows = (values: Float64Array) => ({
    rows: {valuesOf: (text: string) => (text === of ? values : new Float64Array())},
  })

  test('over all rows, by their weights', () => {
    const values = Float64Array.of(10, -5, 1)
    expect(asked(outcomes, {metric: 'value', of}, rows(values))).toBe(2)
    expect(asked(outcomes, {metric: 'value', of}, {...rows(values), weights: [1, 1, 0]})).toBe(2.5)
    expect(asked(binary([1], [1]), {metric: 'value', of}, rows(Float64Array.of(7)))).toBe(7)
    expect(asked(multiclass([1], [1]), {metric: 'value', of}, rows(Float64Array.of(7)))).toBe(7)
  })

  test('and a row without a value is told, not left out', () => {
    expect(asked(outcomes, {metric: 'value', of}, rows(Float64Array.of(10, Number.NaN, 1)))).toBe(
      'inconclusive model/value-missing: "amount - 5" has no value on 1 of 3 rows; say what they count, as in if(amount is missing, 0, amount).',
    )
  })

  test('and why an expression has no values is passed on', () => {
    const absent = undefinedBecause('model/expression-unknown-column', 'There is no such column.')
    expect(asked(outcomes, {metric: 'value', of}, {rows: {valuesOf: () => absent}})).toBe(
      'inconclusive model/expression-unknown-column: There is no such column.',
    )
    expect(asked(outcomes, {metric: 'value'})).toMatch(/^error model\/no-expression/)
  })
})

test('every convention names its metric', () => {
  for (const metric of businessMetrics) {
    expect(metric.convention({metric: metric.name, of: 'amount'})).toMatch(new RegExp(`^${metric.name}[: ]`))
  }
})
