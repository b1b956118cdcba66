import type {Metric} from '../metric.ts'
import {metricOfRelevant} from './query-mean.ts'
import type {RankedList} from './ranked-lists.ts'

/** Share of queries with at least one relevant document among the first k: trec_eval `success_k`. */
export const hitRate: Metric<'ranking'> = metricOfRelevant(
  'hit-rate',
  at => `share of queries with a relevant document${at}`,
  hit,
)

/** Of a run that k cuts, the chance that a relevant document falls within: 1 - C(n - r, places) / C(n, places). */
function hit({relevance, runEnd}: RankedList, k: number): number {
  const last = Math.min(k, relevance.length)
  for (let from = 0; from < last; ) {
    const to = runEnd[from] ?? last
    let run = 0
    for (let at = from; at < to; at++) if ((relevance[at] ?? 0) > 0) run++
    if (run > 0) return to <= last ? 1 : 1 - allMissed(to - from, run, last - from)
    from = to
  }
  return 0
}

function allMissed(size: number, relevant: number, places: number): number {
  let chance = 1
  for (let place = 0; place < places; place++) chance *= Math.max(0, size - relevant - place) / (size - place)
  return chance
}
