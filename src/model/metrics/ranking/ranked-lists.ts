import type {RankingOutcomes} from '../../evaluation/outcomes.ts'
import {sortDescending} from '../classification/score-order.ts'

/** The documents of one query from the top down, in runs of equal scores. */
export interface RankedList {
  /** Relevance by position. Within a run the order means nothing. */
  readonly relevance: Float64Array
  /** Where each run begins, and at last where the list ends. */
  readonly starts: Uint32Array
  /** Relevant documents (relevance above 0) of each run. */
  readonly relevantIn: Uint32Array
  /** Relevant documents of the list. */
  readonly relevant: number
}

const known = new WeakMap<RankingOutcomes, readonly RankedList[]>()

/** The list of each query. All metrics of the same outcomes share them, because sorting is most of the work. */
export function rankedLists(outcomes: RankingOutcomes): readonly RankedList[] {
  const lists = known.get(outcomes) ?? sortedLists(outcomes)
  known.set(outcomes, lists)
  return lists
}

/** The highest run that holds a relevant document; at the end of the list where none does. */
export function firstRelevantRun({starts, relevantIn, relevance}: RankedList): {
  readonly from: number
  readonly size: number
  readonly relevant: number
} {
  const run = relevantIn.findIndex(count => count > 0)
  if (run === -1) return {from: relevance.length, size: 0, relevant: 0}
  const from = starts[run] ?? 0
  return {from, size: (starts[run + 1] ?? from) - from, relevant: relevantIn[run] ?? 0}
}

function sortedLists({relevance, scores, queries}: RankingOutcomes): RankedList[] {
  const {starts, rowsByQuery} = groupRows(sortDescending(scores), queries.codes, queries.count)
  const {length} = rowsByQuery
  const sortedRelevance = new Float64Array(length)
  const sortedScores = new Float64Array(length)
  for (let place = 0; place < length; place++) {
    sortedRelevance[place] = relevance[rowsByQuery[place] ?? 0] ?? 0
    sortedScores[place] = scores[rowsByQuery[place] ?? 0] ?? 0
  }
  // One block of memory for all lists: an array of its own for each costs more than its sorting.
  const runStarts = new Uint32Array(length + queries.count)
  const relevantIn = new Uint32Array(length)
  return Array.from({length: queries.count}, (_, query) => {
    const from = starts[query] ?? 0
    const to = starts[query + 1] ?? from
    return rankedList(
      sortedRelevance.subarray(from, to),
      sortedScores.subarray(from, to),
      runStarts.subarray(from + query, to + query + 1),
      relevantIn.subarray(from, to),
    )
  })
}

/** @param starts room for one more number than the list has documents; @param relevantIn room for as many */
function rankedList(
  relevance: Float64Array,
  scores: Float64Array,
  starts: Uint32Array,
  relevantIn: Uint32Array,
): RankedList {
  let runs = 0
  let relevant = 0
  for (let at = 0; at < scores.length; at++) {
    if (at > 0 && scores[at] !== scores[at - 1]) starts[++runs] = at
    if (!((relevance[at] ?? 0) > 0)) continue
    relevantIn[runs] = (relevantIn[runs] ?? 0) + 1
    relevant++
  }
  starts[++runs] = scores.length
  return {relevance, starts: starts.subarray(0, runs + 1), relevantIn: relevantIn.subarray(0, runs), relevant}
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
