import {mixBits} from '../../../core/hash.ts'
import {sortDescending} from './score-order.ts'

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
    cellCount =
      possible <= largestTable ? splitByTable(cells, codes, count, possible) : splitByHash(cells, codes, count)
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

/** With a hash table of typed arrays: ten million rows may all be different, which a Map does not hold. */
function splitByHash(cells: Int32Array, codes: Int32Array | Uint8Array, count: number): number {
  let size = 16
  while (size < cells.length * 1.5) size *= 2
  const mask = size - 1
  /** Number of a key by first appearance, + 1; 0 where the slot is free. */
  const slots = new Int32Array(size)
  const keys = new Float64Array(cells.length)
  let known = 0
  for (let row = 0; row < cells.length; row++) {
    const key = (cells[row] ?? 0) * count + (codes[row] ?? 0)
    let slot = hashOf(key) & mask
    while (slots[slot] !== 0 && keys[(slots[slot] ?? 0) - 1] !== key) slot = (slot + 1) & mask
    if (slots[slot] === 0) {
      keys[known++] = key
      slots[slot] = known
    }
    cells[row] = (slots[slot] ?? 0) - 1
  }
  const descending = sortDescending(keys.subarray(0, known))
  const numbers = new Int32Array(known)
  for (let place = 0; place < known; place++) numbers[descending[place] ?? 0] = known - 1 - place
  for (let row = 0; row < cells.length; row++) cells[row] = numbers[cells[row] ?? 0] ?? 0
  return known
}

/** Over both halves of a whole number. */
function hashOf(key: number): number {
  return mixBits(key ^ Math.imul(Math.floor(key / 4_294_967_296), 0x9e3779b1))
}
