/** The section "Conventions" of docs/model-validation.md says what the code does. */
import {describe, expect, test} from 'vitest'
import {driftMeasures, fairnessMeasures} from '../../src/config/model-gate-schema.ts'
import {type MetricName, metricEntry, metricNames, type Task, tasks} from '../../src/core/metric-catalog.ts'
import type {MetricQuestion} from '../../src/core/metric-question.ts'
import {conventions as driftConventions} from '../../src/model/drift/column-drift.ts'
import {conventionOf, statisticOf} from '../../src/model/metrics/registry.ts'
import type {Statistic} from '../../src/model/metrics/statistic.ts'
import {evaluate} from '../model/evaluation/worlds.ts'
import {cases} from '../simulation/model/cases.ts'
import {readPage, tableOf} from './page.ts'

const section = readPage('docs/model-validation.md').section('## Conventions')

const asks: Readonly<Partial<Record<MetricName, Partial<MetricQuestion>>>> = {
  'f-beta': {beta: 2},
  'top-k-accuracy': {k: 5},
  'pinball-loss': {level: 0.9},
  'recall-at-k': {k: 5},
  'precision-at-k': {k: 5},
  'hit-rate': {k: 5},
  'pass-at-k': {k: 5},
  value: {of: 'amount'},
}

describe('the table of formulas', () => {
  const kinds: Readonly<Record<string, Task>> = {
    'two classes': 'binary',
    'several classes': 'multiclass',
    'several at once': 'multilabel',
    numbers: 'regression',
    rankings: 'ranking',
    texts: 'text',
  }
  const listed = tableOf(section, 'metric').flatMap(([name = '', of = '', convention = '', beside = '']) =>
    of.split(', ').map(kind => ({name: name.replaceAll('`', ''), task: kinds[kind], convention, beside})),
  )

  test('has every metric of the catalogue for every kind of model, once', () => {
    const expected = metricNames.flatMap(name => metricEntry(name).tasks.map(task => `${name} ${task}`))
    expect(listed.map(({name, task}) => `${name} ${task}`).toSorted()).toEqual(expected.toSorted())
  })

  test.each(metricNames)('says of %s what its report says', name => {
    for (const {task, convention, beside} of listed.filter(each => each.name === name)) {
      const said = task === undefined ? undefined : conventionOf({metric: name, ...asks[name]}, task)
      expect(convention).toBe(said?.slice(said.indexOf(': ') + 2))
      expect(beside).not.toBe('')
    }
  })
})

describe('the table of methods', () => {
  const kinds: Readonly<Record<string, Statistic['kind']>> = {
    'share of rows': 'mean',
    'mean of rows, queries or problems': 'mean',
    'area under the ROC curve': 'auc',
    'function of counts': 'table',
    'function of rows': 'weighted',
  }
  const listed = new Map(
    tableOf(section, 'kind').flatMap(([kind = '', names = '']) => names.split(', ').map(name => [name, kinds[kind]])),
  )
  const several = ' of several classes'

  test('has every metric of the catalogue and no other', () => {
    const names = [...listed.keys()].map(name => name.replace(several, ''))
    expect([...new Set(names)].toSorted()).toEqual(metricNames.toSorted())
  })

  const asked = tasks.flatMap(task =>
    metricNames.filter(name => metricEntry(name).tasks.includes(task)).map(name => [name, task] as const),
  )

  test.each(asked)('has %s of %s among its kind', (metric, task) => {
    const {evaluation} = evaluate(task)
    const classes =
      evaluation === null || !('classes' in evaluation.candidate)
        ? ['positive', 'negative']
        : evaluation.candidate.classes
    const costs = Object.fromEntries(
      classes.map(truth => [truth, Object.fromEntries(classes.map(answer => [answer, 1]))]),
    )
    const question = {metric, k: 2, beta: 2, level: 0.9, of: 'amount', costs}
    const rows = {valuesOf: () => Float64Array.from({length: evaluation?.rows ?? 0}, (_, row) => row)}
    const statistic = evaluation && statisticOf(evaluation.candidate, question, rows)
    const kind = task === 'binary' ? listed.get(metric) : (listed.get(metric + several) ?? listed.get(metric))
    expect(statistic?.kind).toBe(kind)
  })
})

test('every measure of drift is defined as its report says', () => {
  const defined = tableOf(section, 'drift').map(([name = '', what = '']) => [name.replaceAll('`', ''), what])
  expect(Object.fromEntries(defined)).toEqual(driftConventions)
  expect(defined.map(([name]) => name)).toEqual([...driftMeasures])
})

test('every measure of fairness is defined', () => {
  const defined = tableOf(section, 'fairness').map(([name = '']) => name)
  const measures = new Set(fairnessMeasures.map(name => name.replace(/-(difference|ratio)$/, '')))
  expect(defined).toEqual([...measures])
})

test('every comparison that is simulated has its shares of false passes', () => {
  const counted = tableOf(section, 'comparison')
  expect(counted.map(([name]) => name)).toEqual(cases.map(({name}) => name))
  for (const [name, ...shares] of counted) {
    expect(shares).toHaveLength(3)
    for (const share of shares) expect(Number(share), name).toBeGreaterThan(0)
  }
})
