import {describe, expect, test} from 'vitest'
import {buildEvaluation} from '../../../src/model/evaluation/evaluation.ts'
import {predictionsConfig} from './predictions-config.ts'
import {categories, ids, numbers, tableOf} from './tables.ts'

describe('buildEvaluation', () => {
  test('joins the baseline by id, whatever the order of its rows', () => {
    const config = predictionsConfig({positive: 'bad', columns: {score: 'score'}, 'min-rows': 2})
    const candidate = tableOf({
      id: ids(4),
      label: categories(['bad', 'good', 'bad', 'good']),
      score: numbers([0.9, 0.2, 0.4, 0.6]),
    })
    const baseline = tableOf({
      id: ids(4),
      label: categories(['bad', 'good', 'bad', 'good']),
      score: numbers([0.8, 0.1, 0.7, 0.3]),
    })
    const {evaluation, problems} = buildEvaluation(candidate, baseline, config)
    expect(problems).toEqual([])
    expect(evaluation?.candidate).toMatchObject({
      task: 'binary',
      positive: Uint8Array.of(1, 0, 1, 0),
      predicted: Uint8Array.of(1, 0, 0, 1),
    })
    expect(evaluation?.baseline).toMatchObject({predicted: Uint8Array.of(1, 0, 1, 0)})
  })
})
