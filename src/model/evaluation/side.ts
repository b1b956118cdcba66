import {InvariantError} from '../../core/assert.ts'
import {nearest} from '../../core/nearest.ts'
import type {Column, Table} from '../readers/columns.ts'
import {type DataProblem, problem, type SideName} from './problem.ts'
import type {Role} from './roles.ts'

/** One file, all of whose asked columns are there. */
export interface Side {
  readonly name: SideName
  readonly table: Table
}

/** Rows there are, and every column that a role asks for. */
export function tableProblems({name, table}: Side, roles: readonly Role[]): DataProblem[] {
  const fail = (reason: DataProblem['reason'], what: string, remedy: string) =>
    problem('error', name, reason, what, remedy)
  if (table.rows === 0) {
    const what = `The ${name}’s file has a header and no row.`
    return [fail('model/no-rows', what, 'Write one row for each evaluated example.')]
  }
  const asked = roles.filter(({on, optional}) => (on === 'both' || name === 'candidate') && !optional)
  const names = [...new Set(asked.map(({request}) => request.name))]
  const missing = names.filter(column => !table.columns.has(column))
  if (missing.length > 0 && missing.length === names.length) {
    // Without a header line the first row takes its place, and rows are never shown.
    const what = `The ${name}’s file has none of the columns ${missing.map(each => `"${each}"`).join(', ')}.`
    const remedy = 'Does it start with a header line, and are its fields separated by commas?'
    return [fail('model/column-missing', what, remedy)]
  }
  return missing.map(column => fail('model/column-missing', ...missingColumn(column, name, table)))
}

function missingColumn(column: string, side: SideName, {header}: Table): [string, string] {
  const near = nearName(column, header)
  const remedy =
    near === undefined
      ? 'Name the column under validation.predictions.columns, or write it.'
      : `Did you mean "${near}"?`
  const seen = header.slice(0, 12).map(name => `"${name.slice(0, 40)}"`)
  return [`The ${side}’s file has no column "${column}"; it has ${seen.join(', ')}.`, remedy]
}

/** The same name in other letters or signs, else one that a slip of the pen would make of it. */
function nearName(column: string, header: readonly string[]): string | undefined {
  const bare = (name: string) =>
    name
      .normalize('NFKC')
      .replace(/[\s_.-]+/g, '')
      .toLowerCase()
  return header.find(name => bare(name) === bare(column)) ?? nearest(column, header)
}

function hasColumn({table}: Side, name: string): boolean {
  return table.columns.has(name)
}

/** A column of the kind that was asked for. */
export function pick<K extends Column['kind']>({table}: Side, name: string, kind: K): Extract<Column, {kind: K}> {
  const column = table.columns.get(name)
  if (column && isKind(column, kind)) return column
  throw new InvariantError(`the column ${name} was not read as ${kind}`)
}

/** The same for a role that the config may leave out. */
export function pickIf<K extends Column['kind']>(
  side: Side,
  name: string | undefined,
  kind: K,
): Extract<Column, {kind: K}> | null {
  return name === undefined || !hasColumn(side, name) ? null : pick(side, name, kind)
}

function isKind<K extends Column['kind']>(column: Column, kind: K): column is Extract<Column, {kind: K}> {
  return column.kind === kind
}
