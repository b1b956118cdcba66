import type {Table} from '../readers/columns.ts'
import {cutColumn} from '../slices/cut-columns.ts'

/**
 * The table with its rows in another order: row r of the answer is row order[r].
 * @param except a column that is not needed any more: ids are the longest of all
 */
export function reorderTable(table: Table, order: Int32Array, except?: string): Table {
  const kept = [...table.columns].filter(([name]) => name !== except)
  return {...table, columns: new Map(kept.map(([name, column]) => [name, cutColumn(column, order)]))}
}
