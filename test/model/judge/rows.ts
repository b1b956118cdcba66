/** Predictions as rows of cells: to be repeated, shuffled, renamed, and written in any format. */
import type {Task} from '../../../src/core/metric-catalog.ts'
import {type Cell, cellsOf} from '../evaluation/tables.ts'
import {type Columns, worlds} from '../evaluation/worlds.ts'

export type Row = Readonly<Record<string, Cell>>

/** What names single rows, queries or customers in the worlds: told apart where rows are repeated. */
export const namesOfRows = ['id', 'q', 'task', 'customer']

export function rowsOf(columns: Columns): Row[] {
  const cells = Object.entries(columns).map(([name, column]) => {
    const found = cellsOf(column)
    if (found === undefined) throw new TypeError(`nobody knows what a file would hold in ${name}`)
    return [name, found] as const
  })
  const count = cells[0]?.[1].length ?? 0
  return Array.from({length: count}, (_, row) => Object.fromEntries(cells.map(([name, of]) => [name, of[row] ?? null])))
}

/** The rows again and again, each time as other rows. */
export function repeated(rows: readonly Row[], times: number, names: readonly string[] = namesOfRows): Row[] {
  return Array.from({length: times}, (_, time) =>
    rows.map(row => mapCells(row, (cell, name) => (time > 0 && names.includes(name) ? `${cell}-${time}` : cell))),
  ).flat()
}

export function mapCells(row: Row, change: (cell: Cell, name: string) => Cell): Row {
  return Object.fromEntries(Object.entries(row).map(([name, cell]) => [name, change(cell, name)]))
}

/** Candidate and baseline of one task, large enough for an interval of every metric. */
export function filesOf(task: Task, times = 3): {candidate: Row[]; baseline: Row[]} {
  const {candidate, baseline} = worlds[task]
  return {candidate: repeated(rowsOf(candidate), times), baseline: repeated(rowsOf(baseline), times)}
}

/** CSV or TSV where a cell holds one value. */
export function toDelimited(rows: readonly Row[], delimiter: ',' | '\t'): string {
  const names = Object.keys(rows[0] ?? {})
  const field = (cell: Cell | undefined) => {
    const text = cell === null || cell === undefined ? '' : String(cell)
    return /["\n\r\t,]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
  }
  return [names, ...rows.map(row => names.map(name => row[name]))]
    .map(cells => `${cells.map(cell => field(cell ?? null)).join(delimiter)}\n`)
    .join('')
}

export function toJsonl(rows: readonly Row[]): string {
  return rows.map(row => `${JSON.stringify(row)}\n`).join('')
}

export function hasLists(rows: readonly Row[]): boolean {
  return Object.values(rows[0] ?? {}).some(cell => Array.isArray(cell))
}

/** The usual form of these rows: JSON Lines where a cell holds a list. */
export function toFile(rows: readonly Row[]): {ending: 'csv' | 'jsonl'; text: string} {
  return hasLists(rows) ? {ending: 'jsonl', text: toJsonl(rows)} : {ending: 'csv', text: toDelimited(rows, ',')}
}
