import type {Grouping} from '../evaluation/outcomes.ts'

/** Numbers of rows, each once, rising. */
export type RowIndex = Int32Array | Uint32Array

/** The values on some rows, in their order. */
export function take(values: Float64Array, rows: RowIndex): Float64Array
export function take(values: Int32Array, rows: RowIndex): Int32Array
export function take(values: Uint8Array, rows: RowIndex): Uint8Array
export function take(
  values: Float64Array | Int32Array | Uint8Array,
  rows: RowIndex,
): Float64Array | Int32Array | Uint8Array {
  const taken =
    values instanceof Float64Array
      ? new Float64Array(rows.length)
      : values instanceof Int32Array
        ? new Int32Array(rows.length)
        : new Uint8Array(rows.length)
  for (let at = 0; at < rows.length; at++) taken[at] = values[rows[at] ?? 0] ?? 0
  return taken
}

/** Groups numbered anew in the order in which they appear, so that each number from 0 to count - 1 is used. */
export function cutGrouping({codes, count}: Grouping, rows: RowIndex): Grouping {
  const renamed = new Int32Array(count).fill(-1)
  const kept = new Int32Array(rows.length)
  let seen = 0
  for (let at = 0; at < rows.length; at++) {
    const code = codes[rows[at] ?? 0] ?? 0
    let name = renamed[code] ?? -1
    if (name < 0) {
      name = seen++
      renamed[code] = name
    }
    kept[at] = name
  }
  return {codes: kept, count: seen}
}

/** The rows where `flags` is 1. */
export function rowsWithFlag(flags: Uint8Array): Uint32Array {
  let count = 0
  for (let row = 0; row < flags.length; row++) if (flags[row] === 1) count++
  const rows = new Uint32Array(count)
  let at = 0
  for (let row = 0; row < flags.length; row++) if (flags[row] === 1) rows[at++] = row
  return rows
}

/** Rows sorted by their code: those of code c are order[ends[c]] up to order[ends[c + 1]]. Linear, by counting. */
export interface RowOrder {
  readonly order: Uint32Array
  readonly ends: Uint32Array
}

export function orderByCode(codes: Int32Array, count: number): RowOrder {
  const ends = new Uint32Array(count + 1)
  for (let row = 0; row < codes.length; row++) {
    const after = (codes[row] ?? 0) + 1
    ends[after] = (ends[after] ?? 0) + 1
  }
  for (let code = 0; code < count; code++) ends[code + 1] = (ends[code + 1] ?? 0) + (ends[code] ?? 0)
  const next = ends.slice(0, count)
  const order = new Uint32Array(codes.length)
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row] ?? 0
    const at = next[code] ?? 0
    order[at] = row
    next[code] = at + 1
  }
  return {order, ends}
}

/** The rows of each code 0 .. count - 1, in one block of memory. */
export function rowsByCode(codes: Int32Array, count: number): readonly Uint32Array[] {
  const {order, ends} = orderByCode(codes, count)
  return Array.from({length: count}, (_, code) => order.subarray(ends[code] ?? 0, ends[code + 1] ?? 0))
}
