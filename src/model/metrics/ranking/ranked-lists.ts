import type {RankingOutcomes} from '../../evaluation/outcomes.ts'
import {sortDescending} from '../classification/score-order.ts'

/** The documents of one query from the top down. */
export interface RankedList {
  /** Relevance by position. Within a run of equal scores the order means nothing. */
  readonly relevance: Float64Array
  /** For each position, where its run of equal scores ends (exclusive). */
  readonly runEnd: Uint32Array
  /** Documents with a relevance above 0. */
  readonly relevant: number
}

const known = new WeakMap<RankingOutcomes, readonly RankedList[]>()

/** The list of each query. All metrics of the same outcomes share them, because sorting is most of the work. */
export function rankedLists(outcomes: RankingOutcomes): readonly RankedList[] {
  const lists = known.get(outcomes) ?? sortedLists(outcomes)
  known.set(outcomes, lists)
  return lists
}

function sortedLists({relevance, scores, queries}: RankingOutcomes): RankedList[] {
  const {starts, rowsByQuery} = groupRows(sortDescending(scores), queries.codes, queries.count)
  return Array.from({length: queries.count}, (_, query) => {
    const rows = rowsByQuery.subarray(starts[query], starts[query + 1])
    const list = Float64Array.from(rows, row => relevance[row] ?? 0)
    return {relevance: list, runEnd: runEnds(rows, scores), relevant: list.reduce(countRelevant, 0)}
  })
}

function countRelevant(count: number, relevance: number): number {
  return relevance > 0 ? count + 1 : count
}

/** Counting sort that keeps the order: the rows of query q are rowsByQuery[starts[q]] up to rowsByQuery[starts[q + 1]]. */
function groupRows(
  order: Uint32Array,
  codes: Int32Array,
  count: number,
): {starts: Uint32Array; rowsByQuery: Uint32Array} {
  const starts = new Uint32Array(count + 1)
  for (let row = 0; row < codes.length; row++) {
    const after = (codes[row] ?? 0) + 1
    starts[after] = (starts[after] ?? 0) + 1
  }
  for (let query = 0; query < count; query++) starts[query + 1] = (starts[query + 1] ?? 0) + (starts[query] ?? 0)
  const next = starts.slice()
  const rowsByQuery = new Uint32Array(codes.length)
  for (let place = 0; place < order.length; place++) {
    const row = order[place] ?? 0
    const query = codes[row] ?? 0
    const at = next[query] ?? 0
    rowsByQuery[at] = row
    next[query] = at + 1
  }
  return {starts, rowsByQuery}
}

function runEnds(rows: Uint32Array, scores: Float64Array): Uint32Array {
  const ends = new Uint32Array(rows.length)
  let end = rows.length
  for (let at = rows.length - 1; at >= 0; at--) {
    ends[at] = end
    if (at > 0 && scores[rows[at] ?? 0] !== scores[rows[at - 1] ?? 0]) end = at
  }
  return ends
}
