/** What names a row: its id; where a query column is named, query and id together, as two queries may find one document. */
import type {PredictionsConfig} from '../../config/validation-schema.ts'
import {hashedName} from '../digest.ts'
import {type CategoryColumn, type TextColumn, textAt} from '../readers/columns.ts'
import {type DataProblem, problem, rows} from './problem.ts'
import {pick, type Side} from './side.ts'

export interface Keys {
  readonly column: TextColumn
  readonly index: KeyIndex
  readonly problems: readonly DataProblem[]
}

export interface KeyIndex {
  /** The row that has the key of a row of another column; -1 where none has. */
  find(other: TextColumn, row: number): number
}

export function readKeys(side: Side, {columns}: PredictionsConfig): Keys {
  const {name} = side
  const ids = pick(side, columns.id, 'text')
  const query = columns.query === undefined ? null : pick(side, columns.query, 'category')
  const column = query === null ? ids : joined(query, ids)
  const {index, repeated, examples} = indexKeys(column)
  const problems: DataProblem[] = []
  if (ids.empty > 0) {
    const what = `The ${name}’s file has no id on ${rows(ids.empty)}.`
    problems.push(problem('error', name, 'model/id-missing', what, 'Give every row an id.'))
  }
  if (query !== null && query.empty > 0) {
    const what = `The ${name}’s file has no query on ${rows(query.empty)}.`
    problems.push(problem('error', name, 'model/query-missing', what, 'Give every row the query that it belongs to.'))
  }
  if (repeated > 0) {
    const key = query === null ? 'the id' : 'query and id'
    const what = `The ${name}’s file repeats ${key} of an earlier row on ${rows(repeated)} (sha256 of some: ${examples.join(', ')}).`
    const remedy = 'One row for each id: rows are joined by it. Remove repeated rows, or build a unique id.'
    problems.push(problem('error', name, 'model/duplicate-ids', what, remedy))
  }
  return {column, index, problems}
}

/** Query, a tab, id. */
function joined(query: CategoryColumn, ids: TextColumn): TextColumn {
  const encoder = new TextEncoder()
  const prefixes = query.names.map(name => encoder.encode(`${name}\t`))
  const count = query.codes.length
  const offsets = new Uint32Array(count + 1)
  for (let row = 0; row < count; row++) {
    const own = (ids.offsets[row + 1] ?? 0) - (ids.offsets[row] ?? 0)
    offsets[row + 1] = (offsets[row] ?? 0) + (prefixes[query.codes[row] ?? 0]?.length ?? 0) + own
  }
  const bytes = new Uint8Array(offsets[count] ?? 0)
  for (let row = 0; row < count; row++) {
    const prefix = prefixes[query.codes[row] ?? 0] ?? bytes.subarray(0, 0)
    const at = offsets[row] ?? 0
    bytes.set(prefix, at)
    bytes.set(ids.bytes.subarray(ids.offsets[row] ?? 0, ids.offsets[row + 1] ?? 0), at + prefix.length)
  }
  return {kind: 'text', bytes, offsets, empty: 0}
}

function indexKeys(column: TextColumn): {index: KeyIndex; repeated: number; examples: readonly string[]} {
  const rowOf = new Map<string, number>()
  const examples = new Set<string>()
  let repeated = 0
  for (let row = 0; row + 1 < column.offsets.length; row++) {
    const key = textAt(column, row)
    if (!rowOf.has(key)) rowOf.set(key, row)
    else if (key !== '') {
      repeated++
      if (examples.size < 3) examples.add(hashedName(key))
    }
  }
  return {index: {find: (other, row) => rowOf.get(textAt(other, row)) ?? -1}, repeated, examples: [...examples]}
}
