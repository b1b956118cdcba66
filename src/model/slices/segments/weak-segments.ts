import type {WeakSegmentsGate} from '../../../config/model-gate-schema.ts'
import {metricEntry} from '../../../core/metric-catalog.ts'
import type {Evaluation} from '../../evaluation/evaluation.ts'
import {fewestClusters, type GroupMean, groupMean} from '../../fairness/group-mean.ts'
import {type GroupMoments, sumMoments} from '../../fairness/moments.ts'
import type {Rate} from '../../fairness/rate.ts'
import {type Undefined, unanswerable, undefinedBecause} from '../../inference/estimate.ts'
import {holm} from '../../inference/multiplicity.ts'
import type {InferenceOptions} from '../../inference/options.ts'
import {statisticOf} from '../../metrics/registry.ts'
import {type Coding, codingsOf} from './codings.ts'
import {lagBounds, lagOf, pOfLag, type SegmentLoss, segmentLoss} from './lag.ts'
import {withoutRepeats} from './repeats.ts'

/** What a search found. */
export interface WeakSegments {
  readonly kind: 'searched'
  /** Segments that lag by more than the margin, the surest first; without those that another one of the list explains. */
  readonly segments: readonly Segment[]
  /** Segments with the support: so many chances there were to find one that is weak by chance. */
  readonly lookedAt: number
  /** The metric on all rows. */
  readonly overall: number
  /** All rows that weigh something. */
  readonly n: number
  /** Smallest segment that was looked at; rows. */
  readonly minRows: number
}

/** A part of the rows, made of one or two conditions. */
export interface Segment {
  readonly conditions: readonly string[]
  readonly n: number
  /** The metric on it. */
  readonly value: number
  /** How much worse than all rows together, in the metric's unit. */
  readonly lag: number
  /** Of the lag; each bound holds for all segments together (Bonferroni). */
  readonly low: number
  readonly high: number
  /** Adjusted for all segments that were looked at (Holm). */
  readonly p: number
  readonly isShown: boolean
}

/**
 * Parts of the data, of up to two columns, that the model serves worse than all rows together by more than `may-lag`.
 * Every part with the support is a hypothesis; a part is shown to be weak only where its p-value holds against the number
 * of all of them (Holm). One pass over the rows for each pair of columns.
 */
export function searchWeakSegments(
  gate: Pick<WeakSegmentsGate, 'weak-segments' | 'may-lag' | 'among' | 'depth' | 'min-rows'>,
  evaluation: Evaluation,
  {coverage}: Pick<InferenceOptions, 'coverage'>,
): WeakSegments | Undefined {
  const loss = lossOf(gate['weak-segments'], evaluation)
  if ('kind' in loss) return loss
  const among = gate.among ?? [...evaluation.groups.keys()]
  if (among.length === 0) return noColumns
  const minRows = gate['min-rows']
  const codings = codingsOf(among, evaluation, minRows)
  if ('kind' in codings) return codings

  const candidates = combinationsOf(codings, gate.depth).flatMap(coding => supported(coding, loss, evaluation, minRows))
  if (candidates.length === 0) return noSupport(minRows)
  const alpha = (1 - coverage) / 2
  const adjusted = holm(
    candidates.map(({loss}) => pOfLag(loss, gate['may-lag'])),
    alpha,
  )
  const found = candidates.flatMap(({conditions, loss}, at): Segment[] => {
    const lag = lagOf(loss)
    const {p = 1, isRejected = false} = adjusted[at] ?? {}
    if (!(lag > gate['may-lag'])) return []
    const value = metricValue(gate['weak-segments'], loss.segment.mean)
    const {low, high} = lagBounds(loss, alpha / candidates.length)
    return [{conditions, n: loss.segment.n, value, lag, low, high, p, isShown: isRejected}]
  })
  const {overall, n} = candidates[0] ?? {overall: 0, n: 0}
  return {
    kind: 'searched',
    segments: withoutRepeats(found.sort((a, b) => a.p - b.p || b.lag - a.lag || compareConditions(a, b))),
    lookedAt: candidates.length,
    overall: metricValue(gate['weak-segments'], overall),
    n,
    minRows,
  }
}

/** The metric as a loss for each row: shares of what is right are turned. */
function lossOf(metric: WeakSegmentsGate['weak-segments'], {candidate}: Evaluation): Rate | Undefined {
  const statistic = statisticOf(candidate, {metric}, {valuesOf: () => noExpression})
  if (statistic.kind === 'undefined') return statistic
  if (statistic.kind !== 'mean' || statistic.unitOf !== null || statistic.link !== null) {
    return unanswerable('model/segments-need-rows', `${metric} of these predictions is no mean over rows.`)
  }
  const {values, among, isShare} = statistic
  const turned = isMoreBetter(metric) ? values.map(value => 1 - value) : values
  return {name: 'loss', values: turned, among, isShare, range: [0, Number.POSITIVE_INFINITY]}
}

