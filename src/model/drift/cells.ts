import {type CellCounts, total} from './distances.ts'

/** With fewer reference rows than this a cell's share is mostly noise: its logarithm and its square even more so. */
const rareBelow = 5
/** As long as what is rare is rare in sum too, no difference that matters hides in it. */
const rareShare = 0.05

export interface Binning {
  readonly bins: number
  readonly binning: 'reference-quantiles' | 'equal-width'
}

/** Numbers by bin. Both arrays sorted upwards, finite, not empty. */
export function countNumbers(reference: Float64Array, judged: Float64Array, binning: Binning): CellCounts {
  const edges =
    binning.binning === 'equal-width'
      ? equalWidthEdges(reference, judged, binning.bins)
      : quantileEdges(reference, binning.bins)
  return joinRare({reference: countBelow(reference, edges), judged: countBelow(judged, edges)})
}

/** Categories by name; both maps count rows. */
export function countCategories(
  reference: ReadonlyMap<string, number>,
  judged: ReadonlyMap<string, number>,
): CellCounts {
  const names = [...new Set([...reference.keys(), ...judged.keys()])].sort()
  return joinRare({
    reference: Float64Array.from(names, name => reference.get(name) ?? 0),
    judged: Float64Array.from(names, name => judged.get(name) ?? 0),
  })
}

/**
 * Upper edges of bins that are open below and closed above, as pandas.qcut cuts them, at the quantiles i / bins of the
 * reference (numpy's default, linear between two rows). A value on which several quantiles fall holds so many rows that it
 * becomes a bin of its own, so that what lies just below it is told apart from it.
 */
export function quantileEdges(sorted: Float64Array, bins: number): Float64Array {
  const edges: number[] = []
  for (let i = 1; i < bins; i++) {
    const at = ((sorted.length - 1) * i) / bins
    const low = sorted[Math.floor(at)] ?? 0
    const high = sorted[Math.ceil(at)] ?? 0
    const edge = low + (high - low) * (at - Math.floor(at))
    if (edge !== edges.at(-1)) edges.push(edge)
    else if (edges.at(-2) !== justBelow(edge)) edges.splice(-1, 0, justBelow(edge))
  }
  return Float64Array.from(edges)
}

function equalWidthEdges(reference: Float64Array, judged: Float64Array, bins: number): Float64Array {
  const low = Math.min(reference[0] ?? 0, judged[0] ?? 0)
  const high = Math.max(reference.at(-1) ?? 0, judged.at(-1) ?? 0)
  const edges = Array.from({length: bins - 1}, (_, index) => low + ((high - low) / bins) * (index + 1))
  return Float64Array.from(edges.filter((edge, index) => edge !== edges[index - 1]))
}

/** The largest double below a finite one. */
function justBelow(value: number): number {
  if (value === 0) return -Number.MIN_VALUE
  const bits = new BigInt64Array(new Float64Array([value]).buffer)
  bits[0] = (bits[0] ?? 0n) + (value > 0 ? -1n : 1n)
  return new Float64Array(bits.buffer)[0] ?? value
}

function countBelow(sorted: Float64Array, edges: Float64Array): Float64Array {
  const counts = new Float64Array(edges.length + 1)
  let start = 0
  for (let bin = 0; bin < edges.length; bin++) {
    const end = firstAbove(sorted, edges[bin] ?? 0, start)
    counts[bin] = end - start
    start = end
  }
  counts[edges.length] = sorted.length - start
  return counts
}

function firstAbove(sorted: Float64Array, edge: number, from: number): number {
  let low = from
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((sorted[middle] ?? 0) <= edge) low = middle + 1
    else high = middle
  }
  return low
}

/**
 * Cells with fewer than five reference rows become one cell, what the reference never saw among them, as long as they
 * hold at most 5 % of the reference together. Where they hold more, a long tail is the data itself: the cells stay apart,
 * and their number tells whether the sample can carry them.
 */
export function joinRare({reference, judged}: CellCounts): CellCounts {
  const n = total(reference)
  let rare = 0
  for (const count of reference) if (count < rareBelow) rare += count
  const join = rare <= n * rareShare
  const kept: [number, number][] = []
  let rareHere = 0
  let rareThere = 0
  for (let cell = 0; cell < reference.length; cell++) {
    const here = reference[cell] ?? 0
    const there = judged[cell] ?? 0
    if (join && here < rareBelow) {
      rareHere += here
      rareThere += there
    } else if (here > 0 || there > 0) kept.push([here, there])
  }
  if (rareHere > 0 || rareThere > 0) kept.push([rareHere, rareThere])
  return {
    reference: Float64Array.from(kept, ([here]) => here),
    judged: Float64Array.from(kept, ([, there]) => there),
  }
}
