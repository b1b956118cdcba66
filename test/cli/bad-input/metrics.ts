/** Metrics that have no value on these rows, or cannot be asked of them; and comparisons that cannot be made. */
import type {Task} from '../../../src/core/metric-catalog.ts'
import {changedNames, changedNumbers} from '../../model/evaluation/changes.ts'
import {categories, ids, numbers, texts} from '../../model/evaluation/tables.ts'
import {each} from '../../model/evaluation/worlds.ts'
import {after, type Case, error, inconclusive, warn} from './case.ts'
import {type RowsSetup, rows} from './validated.ts'

type Gate = Readonly<Record<string, unknown>>

const asked = (task: Task, gate: Gate, setup: RowsSetup = {}) => rows(task, {...setup, gates: [gate]})
const value = (of: string) => asked('binary', {metric: 'value', of, 'at-least': 0})
const cost = (costs: Gate, task: Task = 'binary') => asked(task, {metric: 'cost', costs, 'at-most': 1})
const noScores = {change: {columns: {score: undefined}}}

const unanswerable: readonly Case[] = [
  error(
    'model/no-score-column',
    'a metric of scores, and predicted classes only',
    asked('binary', {metric: 'roc-auc', 'at-least': 0.5}, noScores),
    'needs scores',
  ),
  error(
    'model/no-prediction',
    'a metric of values, and quantiles only',
    asked('regression', {metric: 'mae', 'at-most': 1}, {change: {columns: {prediction: undefined}}}),
    'mae needs predicted values',
  ),
  error(
    'model/no-quantile',
    'a quantile that no column holds',
    asked('regression', {metric: 'pinball-loss', level: 0.3, 'at-most': 1}),
    'No column holds the quantile at 0.3',
  ),
  error(
    'model/no-interval',
    'a metric of intervals, and none is predicted',
    asked('regression', {metric: 'interval-coverage', 'at-least': 0.5}, {change: {columns: {interval: undefined}}}),
    'needs a predicted interval',
  ),
  error(
    'model/number-too-large',
    'numbers too far apart for a double',
    asked(
      'regression',
      {metric: 'mse', 'at-most': 1},
      {
        change: {
          columns: {quantiles: undefined, interval: undefined},
          candidate: {answer: changedNumbers('regression', 'candidate', 'answer', {3: 1e200})},
        },
      },
    ),
    'beyond what a 64-bit number holds',
  ),
  error(
    'model/no-correct-column',
    'a share of correct answers that nobody marked',
    asked('text', {metric: 'correct-share', 'at-least': 0.5}, {change: {columns: {correct: undefined}}}),
    'needs columns.correct',
  ),
  error(
    'model/no-problem-column',
    'pass-at-k without problems',
    asked(
      'text',
      {metric: 'pass-at-k', k: 1, 'at-least': 0.1},
      {change: {columns: {query: undefined}, both: {id: texts(each(row => `s${row}`))}}},
    ),
    'needs columns.query',
  ),
  error(
    'model/no-reference',
    'a comparison with accepted answers that no row has',
    asked('text', {metric: 'exact-match', 'at-least': 0.5}, {change: {both: {label: undefined}}}),
    'needs accepted answers',
  ),
  error(
    'model/class-not-known',
    'a class that the model does not have',
    asked('multiclass', {metric: 'recall', class: 'dog', 'at-least': 0.1}),
    'There is no class "dog"',
  ),
  error(
    'model/average-misplaced',
    'a mean over labels where each row has one class',
    asked('multiclass', {metric: 'f1', average: 'samples', 'at-least': 0.1}),
    'The average "samples"',
  ),
  error(
    'model/top-k-always-right',
    'so many best classes that one is always right',
    asked('multiclass', {metric: 'top-k-accuracy', k: 3, 'at-least': 0.1}),
    'choose a smaller k',
  ),
  error(
    'model/cost-missing',
    'a decision whose cost is not said',
    cost({bad: {good: 5}}),
    'does not say what this decision costs',
  ),
  error(
    'model/cost-ambiguous',
    'a cost that is said twice',
    cost({bad: {good: 5, bad: 0}, good: {bad: 1, good: 0}, positive: {good: 4}}),
    'costs says twice',
  ),
  error(
    'model/unknown-class',
    'a cost of a class that nobody knows',
    cost({evil: {good: 5}}),
    'names the class "evil"',
  ),
  error('model/expression-malformed', 'an expression that cannot be read', value('p *'), 'cannot be read'),
  error(
    'model/expression-unknown-column',
    'an expression with a column that the data does not have',
    value('profit * 2'),
    'names the column "profit"',
  ),
  error(
    'model/expression-type',
    'an expression that compares what cannot be compared',
    value("if(p == 'bad', 1, 0)"),
    'p',
  ),
]

