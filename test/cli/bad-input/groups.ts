/** Slices, groups and segments that are absent, empty, too small or too many. */
import {categories, numbers} from '../../model/evaluation/tables.ts'
import {each} from '../../model/evaluation/worlds.ts'
import {type Case, error, type Given, inconclusive, warn} from './case.ts'
import {type RowsSetup, rows, validated} from './validated.ts'

type Gate = Readonly<Record<string, unknown>>

const inEach = (asked: string, setup: RowsSetup = {}, more: Gate = {}) =>
  rows('binary', {...setup, gates: [{metric: 'accuracy', 'at-least': 0.1, 'in-each': [asked], ...more}]})
const slice = (where: string, name = 'part') => inEach(name, {validation: {slices: [{name, where}]}})
const region = (value: (row: number) => string | null) => ({change: {candidate: {region: categories(each(value))}}})

/** Two rows of each of so many groups. */
function inGroups(count: number, gate: Gate): Given {
  const lines = Array.from({length: 2 * count}, (_, row) => {
    return `r${row},${row % 3 === 0 ? 'bad' : 'good'},0.${row + 100},g${row >> 1}`
  })
  return validated({
    files: {'candidate.csv': ['id,label,p,group', ...lines, ''].join('\n')},
    validation: {
      predictions: {
        candidate: '@/candidate.csv',
        baseline: 'none',
        positive: 'bad',
        columns: {score: 'p', groups: ['group']},
      },
      gates: [gate],
    },
  })
}

const slices: readonly Case[] = [
  inconclusive('model/slice-too-small', 'a slice with few rows', slice('p > 0.9'), 'rows'),
  inconclusive('model/slice-missing', 'a slice that no row belongs to', slice('p > 5'), 'part'),
  warn(
    'model/group-missing',
    'a group column without a value on any row',
    inEach(
      'region',
      region(() => null),
    ),
    'no value on 60 rows',
  ),
  error(
    'model/slice-expression',
    'a slice whose expression cannot be read',
    slice('p >'),
    'The expression of slice "part" cannot be read',
  ),
  error(
    'model/expression-unknown-column',
    'a slice by a column that the data does not have',
    slice('age < 25'),
    'names the column "age"',
  ),
  error('model/expression-no-condition', 'a slice by a number', slice('p + 1'), 'expected a condition'),
  error(
    'model/slice-ambiguous',
    'a slice with the name of a group column',
    slice('p > 0.1', 'region'),
    'is both a group column and a declared slice',
  ),
  warn(
    'model/slice-undecided-rows',
    'rows of which nobody can say whether they belong to a slice',
    inEach('often', {
      validation: {slices: [{name: 'often', where: 'amount > 2'}]},
      change: {candidate: {amount: numbers(each(row => (row < 10 ? null : row)))}},
    }),
    'Of 10 rows a value is missing',
  ),
  inconclusive(
    'model/too-many-slices',
    'a slice for nearly every row',
    inGroups(201, {metric: 'accuracy', 'at-least': 0, 'in-each': ['group'], 'min-rows': 2}),
    '201 values; the 200 largest are judged',
  ),
  inconclusive(
    'model/slice-weightless',
    'a slice whose rows all have the weight 0',
    inEach('region', {change: {candidate: {times: numbers(each(row => row % 2))}}, predictions: {'min-rows': 20}}),
    'weight 0',
  ),
  error(
    'model/slice-parts-queries',
    'a slice that cuts queries in two',
    rows('ranking', {gates: [{metric: 'ndcg', 'at-least': 0.1, 'in-each': ['region']}]}),
    'quer',
  ),
]

const fair = (gate: Gate, setup: RowsSetup = {}) => rows('binary', {...setup, gates: [{by: 'region', ...gate}]})
const parity: Gate = {fairness: 'demographic-parity-difference', 'at-most': 1}

