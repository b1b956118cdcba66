import {describe, expect, test} from 'vitest'
import {complete, problemsOf} from './problems.ts'

const gates = (text: string) => complete.replace('validation:\n', `validation:\n  gates:\n    - ${text}\n`)
const predictions = (text: string) =>
  complete.replace(
    'columns: {label: risk, score: score, groups: [sex]}\n    positive: bad',
    text.split('\n').join('\n    '),
  )

describe('a gate of a model is refused where it could not mean what it says', () => {
  test.each([
    [
      'a metric of another kind of model',
      gates('{metric: rmse, at-most: 1}'),
      'metric: "rmse"; expected a metric of binary predictions. rmse speaks of regression.',
    ],
    [
      'a parameter that the metric does not have',
      gates('{metric: accuracy, at-least: 0.8, k: 5}'),
      'k: 5; expected no k: accuracy is not asked with it.',
    ],
    [
      'a parameter that is missing',
      gates('{metric: f-beta, at-least: 0.8}'),
      'beta: missing; expected beta, which f-beta needs.',
    ],
    [
      'a loss that may grow by more than there is',
      gates('{metric: ece, may-lose: 2}'),
      'may-lose: 2; expected a fraction from 0 to 1, as ece is one. Did you mean 0.02?',
    ],
    [
      'a margin in words',
      gates('{metric: f1, may-lose: little}'),
      'may-lose: "little"; expected a number, or a share of the baseline such as "5%".',
    ],
    [
      'a floor of a cost',
      gates('{metric: cost, at-least: 1, costs: {bad: {good: 5}}}'),
      'at-least: 1; expected at-most: less cost is better. The limit as it stands would stop a better model and let a worse one through.',
    ],
    [
      'a difference that is at least something',
      gates('{fairness: equal-opportunity-difference, by: sex, at-least: 0.1}'),
      'at-least: 0.1; expected at-most: a smaller difference is fairer. The limit as it stands would stop a fairer model.',
    ],
    [
      'a ratio that is at most something',
      gates('{fairness: demographic-parity-ratio, by: sex, at-most: 0.8}'),
      'at-most: 0.8; expected at-least: a ratio nearer to 1 is fairer. The limit as it stands would stop a fairer model.',
    ],
    [
      'an intersection with an unknown column',
      gates('{fairness: demographic-parity-ratio, by: [sex, age], at-least: 0.8}'),
      'by[1]: "age"; expected a column of columns.groups. Add "age" to validation.predictions.columns.groups, or name a column that stands there.',
    ],
    [
      'a slice that nobody declared',
      gates('{metric: f1, at-least: 0.8, in-each: [young]}'),
      'in-each[0]: "young"; expected a column of columns.groups, or the name of a slice. Add "young" to validation.predictions.columns.groups, or declare a slice of that name.',
    ],
    [
      'a reported value without a file',
      gates('{reported: test.f1, at-least: 0.8}'),
      'reported: "test.f1"; expected validation.metrics, the file that reports it. Add validation.metrics.',
    ],
    [
      'a shell line that is a list',
      gates('{command: [sh, x], name: rules, shell: true}'),
      'a mapping; expected a list of arguments, or one line of text together with `shell: true`.',
    ],
  ])('%s', (_, text, problem) => {
    const found = problemsOf(text)
    expect(found).toHaveLength(1)
    expect(found[0]).toContain(problem)
  })

  test.each([
    ['a margin in percent of the baseline', gates('{metric: log-loss, may-lose: 5%}')],
    [
      'every group and a named slice',
      `${gates('{metric: f1, at-least: 0.8, in-each: [sex, young]}').replace('validation:\n', "validation:\n  slices: [{name: young, where: 'age < 25'}]\n")}`,
    ],
    ['a shell line', gates("{command: 'python check.py | tail -1', name: rules, shell: true}")],
    [
      'a value of a file',
      gates('{reported: test.f1, at-least: 0.8}').replace('validation:\n', 'validation:\n  metrics: m.json\n'),
    ],
  ])('%s is right', (_, text) => {
    expect(problemsOf(text)).toEqual([])
  })
})

describe('what the model does is said once', () => {
  test.each([
    [
      'neither a positive class nor a task',
      'columns: {score: s}',
      'positive: missing; expected positive, or task. Add positive: the class that counts as positive. Or task: multiclass, multilabel, regression, ranking, text.',
    ],
    [
      'binary without a positive class',
      'columns: {score: s}\ntask: binary',
      'positive: missing; expected positive: the class that counts as positive.',
    ],
    [
      'a positive class of a regression',
      'columns: {prediction: p}\ntask: regression\npositive: bad',
      'positive: "bad"; expected no positive class: regression predictions have none.',
    ],
    [
      'a ranking without queries',
      'columns: {score: s}\ntask: ranking',
      'columns.query: missing; expected query: documents are ranked within one. Name the column of the query.',
    ],
    [
      'a regression that answers nothing',
      'columns: {label: y}\ntask: regression',
      'columns.prediction: missing; expected prediction, or quantiles, or interval. Name the column of what the model answers: prediction or quantiles or interval.',
    ],
    [
      'a place of production’s predictions without production',
      'columns: {score: s}\npositive: bad\nbaseline-file: x/{version}.csv',
      'baseline-file: "x/{version}.csv"; expected no baseline-file without `baseline: production`. It says where the predictions of the release in production lie; any other baseline is a file by itself.',
    ],
  ])('%s', (_, text, problem) => {
    const found = problemsOf(predictions(text))
    expect(found).toHaveLength(1)
    expect(found[0]).toContain(problem)
  })

  test.each([
    ['binary by its positive class', 'columns: {score: s}\npositive: bad'],
    ['scores of three classes', 'columns: {scores: {a: pa, b: pb, c: pc}}\ntask: multiclass\nclasses: [a, b, c]'],
    ['quantiles', 'columns: {quantiles: {"0.1": lo, "0.9": hi}}\ntask: regression'],
    ['a ranking', 'columns: {score: s, query: q}\ntask: ranking'],
  ])('%s is right', (_, text) => {
    expect(problemsOf(predictions(text))).toEqual([])
  })
})
