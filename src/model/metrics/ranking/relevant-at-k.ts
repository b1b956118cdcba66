import type {Metric} from '../metric.ts'
import {metricOfRelevant} from './query-mean.ts'
import type {RankedList} from './ranked-lists.ts'

/** Share of a query's relevant documents that stand among the first k: trec_eval `recall_k`. */
export const recallAtK: Metric<'ranking'> = metricOfRelevant(
  'recall-at-k',
  at => `share of a query’s relevant documents that stand${at}`,
  (list, k) => relevantAmong(list, k) / list.relevant,
)

/** Relevant documents among the first k, over k, also where the list is shorter: trec_eval `P_k`. */
export const precisionAtK: Metric<'ranking'> = metricOfRelevant(
  'precision-at-k',
  at => `relevant documents${at}, over k also where the list is shorter`,
  (list, k) => relevantAmong(list, k) / k,
)

/** Number of relevant documents among the first k; of a run that k cuts, the share that falls within. */
function relevantAmong({relevance, starts, relevantIn}: RankedList, k: number): number {
  const last = Math.min(k, relevance.length)
  let found = 0
  for (let run = 0; (starts[run] ?? last) < last; run++) {
    const from = starts[run] ?? 0
    const to = starts[run + 1] ?? last
    const relevant = relevantIn[run] ?? 0
    found += to <= last ? relevant : (relevant * (last - from)) / (to - from)
  }
  return found
}
