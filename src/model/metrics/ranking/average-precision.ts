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
function precisionSum({starts, relevantIn}: RankedList, last: number): number {
  let sum = 0
  let before = 0
  for (let run = 0; (starts[run] ?? last) < last; run++) {
    const from = starts[run] ?? 0
    const size = (starts[run + 1] ?? last) - from
    const relevant = relevantIn[run] ?? 0
    if (relevant === 0) continue
    const share = relevant / size
    const beside = size > 1 ? (relevant - 1) / (size - 1) : 0
    const end = Math.min(from + size, last)
    for (let at = from; at < end; at++) sum += (share * (before + 1 + (at - from) * beside)) / (at + 1)
    before += relevant
  }
  return sum
}