const fairness: readonly Case[] = [
  inconclusive(
    'model/too-few-groups',
    'one group alone',
    fair(
      parity,
      region(() => 'north'),
    ),
    'Fewer than two groups',
  ),
  inconclusive(
    'model/too-few-groups',
    'a group column without a value on any row',
    fair(
      parity,
      region(() => null),
    ),
    'Fewer than two groups',
  ),
  inconclusive(
    'model/required-group-missing',
    'a required group that no row has',
    fair({...parity, 'min-group': 10, required: ['west']}),
    'required group "west"',
  ),
  inconclusive(
    'model/required-group-too-small',
    'a required group of few rows',
    fair(
      {...parity, 'min-group': 10, required: ['west']},
      region(row => (row < 3 ? 'west' : row % 2 === 0 ? 'north' : 'south')),
    ),
    'has too few rows',
  ),
  inconclusive(
    'model/fairness-ratio-undefined',
    'a ratio of rates that are all 0',
    fair(
      {fairness: 'demographic-parity-ratio', 'at-least': 0.8, 'min-group': 10},
      {change: {columns: {score: undefined}, candidate: {answer: categories(each(() => 'good'))}}},
    ),
    'has no value',
  ),
  error(
    'model/too-many-groups',
    'ids in the place of groups',
    inGroups(600, {fairness: 'demographic-parity-difference', by: 'group', 'at-most': 1, 'min-group': 1}),
    'There are 600 groups; no more than 500',
  ),
  error(
    'model/fairness-needs-scores',
    'calibration without scores',
    fair(
      {fairness: 'calibration-difference', 'at-most': 0.1, 'min-group': 10},
      {change: {columns: {score: undefined}}},
    ),
    'no score column is named',
  ),
  error(
    'model/fairness-class-unknown',
    'a class that the model does not have',
    fair({...parity, class: 'evil', 'min-group': 10}),
    '"evil"',
  ),
  error(
    'model/fairness-not-comparable',
    'calibration against all rows',
    fair({fairness: 'calibration-difference', 'at-most': 0.1, 'compared-with': 'all-rows', 'min-group': 10}),
    'compared-with: all-rows',
  ),
  error(
    'model/fairness-needs-binary',
    'a rate of classes where numbers are predicted',
    rows('regression', {gates: [{fairness: 'equalized-odds-difference', 'at-most': 1, by: 'region', 'min-group': 10}]}),
    'these predictions are regression',
  ),
  error(
    'model/fairness-needs-rows',
    'the loss of single rows of a ranking',
    rows('ranking', {gates: [{fairness: 'loss-difference', by: 'region', 'at-most': 1, 'min-group': 10}]}),
    'belongs to a query',
  ),
  error(
    'model/fairness-needs-prediction',
    'the mean of predictions that are intervals',
    rows('regression', {
      gates: [{...parity, by: 'region', 'min-group': 10}],
      change: {columns: {prediction: undefined, quantiles: undefined}},
    }),
    'quantiles or intervals only',
  ),
]

const weak = (gate: Gate = {}, setup: RowsSetup = {}) =>
  rows('binary', {...setup, gates: [{'weak-segments': 'accuracy', 'may-lag': 0.5, 'min-rows': 10, ...gate}]})

const segments: readonly Case[] = [
  error(
    'model/no-segment-columns',
    'segments among no columns',
    weak({}, {change: {columns: {groups: []}}}),
    'columns.groups is empty',
  ),
  error(
    'model/segment-column-missing',
    'segments among a column that the data does not have',
    weak({among: ['age']}),
    '"age"',
  ),
  error(
    'model/segment-column-unfit',
    'segments among points in time',
    weak({among: ['seen']}),
    'segments are made of categories and numbers',
  ),
  error(
    'model/metric-of-another-task',
    'segments by a metric of another task',
    weak({'weak-segments': 'mae'}),
    'mae is a metric of regression',
  ),
  inconclusive(
    'model/no-segment-with-support',
    'no segment with rows enough',
    weak({'min-rows': 59}),
    '59 rows or more',
  ),
]

export const wrongGroups: readonly Case[] = [...slices, ...fairness, ...segments].map(each => ({
  ...each,
  when: 'model',
}))
