import type {Interval, ReasonCode} from '../../core/finding.ts'
import type {Sample} from '../evaluation/outcomes.ts'
import type {Unseen} from './comparison.ts'
import {type Undefined, undefinedBecause} from './estimate.ts'
import {zOfCoverage} from './normal.ts'
import type {InferenceOptions} from './options.ts'

/** From so few clusters nobody can tell how much clusters differ: intervals would promise more than they keep. */
export const leastClusters = 10

/** A metric that one row alone moves by more than 1/30 of its range has too few rows of some class for a bootstrap. */
export const leastRowsOfAClass = 30

export const noRows = undefinedBecause('model/no-rows', 'There is no row to judge.')

export function countRows({rows, weights}: Sample): number {
  if (weights === null) return rows
  let counted = 0
  for (let row = 0; row < rows; row++) if ((weights[row] ?? 0) > 0) counted++
  return counted
}

/** @param count clusters in which some row weighs anything */
export function tooFewClusters({clusters}: Sample, count: number): Undefined | null {
  if (clusters === null || count >= leastClusters) return null
  return undefinedBecause(
    'model/too-few-clusters',
    `The rows come from ${count} ${count === 1 ? 'cluster' : 'clusters'}; an interval needs at least ${leastClusters}.`,
  )
}

export function tooFewRowsOfAClass(rows: number): Undefined {
  return undefinedBecause(
    'model/too-few-rows-of-a-class',
    `The value rests on about ${Math.floor(rows)} rows of its rarest class; an interval needs at least ${leastRowsOfAClass}.`,
  )
}

export const nothingVaries = undefinedBecause(
  'model/no-variation',
  'Nothing varies between the rows, and the metric has no limit: there is nothing to compare.',
)

/** Too many resamples have no value: what the rows nearly lack. */
export function oftenUndefined(share: number, {reason, what}: {reason: ReasonCode; what: string}): Undefined {
  return undefinedBecause(
    reason,
    `Too few rows for an interval: in ${(share * 100).toFixed(1)} % of the resamples this holds: ${what}`,
  )
}

/** Where a difference can lie. */
export function rangeOfDifference([low, high]: InferenceOptions['range'], retain: number): readonly [number, number] {
  return [low - retain * high, high - retain * low]
}

export function clamped(
  bounds: {readonly low: number; readonly high: number},
  [lowest, highest]: readonly [number, number],
  confidence: number,
  method: string,
): Interval {
  return {low: Math.max(lowest, bounds.low), high: Math.min(highest, bounds.high), confidence, method}
}

/** Without variation: what so many blocks cannot exclude, or nothing but the value where the metric has no end. */
export function flatInterval(value: number, unseen: Unseen | null, coverage: number, range: readonly [number, number]) {
  const method = 'widened (no variation in the sample)'
  if (unseen === null) return clamped({low: range[0], high: range[1]}, range, coverage, method)
  const z = zOfCoverage(coverage)
  const half = (unseen.scale * z * z) / (unseen.relevant + z * z)
  return clamped({low: value - half, high: value + half}, range, coverage, method)
}

/** Which of the two levels speaks of "worse"; one half where nothing differs. */
export function pWorseOf(
  bounds: {readonly pBelow: number; readonly pAbove: number} | null,
  {moreIsBetter}: {readonly moreIsBetter: boolean},
): number {
  if (bounds === null) return 0.5
  return moreIsBetter ? bounds.pBelow : bounds.pAbove
}