const withoutValue: readonly Case[] = [
  inconclusive(
    'model/value-missing',
    'an expression without a value on some rows',
    asked('binary', {metric: 'value', of: 'times / (times - 1)', 'at-least': 0}),
    'has no value on',
  ),
  after(
    'model/target-constant',
    inconclusive(
      'model/constant-target',
      'r2 of a target that never changes',
      asked('regression', {metric: 'r2', 'at-least': 0}, {change: {both: {label: numbers(each(() => 4))}}}),
      'All targets are equal',
    ),
  ),
  after(
    'model/target-constant',
    inconclusive(
      'model/zero-targets',
      'wape of targets that are all zero',
      asked('regression', {metric: 'wape', 'at-most': 1}, {change: {both: {label: numbers(each(() => 0))}}}),
      'The targets are all zero',
    ),
  ),
  inconclusive(
    'model/no-positive-rows',
    'recall of a class that no row has',
    asked(
      'multiclass',
      {metric: 'recall', class: 'dog', 'at-least': 0.1},
      {change: {config: {classes: ['ant', 'bee', 'cat', 'dog']}, columns: {scores: undefined}}},
    ),
    'No row belongs to',
  ),
  after(
    'model/one-class-only',
    inconclusive(
      'model/no-negative-rows',
      'specificity where every row is positive',
      asked(
        'binary',
        {metric: 'specificity', 'at-least': 0.1},
        {change: {both: {label: categories(each(() => 'bad'))}}},
      ),
      'Every row belongs to',
    ),
  ),
  inconclusive(
    'model/one-class-only',
    'the area under a curve of one class',
    asked('binary', {metric: 'roc-auc', 'at-least': 0.1}, {change: {both: {label: categories(each(() => 'bad'))}}}),
    'one class',
  ),
  inconclusive(
    'model/nothing-predicted-positive',
    'precision of a class that is never predicted',
    asked(
      'binary',
      {metric: 'precision', 'at-least': 0.1},
      {change: {columns: {score: undefined}, candidate: {answer: categories(each(() => 'good'))}}},
    ),
    'No row is predicted to belong to',
  ),
  inconclusive(
    'model/class-without-rows',
    'a mean over classes, one of which has no row',
    asked(
      'multiclass',
      {metric: 'roc-auc', 'at-least': 0.1},
      {
        change: {
          both: {label: changedNames('multiclass', 'candidate', 'label', name => (name === 'cat' ? 'ant' : name))},
        },
      },
    ),
    'rows of each class',
  ),
  after(
    'model/nothing-relevant',
    inconclusive(
      'model/no-relevant-document',
      'a ranking in which nothing is relevant',
      asked('ranking', {metric: 'mrr', 'at-least': 0.1}, {change: {both: {label: numbers(each(() => 0))}}}),
      'No query has a document with a relevance above 0',
    ),
  ),
  after(
    'model/nothing-to-rank',
    inconclusive(
      'model/no-ranked-query',
      'queries of one document each',
      asked(
        'ranking',
        {metric: 'ndcg', 'at-least': 0.1},
        {change: {columns: {cluster: undefined, weight: undefined}, both: {q: categories(each(row => `q${row}`))}}},
      ),
      'more than one document',
    ),
  ),
  inconclusive(
    'model/too-few-samples',
    'pass-at-k with fewer samples than k',
    asked('text', {metric: 'pass-at-k', k: 9, 'at-least': 0.1}),
    'sample',
  ),
  inconclusive(
    'model/too-few-rows-of-a-class',
    'a class of very few rows',
    asked(
      'binary',
      {metric: 'roc-auc', 'at-least': 0.1},
      {change: {columns: {cluster: undefined}, both: {label: categories(each(row => (row < 1 ? 'bad' : 'good')))}}},
    ),
    'class',
  ),
  inconclusive(
    'model/too-few-clusters',
    'rows of very few clusters',
    asked(
      'binary',
      {metric: 'accuracy', 'at-least': 0.1},
      {change: {candidate: {customer: categories(each(row => `c${row % 3}`))}}},
    ),
    'come from 3 clusters',
  ),
  inconclusive(
    'model/no-variation',
    'two models that never differ, by a metric without a limit',
    asked(
      'regression',
      {metric: 'mae', 'may-lose': 0},
      {
        change: {
          columns: {quantiles: undefined, interval: undefined},
          baseline: {answer: changedNumbers('regression', 'candidate', 'answer', {})},
        },
      },
    ),
    'Nothing varies',
  ),
  inconclusive(
    'model/one-class-predicted',
    'a correlation with an answer that never changes',
    asked(
      'binary',
      {metric: 'mcc', 'at-least': 0},
      {
        change: {columns: {score: undefined, cluster: undefined}, candidate: {answer: categories(each(() => 'bad'))}},
      },
    ),
    'Every row gets the same answer',
  ),
  inconclusive(
    'model/no-rows',
    'recall of a class whose rows all have the weight 0',
    asked(
      'binary',
      {metric: 'recall', 'at-least': 0},
      {
        change: {columns: {cluster: undefined}, candidate: {times: numbers(each(row => (row % 3 === 0 ? 0 : 1)))}},
      },
    ),
    'no row to judge',
  ),
  inconclusive(
    'model/extreme-value',
    'a comparison of single extreme rows',
    asked(
      'regression',
      {metric: 'max-error', 'may-lose': 1},
      {
        change: {
          columns: {cluster: undefined},
          baseline: {answer: changedNumbers('regression', 'baseline', 'answer', {3: 4000})},
        },
      },
    ),
    'the value of single extreme rows',
  ),
]

