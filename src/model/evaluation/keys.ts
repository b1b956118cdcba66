/** What names a row: its id; where a query column is named, query and id together, as two queries may find one document. */
import type {PredictionsConfig} from '../../config/validation-schema.ts'
import {hashedName} from '../digest.ts'
import {columnTooLarge, maxColumnBytes} from '../readers/column-size.ts'
import {type CategoryColumn, type TextColumn, textAt} from '../readers/columns.ts'
import {indexTexts, type TextIndex} from '../readers/text-index.ts'
import {type DataProblem, problem, rows} from './problem.ts'
import {pick, type Side} from './side.ts'

export interface Keys {
  readonly column: TextColumn
  readonly index: TextIndex
  readonly problems: readonly DataProblem[]
}

export function readKeys(side: Side, {columns}: PredictionsConfig): Keys {
  const {name} = side
  const ids = pick(side, columns.id, 'text')
  const query = columns.query === undefined ? null : pick(side, columns.query, 'category')
  const column = query === null ? ids : joined(query, ids)
  const index = indexTexts(column)
  const {count: repeated, rows: examples} = index.duplicates
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
    const what = `The ${name}’s file repeats ${key} of an earlier row on ${rows(repeated)} (sha256 of some: ${examples.map(row => hashedName(textAt(column, row))).join(', ')}).`
    const remedy = 'One row for each id: rows are joined by it. Remove repeated rows, or build a unique id.'
    problems.push(problem('error', name, 'model/duplicate-ids', what, remedy))
  }
  return {column, index, problems}
}

/**
 * Length of the query in characters, a colon, the query, the id: whatever signs stand in either, no two pairs make one key.
 * @throws UserError `model/column-too-large`
 */
function joined(query: CategoryColumn, ids: TextColumn): TextColumn {
  const encoder = new TextEncoder()
  const prefixes = query.names.map(name => encoder.encode(`${name.length}:${name}`))
  const count = query.codes.length
  const offsets = new Uint32Array(count + 1)
  let length = 0
  for (let row = 0; row < count; row++) {
    const own = (ids.offsets[row + 1] ?? 0) - (ids.offsets[row] ?? 0)
    length += (prefixes[query.codes[row] ?? 0]?.length ?? 0) + own
    offsets[row + 1] = length
  }
  if (length > maxColumnBytes) throw columnTooLarge('What names each row, query and id together,')
  const bytes = new Uint8Array(length)
  for (let row = 0; row < count; row++) {
    const prefix = prefixes[query.codes[row] ?? 0] ?? bytes.subarray(0, 0)
    const at = offsets[row] ?? 0
    bytes.set(prefix, at)
    bytes.set(ids.bytes.subarray(ids.offsets[row] ?? 0, ids.offsets[row + 1] ?? 0), at + prefix.length)
  }
  return {kind: 'text', bytes, offsets, empty: 0}
}
