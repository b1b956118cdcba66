/** Predictions in which nothing is wrong, for each task: 60 rows, two models, all roles that the task has. */
import type {Task} from '../../../src/core/metric-catalog.ts'
import {buildEvaluation} from '../../../src/model/evaluation/evaluation.ts'
import type {DataProblem} from '../../../src/model/evaluation/problem.ts'
import type {Column} from '../../../src/model/readers/columns.ts'
import {predictionsConfig} from './predictions-config.ts'
import {categories, ids, instants, lists, numbers, tableOf, texts} from './tables.ts'

export type Columns = Readonly<Record<string, Column>>

export interface World {
  /** `validation.predictions` as slipway.yml says it. */
  readonly config: Readonly<Record<string, unknown>>
  readonly columns: Readonly<Record<string, unknown>>
  readonly candidate: Columns
  readonly baseline: Columns
}

export const rowCount = 60

/** The value of each row. */
export function each<T>(value: (row: number) => T): T[] {
  return Array.from({length: rowCount}, (_, row) => value(row))
}

const animals = ['ant', 'bee', 'cat']
const animal = (row: number) => animals[row % 3] ?? ''
const days = each(row => `2026-01-${String((row % 28) + 1).padStart(2, '0')}T00:00:00Z`)

const ofRow = {
  region: categories(each(row => (row % 2 === 0 ? 'north' : 'south'))),
  customer: categories(each(row => `c${row >> 1}`)),
  times: numbers(each(row => 1 + (row % 4))),
  seen: instants(days),
}
const rowRoles = {groups: ['region'], cluster: 'customer', weight: 'times', timestamp: 'seen'}

/** A probability of the first of several classes, from 0 to 1, and wrong on one row in `wrong`. */
function score(row: number, wrong: number): number {
  const isFirst = row % 3 === 0
  const seenAsFirst = row % wrong === 1 ? !isFirst : isFirst
  return (seenAsFirst ? 0.55 : 0.05) + (row % 8) / 20 + 1 / (1000 * wrong)
}

const truth = {id: ids(rowCount), label: categories(each(row => (row % 3 === 0 ? 'bad' : 'good')))}
const binaryOf = (wrong: number): Columns => ({
  ...truth,
  answer: categories(each(row => (score(row, wrong) >= 0.5 ? 'bad' : 'good'))),
  p: numbers(each(row => score(row, wrong))),
})

const multiclassOf = (wrong: number): Columns => {
  const shares = each(row => {
    const rest = (1 - score(row, wrong)) / 2
    return animals.map((_, index) => ((index + row) % 3 === 0 ? score(row, wrong) : rest))
  })
  return {
    id: ids(rowCount),
    label: categories(each(animal)),
    answer: categories(each(row => animal(row % wrong === 1 ? row + 1 : row))),
    p_ant: numbers(shares.map(share => share[0] ?? null)),
    p_bee: numbers(shares.map(share => share[1] ?? null)),
    p_cat: numbers(shares.map(share => share[2] ?? null)),
  }
}

const multilabelOf = (wrong: number): Columns => ({
  id: ids(rowCount),
  label: lists(each(row => animals.filter((_, index) => (row >> index) % 2 === 0))),
  answer: lists(each(row => animals.filter((_, index) => ((row % wrong === 1 ? row + 1 : row) >> index) % 2 === 0))),
  p_ant: numbers(each(row => score(row, wrong))),
  p_bee: numbers(each(row => score(row + 1, wrong))),
  p_cat: numbers(each(row => score(row + 2, wrong))),
})

const regressionOf = (wrong: number): Columns => ({
  id: ids(rowCount),
  label: numbers(each(row => 100 + row * 3.5)),
  answer: numbers(each(row => 100 + row * 3.5 + (row % wrong))),
  low: numbers(each(row => 90 + row * 3.5 - 1 / wrong)),
  high: numbers(each(row => 115 + row * 3.5)),
})

const rankingOf = (wrong: number): Columns => ({
  // One document may be found by several queries.
  id: texts(each(row => `d${row % 20}`)),
  q: categories(each(row => `q${Math.floor(row / 6)}`)),
  label: numbers(each(row => row % 3)),
  p: numbers(each(row => (row % 3) - (row % wrong === 1 ? 2 : 0) + row / 1000)),
})