const known = (baseline: Gate, gate: Gate = {metric: 'accuracy', 'may-lose': 0.5}) =>
  rows('binary', {gates: [gate], predictions: {baseline}, change: {columns: {cluster: undefined}}})

const compared: readonly Case[] = [
  error(
    'model/baseline-value-missing',
    'values of the baseline without the metric',
    known({f1: 0.7}),
    'has no value of accuracy; it has f1',
  ),
  error(
    'model/baseline-value-out-of-range',
    'a percentage as the value of the baseline',
    known({accuracy: 85}),
    'none that the metric can have',
  ),
  error(
    'model/baseline-interval-contradictory',
    'a value of the baseline outside of its interval',
    known({accuracy: {value: 0.7, low: 0.8, high: 0.9, rows: 100}}),
    'does not lie within the interval',
  ),
  error(
    'model/baseline-value-zero',
    'a share of a baseline that is 0',
    known({accuracy: {value: 0, rows: 100}}, {metric: 'accuracy', 'may-lose': '5%'}),
    'is 0, and 5% of the baseline is nothing',
  ),
  error('config/invalid', 'a value of the baseline that is no number', known({accuracy: Number.NaN}), 'accuracy'),
  error(
    'model/baseline-missing',
    'no file of the baseline',
    rows('binary', {predictions: {baseline: '@/nope.csv'}}),
    'is not a file',
  ),
  error(
    'model/baseline-is-candidate',
    'the same file twice',
    rows('binary', {predictions: {baseline: '@/candidate.csv'}}),
    'the same, byte for byte',
  ),
  warn(
    'model/first-release',
    'a comparison, and a config that declares no baseline',
    rows('binary', {change: {baseline: null, columns: {cluster: undefined}}}),
    'there is no baseline',
  ),
  after(
    'model/ids-differ',
    error(
      'model/baseline-unusable',
      'a comparison with a baseline of other rows',
      rows('binary', {change: {columns: {cluster: undefined}, baseline: {id: ids(60, 'other-')}}}),
      'see the finding above',
    ),
  ),
]

export const wrongMetrics: readonly Case[] = [...unanswerable, ...withoutValue, ...compared].map(each => ({
  ...each,
  when: 'model',
}))
