import {describe, expect, test} from 'vitest'
import {type Task, tasks} from '../../../src/core/metric-catalog.ts'
import {type Change, evaluate, said} from './worlds.ts'

describe('a config that contradicts itself', () => {
  const cases: readonly (readonly [string, Task, Change, readonly string[], RegExp])[] = [
    [
      'a positive class of a regression',
      'regression',
      {config: {positive: 'bad'}},
      ['model/role-contradicts-task'],
      /positive, which regression/,
    ],
    [
      'a positive class among several',
      'multiclass',
      {config: {positive: 'ant'}},
      ['model/role-contradicts-task'],
      /task: binary/,
    ],
    [
      'a score per class of two classes',
      'binary',
      {columns: {scores: {bad: 'p'}}},
      ['model/role-contradicts-task'],
      /columns\.score, or say task: multiclass/,
    ],
    [
      'one score of several classes',
      'multiclass',
      {columns: {score: 'p_ant'}},
      ['model/role-contradicts-task'],
      /one column for each class under columns\.scores/,
    ],
    [
      'a score of a regression',
      'regression',
      {columns: {score: 'low'}},
      ['model/role-contradicts-task'],
      /columns\.prediction/,
    ],
    [
      'quantiles of classes',
      'multiclass',
      {columns: {quantiles: {'0.1': 'p_x'}}},
      ['model/role-contradicts-task'],
      /task: regression/,
    ],
    [
      'an interval of a ranking',
      'ranking',
      {columns: {interval: {low: 'a', high: 'b'}}},
      ['model/role-contradicts-task'],
      /columns\.interval/,
    ],
    [
      'a query of two classes',
      'binary',
      {columns: {query: 'region'}},
      ['model/role-contradicts-task'],
      /columns\.cluster/,
    ],
    [
      'a prediction of a ranking',
      'ranking',
      {columns: {prediction: 'rank'}},
      ['model/role-contradicts-task'],
      /columns\.score/,
    ],
    ['correct of classes', 'binary', {columns: {correct: 'ok'}}, ['model/role-contradicts-task'], /task: text/],
    ['classes of a ranking', 'ranking', {config: {classes: ['a', 'b']}}, ['model/role-contradicts-task'], /classes/],
    ['no query of a ranking', 'ranking', {columns: {query: undefined}}, ['model/no-query-column'], /columns\.query/],
    [
      'no score of a ranking',
      'ranking',
      {columns: {score: undefined}},
      ['model/no-answer-column'],
      /Add columns\.score/,
    ],
    [
      'neither score nor prediction',
      'binary',
      {columns: {score: undefined, prediction: undefined}},
      ['model/no-answer-column'],
      /neither a prediction column nor a score column/,
    ],
    [
      'no answer of a regression',
      'regression',
      {columns: {prediction: undefined, quantiles: undefined, interval: undefined}},
      ['model/no-answer-column'],
      /columns\.prediction or columns\.quantiles or columns\.interval/,
    ],
    [
      'neither text nor its verdict',
      'text',
      {columns: {prediction: undefined, correct: undefined}},
      ['model/no-answer-column'],
      /columns\.correct/,
    ],
    [
      'no positive class',
      'binary',
      {config: {positive: undefined, task: 'binary'}},
      ['model/no-positive-class'],
      /positive/,
    ],
    ['neither task nor positive class', 'binary', {config: {positive: undefined}}, ['model/task-unknown'], /positive/],
    ['a ranking that does not say so', 'ranking', {config: {task: undefined}}, ['model/task-unknown'], /task: ranking/],
    [
      'a regression that does not say so',
      'regression',
      {config: {task: undefined}},
      ['model/task-unknown'],
      /task: regression/,
    ],
    ['a text that does not say so', 'text', {config: {task: undefined}}, ['model/task-unknown'], /task: text/],
    [
      'several classes that do not say so',
      'multiclass',
      {config: {task: undefined}},
      ['model/task-unknown'],
      /task: multiclass\. Or multilabel/,
    ],
    [
      'a class listed twice',
      'multiclass',
      {config: {classes: ['ant', 'bee', 'cat', 'ant']}},
      ['model/class-listed-twice'],
      /"ant"/,
    ],
    [
      'classes without the positive one',
      'binary',
      {config: {classes: ['good', 'fine']}},
      ['model/classes-contradict-positive'],
      /"good", "fine"/,
    ],
    [
      'three classes of a binary model',
      'binary',
      {config: {classes: ['good', 'fine', 'bad']}},
      ['model/classes-contradict-positive'],
      /3 classes/,
    ],
    [
      'a class without score column',
      'multiclass',
      {config: {classes: ['ant', 'bee', 'cat', 'dog']}},
      ['model/class-without-score'],
      /"dog"/,
    ],
    [
      'a score column of no class',
      'multilabel',
      {config: {classes: ['ant', 'bee']}},
      ['model/score-of-unknown-class'],
      /"cat"/,
    ],
    [
      'a quantile of level 0',
      'regression',
      {columns: {quantiles: {'0.0': 'low'}}},
      ['model/quantile-level'],
      /"0\.0" is not between 0 and 1/,
    ],
    [
      'a quantile twice',
      'regression',
      {columns: {quantiles: {'0.1': 'low', '.10': 'high'}}},
      ['model/quantile-level'],
      /named twice/,
    ],
    [
      'label and prediction in one column',
      'binary',
      {columns: {prediction: 'label'}},
      ['model/role-conflict'],
      /"label".*columns\.label, columns\.prediction/,
    ],
    ['a score that is the label', 'binary', {columns: {score: 'label'}}, ['model/role-conflict'], /"label"/],
    ['ids as groups', 'binary', {columns: {groups: ['id']}}, ['model/role-conflict'], /"id"/],
    ['scores as groups', 'binary', {columns: {groups: ['p']}}, ['model/role-conflict'], /"p"/],
    ['ids as clusters', 'binary', {columns: {cluster: 'id'}}, ['model/role-conflict'], /"id"/],
    ['a target as group', 'regression', {columns: {groups: ['label']}}, ['model/role-conflict'], /"label"/],
    [
      'one score column for two classes',
      'multiclass',
      {columns: {scores: {ant: 'p_ant', bee: 'p_ant', cat: 'p_cat'}}},
      ['model/role-conflict'],
      /"p_ant"/,
    ],
    [
      'an interval of one column',
      'regression',
      {columns: {interval: {low: 'low', high: 'low'}}},
      ['model/role-conflict'],
      /"low"/,
    ],
    ['a weight that is the score', 'binary', {columns: {weight: 'p'}}, ['model/role-conflict'], /"p"/],
  ]

  test.each(cases)('%s', (_, task, change, reasons, words) => {
    const {evaluation, problems} = evaluate(task, change)
    expect(evaluation).toBeNull()
    expect(said(problems)).toEqual(reasons.map(reason => `error both ${reason}`))
    expect(problems.map(({what, remedy}) => `${what} ${remedy}`).join('\n')).toMatch(words)
    for (const {what, remedy} of problems) {
      expect(what).toMatch(/\.$/)
      expect(remedy).toMatch(/\.$/)
    }
  })

  test.each(tasks)('%s: a class may be a group, and clusters too', task => {
    const groups = task === 'binary' || task === 'multiclass' ? ['region', 'label'] : ['region']
    expect(evaluate(task, {columns: {groups: [...groups, 'customer']}}).problems).toEqual([])
  })

  test('everything that contradicts itself is told at once', () => {
    const {problems} = evaluate('ranking', {
      config: {positive: 'bad'},
      columns: {prediction: 'rank', query: undefined, score: undefined, groups: ['id']},
    })
    expect(problems.map(({reason}) => reason)).toEqual([
      'model/role-contradicts-task',
      'model/role-contradicts-task',
      'model/no-answer-column',
      'model/no-query-column',
      'model/role-conflict',
    ])
  })
})
