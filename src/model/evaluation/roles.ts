import type {PredictionsConfig} from '../../config/validation-schema.ts'
import {assertNever} from '../../core/assert.ts'
import type {Task} from '../../core/metric-catalog.ts'
import type {ColumnRequest} from '../readers/columns.ts'

/** One column of the config and what it is for. */
export interface Role {
  /** As the config calls it: `columns.label`, `columns.scores.cat`. */
  readonly key: string
  readonly kind: 'row' | 'truth' | 'answer' | 'group'
  readonly request: ColumnRequest
  /** Which files must have it. What describes a row and not a model's answer is read from the candidate's file alone. */
  readonly on: 'both' | 'candidate'
  /** A file may lack it. */
  readonly optional?: true
}

/** Stands in no text: a cell that is no list is one reference, whatever it holds. */
const noSeparator = '\u0000'

/** Every column that the config names for this task, in the order of the report. */
export function rolesOf(task: Task, {columns}: Pick<PredictionsConfig, 'columns'>): readonly Role[] {
  const {id, query, weight, cluster, timestamp, groups} = columns
  return [
    {key: 'columns.id', kind: 'row', request: {name: id, kind: 'text'}, on: 'both'},
    ...one('query', 'row', query, 'category', 'both'),
    ...answersOf(task, columns),
    ...one('weight', 'row', weight, 'number', 'candidate'),
    ...one('cluster', 'row', cluster, 'category', 'candidate'),
    ...one('timestamp', 'row', timestamp, 'instant', 'candidate'),
    ...groups.flatMap(group => one('groups', 'group', group, 'category', 'candidate')),
  ]
}

function answersOf(task: Task, columns: PredictionsConfig['columns']): Role[] {
  const {label, prediction, score, scores, quantiles, interval, correct, separator} = columns
  const perClass = Object.entries(scores ?? {}).flatMap(([name, column]) =>
    one(`scores.${name}`, 'answer', column, 'number', 'both'),
  )
  switch (task) {
    case 'binary':
      return [
        ...one('label', 'truth', label, 'category', 'both'),
        ...one('prediction', 'answer', prediction, 'category', 'both'),
        ...one('score', 'answer', score, 'number', 'both'),
      ]
    case 'multiclass':
      return [
        ...one('label', 'truth', label, 'category', 'both'),
        ...one('prediction', 'answer', prediction, 'category', 'both'),
        ...perClass,
      ]
    case 'multilabel':
      return [
        ...list('label', 'truth', label, separator),
        ...list('prediction', 'answer', prediction, separator),
        ...perClass,
      ]
    case 'regression':
      return [
        ...one('label', 'truth', label, 'number', 'both'),
        ...one('prediction', 'answer', prediction, 'number', 'both'),
        ...Object.entries(quantiles ?? {}).flatMap(([level, column]) =>
          one(`quantiles.${level}`, 'answer', column, 'number', 'both'),
        ),
        ...one('interval.low', 'answer', interval?.low, 'number', 'both'),
        ...one('interval.high', 'answer', interval?.high, 'number', 'both'),
      ]
    case 'ranking':
      return [...one('label', 'truth', label, 'number', 'both'), ...one('score', 'answer', score, 'number', 'both')]
    case 'text':
      return [
        ...list('label', 'truth', label, noSeparator).map(role =>
          // Unit tests or a judge have said which answers are right: then nothing needs to be compared.
          correct === undefined ? role : ({...role, optional: true} as const),
        ),
        ...one('prediction', 'answer', prediction, 'text', 'both'),
        ...one('correct', 'answer', correct, 'category', 'both'),
      ]
    default:
      return assertNever(task)
  }
}

function one(
  key: string,
  kind: Role['kind'],
  name: string | undefined,
  columnKind: 'text' | 'category' | 'number' | 'instant',
  on: Role['on'],
): Role[] {
  return name === undefined ? [] : [{key: `columns.${key}`, kind, request: {name, kind: columnKind}, on}]
}

function list(key: string, kind: Role['kind'], name: string | undefined, separator: string): Role[] {
  if (name === undefined) return []
  return [{key: `columns.${key}`, kind, request: {name, kind: 'list', separator}, on: 'both'}]
}
