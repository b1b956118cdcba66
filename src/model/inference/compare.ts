import type {Sample} from '../evaluation/outcomes.ts'
import type {Statistic} from '../metrics/statistic.ts'
import {compareAreas} from './area-inference.ts'
import type {Comparison} from './comparison.ts'
import {compareMeans} from './mean-inference.ts'
import type {ComparisonOptions} from './options.ts'
import {compareByResampling} from './resampled-inference.ts'

export {compareWithKnown} from './known-baseline.ts'

/**
 * Candidate minus `retain` times baseline, of one metric on the same rows, by the best method for its kind. Two statistics
 * that are not of one kind, such as a precision that lacks a denominator on one side, are compared by resampling rows.
 */
export function compareStatistics(
  candidate: Statistic,
  baseline: Statistic,
  sample: Sample,
  options: ComparisonOptions,
): Comparison {
  if (candidate.kind === 'mean' && baseline.kind === 'mean' && sameArray(candidate.unitOf, baseline.unitOf)) {
    return compareMeans(candidate, baseline, sample, options)
  }
  if (candidate.kind === 'auc' && baseline.kind === 'auc' && sameArray(candidate.positive, baseline.positive)) {
    return compareAreas(candidate, baseline, sample, options)
  }
  return compareByResampling(candidate, baseline, sample, options)
}

type Codes = Int32Array | Uint8Array | null

function sameArray(one: Codes, other: Codes): boolean {
  if (one === other) return true
  if (one === null || other === null || one.length !== other.length) return false
  for (let at = 0; at < one.length; at++) if (one[at] !== other[at]) return false
  return true
}
