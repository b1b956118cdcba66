import {assertNever} from '../../core/assert.ts'
import type {Column, ListColumn, Table, TextColumn} from '../readers/columns.ts'

/**
 * The table with its rows in another order: row r of the answer is row order[r].
 * @param except a column that is not needed any more: ids are the longest of all
 */
export function reorderTable(table: Table, order: Int32Array, except?: string): Table {
  const kept = [...table.columns].filter(([name]) => name !== except)
  const columns = new Map(kept.map(([name, column]) => [name, reorderColumn(column, order)]))
  return {...table, columns}
}

function reorderColumn(column: Column, order: Int32Array): Column {
  switch (column.kind) {
    case 'text':
      return reorderText(column, order)
    case 'list':
      return reorderList(column, order)
    case 'category':
      return {...column, codes: reorderCodes(column.codes, order)}
    case 'number':
      return {...column, values: reorderValues(column.values, order)}
    case 'instant':
      return {...column, values: reorderValues(column.values, order)}
    default:
      return assertNever(column)
  }
}

function reorderCodes(codes: Int32Array, order: Int32Array): Int32Array {
  const result = new Int32Array(order.length)
  for (let row = 0; row < order.length; row++) result[row] = codes[order[row] ?? 0] ?? 0
  return result
}

function reorderValues(values: Float64Array, order: Int32Array): Float64Array {
  const result = new Float64Array(order.length)
  for (let row = 0; row < order.length; row++) result[row] = values[order[row] ?? 0] ?? Number.NaN
  return result
}

function reorderText(column: TextColumn, order: Int32Array): TextColumn {
  const offsets = reorderOffsets(column.offsets, order)
  const bytes = new Uint8Array(offsets[order.length] ?? 0)
  for (let row = 0; row < order.length; row++) {
    const from = order[row] ?? 0
    bytes.set(column.bytes.subarray(column.offsets[from] ?? 0, column.offsets[from + 1] ?? 0), offsets[row] ?? 0)
  }
  return {...column, bytes, offsets}
}

function reorderList(column: ListColumn, order: Int32Array): ListColumn {
  const offsets = reorderOffsets(column.offsets, order)
  const codes = new Int32Array(offsets[order.length] ?? 0)
  for (let row = 0; row < order.length; row++) {
    const from = order[row] ?? 0
    codes.set(column.codes.subarray(column.offsets[from] ?? 0, column.offsets[from + 1] ?? 0), offsets[row] ?? 0)
  }
  return {...column, codes, offsets}
}

function reorderOffsets(offsets: Uint32Array, order: Int32Array): Uint32Array {
  const result = new Uint32Array(order.length + 1)
  for (let row = 0; row < order.length; row++) {
    const from = order[row] ?? 0
    result[row + 1] = (result[row] ?? 0) + (offsets[from + 1] ?? 0) - (offsets[from] ?? 0)
  }
  return result
}
