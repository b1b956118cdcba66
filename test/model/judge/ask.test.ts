import {describe, expect, test} from 'vitest'
import {digestOfText} from '../../../src/core/digest.ts'
import type {Measured} from '../../../src/core/measures.ts'
import type {MetricName} from '../../../src/core/metric-catalog.ts'
import type {Evaluation} from '../../../src/model/evaluation/evaluation.ts'
import type {Comparison} from '../../../src/model/inference/comparison.ts'
import {ask} from '../../../src/model/judge/ask.ts'
import type {Baseline} from '../../../src/model/judge/baseline.ts'
import {evaluationOf} from '../slices/evaluations.ts'

const options = {coverage: 0.9, seed: 1, replicates: 200}

/** Right on all rows but the first `wrong` of each hundred. */
function binary(wrong: number, of = 200) {
  const positive = Uint8Array.from({length: of}, (_, row) => row % 2)
  const predicted = positive.map((truth, row) => (row % 100 < wrong ? 1 - truth : truth))
  return {task: 'binary', rows: of, positive, predicted, scores: null} as const
}

/** Errors of each row, in turn; R² of them may be negative. */
function regression(error: (row: number) => number, target: (row: number) => number = row => row % 10) {
  const targets = Float64Array.from({length: 100}, (_, row) => target(row))
  const predicted = targets.map((value, row) => value + error(row))
  return {task: 'regression', rows: 100, target: targets, predicted, quantiles: [], interval: null} as const
}

const accuracies: Evaluation = {...evaluationOf(binary(5)), baseline: binary(10)}
const known = (
  values: Readonly<Record<string, Measured>>,
  evaluation: Evaluation['digest'] | null = null,
): Baseline => ({
  kind: 'known',
  source: 'v1 in production',
  values,
  evaluation,
})
const asked = (metric: MetricName, evaluation: Evaluation, baseline: Baseline) =>
  ask({metric}, evaluation, baseline, options)

function compared(comparison: Comparison | null): Extract<Comparison, {kind: 'compared'}> {
  if (comparison?.kind !== 'compared') throw new Error(`not compared: ${JSON.stringify(comparison)}`)
  return comparison
}

describe('a metric of the candidate', () => {
  test('is its value on all rows, whatever becomes of the baseline', () => {
    for (const baseline of [{kind: 'none'}, {kind: 'unusable'}, {kind: 'rows'}, known({})] as const) {
      expect(asked('accuracy', accuracies, baseline).estimate).toMatchObject({kind: 'value', value: 0.95, n: 200})
    }
  })

  test('that needs what the rows do not have is an error, and so is each comparison by it', () => {
    const {estimate, comparedWith} = asked('roc-auc', accuracies, {kind: 'rows'})
    expect(estimate).toMatchObject({kind: 'undefined', verdict: 'error', reason: 'model/no-score-column'})
    expect(comparedWith(0)).toMatchObject({kind: 'undefined', verdict: 'error', reason: 'model/no-score-column'})
    const values = known({'roc-auc': {value: 0.9}})
    expect(asked('roc-auc', accuracies, values).comparedWith(0)).toMatchObject({reason: 'model/no-score-column'})
  })
})

describe('compared with', () => {
  test('nothing, as the config declares: nothing', () => {
    expect(asked('accuracy', accuracies, {kind: 'none'}).comparedWith(0)).toBeNull()
    expect(asked('accuracy', accuracies, {kind: 'none'}).comparedWith(0.05)).toBeNull()
  })

  test('a baseline that cannot be used: an error', () => {
    expect(asked('accuracy', accuracies, {kind: 'unusable'}).comparedWith(0)).toMatchObject({
      verdict: 'error',
      reason: 'model/baseline-unusable',
    })
  })

  test('rows that are not there: an error', () => {
    const {comparedWith} = asked('accuracy', {...accuracies, baseline: null}, {kind: 'rows'})
    expect(comparedWith(0)).toMatchObject({verdict: 'error', reason: 'model/baseline-unusable'})
  })

  test('rows of a baseline that the metric has no value on: it is said whose they are', () => {
    const positive = Uint8Array.from({length: 100}, (_, row) => row % 2)
    const ours = {task: 'binary', rows: 100, positive, predicted: positive, scores: null} as const
    const nothing = {...ours, predicted: new Uint8Array(100)}
    const {comparedWith} = asked('precision', {...evaluationOf(ours), baseline: nothing}, {kind: 'rows'})
    expect(comparedWith(0)).toMatchObject({kind: 'undefined', verdict: 'inconclusive'})
  })

  test('rows: the difference, paired', () => {
    const {difference, candidateValue, baselineValue, interval, retain} = compared(
      asked('accuracy', accuracies, {kind: 'rows'}).comparedWith(0),
    )
    expect([candidateValue, baselineValue, retain]).toEqual([0.95, 0.9, 1])
    expect(difference).toBeCloseTo(0.05, 12)
    expect(interval.method).toMatch(/Tango/)
  })

  test('a value: of the same rows where the digests agree, of others where they do not, or where nobody knows', () => {
    const value = {accuracy: {value: 0.9, low: 0.86, high: 0.93, confidence: 0.9, n: 200}}
    const methodOf = (baseline: Baseline) =>
      compared(asked('accuracy', accuracies, baseline).comparedWith(0)).interval.method
    expect(methodOf(known(value, accuracies.digest))).toBe('two intervals of the same rows, standard deviations added')
    expect(methodOf(known(value, digestOfText('others')))).toBe('MOVER, independent rows')
    expect(methodOf(known(value))).toBe('MOVER, independent rows')
    expect(methodOf(known({accuracy: {value: 0.9}}, accuracies.digest))).toMatch(/a number taken as exact/)
  })

  test('a value whose interval was made with another confidence: as wide as it would be with ours', () => {
    // z of 95 % is 1.96, of 90 % 1.6449: a half of 0.0392 becomes one of 0.0329.
    const with95 = known({accuracy: {value: 0.9, low: 0.8608, high: 0.9392, confidence: 0.95}}, accuracies.digest)
    const with90 = known({accuracy: {value: 0.9, low: 0.8671, high: 0.9329, confidence: 0.9}}, accuracies.digest)
    const low = (baseline: Baseline) => compared(asked('accuracy', accuracies, baseline).comparedWith(0)).interval.low
    expect(low(with95)).toBeCloseTo(low(with90), 3)
  })

  test('values without this one: an error that names what there is, and no more than eight of them', () => {
    const values = Object.fromEntries(Array.from({length: 11}, (_, at) => [`metric-${at}`, {value: 1}]))
    const found = asked('accuracy', accuracies, known(values)).comparedWith(0)
    expect(found).toMatchObject({verdict: 'error', reason: 'model/baseline-value-missing'})
    expect(found).toMatchObject({
      what: expect.stringMatching(
        /^v1 in production has no value of accuracy; it has metric-0, .*metric-7 and 3 more\.$/,
      ),
    })
    expect(asked('accuracy', accuracies, known({})).comparedWith(0)).toMatchObject({
      what: 'v1 in production has no value of accuracy.',
    })
  })

  test('the same baseline again: the same answer, computed once', () => {
    const {comparedWith} = asked('f1', accuracies, {kind: 'rows'})
    expect(comparedWith(0.05)).toBe(comparedWith(0.05))
    expect(comparedWith(0.05)).not.toBe(comparedWith(0))
  })
})

