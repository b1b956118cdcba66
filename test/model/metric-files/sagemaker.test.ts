import {describe, expect, test} from 'vitest'
import {findReported} from '../../../src/model/metric-files/metrics-file.ts'
import {answerOf, readFixture} from './fixtures.ts'

describe('SageMaker', () => {
  test('a standard deviation is no standard error', async () => {
    const value = (await readFixture('sagemaker/evaluation.json')).values.get('regression_metrics.mse')
    expect(value).toEqual({
      value: 4.925353410353891,
      note: 'The file writes a standard deviation of 2.219186917819692 beside it, of the rows or of the value: it is not used.',
    })
  })

  test('matrices and curves are no values, and "NaN" is none', async () => {
    const file = await readFixture('sagemaker/binary.json')
    expect([...file.values.keys()].map(name => name.split('.')[1])).toEqual(['recall', 'precision', 'accuracy', 'auc'])
    expect(findReported(file, 'accuracy')).toMatchObject({value: 0.9615961596159616, n: 3333})
    expect(answerOf(file, 'binary_classification_metrics.auc')).toBe('inconclusive model/reported-nan')
  })

  test('violations are counted by kind, and an empty list is a real 0', async () => {
    const file = await readFixture('sagemaker/constraint_violations.json')
    expect([
      answerOf(file, 'violations'),
      answerOf(file, 'violations.baseline_drift_check'),
      answerOf(file, 'violations.missing_column_check'),
    ]).toEqual([3, 2, 0])
    expect(answerOf(await readFixture('sagemaker/no-violations.json'), 'violations')).toBe(0)
  })
})
