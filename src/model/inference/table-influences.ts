import type {Sample} from '../evaluation/outcomes.ts'
import type {TableStatistic} from '../metrics/statistic.ts'
import type {Blocks} from './blocks.ts'
import type {JointTable} from './joint-table.ts'
import {countCells} from './value-of.ts'

/** What one row of each cell adds to both values, to first order. */
export interface TableInfluences {
  /** Influence of each block on candidate - share * baseline; null where there are too many cells to ask. */
  readonly influencesOf: (share: number) => Float64Array | null
  readonly isKnown: boolean
  /** How much the candidate's value moves where one row goes from one cell to another; 0 where no cell matters. */
  readonly largestStep: number
  /** Rows of the rarest cell of the candidate. */
  readonly smallestCell: number
}

/** With more cells than this a derivative for each would cost more than the bootstrap; BCa goes without acceleration. */
const mostCells = 2048

export function tableInfluences(table: JointTable, sample: Sample, blocks: Blocks): TableInfluences {
  const rowsOf = countCells(table.candidate, null)
  let smallestCell = Number.POSITIVE_INFINITY
  for (const rows of rowsOf) if (rows > 0) smallestCell = Math.min(smallestCell, rows)
  const largest = Math.max(table.candidate.cellCount, table.baseline.cellCount)
  if (largest > mostCells) return {influencesOf: () => null, isKnown: false, largestStep: 0, smallestCell}

  const ours = gradientOf(table.candidate, sample.weights)
  const theirs = table.baseline === table.candidate ? ours : gradientOf(table.baseline, sample.weights)
  return {
    isKnown: true,
    influencesOf: share => influencesOf(table, ours, theirs, share, sample, blocks),
    largestStep: largestStepOf(ours, rowsOf) * meanWeight(sample),
    smallestCell,
  }
}

/** Derivative by the weight of each cell that has any, from both sides. */
function gradientOf(statistic: TableStatistic, weights: Float64Array | null): Float64Array {
  const counts = countCells(statistic, weights)
  return counts.map((count, cell) => {
    if (count === 0) return 0
    const step = count * 1e-4
    counts[cell] = count + step
    const above = statistic.of(counts)
    counts[cell] = count - step
    const below = statistic.of(counts)
    counts[cell] = count
    return above === null || below === null ? 0 : (above - below) / (2 * step)
  })
}

/** Influence of each block on candidate - share * baseline. */
function influencesOf(
  table: JointTable,
  ours: Float64Array,
  theirs: Float64Array,
  share: number,
  {weights}: Sample,
  blocks: Blocks,
): Float64Array {
  const {candidateCells, baselineCells, of} = table
  const ofCells = Float64Array.from(
    candidateCells,
    (cell, joint) => (ours[cell] ?? 0) - share * (theirs[baselineCells[joint] ?? 0] ?? 0),
  )
  const sums = new Float64Array(blocks.count)
  for (let row = 0; row < of.length; row++) {
    const block = blocks.of === null ? row : (blocks.of[row] ?? 0)
    sums[block] = (sums[block] ?? 0) + (weights === null ? 1 : (weights[row] ?? 0)) * (ofCells[of[row] ?? 0] ?? 0)
  }
  return sums
}

function largestStepOf(gradient: Float64Array, rows: Float64Array): number {
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (let cell = 0; cell < gradient.length; cell++) {
    if ((rows[cell] ?? 0) === 0) continue
    low = Math.min(low, gradient[cell] ?? 0)
    high = Math.max(high, gradient[cell] ?? 0)
  }
  const step = high - low
  return step > 1e-9 * Math.max(Math.abs(low), Math.abs(high)) && step > 1e-12 ? step : 0
}

function meanWeight({rows, weights}: Sample): number {
  if (weights === null) return 1
  let sum = 0
  for (let row = 0; row < rows; row++) sum += weights[row] ?? 0
  return sum / rows
}
