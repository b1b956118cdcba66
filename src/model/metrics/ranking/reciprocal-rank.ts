import type {Metric} from '../metric.ts'
import {metricOfRelevant} from './query-mean.ts'
import type {RankedList} from './ranked-lists.ts'

/** 1 / position of the first relevant document, 0 where none stands among the first k: trec_eval `recip_rank`. */
export const reciprocalRank: Metric<'ranking'> = metricOfRelevant(
  'mrr',
  at => `1 / position of the first relevant document${at}${at === '' ? '' : ', 0 where there is none'}`,
  reciprocal,
)

function reciprocal({relevance, runEnd}: RankedList, k: number): number {
  const last = Math.min(k, relevance.length)
  for (let from = 0; from < last; ) {
    const to = runEnd[from] ?? last
    let run = 0
    for (let at = from; at < to; at++) if ((relevance[at] ?? 0) > 0) run++
    if (run > 0) return expected(from, to - from, run, last)
    from = to
  }
  return 0
}

/** The first relevant document of a run of `size` stands at place j (from 0) with the chance C(size - 1 - j, relevant - 1) / C(size, relevant). */
function expected(from: number, size: number, relevant: number, last: number): number {
  let sum = 0
  let chance = relevant / size
  for (let place = 0; place <= size - relevant && from + place < last; place++) {
    sum += chance / (from + place + 1)
    chance *= (size - relevant - place) / (size - 1 - place)
  }
  return sum
}
