/** What the config says of predictions and gates, and cannot be so. */
import {type Case, error} from './case.ts'
import {rows, validated} from './validated.ts'

const scores = {ant: 'p_ant', bee: 'p_bee', cat: 'p_cat'}

export const wrongRoles: readonly Case[] = [
  error(
    'config/invalid',
    'neither the task nor the positive class',
    rows('binary', {change: {config: {positive: undefined}}}),
    'expected positive, or task',
  ),
  error(
    'config/invalid',
    'no column of what the model answers',
    rows('regression', {change: {columns: {prediction: undefined, quantiles: undefined, interval: undefined}}}),
    'expected prediction, or quantiles, or interval',
  ),
  error(
    'config/invalid',
    'a ranking without queries',
    rows('ranking', {change: {columns: {query: undefined}}}),
    'query: documents are ranked within one',
  ),
  error(
    'config/invalid',
    'a metric of another task',
    rows('binary', {gates: [{metric: 'mae', 'at-most': 1}]}),
    'a metric of binary predictions',
  ),
  error(
    'config/invalid',
    'a limit on the wrong side',
    rows('binary', {gates: [{metric: 'accuracy', 'at-most': 0.9}]}),
    'at-least: more accuracy is better',
  ),
  error(
    'config/invalid',
    'a limit that can never fail',
    rows('binary', {gates: [{metric: 'accuracy', 'at-least': 85}]}),
    'Did you mean 0.85?',
  ),
  error(
    'config/invalid',
    'a metric without a limit',
    rows('binary', {gates: [{metric: 'accuracy'}]}),
    'at least one of at-least, at-most',
  ),
  error(
    'config/invalid',
    'a group column that is not declared',
    rows('binary', {gates: [{fairness: 'demographic-parity-difference', by: 'sex', 'at-most': 0.1}]}),
    'a column of columns.groups',
  ),
  error(
    'config/invalid',
    'a slice that is not declared',
    rows('binary', {gates: [{metric: 'accuracy', 'at-least': 0.5, 'in-each': ['young']}]}),
    'or the name of a slice',
  ),
  error(
    'config/invalid',
    'a fairness limit on the wrong side',
    rows('binary', {gates: [{fairness: 'demographic-parity-ratio', by: 'region', 'at-most': 0.8}]}),
    'a ratio nearer to 1 is fairer',
  ),
  error(
    'config/invalid',
    'a reported value, and no file of metrics',
    validated({validation: {gates: [{reported: 'accuracy', 'at-least': 0.9}]}}),
    'the file that reports it',
  ),
  error(
    'model/role-contradicts-task',
    'a column that the task does not have',
    rows('binary', {change: {columns: {query: 'region'}}}),
    'columns.query, which binary predictions do not have',
  ),
  error(
    'model/role-conflict',
    'the label as its own score',
    rows('binary', {change: {columns: {score: 'label'}}}),
    'plays roles that exclude each other: columns.label, columns.score',
  ),
  error(
    'model/class-listed-twice',
    'a class that is listed twice',
    rows('multiclass', {change: {config: {classes: ['ant', 'bee', 'bee', 'cat']}}}),
    '"bee" twice',
  ),
  error(
    'model/classes-contradict-positive',
    'classes without the positive one',
    rows('binary', {change: {config: {classes: ['good', 'fine']}}}),
    'for the positive class "bad"',
  ),
  error(
    'model/class-without-score',
    'a listed class without a column of scores',
    rows('multiclass', {change: {config: {classes: ['ant', 'bee', 'cat', 'dog']}}}),
    'no score column for "dog"',
  ),
  error(
    'model/score-of-unknown-class',
    'a column of scores for a class that is not listed',
    rows('multiclass', {
      change: {config: {classes: ['ant', 'bee', 'cat']}, columns: {scores: {...scores, dog: 'p_dog'}}},
    }),
    '"dog", which validation.predictions.classes does not list',
  ),
  error(
    'model/quantile-level',
    'a quantile that is named twice',
    rows('regression', {change: {columns: {quantiles: {'0.1': 'low', '.1': 'high'}}}}),
    'named twice',
  ),
  error(
    'model/no-predictions',
    'gates, and no predictions',
    validated({validation: {gates: [{metric: 'accuracy', 'at-least': 0.5}]}}),
    'names no predictions',
  ),
  error(
    'model/too-many-classes',
    'texts in the place of classes',
    validated({
      files: {
        'c.csv': ['id,label,answer', ...Array.from({length: 2001}, (_, row) => `r${row},t${row},t0`), ''].join('\n'),
      },
      validation: {
        predictions: {candidate: '@/c.csv', baseline: 'none', task: 'multiclass', columns: {prediction: 'answer'}},
        gates: [{metric: 'accuracy', 'at-least': 0}],
      },
    }),
    '2,001 different values as label',
  ),
].map(each => ({...each, when: 'model'}))
