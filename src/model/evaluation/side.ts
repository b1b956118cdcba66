import {InvariantError} from '../../core/assert.ts'
import type {ReasonCode} from '../../core/finding.ts'
import {hashedName} from '../digest.ts'
import type {PredictionsConfig} from '../gather.ts'
import type {CategoryColumn, Column, Table} from '../readers/columns.ts'
import {type DataProblem, rows} from './problem.ts'
import {scoreProblems} from './scores.ts'

/** One file's columns by role, checked cell by cell. */
export interface Side {
  readonly ids: readonly string[]
  readonly label: CategoryColumn
  readonly prediction: CategoryColumn | null
  readonly scores: Float64Array | null
  readonly groups: ReadonlyMap<string, CategoryColumn>
}

export type SideAnswer =
  | {readonly kind: 'usable'; readonly side: Side; readonly problems: readonly DataProblem[]}
  | {readonly kind: 'unusable'; readonly problems: readonly DataProblem[]}

export type SideName = 'candidate' | 'baseline'

/** Takes the columns of one file by their roles, and lists everything that is wrong with them. */
export function readSide(table: Table, name: SideName, config: PredictionsConfig): SideAnswer {
  const {id, label, prediction, score, groups} = config.columns
  const problems: DataProblem[] = []
  const fail = (reason: ReasonCode, what: string, remedy: string) =>
    problems.push({severity: 'error', side: name, reason, what, remedy})

  if (table.rows === 0) {
    fail('model/no-rows', `The ${name}’s file has a header and no row.`, 'Write one row for each evaluated example.')
    return {kind: 'unusable', problems}
  }
  const asked = [id, label, prediction, score, ...(name === 'candidate' ? groups : [])].filter(
    each => each !== undefined,
  )
  const missing = asked.filter(column => !table.columns.has(column))
  if (missing.length === asked.length) {
    // Without a header line the first row takes its place, and rows are never shown.
    const what = `The ${name}’s file has none of the columns ${missing.map(each => `"${each}"`).join(', ')}.`
    fail('model/column-missing', what, 'Does it start with a header line, and are its fields separated by commas?')
  } else {
    for (const column of missing) fail('model/column-missing', ...missingColumn(column, name, table))
  }
  if (problems.length > 0) return {kind: 'unusable', problems}

  const ids = pick(table, id, 'text').values
  const labels = pick(table, label, 'category')
  const predictions = prediction === undefined ? null : pick(table, prediction, 'category')
  const scores = score === undefined ? null : pick(table, score, 'number')

  const emptyIds = pick(table, id, 'text').empty
  if (emptyIds > 0)
    fail('model/id-missing', `The ${name}’s file has no id on ${rows(emptyIds)}.`, 'Give every row an id.')
  const twice = ids.length - new Set(ids).size - Math.max(0, emptyIds - 1)
  if (twice > 0) {
    fail(
      'model/duplicate-ids',
      `The ${name}’s file repeats the id of an earlier row on ${rows(twice)} (${exampleOfTwice(ids)}).`,
      'One row for each id: rows are joined by it. Remove repeated rows, or build a unique id.',
    )
  }
  if (labels.empty > 0) {
    fail(
      'model/label-missing',
      `The ${name}’s file has no label on ${rows(labels.empty)}.`,
      'Remove them, or label them.',
    )
  }
  if (predictions && predictions.empty > 0) {
    fail(
      'model/prediction-missing',
      `The ${name}’s file has no prediction on ${rows(predictions.empty)}.`,
      'A model that does not answer is wrong: write the class it would have served.',
    )
  }
  if (scores) problems.push(...scoreProblems(scores, name))
  if (problems.some(problem => problem.severity === 'error')) return {kind: 'unusable', problems}
  return {
    kind: 'usable',
    problems,
    side: {
      ids,
      label: labels,
      prediction: predictions,
      scores: scores?.values ?? null,
      groups: new Map(name === 'candidate' ? groups.map(group => [group, pick(table, group, 'category')]) : []),
    },
  }
}

function missingColumn(column: string, side: SideName, {header}: Table): [string, string] {
  const near = header.find(name => name.trim().toLowerCase() === column.trim().toLowerCase())
  const remedy =
    near === undefined
      ? 'Name the column under validation.predictions.columns, or write it.'
      : `Did you mean "${near}"?`
  const seen = header.slice(0, 12).map(name => `"${name.slice(0, 40)}"`)
  return [`The ${side}’s file has no column "${column}"; it has ${seen.join(', ')}.`, remedy]
}

function pick<K extends Column['kind']>(table: Table, name: string, kind: K): Extract<Column, {kind: K}> {
  const column = table.columns.get(name)
  if (column && isKind(column, kind)) return column
  throw new InvariantError(`the column ${name} was not read as ${kind}`)
}

function isKind<K extends Column['kind']>(column: Column, kind: K): column is Extract<Column, {kind: K}> {
  return column.kind === kind
}

function exampleOfTwice(ids: readonly string[]): string {
  const seen = new Set<string>()
  const examples = new Set<string>()
  for (const id of ids) {
    if (seen.has(id) && id !== '') examples.add(hashedName(id))
    seen.add(id)
    if (examples.size === 3) break
  }
  return `sha256 of some: ${[...examples].join(', ')}`
}
