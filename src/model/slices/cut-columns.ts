import type {CategoryColumn, Column, ListColumn, TextColumn} from '../readers/columns.ts'
import {type RowIndex, take} from './row-index.ts'

/** A column on some of the rows. Names of categories stay, so that codes mean the same on the whole and on a part. */
export function cutColumn(column: Column, rows: RowIndex): Column {
  switch (column.kind) {
    case 'text':
      return cutText(column, rows)
    case 'category':
      return cutCategory(column, rows)
    case 'list':
      return cutList(column, rows)
    case 'number': {
      // Which flaw an absent number had is not kept by row: on a part all of them count as empty.
      const values = take(column.values, rows)
      return {...column, values, flaws: {empty: countNaN(values), nan: 0, infinite: 0, text: 0}}
    }
    case 'instant': {
      const values = take(column.values, rows)
      return {...column, values, flaws: {empty: countNaN(values), text: 0}}
    }
  }
}

export function cutCategory({codes, names, empty}: CategoryColumn, rows: RowIndex): CategoryColumn {
  const kept = take(codes, rows)
  const absent = empty === 0 ? -1 : names.indexOf('')
  let left = 0
  for (let at = 0; at < kept.length; at++) if (kept[at] === absent) left++
  return {kind: 'category', codes: kept, names, empty: left}
}

function cutText({bytes, offsets, empty}: TextColumn, rows: RowIndex): TextColumn {
  const ends = cutOffsets(offsets, rows)
  const kept = new Uint8Array(ends[rows.length] ?? 0)
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at] ?? 0
    kept.set(bytes.subarray(offsets[row] ?? 0, offsets[row + 1] ?? 0), ends[at] ?? 0)
  }
  return {kind: 'text', bytes: kept, offsets: ends, empty: empty === 0 ? 0 : countBlank(ends)}
}

function cutList({codes, offsets, names, empty}: ListColumn, rows: RowIndex): ListColumn {
  const ends = cutOffsets(offsets, rows)
  const kept = new Int32Array(ends[rows.length] ?? 0)
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at] ?? 0
    kept.set(codes.subarray(offsets[row] ?? 0, offsets[row + 1] ?? 0), ends[at] ?? 0)
  }
  // An empty list is a value, and an absent one looks alike here: as many are absent as the whole had, at most.
  return {kind: 'list', codes: kept, offsets: ends, names, empty: Math.min(empty, countBlank(ends))}
}

/** Where the values of the rows end, when they stand one after the other. */
function cutOffsets(offsets: Uint32Array, rows: RowIndex): Uint32Array {
  const ends = new Uint32Array(rows.length + 1)
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at] ?? 0
    ends[at + 1] = (ends[at] ?? 0) + (offsets[row + 1] ?? 0) - (offsets[row] ?? 0)
  }
  return ends
}

function countBlank(ends: Uint32Array): number {
  let count = 0
  for (let at = 1; at < ends.length; at++) if (ends[at] === ends[at - 1]) count++
  return count
}

function countNaN(values: Float64Array): number {
  let count = 0
  for (let row = 0; row < values.length; row++) if (Number.isNaN(values[row])) count++
  return count
}
