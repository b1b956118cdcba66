import {describe, expect, test} from 'vitest'
import {findReported} from '../../../src/model/metric-files/metrics-file.ts'
import {answerOf, readFixture} from './fixtures.ts'

const noSamples = 'inconclusive model/reported-no-samples'

describe('scikit-learn classification_report', () => {
  test('accuracy and recall are shares of known numbers of rows', async () => {
    const file = await readFixture('sklearn-report/binary.json')
    expect(file.values.get('accuracy')).toMatchObject({n: 285, share: true})
    expect(file.values.get('benign.recall')).toMatchObject({n: file.values.get('benign.support')?.value, share: true})
    expect(findReported(file, 'macro avg.f1')).toEqual(file.values.get('macro avg.f1-score'))
  })

  test('with a subset of the labels there is a micro average and no accuracy', async () => {
    const file = await readFixture('sklearn-report/subset.json')
    expect(answerOf(file, 'accuracy')).toBe('error model/reported-not-available')
    expect(answerOf(file, 'micro avg.f1-score')).toBe(0.9701492537313433)
  })

  test('the 0 of a class without rows is no value', async () => {
    const file = await readFixture('sklearn-report/empty-class.json')
    expect(answerOf(file, '3.recall')).toBe(noSamples)
    expect(answerOf(file, '3.f1-score')).toBe(noSamples)
  })

  test('two reports of differently many rows are not of the same data', async () => {
    expect((await readFixture('sklearn-report/binary.json')).values.get('accuracy')?.dataset).toEqual({rows: '285'})
    expect((await readFixture('sklearn-report/subset.json')).values.get('0.recall')?.dataset).toEqual({rows: '67'})
  })
})
