import type {Metric} from '../metric.ts'
import {metricOfRelevant} from './query-mean.ts'
import {firstRelevantRun, type RankedList} from './ranked-lists.ts'

/** 1 / position of the first relevant document, 0 where none stands among the first k: trec_eval `recip_rank`. */
export const reciprocalRank: Metric<'ranking'> = metricOfRelevant(
  'mrr',
  at => `1 / position of the first relevant document${at}${at === '' ? '' : ', 0 where there is none'}`,
  reciprocal,
)

function reciprocal(list: RankedList, k: number): number {
  const {from, size, relevant} = firstRelevantRun(list)
  return expected(from, size, relevant, Math.min(k, list.relevance.length))
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
