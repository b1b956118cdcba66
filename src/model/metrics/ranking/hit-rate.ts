import type {Metric} from '../metric.ts'
import {metricOfRelevant} from './query-mean.ts'
import {firstRelevantRun, type RankedList} from './ranked-lists.ts'

/** Share of queries with at least one relevant document among the first k: trec_eval `success_k`. */
export const hitRate: Metric<'ranking'> = metricOfRelevant(
  'hit-rate',
  at => `share of queries with a relevant document${at}`,
  hit,
)

/** Of a run that k cuts, the chance that a relevant document falls within: 1 - C(n - r, places) / C(n, places). */
function hit(list: RankedList, k: number): number {
  const last = Math.min(k, list.relevance.length)
  const {from, size, relevant} = firstRelevantRun(list)
  if (from >= last) return 0
  return from + size <= last ? 1 : 1 - allMissed(size, relevant, last - from)
}

function allMissed(size: number, relevant: number, places: number): number {
  let chance = 1
  for (let place = 0; place < places; place++) chance *= Math.max(0, size - relevant - place) / (size - place)
  return chance
}
