import {drawBinomial} from '../../core/binomial.ts'
import {createRandom} from '../../core/random.ts'
import type {Sample} from '../evaluation/outcomes.ts'
import type {TableStatistic} from '../metrics/statistic.ts'
import type {Blocks} from './blocks.ts'
import {drawsAt, type Replicates} from './resampling.ts'

/** Rows by the cell that each of two models puts them in: only pairs that occur. One model alone is paired with itself. */
export interface JointTable {
  readonly candidate: TableStatistic
  readonly baseline: TableStatistic
  /** The joint cell of each row. */
  readonly of: Int32Array
  /** For each joint cell: the candidate's cell, the baseline's, and how many rows it has. */
  readonly candidateCells: Int32Array
  readonly baselineCells: Int32Array
  readonly rows: Float64Array
}

/**
 * Joint cells stand in an order that depends neither on the order of the rows nor on which model is called the candidate, so
 * that the same seed draws the same resamples either way.
 */
export function joinTables(candidate: TableStatistic, baseline: TableStatistic): JointTable {
  const numbers = new Map<number, number>()
  const {length} = candidate.cells
  const found = new Int32Array(length)
  for (let row = 0; row < length; row++) {
    const key = (candidate.cells[row] ?? 0) * baseline.cellCount + (baseline.cells[row] ?? 0)
    let number = numbers.get(key)
    if (number === undefined) {
      number = numbers.size
      numbers.set(key, number)
    }
    found[row] = number
  }
  const counts = new Float64Array(numbers.size)
  for (let row = 0; row < length; row++) counts[found[row] ?? 0] = (counts[found[row] ?? 0] ?? 0) + 1
  const cells = [...numbers].map(([key, number]) => ({
    number,
    ours: Math.floor(key / baseline.cellCount),
    theirs: key % baseline.cellCount,
    rows: counts[number] ?? 0,
  }))
  cells.sort(
    (a, b) =>
      a.rows - b.rows ||
      Math.min(a.ours, a.theirs) - Math.min(b.ours, b.theirs) ||
      Math.max(a.ours, a.theirs) - Math.max(b.ours, b.theirs) ||
      a.ours - b.ours,
  )
  const places = new Int32Array(cells.length)
  for (const [place, {number}] of cells.entries()) places[number] = place
  for (let row = 0; row < length; row++) found[row] = places[found[row] ?? 0] ?? 0
  return {
    candidate,
    baseline,
    of: found,
    candidateCells: Int32Array.from(cells, ({ours}) => ours),
    baselineCells: Int32Array.from(cells, ({theirs}) => theirs),
    rows: Float64Array.from(cells, ({rows}) => rows),
  }
}

/** Both values of a table whose joint cells weigh so much. */
export function valuesOf(table: JointTable, weights: Float64Array): readonly [number | null, number | null] {
  const candidate = collapse(table.candidateCells, weights, table.candidate.cellCount)
  const baseline = collapse(table.baselineCells, weights, table.baseline.cellCount)
  return [table.candidate.of(candidate), table.baseline.of(baseline)]
}

function collapse(cells: Int32Array, weights: Float64Array, count: number): Float64Array {
  const counts = new Float64Array(count)
  for (let joint = 0; joint < cells.length; joint++) {
    const cell = cells[joint] ?? 0
    counts[cell] = (counts[cell] ?? 0) + (weights[joint] ?? 0)
  }
  return counts
}

/**
 * Paired bootstrap of two tables. Rows of one joint cell are alike, so where rows are independent and weigh alike the cells'
 * counts are drawn (multinomial): the cost is that of the cells, not of the rows.
 * @param placesOf blocks in an order that does not depend on the file; asked only where blocks are drawn
 */
export function resampleTable(
  table: JointTable,
  {weights, rows}: Sample,
  blocks: Blocks,
  placesOf: () => Uint32Array | null,
  {seed, replicates}: {seed: number; replicates: number},
): Replicates {
  const drawn = new Float64Array(table.rows.length)
  const candidate = new Float64Array(replicates)
  const baseline = new Float64Array(replicates)
  const draw =
    weights === null && blocks.of === null
      ? multinomialDraws(table, seed)
      : poissonDraws(table, weights, rows, blocks, drawsAt(placesOf(), blocks.count, seed))
  for (let replicate = 0; replicate < replicates; replicate++) {
    draw(drawn, replicate)
    const [ours, theirs] = valuesOf(table, drawn)
    candidate[replicate] = ours ?? Number.NaN
    baseline[replicate] = theirs ?? Number.NaN
  }
  return {candidate, baseline}
}

type Draw = (into: Float64Array, replicate: number) => void

function multinomialDraws({rows}: JointTable, seed: number): Draw {
  const random = createRandom(seed)
  let total = 0
  for (let cell = 0; cell < rows.length; cell++) total += rows[cell] ?? 0
  return into => {
    let left = total
    let ahead = total
    for (let cell = 0; cell < rows.length; cell++) {
      const count = rows[cell] ?? 0
      const hits = ahead === 0 ? 0 : drawBinomial(random, left, count / ahead)
      into[cell] = hits
      ahead -= count
      left -= hits
    }
  }
}

function poissonDraws(
  {of}: JointTable,
  weights: Float64Array | null,
  rows: number,
  blocks: Blocks,
  draw: (into: Uint8Array, replicate: number) => void,
): Draw {
  const times = new Uint8Array(blocks.count)
  return (into, replicate) => {
    draw(times, replicate)
    into.fill(0)
    for (let row = 0; row < rows; row++) {
      const drawn = blocks.of === null ? (times[row] ?? 0) : (times[blocks.of[row] ?? 0] ?? 0)
      if (drawn === 0) continue
      const cell = of[row] ?? 0
      into[cell] = (into[cell] ?? 0) + (weights === null ? drawn : drawn * (weights[row] ?? 0))
    }
  }
}
