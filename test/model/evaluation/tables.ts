/** Tables from plain arrays, as a reader would make them from a file. An absent value is null. */
import type {
  CategoryColumn,
  Column,
  InstantColumn,
  ListColumn,
  NumberColumn,
  Table,
  TextColumn,
} from '../../../src/model/readers/columns.ts'

/** The columns as a table of a file that has no others. */
export function tableOf(columns: Readonly<Record<string, Column>>): Table {
  const entries = Object.entries(columns)
  const lengths = entries.map(([, column]) => lengthOf(column))
  const rows = lengths[0] ?? 0
  if (lengths.some(length => length !== rows)) throw new RangeError(`columns of different lengths: ${lengths}`)
  return {rows, columns: new Map(entries), header: entries.map(([name]) => name)}
}

/** What stood in each cell of a column that was made here, so that a file can be written of it. */
export type Cell = string | number | bigint | null | readonly string[]
const written = new WeakMap<Column, readonly Cell[]>()

export function cellsOf(column: Column): readonly Cell[] | undefined {
  return written.get(column)
}

function remember<C extends Column>(column: C, cells: readonly Cell[]): C {
  written.set(column, cells)
  return column
}

export function texts(values: readonly (string | null)[]): TextColumn {
  const cells = values.map(value => Buffer.from(value ?? '', 'utf8'))
  const offsets = new Uint32Array(values.length + 1)
  cells.forEach((cell, row) => {
    offsets[row + 1] = (offsets[row] ?? 0) + cell.length
  })
  const empty = values.filter(value => value === null || value === '').length
  return remember({kind: 'text', bytes: new Uint8Array(Buffer.concat(cells)), offsets, empty}, values)
}

export function categories(values: readonly (string | null)[]): CategoryColumn {
  const names: string[] = []
  const codes = Int32Array.from(values, value => codeOf(names, value ?? ''))
  const empty = values.filter(value => value === null || value === '').length
  return remember({kind: 'category', codes, names, empty}, values)
}

/**
 * null is an empty cell, NaN and infinities are what they are, a text is a cell that is no number, and a bigint is a
 * whole number that a double may have to round.
 */
export function numbers(values: readonly (number | bigint | string | null)[]): NumberColumn {
  const flaws = {empty: 0, nan: 0, infinite: 0, text: 0}
  let rounded = 0
  const parsed = Float64Array.from(values, value => {
    if (value === null) flaws.empty++
    else if (typeof value === 'string') flaws.text++
    else if (typeof value === 'bigint') {
      if (BigInt(Number(value)) !== value) rounded++
      return Number(value)
    } else if (Number.isNaN(value)) flaws.nan++
    else if (!Number.isFinite(value)) flaws.infinite++
    else return value
    return Number.NaN
  })
  return remember({kind: 'number', values: parsed, flaws, rounded}, values)
}

/** ISO 8601, or null; what cannot be read as one is counted as text. */
export function instants(values: readonly (string | null)[]): InstantColumn {
  const flaws = {empty: 0, text: 0}
  const parsed = Float64Array.from(values, value => {
    const instant = value === null ? Number.NaN : Date.parse(value)
    if (value === null) flaws.empty++
    else if (Number.isNaN(instant)) flaws.text++
    return instant
  })
  return remember({kind: 'instant', values: parsed, flaws}, values)
}

/** The values of each row; null is an absent cell, [] a row that has none. */
export function lists(values: readonly (readonly string[] | null)[]): ListColumn {
  const names: string[] = []
  const offsets = new Uint32Array(values.length + 1)
  values.forEach((value, row) => {
    offsets[row + 1] = (offsets[row] ?? 0) + (value?.length ?? 0)
  })
  const codes = Int32Array.from(values.flatMap(value => (value ?? []).map(name => codeOf(names, name))))
  const empty = values.filter(value => value === null).length
  return remember({kind: 'list', codes, offsets, names, empty}, values)
}

/** Ids `r0`, `r1`, ... */
export function ids(rows: number, prefix = 'r'): TextColumn {
  return texts(Array.from({length: rows}, (_, row) => `${prefix}${row}`))
}

export function lengthOf(column: Column): number {
  switch (column.kind) {
    case 'text':
    case 'list':
      return column.offsets.length - 1
    case 'category':
      return column.codes.length
    case 'number':
    case 'instant':
      return column.values.length
  }
}

function codeOf(names: string[], name: string): number {
  const known = names.indexOf(name)
  return known === -1 ? names.push(name) - 1 : known
}
