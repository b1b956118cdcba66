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

export function texts(values: readonly (string | null)[]): TextColumn {
  const cells = values.map(value => Buffer.from(value ?? '', 'utf8'))
  const offsets = new Uint32Array(values.length + 1)
  cells.forEach((cell, row) => {
    offsets[row + 1] = (offsets[row] ?? 0) + cell.length
  })
  const empty = values.filter(value => value === null || value === '').length
  return {kind: 'text', bytes: new Uint8Array(Buffer.concat(cells)), offsets, empty}
}

export function categories(values: readonly (string | null)[]): CategoryColumn {
  const names: string[] = []
  const codes = Int32Array.from(values, value => codeOf(names, value ?? ''))
  const empty = values.filter(value => value === null || value === '').length
  return {kind: 'category', codes, names, empty}
}

/** null is an empty cell, NaN and infinities are what they are, and a text is a cell that is no number. */
export function numbers(values: readonly (number | string | null)[]): NumberColumn {
  const flaws = {empty: 0, nan: 0, infinite: 0, text: 0}
  let rounded = 0
  const parsed = Float64Array.from(values, value => {
    if (value === null) flaws.empty++
    else if (typeof value === 'string') flaws.text++
    else if (Number.isNaN(value)) flaws.nan++
    else if (!Number.isFinite(value)) flaws.infinite++
    else {
      if (Number.isInteger(value) && !Number.isSafeInteger(value)) rounded++
      return value
    }
    return Number.NaN
  })
  return {kind: 'number', values: parsed, flaws, rounded}
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
  return {kind: 'instant', values: parsed, flaws}
}

/** The values of each row; null is an absent cell, [] a row that has none. */
export function lists(values: readonly (readonly string[] | null)[]): ListColumn {
  const names: string[] = []
  const offsets = new Uint32Array(values.length + 1)
  values.forEach((value, row) => {
    offsets[row + 1] = (offsets[row] ?? 0) + (value?.length ?? 0)
  })
  const codes = Int32Array.from(values.flatMap(value => (value ?? []).map(name => codeOf(names, name))))
  return {kind: 'list', codes, offsets, names, empty: values.filter(value => value === null).length}
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
