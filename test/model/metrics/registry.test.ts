import {describe, expect, test} from 'vitest'
import {metricEntry, metricNames, tasks} from '../../../src/core/metric-catalog.ts'
import {findMetric, metrics} from '../../../src/model/metrics/registry.ts'
import {asked, ranking, regression} from './asked.ts'

describe('what the config may ask can be computed', () => {
  test.each(metricNames)('%s, for each of its tasks and no other', name => {
    expect(tasks.filter(task => findMetric(name, task) !== undefined)).toEqual(
      tasks.filter(task => metricEntry(name).tasks.includes(task)),
    )
  })

  test('once each', () => {
    const pairs = metrics.map(({name, task}) => `${task} ${name}`)
    expect(new Set(pairs).size).toBe(pairs.length)
  })
})

test('a metric of another task is an error that names the task it belongs to', () => {
  expect(asked(regression([1], [1]), {metric: 'ndcg'})).toBe(
    'error model/metric-of-another-task: ndcg is a metric of ranking; these predictions are regression.',
  )
  expect(asked(ranking([[1, 1]]), {metric: 'accuracy'})).toBe(
    'error model/metric-of-another-task: accuracy is a metric of binary, multiclass, multilabel; these predictions are ranking.',
  )
})
