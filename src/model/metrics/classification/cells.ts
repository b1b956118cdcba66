/** Rows that are alike in everything a metric looks at, counted together: the work per resample shrinks to their number. */
export interface Cells {
  /** Cell of each row, 0 .. cellCount - 1; every cell has a row. */
  readonly cells: Int32Array
  readonly cellCount: number
  /** One row of each cell. */
  readonly exampleOf: Int32Array
}

/** What rows are told apart by: a code of each row, 0 .. count - 1. */
export interface Trait {
  readonly codes: Int32Array | Uint8Array
  readonly count: number
}

/**
 * Cells by any number of traits. They are numbered by rising codes, first trait first, so that the order of rows does not
 * matter. Only occupied combinations count: a hundred classes have ten thousand pairs and a few hundred that occur.
 */
export function cellsBy(rows: number, traits: readonly Trait[]): Cells {
  const cells = new Int32Array(rows)
  let cellCount = 1
  for (const {codes, count} of traits) {
    const possible = cellCount * count
    cellCount = possible <= largestTable ? splitByTable(cells, codes, count, possible) : splitByMap(cells, codes, count)
  }
  const exampleOf = new Int32Array(cellCount)
  for (let row = rows - 1; row >= 0; row--) exampleOf[cells[row] ?? 0] = row
  return {cells, cellCount, exampleOf}
}

const largestTable = 2 ** 22

function splitByTable(cells: Int32Array, codes: Int32Array | Uint8Array, count: number, possible: number): number {
  const numbers = new Int32Array(possible)
  for (let row = 0; row < cells.length; row++) {
    const key = (cells[row] ?? 0) * count + (codes[row] ?? 0)
    cells[row] = key
    numbers[key] = 1
  }
  let next = 0
  for (let key = 0; key < possible; key++) if (numbers[key] === 1) numbers[key] = next++
  for (let row = 0; row < cells.length; row++) cells[row] = numbers[cells[row] ?? 0] ?? 0
  return next
}

function splitByMap(cells: Int32Array, codes: Int32Array | Uint8Array, count: number): number {
  const keyOf = (row: number) => (cells[row] ?? 0) * count + (codes[row] ?? 0)
  const keys = new Set<number>()
  for (let row = 0; row < cells.length; row++) keys.add(keyOf(row))
  const numbers = new Map(Array.from(Float64Array.from(keys).sort(), (key, number) => [key, number]))
  for (let row = 0; row < cells.length; row++) cells[row] = numbers.get(keyOf(row)) ?? 0
  return numbers.size
}
