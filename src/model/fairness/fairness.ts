import type {FairnessGate} from '../../config/model-gate-schema.ts'
import {invariant} from '../../core/assert.ts'
import {formatCount} from '../../core/quantity.ts'
import type {Evaluation} from '../evaluation/evaluation.ts'
import {type Undefined, unanswerable, undefinedBecause} from '../inference/estimate.ts'
import type {InferenceOptions} from '../inference/options.ts'
import {type Combination, combineGroups, type GroupKey} from '../slices/combine-groups.ts'
import {type ByChance, gapByChance} from './chance.ts'
import {type ChosenGroups, chooseGroups} from './choose-groups.ts'
import {type Compared, type Comparing, comparisonsOf, type Gap, gapOf} from './gap.ts'
import {fewestClusters, type GroupMean, groupMean} from './group-mean.ts'
import type {Comparand} from './measures.ts'
import {sumMoments} from './moments.ts'
import type {Rate, RateName} from './rate.ts'

/** How unfair the candidate is by one measure. */
export interface Fairness {
  readonly kind: 'fairness'
  /** The largest difference, or the smallest ratio; as fairlearn computes it from the groups that are judged. */
  readonly value: number
  readonly low: number
  readonly high: number
  readonly confidence: number
  /** Null where ratios of rates near 0 mostly have no value. */
  readonly byChance: ByChance | null
  readonly furthest: Furthest
  /** Rows of the groups that are judged, as far as the rates look at them. */
  readonly n: number
  /** Groups with too few clusters to say how sure their rates are. */
  readonly groupsOfFewClusters: number
}

/** The rate in which groups lie furthest apart, and those groups; one alone where all rows are the other side. */
export interface Furthest {
  readonly rate: RateName
  readonly groups: readonly {readonly key: GroupKey; readonly mean: number}[]
  readonly overall: number
}

/** Comparing each with each grows with the square; and nobody reads a table of more groups. */
export const mostGroups = 500

type Question = Pick<
  FairnessGate,
  'compared-with' | 'odds' | 'min-group' | 'min-positives' | 'min-negatives' | 'required'
>

/**
 * One measure of fairness on the candidate's rows. `chosen` says which groups were judged, also where there is no answer.
 * @param columns the columns whose values, or combinations of values, are the groups
 */
export function computeFairness(
  comparand: Comparand,
  combination: Combination,
  question: Question,
  {sample}: Pick<Evaluation, 'sample'>,
  options: InferenceOptions,
): {readonly answer: Fairness | Undefined; readonly chosen: ChosenGroups} {
  const {rates} = comparand
  const limits = {
    minGroup: question['min-group'],
    minPositives: question['min-positives'],
    minNegatives: question['min-negatives'],
  }
  const chosen = chooseGroups(combination, rates, sample.weights, limits, question.required)
  if (chosen.judged.length < 2) return {chosen, answer: tooFewGroups(limits.minGroup)}
  if (chosen.judged.length > mostGroups) return {chosen, answer: tooManyGroups(chosen.judged.length)}
  if (comparand.against === 'zero' && question['compared-with'] === 'all-rows') return {chosen, answer: notCompared}

  const comparing: Comparing = {
    shape: comparand.shape,
    against: comparand.against === 'zero' ? 'zero' : question['compared-with'],
  }
  const compared = rates.map(rate => compareGroups(rate, chosen, sample))
  const gaps = joinedGaps(compared, comparing, question.odds, options)
  if (gaps === null) return {chosen, answer: noRatio}
  const groups = compared.map(each => each.groups)
  const join = joining(comparing, question.odds)
  return {
    chosen,
    answer: {
      kind: 'fairness',
      value: join(gaps.map(gap => gap.value)),
      low: join(gaps.map(gap => gap.low)),
      high: join(gaps.map(gap => gap.high)),
      confidence: options.coverage,
      byChance: gapByChance(groups, comparing, join, options),
      furthest: furthestOf(rates, compared, gaps, comparing, chosen),
      n: Math.max(...groups.map(each => each.reduce((sum, {n}) => sum + n, 0))),
      groupsOfFewClusters: Math.max(...groups.map(each => each.filter(hasFewClusters).length)),
    },
  }
}

