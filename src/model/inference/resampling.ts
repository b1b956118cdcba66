import type {Sample} from '../evaluation/outcomes.ts'
import type {Blocks} from './blocks.ts'
import {fillPoisson} from './poisson-weights.ts'

/** Values of two models (or of one, twice the same) in each resample; NaN where a model has none. */
export interface Replicates {
  readonly candidate: Float64Array
  readonly baseline: Float64Array
}

/** Both models' values where the rows weigh so much. The weights are overwritten by the next resample: keep nothing of them. */
export type PairOfValues = (weights: Float64Array) => readonly [candidate: number | null, baseline: number | null]

/** The same by how often each row was drawn; null where one of the two needs weights. */
export type PairOfCounts = (counts: Uint8Array) => readonly [candidate: number | null, baseline: number | null]

/**
 * Paired Poisson bootstrap over blocks: in each resample both models see the same weights, each row's own weight times how
 * often its block was drawn. One buffer serves all resamples.
 */
export function resampleRows(
  values: PairOfValues,
  byCounts: PairOfCounts | null,
  {rows, weights}: Sample,
  blocks: Blocks,
  places: Uint32Array | null,
  {seed, replicates}: {seed: number; replicates: number},
): Replicates {
  const drawn = new Uint8Array(blocks.count)
  const draw = drawsAt(places, blocks.count, seed)
  const isPlain = weights === null && blocks.of === null && byCounts !== null
  const buffer = new Float64Array(isPlain ? 0 : rows)
  const candidate = new Float64Array(replicates)
  const baseline = new Float64Array(replicates)
  for (let replicate = 0; replicate < replicates; replicate++) {
    draw(drawn, replicate)
    if (!isPlain) spread(drawn, blocks.of, weights, buffer)
    const [ours, theirs] = isPlain ? byCounts(drawn) : values(buffer)
    candidate[replicate] = ours ?? Number.NaN
    baseline[replicate] = theirs ?? Number.NaN
  }
  return {candidate, baseline}
}

/**
 * The numbers of a resample, handed out in the order of `places` where there is one: by what blocks are, not by where they
 * stand in a file. Sorting the file otherwise then changes nothing.
 */
export function drawsAt(
  places: Uint32Array | null,
  blocks: number,
  seed: number,
): (into: Uint8Array, replicate: number) => void {
  if (places === null) return (into, replicate) => fillPoisson(into, seed, replicate)
  const numbers = new Uint8Array(blocks)
  return (into, replicate) => {
    fillPoisson(numbers, seed, replicate)
    for (let place = 0; place < blocks; place++) into[places[place] ?? 0] = numbers[place] ?? 0
  }
}

function spread(drawn: Uint8Array, of: Int32Array | null, weights: Float64Array | null, into: Float64Array): void {
  for (let row = 0; row < into.length; row++) {
    const times = of === null ? (drawn[row] ?? 0) : (drawn[of[row] ?? 0] ?? 0)
    into[row] = weights === null ? times : times * (weights[row] ?? 0)
  }
}

/**
 * What each block adds to both values, by leaving it out: n - 1 times the change, over n. Only where blocks are few; it costs
 * one evaluation for each.
 */
export function jackknife(values: PairOfValues, {rows, weights}: Sample, blocks: Blocks): Replicates {
  const buffer = weights ? weights.slice() : new Float64Array(rows).fill(1)
  const [ours, theirs] = values(buffer)
  const members = membersOf(blocks, rows)
  const candidate = new Float64Array(blocks.count)
  const baseline = new Float64Array(blocks.count)
  for (let block = 0; block < blocks.count; block++) {
    members.forEach(block, row => {
      buffer[row] = 0
    })
    const [without, theirsWithout] = values(buffer)
    candidate[block] = (ours ?? Number.NaN) - (without ?? Number.NaN)
    baseline[block] = (theirs ?? Number.NaN) - (theirsWithout ?? Number.NaN)
    members.forEach(block, row => {
      buffer[row] = weights ? (weights[row] ?? 0) : 1
    })
  }
  return {candidate, baseline}
}

/** Rows of each block, found once. */
function membersOf({of, count}: Blocks, rows: number) {
  if (of === null) return {forEach: (block: number, act: (row: number) => void) => act(block)}
  const starts = new Uint32Array(count + 1)
  for (let row = 0; row < rows; row++) starts[(of[row] ?? 0) + 1] = (starts[(of[row] ?? 0) + 1] ?? 0) + 1
  for (let block = 0; block < count; block++) starts[block + 1] = (starts[block + 1] ?? 0) + (starts[block] ?? 0)
  const places = starts.slice()
  const sorted = new Uint32Array(rows)
  for (let row = 0; row < rows; row++) {
    const block = of[row] ?? 0
    const place = places[block] ?? 0
    sorted[place] = row
    places[block] = place + 1
  }
  return {
    forEach: (block: number, act: (row: number) => void) => {
      for (let place = starts[block] ?? 0; place < (starts[block + 1] ?? 0); place++) act(sorted[place] ?? 0)
    },
  }
}
