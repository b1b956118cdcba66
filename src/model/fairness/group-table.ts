import type {Evaluation} from '../evaluation/evaluation.ts'
import type {Outcomes} from '../evaluation/outcomes.ts'
import {groupName} from '../slices/combine-groups.ts'
import {type BinaryView, binaryView} from './binary-view.ts'
import {chooseGroups} from './choose-groups.ts'
import {compareGroups, groupsBy, mostGroups} from './fairness.ts'
import type {GroupMean} from './group-mean.ts'
import {lossRate} from './loss-rate.ts'
import {
  accuracy,
  falsePositiveRate,
  meanPrediction,
  precision,
  scoreGap,
  selectionRate,
  truePositiveRate,
} from './measures.ts'
import type {Rate, RateName} from './rate.ts'

/** Rates by group, for the report. */
export interface GroupTable {
  readonly by: string
  readonly rates: readonly RateName[]
  /** Largest group first. */
  readonly groups: readonly GroupRow[]
  /** All rows, those of groups that are not shown too. */
  readonly overall: GroupRow
  /** Number of groups below `minGroup` rows. Neither their names nor their sizes are here: small groups are people. */
  readonly tooSmall: number
  /** Number of groups beyond the largest 500. */
  readonly beyond: number
}

export interface GroupRow {
  readonly name: string
  readonly n: number
  /** In the order of `rates`; null where the group has fewer than five rows that the rate looks at. */
  readonly values: readonly (number | null)[]
}

/** A rate of fewer rows tells of single people. */
const fewestRows = 5

/**
 * Every rate that the predictions have, for each group of one column or of several together. Weighted where rows have
 * weights. Columns that the evaluation does not know make no groups.
 * @param only the class that is "yes", where there are several
 */
export function groupTable(
  evaluation: Evaluation,
  by: string | readonly string[],
  {minGroup, class: only}: {readonly minGroup: number; readonly class?: string},
): GroupTable {
  const names = typeof by === 'string' ? [by] : by
  const {sample, candidate} = evaluation
  const isKnown = names.every(name => evaluation.groups.has(name))
  const combination = isKnown ? groupsBy(names, evaluation) : {codes: new Int32Array(evaluation.rows), groups: []}
  const limits = {minGroup, minPositives: 0, minNegatives: 0}
  const large = chooseGroups(combination, [], sample.weights, limits, [])
  const judged = large.judged.slice(0, mostGroups)
  const chosen = {...large, judged, codes: large.codes.map(code => Math.min(code, judged.length))}
  const rates = ratesOf(candidate, only)
  const compared = [everyRow(evaluation.rows), ...rates].map(rate => compareGroups(rate, chosen, sample))
  const [sizes, ...means] = compared
  return {
    by: names.join(' and '),
    rates: rates.map(({name}) => name),
    groups: judged.map((key, place) => ({
      name: groupName(key),
      n: sizes?.groups[place]?.n ?? 0,
      values: means.map(({groups}) => shown(groups[place])),
    })),
    overall: {name: 'all rows', n: sizes?.all.n ?? 0, values: means.map(({all}) => shown(all))},
    tooSmall: large.tooSmall,
    beyond: large.judged.length - judged.length,
  }
}

function shown(group: GroupMean | undefined): number | null {
  return group && group.n >= fewestRows ? group.mean : null
}

function ratesOf(outcomes: Outcomes, only: string | undefined): readonly Rate[] {
  const loss = lossRate(outcomes)
  const losses = 'kind' in loss ? [] : [loss]
  const view = binaryView(outcomes, only)
  if (!('kind' in view)) return [...ratesOfView(view), ...losses.filter(({name}) => name !== 'error rate')]
  const prediction = outcomes.task === 'regression' && outcomes.predicted ? [meanPrediction(outcomes.predicted)] : []
  return [...prediction, ...losses]
}

function ratesOfView(view: BinaryView): readonly Rate[] {
  const {scores, positive} = view
  return [
    selectionRate(view),
    truePositiveRate(view),
    falsePositiveRate(view),
    precision(view),
    accuracy(view),
    ...(scores ? [scoreGap(scores, positive)] : []),
  ]
}

/** Counts the rows that weigh something. */
function everyRow(rows: number): Rate {
  return {name: 'selection rate', values: new Uint8Array(rows), among: null, isShare: true, range: [0, 1]}
}