function metricValue(metric: WeakSegmentsGate['weak-segments'], loss: number): number {
  return isMoreBetter(metric) ? 1 - loss : loss
}

function isMoreBetter(metric: WeakSegmentsGate['weak-segments']): boolean {
  return metricEntry(metric).better === 'more'
}

/** The columns alone, and each pair of different columns. */
function combinationsOf(codings: readonly Coding[], depth: number): readonly (readonly Coding[])[] {
  const alone = codings.map(coding => [coding])
  if (depth < 2) return alone
  const pairs = codings.flatMap((one, at) =>
    codings.slice(at + 1).flatMap(other => (other.column === one.column ? [] : [[one, other]])),
  )
  return [...alone, ...pairs]
}

interface Candidate {
  readonly conditions: readonly string[]
  readonly loss: SegmentLoss
  readonly overall: number
  readonly n: number
}

/** Segments of one combination that have the rows, and the clusters, to be looked at; and that are not all rows. */
function supported(
  codings: readonly Coding[],
  loss: Rate,
  {sample, rows}: Evaluation,
  minRows: number,
): readonly Candidate[] {
  const {codes, count} = cellsOf(codings, rows)
  // The last cell holds the rows that are in no segment.
  const moments = sumMoments(loss, codes, count + 1, sample, false)
  const context = {
    centre: moments.centre,
    isShare: loss.isShare,
    isClustered: sample.clusters !== null,
    range: loss.range,
  }
  const {mean: overall, n} = groupMean(moments.all, context)
  return Array.from({length: count}, (_, cell) => cell).flatMap(cell => {
    const pair = segmentAndRest(moments, cell, context)
    if (!pair || !hasSupport(pair.segment, minRows) || !hasSupport(pair.rest, minRows)) return []
    const cross = moments.cross?.withOthers(cell) ?? null
    return [
      {
        conditions: conditionsOf(codings, cell),
        loss: segmentLoss(pair.segment, pair.rest, cross, moments.centre),
        overall,
        n,
      },
    ]
  })
}

type Context = Parameters<typeof groupMean>[1]

function segmentAndRest(
  {groups, others}: GroupMoments,
  cell: number,
  context: Context,
): {segment: GroupMean; rest: GroupMean} | null {
  const [segment, rest] = [groups[cell], others[cell]]
  if (!segment || !rest || segment.n === 0 || rest.n === 0) return null
  return {segment: groupMean(segment, context), rest: groupMean(rest, context)}
}

function hasSupport({n, units, isClustered}: GroupMean, minRows: number): boolean {
  return n >= minRows && (!isClustered || units >= fewestClusters)
}

/** One number for each row: the cell of its parts, or the last one where a column has no part for it. */
function cellsOf(codings: readonly Coding[], rows: number): {codes: Int32Array; count: number} {
  const count = codings.reduce((product, {conditions}) => product * conditions.length, 1)
  const codes = new Int32Array(rows)
  for (const coding of codings) {
    const width = coding.conditions.length
    for (let row = 0; row < rows; row++) {
      const [before, part] = [codes[row] ?? 0, coding.codes[row] ?? -1]
      codes[row] = before < 0 || part < 0 ? -1 : before * width + part
    }
  }
  for (let row = 0; row < rows; row++) if ((codes[row] ?? 0) < 0) codes[row] = count
  return {codes, count}
}

function conditionsOf(codings: readonly Coding[], cell: number): readonly string[] {
  let left = cell
  return [...codings]
    .reverse()
    .map(({conditions}) => {
      const part = left % conditions.length
      left = Math.floor(left / conditions.length)
      return conditions[part] ?? ''
    })
    .reverse()
}

function compareConditions(a: Segment, b: Segment): number {
  return a.conditions.join() < b.conditions.join() ? -1 : 1
}

const noExpression = unanswerable('model/no-expression', 'Segments are searched by a metric, not by an expression.')

const noColumns = unanswerable(
  'model/no-segment-columns',
  'The gate names no columns to look among, and columns.groups is empty.',
)

function noSupport(minRows: number): Undefined {
  return undefinedBecause(
    'model/no-segment-with-support',
    `No part of the data has ${minRows} rows or more (of ${fewestClusters} clusters or more, where rows come in clusters), and leaves as many outside.`,
  )
}