/** Groups of one column, or the combinations of several. */
export function groupsBy(by: readonly string[], {groups, rows}: Pick<Evaluation, 'groups' | 'rows'>): Combination {
  return combineGroups(
    by.flatMap(name => groups.get(name) ?? []),
    rows,
  )
}

/** Means of the judged groups, and of all rows: also of those in groups that are left out. */
export function compareGroups(rate: Rate, {judged, codes}: ChosenGroups, sample: Evaluation['sample']): Compared {
  const {centre, groups, others, all, cross} = sumMoments(rate, codes, judged.length + 1, sample, true)
  const context = {centre, isShare: rate.isShare, isClustered: sample.clusters !== null, range: rate.range}
  return {
    groups: groups.slice(0, judged.length).map(moments => groupMean(moments, context)),
    others: others.slice(0, judged.length).map(moments => groupMean(moments, context)),
    all: groupMean(all, context),
    centre,
    cross,
  }
}

/**
 * Both rates of equalized odds are looked at, so both count as comparisons; of their mean each far bound takes half of
 * the error. Null where a ratio has no value.
 */
function joinedGaps(
  compared: readonly Compared[],
  comparing: Comparing,
  odds: 'worst' | 'mean',
  {coverage}: InferenceOptions,
): readonly Gap[] | null {
  const alpha = (1 - coverage) / 2
  const comparisons = compared.reduce((sum, each) => sum + comparisonsOf(each, comparing), 0)
  const nearTail = -Math.expm1(Math.log1p(-alpha) / comparisons) / 2
  const farTail = odds === 'mean' ? alpha / compared.length : alpha
  const gaps = compared.map(each => gapOf(each, comparing, nearTail, farTail)).filter(gap => gap !== null)
  return gaps.length === compared.length ? gaps : null
}

function joining({shape}: Comparing, odds: 'worst' | 'mean'): (gaps: readonly number[]) => number {
  if (odds === 'mean') return gaps => gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length
  return shape === 'ratio' ? gaps => Math.min(...gaps) : gaps => Math.max(...gaps)
}

function furthestOf(
  rates: readonly Rate[],
  compared: readonly Compared[],
  gaps: readonly Gap[],
  {shape}: Comparing,
  {judged}: ChosenGroups,
): Furthest {
  const worst = gaps.reduce((best, gap, at) => {
    const than = gaps[best]?.value ?? gap.value
    return (shape === 'ratio' ? gap.value < than : gap.value > than) ? at : best
  }, 0)
  const [rate, means, gap] = [rates[worst], compared[worst], gaps[worst]]
  invariant(rate && means && gap, 'a measure has a rate')
  return {
    rate: rate.name,
    overall: means.all.mean,
    groups: gap.furthest.flatMap(place => {
      const [key, group] = [judged[place], means.groups[place]]
      return key && group ? [{key, mean: group.mean}] : []
    }),
  }
}

function hasFewClusters({isClustered, units}: GroupMean): boolean {
  return isClustered && units < fewestClusters
}

function tooFewGroups(minGroup: number): Undefined {
  return undefinedBecause('model/too-few-groups', `Fewer than two groups can be judged (min-group ${minGroup}).`)
}

function tooManyGroups(count: number): Undefined {
  return unanswerable(
    'model/too-many-groups',
    `There are ${formatCount(count)} groups; no more than ${mostGroups} are compared.`,
  )
}

const notCompared = unanswerable(
  'model/fairness-not-comparable',
  'calibration-difference compares the scores of a group with what happened in it: compared-with: all-rows has no meaning there.',
)

const noRatio = undefinedBecause(
  'model/fairness-ratio-undefined',
  'The rate is 0 in every group: a ratio of them has no value.',
)
