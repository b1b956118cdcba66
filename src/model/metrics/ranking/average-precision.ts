import type {Metric} from '../metric.ts'
import {metricOfRelevant} from './query-mean.ts'
import type {RankedList} from './ranked-lists.ts'

/**
 * Mean over a query's relevant documents of the precision at their positions: trec_eval `map`. With k the sum ends at k
 * and is divided by the smaller of k and the number of relevant documents, so that a perfect list has 1 (trec_eval
 * `map_cut_k` divides by all relevant documents, and cannot reach 1).
 */
export const averagePrecision: Metric<'ranking'> = metricOfRelevant(
  'map',
  at => `mean of the precision at each relevant document${at}${at === '' ? '' : ', over min(k, relevant documents)'}`,
  (list, k) => precisionSum(list, Math.min(k, list.relevance.length)) / Math.min(k, list.relevant),
)

/**
 * Expected over the orders of each run: a place of it holds a relevant document with the chance r / n, and before that
 * one stand those of earlier runs, and (r - 1) / (n - 1) of each earlier place of its own.
 */
function precisionSum({relevance, runEnd}: RankedList, last: number): number {
  let sum = 0
  let before = 0
  for (let from = 0; from < last; ) {
    const to = runEnd[from] ?? last
    let run = 0
    for (let at = from; at < to; at++) if ((relevance[at] ?? 0) > 0) run++
    if (run > 0) {
      const share = run / (to - from)
      const beside = to - from > 1 ? (run - 1) / (to - from - 1) : 0
      for (let at = from; at < Math.min(to, last); at++) sum += (share * (before + 1 + (at - from) * beside)) / (at + 1)
    }
    before += run
    from = to
  }
  return sum
}