describe('a share of the baseline’s value', () => {
  // Errors of 1 and 2 by turns have a mean square of 2.5 (rmse 1.5811); errors of 2 and 4 of 10.
  const errors: Evaluation = {
    ...evaluationOf(regression(row => 1 + (row % 2))),
    baseline: regression(row => 2 * (1 + (row % 2))),
  }

  test('is what may be lost of it: 5 % of 0.9 leaves 0.855', () => {
    const {retain, difference} = compared(asked('accuracy', accuracies, {kind: 'rows'}).comparedWith(0.05))
    expect(retain).toBeCloseTo(0.95, 12)
    expect(difference).toBeCloseTo(0.95 - 0.95 * 0.9, 12)
  })

  test('is what must be gained, where it is negative', () => {
    expect(compared(asked('accuracy', accuracies, {kind: 'rows'}).comparedWith(-0.05)).retain).toBeCloseTo(1.05, 12)
  })

  test('is what a loss may rise by, where less is better', () => {
    const {retain, baselineValue} = compared(asked('rmse', errors, {kind: 'rows'}).comparedWith(0.1))
    expect(baselineValue).toBeCloseTo(Math.sqrt(10), 12)
    expect(retain).toBeCloseTo(1.1, 12)
  })

  test.each(['rows', 'known'] as const)(
    'of a negative value is a share of its size: of an R² of -1 may remain -1.1 (%s)',
    kind => {
      // Targets of -1 and 1 vary by 1; errors of sqrt(2) leave an R² of 1 - 2 = -1.
      const sides = (row: number) => (row % 2 === 0 ? -1 : 1)
      const worse: Evaluation = {
        ...evaluationOf(regression(row => 0.1 * (row % 3), sides)),
        baseline: regression(row => (row % 4 < 2 ? Math.SQRT2 : -Math.SQRT2), sides),
      }
      const baseline: Baseline = kind === 'rows' ? {kind} : known({r2: {value: -1, low: -1.5, high: -0.6}})
      const {retain, baselineValue} = compared(asked('r2', worse, baseline).comparedWith(0.1))
      expect(baselineValue).toBeCloseTo(-1, 12)
      // candidate - 1.1 * -1 > 0 is candidate > -1.1.
      expect(retain).toBeCloseTo(1.1, 12)
    },
  )

  test.each(['rows', 'known'] as const)(
    'of a cost below 0, where less is better, may be lost from its size (%s)',
    kind => {
      const costs = {good: {good: -2, bad: -2}, bad: {bad: 1, good: 1}}
      const rows = binary(3)
      const names = {positive: 'bad', negative: 'good'}
      const evaluation: Evaluation = {...evaluationOf({...rows, names}), baseline: {...binary(9), names}}
      const question = {metric: 'cost', costs} as const
      const values = known({'cost by bad as bad 1, bad as good 1, good as bad -2, good as good -2': {value: -0.5}})
      const found = ask(question, evaluation, kind === 'rows' ? {kind} : values, options).comparedWith(0.1)
      // Half of the rows cost 1, half -2: -0.5. Of a gain of 0.5 a tenth may go: candidate - 0.9 * -0.5 < 0.
      expect(compared(found).baselineValue).toBeCloseTo(-0.5, 12)
      expect(compared(found).retain).toBeCloseTo(0.9, 12)
    },
  )
})
