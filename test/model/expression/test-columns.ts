import type {
  CategoryColumn,
  Column,
  InstantColumn,
  NumberColumn,
  TextColumn,
} from '../../../src/model/readers/columns.ts'

/** Numbers, with null where the cell is empty. */
export function numbers(values: readonly (number | null)[], flaws: Partial<NumberColumn['flaws']> = {}): NumberColumn {
  return {
    kind: 'number',
    values: Float64Array.from(values, value => value ?? Number.NaN),
    flaws: {empty: 0, nan: 0, infinite: 0, text: 0, ...flaws},
    rounded: 0,
  }
}

/** Texts of few kinds, with '' where the cell is empty. */
export function categories(values: readonly string[]): CategoryColumn {
  const names = [...new Set(values)]
  return {
    kind: 'category',
    codes: Int32Array.from(values, value => names.indexOf(value)),
    names,
    empty: values.filter(value => value === '').length,
  }
}

export function texts(values: readonly string[]): TextColumn {
  const encoded = values.map(value => new TextEncoder().encode(value))
  const offsets = new Uint32Array(values.length + 1)
  encoded.forEach((bytes, row) => {
    offsets[row + 1] = (offsets[row] ?? 0) + bytes.length
  })
  const bytes = new Uint8Array(offsets[values.length] ?? 0)
  encoded.forEach((each, row) => {
    bytes.set(each, offsets[row])
  })
  return {kind: 'text', bytes, offsets, empty: values.filter(value => value === '').length}
}

/** ISO 8601 instants, with '' where the cell is empty. */
export function instants(values: readonly string[], flaws: Partial<InstantColumn['flaws']> = {}): InstantColumn {
  return {
    kind: 'instant',
    values: Float64Array.from(values, value => (value === '' ? Number.NaN : Date.parse(value))),
    flaws: {empty: 0, text: 0, ...flaws},
  }
}

export function lists(rows: number): Column {
  return {kind: 'list', codes: new Int32Array(0), offsets: new Uint32Array(rows + 1), names: [], empty: 0}
}

/** People at a bank: every kind of column, and something missing in each. */
export const people: ReadonlyMap<string, Column> = new Map<string, Column>([
  ['age', numbers([19, 42, null, 25, 68])],
  ['amount', numbers([100, 250.5, 80, null, 0])],
  ['paid', numbers([100, 0, 80, 10, 0])],
  ['sex', categories(['female', 'male', 'female', '', 'male'])],
  ['partner sex', categories(['female', 'female', 'male', 'male', ''])],
  ['class', categories(['0', '1', '1', '0', ''])],
  ['note', texts(['', 'late', 'née Müller', '', 'late'])],
  [
    'seen',
    instants(['2026-01-01T00:00:00Z', '2026-06-30T23:59:59Z', '', '2026-07-01T00:00:00Z', '2025-12-31T23:00:00Z']),
  ],
])
export const peopleRows = 5
