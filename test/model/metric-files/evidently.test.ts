import {describe, expect, test} from 'vitest'
import {answerOf, readFixture, readText} from './fixtures.ts'

const noSamples = 'inconclusive model/reported-no-samples'

describe('Evidently', () => {
  test('of a drift that is a p-value more is better, whatever the name says', async () => {
    const now = await readFixture('evidently/report.json')
    expect(now.values.get('ValueDrift(column=age,method=K-S p_value,threshold=0.05)')).toEqual({
      value: 2.0179572425111938e-8,
      better: 'more',
    })
    const old = await readFixture('evidently/report-old.json')
    expect(old.values.get('DataDriftTable.drift_by_columns.age.drift_score')?.better).toBe('more')
  })

  test('both generations count tests that failed', async () => {
    for (const path of ['evidently/report.json', 'evidently/tests-old.json']) {
      expect(answerOf(await readFixture(path), 'tests.failed')).toBe(1)
    }
  })

  test('a test that ran into an error did not succeed', async () => {
    const tests = ['SUCCESS', 'ERROR', 'SKIPPED', 'WARNING'].map(status => ({name: 't', description: '', status}))
    const file = await readText(JSON.stringify({version: '0.4.40', tests}))
    expect([answerOf(file, 'tests.failed'), answerOf(file, 'tests.warned')]).toEqual([2, 1])
  })

  test('a report without tests has not passed them', async () => {
    const report = {metrics: [{metric_id: 'RowCount()', value: 3}], tests: []}
    expect(answerOf(await readText(JSON.stringify(report)), 'tests.failed')).toBe(noSamples)
  })
})
