import {undefinedBecause} from '../../inference/estimate.ts'
import type {Metric} from '../metric.ts'
import {meanOverQueries} from './query-mean.ts'
import type {RankedList} from './ranked-lists.ts'

/**
 * Normalised discounted cumulative gain: scikit-learn `ndcg_score`, with the relevance itself as gain (not 2^rel - 1),
 * a discount of log2(1 + position), and ties averaged. Järvelin and Kekäläinen, "Cumulated gain-based evaluation of IR
 * techniques", TOIS 20 (2002).
 */
export const ndcg: Metric<'ranking'> = {
  name: 'ndcg',
  task: 'ranking',
  convention: ({k}) =>
    `ndcg${k === undefined ? '' : ` (k = ${k})`}: gain is the relevance, discount log2(1 + position), tied scores averaged; mean over queries; a query whose relevance is 0 throughout counts as 0, one of a single document is left out (scikit-learn refuses it)`,
  statistic: meanOverQueries(
    list => list.relevance.length > 1,
    (list, k) => normalised(list, Math.min(k, list.relevance.length)),
    undefinedBecause('model/no-ranked-query', 'No query has more than one document, so nothing is ranked.'),
  ),
}

function normalised(list: RankedList, k: number): number {
  if (list.relevant === 0) return 0
  const ideal = list.relevance.toSorted().reverse()
  // In units of the largest relevance, so that no sum is beyond a double.
  const unit = ideal[0] ?? 1
  let best = 0
  for (let at = 0; at < k; at++) best += (ideal[at] ?? 0) / unit / Math.log2(at + 2)
  return Math.min(1, gainOf(list, k, unit) / best)
}

function gainOf({relevance, starts}: RankedList, k: number, unit: number): number {
  let gain = 0
  for (let run = 0; (starts[run] ?? k) < k; run++) {
    const from = starts[run] ?? 0
    const to = starts[run + 1] ?? k
    let sum = 0
    let discounts = 0
    for (let at = from; at < to; at++) {
      sum += (relevance[at] ?? 0) / unit
      if (at < k) discounts += 1 / Math.log2(at + 2)
    }
    gain += (sum / (to - from)) * discounts
  }
  return gain
}
