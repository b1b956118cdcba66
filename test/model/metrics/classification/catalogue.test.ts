import {describe, expect, test} from 'vitest'
import {metricEntry, metricNames} from '../../../../src/core/metric-catalog.ts'
import {classificationMetrics} from '../../../../src/model/metrics/classification/classification-metrics.ts'

const tasks = ['binary', 'multiclass', 'multilabel'] as const
const business = ['cost', 'value']

describe('every metric of the catalogue', () => {
  const promised = metricNames
    .filter(name => !business.includes(name))
    .flatMap(name => tasks.filter(task => metricEntry(name).tasks.includes(task)).map(task => ({name, task})))

  test.each(promised)('$name is computed for $task models', ({name, task}) => {
    const found = classificationMetrics.filter(metric => metric.name === name && metric.task === task)
    expect(found).toHaveLength(1)
  })

  test('and no other', () => {
    expect(classificationMetrics).toHaveLength(promised.length)
  })
})

describe('the convention', () => {
  test.each(classificationMetrics.map(metric => ({metric})))(
    'of $metric.name for $metric.task is said after its name',
    ({metric}) => {
      for (const average of [undefined, 'macro', 'micro', 'weighted', 'samples'] as const) {
        const sentence = metric.convention({metric: metric.name, average, k: 2, beta: 2})
        expect(sentence).toMatch(new RegExp(`^${metric.name}.*: \\S.*[^.]$`))
        expect(sentence).not.toMatch(/undefined|NaN/)
      }
    },
  )

  const convention = (name: string, task: string, question: object) =>
    classificationMetrics
      .find(each => each.name === name && each.task === task)
      ?.convention({metric: 'f1', ...question})

  test('says how classes are joined and what a class without denominator counts', () => {
    expect(convention('f1', 'multiclass', {})).toBe(
      'f1: 2 hits / (2 hits + misses + false alarms), then the plain mean over all classes; a class without denominator counts 0',
    )
    expect(convention('f-beta', 'binary', {metric: 'f-beta', beta: 2})).toContain('b = 2')
    expect(convention('recall', 'multiclass', {class: 'bad'})).toContain('class "bad"')
  })

  test('says how scores are tied, cut and binned', () => {
    expect(convention('roc-auc', 'binary', {})).toContain('a tie counting one half')
    expect(convention('roc-auc', 'multiclass', {pairs: 'one-vs-one'})).toContain('pair of classes')
    expect(convention('log-loss', 'binary', {})).toContain('2^-52')
    expect(convention('ece', 'binary', {})).toContain('15 bins of equal width')
    expect(convention('mce', 'multiclass', {bins: 10, binning: 'equal-mass'})).toContain('10 bins of equal weight')
    expect(convention('top-k-accuracy', 'multiclass', {k: 5})).toContain('the 5 with the highest scores')
  })
})
