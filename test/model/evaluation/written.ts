import {type Cell, cellsOf, lengthOf} from './tables.ts'
import type {Columns} from './worlds.ts'

/** The columns as a file: CSV where a cell holds one value, as pandas writes it; else JSON Lines, as json.dump does. */
export function written(columns: Columns): {readonly ending: 'csv' | 'jsonl'; readonly text: string} {
  const hasLists = Object.values(columns).some(({kind}) => kind === 'list')
  return hasLists ? {ending: 'jsonl', text: toJsonl(columns)} : {ending: 'csv', text: toCsv(columns)}
}

function toCsv(columns: Columns): string {
  const rows = rowsOf(columns).map(row => row.map(field))
  return [Object.keys(columns).map(field), ...rows].map(row => `${row.join(',')}\n`).join('')
}

/** NaN and Infinity are literals. */
function toJsonl(columns: Columns): string {
  const names = Object.keys(columns).map(name => JSON.stringify(name))
  const lineOf = (row: readonly Cell[]) => row.map((cell, at) => `${names[at]}: ${literal(cell)}`).join(', ')
  return rowsOf(columns)
    .map(row => `{${lineOf(row)}}\n`)
    .join('')
}

function rowsOf(columns: Columns): Cell[][] {
  const cells = Object.entries(columns).map(([name, column]) => {
    const found = cellsOf(column)
    if (found === undefined) throw new TypeError(`nobody knows what a file would hold in ${name}`)
    return found
  })
  const [first] = Object.values(columns)
  const count = first === undefined ? 0 : lengthOf(first)
  return Array.from({length: count}, (_, row) => cells.map(column => column[row] ?? null))
}

function field(cell: Cell): string {
  const text = cell === null ? '' : String(cell)
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

function literal(cell: Cell): string {
  return typeof cell === 'number' || typeof cell === 'bigint' ? String(cell) : JSON.stringify(cell)
}
