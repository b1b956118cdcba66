import type {RankingOutcomes} from '../../evaluation/outcomes.ts'
import {type Undefined, undefinedBecause} from '../../inference/estimate.ts'
import {isProportion, meanOf} from '../mean-statistic.ts'
import type {Metric, MetricQuestion} from '../metric.ts'
import type {Statistic} from '../statistic.ts'
import {type RankedList, rankedLists} from './ranked-lists.ts'

/**
 * A mean over queries of one number for each list. Where scores are tied, the number is the mean over all orders of the
 * tied documents, so that neither the order of the file nor an optimist decides: McSherry and Najork, "Computing
 * information retrieval performance measures efficiently in the presence of tied scores", ECIR 2008.
 * @param counts whether a list can be judged at all; the others are left out
 * @param valueOf k is a whole number from 1, or infinite
 */
export function meanOverQueries(
  counts: (list: RankedList) => boolean,
  ofList: (list: RankedList, k: number) => number,
  noneCounts: Undefined,
): (outcomes: RankingOutcomes, question: MetricQuestion) => Statistic | Undefined {
  return (outcomes, {k = Number.POSITIVE_INFINITY}) => {
    const lists = rankedLists(outcomes)
    const among = Uint8Array.from(lists, list => (counts(list) ? 1 : 0))
    if (!among.includes(1)) return noneCounts
    const values = Float64Array.from(lists, (list, query) => (among[query] === 1 ? ofList(list, k) : 0))
    return meanOf(values, {
      among: among.includes(0) ? among : null,
      unitOf: outcomes.queries.codes,
      isShare: isProportion(values, among),
    })
  }
}

type OfList = (list: RankedList, k: number) => number

/** A metric that asks where the relevant documents stand: a query without any says nothing, and is left out. */
export function metricOfRelevant(
  name: Metric<'ranking'>['name'],
  what: (at: string) => string,
  ofList: OfList,
): Metric<'ranking'> {
  return {
    name,
    task: 'ranking',
    convention: ({k}) =>
      `${k === undefined ? name : `${name} (k = ${k})`}: ${what(k === undefined ? '' : ` among the first ${k}`)}; mean over queries; relevant is a relevance above 0, queries without a relevant document are left out, tied scores count as the mean over their orders`,
    statistic: meanOverQueries(list => list.relevant > 0, ofList, noRelevant),
  }
}

const noRelevant = undefinedBecause(
  'model/no-relevant-document',
  'No query has a document with a relevance above 0, so no list can be good or bad.',
)