const textOf = (wrong: number): Columns => ({
  id: texts(each(row => `s${row % 4}`)),
  task: categories(each(row => `t${Math.floor(row / 4)}`)),
  label: lists(each(row => (row % 5 === 0 ? [`It is ${row}.`, `${row}`] : [`It is ${row}.`]))),
  answer: texts(each(row => (row % wrong === 1 ? 'I do not know' : `It is ${row}.`))),
  ok: categories(each(row => (row % wrong === 1 ? 'False' : 'True'))),
})

const scores = {ant: 'p_ant', bee: 'p_bee', cat: 'p_cat'}

/** Only ranking and text have queries, within which weight and cluster do not change. */
const ofQuery = (rows: number) => ({
  ...ofRow,
  customer: categories(each(row => `c${Math.floor(row / rows / 2)}`)),
  times: numbers(each(row => 1 + (Math.floor(row / rows) % 4))),
})

export const worlds: Readonly<Record<Task, World>> = {
  binary: {
    config: {positive: 'bad'},
    columns: {prediction: 'answer', score: 'p', ...rowRoles},
    candidate: {...binaryOf(20), ...ofRow},
    baseline: binaryOf(10),
  },
  multiclass: {
    config: {task: 'multiclass'},
    columns: {prediction: 'answer', scores, ...rowRoles},
    candidate: {...multiclassOf(20), ...ofRow},
    baseline: multiclassOf(10),
  },
  multilabel: {
    config: {task: 'multilabel'},
    columns: {prediction: 'answer', scores, ...rowRoles},
    candidate: {...multilabelOf(20), ...ofRow},
    baseline: multilabelOf(10),
  },
  regression: {
    config: {task: 'regression'},
    columns: {
      prediction: 'answer',
      quantiles: {'0.1': 'low', '0.5': 'answer', '0.9': 'high'},
      interval: {low: 'low', high: 'high'},
      ...rowRoles,
    },
    candidate: {...regressionOf(7), ...ofRow},
    baseline: regressionOf(11),
  },
  ranking: {
    config: {task: 'ranking'},
    columns: {query: 'q', score: 'p', ...rowRoles},
    candidate: {...rankingOf(20), ...ofQuery(6)},
    baseline: rankingOf(10),
  },
  text: {
    config: {task: 'text'},
    columns: {prediction: 'answer', correct: 'ok', query: 'task', ...rowRoles},
    candidate: {...textOf(20), ...ofQuery(4)},
    baseline: textOf(10),
  },
}

/** What is changed in a world in which nothing is wrong. `undefined` takes a key or a column away. */
export interface Change {
  readonly config?: Readonly<Record<string, unknown>>
  readonly columns?: Readonly<Record<string, unknown>>
  readonly candidate?: Readonly<Record<string, Column | undefined>>
  /** null: there is no baseline. */
  readonly baseline?: Readonly<Record<string, Column | undefined>> | null
  /** Changed in both files. */
  readonly both?: Readonly<Record<string, Column | undefined>>
}

export function evaluate(task: Task, change: Change = {}) {
  const {predictions, candidate, baseline} = changedWorld(task, change)
  const theirs = baseline === null ? null : tableOf(baseline)
  return buildEvaluation(tableOf(candidate), theirs, predictionsConfig(predictions))
}

/** The two files, and `validation.predictions` beside their paths. */
export function changedWorld(task: Task, {config, columns, candidate, baseline = {}, both}: Change) {
  const world = worlds[task]
  return {
    predictions: {...world.config, ...config, columns: {...world.columns, ...columns}},
    candidate: present({...world.candidate, ...both, ...candidate}),
    baseline: baseline === null ? null : present({...world.baseline, ...both, ...baseline}),
  }
}

/** `error candidate model/id-missing` for each problem. */
export function said(problems: readonly DataProblem[]): string[] {
  return problems.map(({severity, side, reason}) => `${severity} ${side} ${reason}`)
}

function present(columns: Readonly<Record<string, Column | undefined>>): Columns {
  return Object.fromEntries(
    Object.entries(columns).flatMap(([name, column]) => (column === undefined ? [] : [[name, column]])),
  )
}
