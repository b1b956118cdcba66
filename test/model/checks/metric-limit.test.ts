import {expect, test} from 'vitest'
import {metricAtLeast} from '../../../src/model/checks/metric-limit.ts'
import {unanswerable, undefinedBecause} from '../../../src/model/inference/estimate.ts'

const limit = {limit: 0.8, judgeBy: 'value'} as const
const facts = {metric: 'recall', subject: 'recall', counted: 'rows'} as const

test('rows that lack something ask for other rows', () => {
  const estimate = undefinedBecause('model/no-positive-rows', 'No row belongs to "bad".')
  const finding = metricAtLeast.evaluate({...facts, estimate}, limit)
  expect(finding).toMatchObject({verdict: 'inconclusive', reason: 'model/no-positive-rows'})
  expect(finding.remedy).toMatch(/^Evaluate on /)
})

test('a question that does not fit the data asks for another gate, not for other rows', () => {
  const estimate = unanswerable('model/no-score-column', 'No score column is named.')
  const finding = metricAtLeast.evaluate({...facts, estimate}, limit)
  expect(finding).toMatchObject({verdict: 'error', reason: 'model/no-score-column'})
  expect(finding.remedy).toBe('Correct the gate, or the columns that it needs.')
})

test.each([
  ['value', 0.84, 0.81, 0.87, 'pass model/recall-within-limit'],
  ['value', 0.84, 0.79, 0.88, 'warn model/recall-near-limit'],
  ['value', 0.79, 0.75, 0.83, 'fail model/recall-below-limit'],
  ['bound', 0.84, 0.81, 0.87, 'pass model/recall-within-limit'],
  ['bound', 0.84, 0.79, 0.88, 'inconclusive model/recall-limit-not-shown'],
  ['bound', 0.79, 0.75, 0.83, 'inconclusive model/recall-limit-not-shown'],
  ['bound', 0.75, 0.71, 0.79, 'fail model/recall-below-limit'],
] as const)('at least 0.8 by %s: %d (%d to %d) is %s', (judgeBy, value, low, high, expected) => {
  const estimate = {kind: 'value', value, interval: {low, high, confidence: 0.9, method: 'Wilson'}, n: 400} as const
  const {verdict, reason} = metricAtLeast.evaluate({...facts, estimate}, {limit: 0.8, judgeBy})
  expect(`${verdict} ${reason}`).toBe(expected)
})
