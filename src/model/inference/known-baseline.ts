import type {Compared, Comparison, Pairing} from './comparison.ts'
import {type Estimate, unanswerable} from './estimate.ts'
import {boundsOf, moverHalves, type Reach} from './mover.ts'
import {zOfCoverage} from './normal.ts'
import type {ComparisonOptions} from './options.ts'
import {clamped, pWorseOf, rangeOfDifference} from './rules.ts'

/** A value of the baseline, with what is known of how sure it is. */
export type Known =
  | number
  | {
      readonly value: number
      /** Two-sided interval. */
      readonly low?: number | undefined
      readonly high?: number | undefined
      /** Its coverage; where it is not said, that of the comparison. */
      readonly confidence?: number | undefined
    }

export interface KnownOptions extends ComparisonOptions {
  readonly pairing: Pairing
}

/**
 * Candidate minus `retain` times a baseline of which only the value is known (its evidence, or numbers in the config), from the
 * intervals of both (MOVER: Zou and Donner, Statistics in Medicine 27 (2008)).
 *
 * Measured on other rows, the two are independent and their distances add like the sides of a right angle. Measured on the
 * same rows they go together in a way that nobody recorded; the standard deviation of a difference is at most the sum of
 * both, and that is taken: it never passes a candidate too lightly, and it finds a difference later than paired rows
 * would. A bare number is held for exact: what is shown then is shown about that number.
 */
export function compareWithKnown(candidate: Estimate, known: Known, options: KnownOptions): Comparison {
  if (candidate.kind === 'undefined') return candidate
  const {value, low, high, confidence} = typeof known === 'number' ? bare(known) : {...bare(known.value), ...known}
  if (!Number.isFinite(value)) return notANumber
  if ((low !== undefined && !(low <= value)) || (high !== undefined && !(high >= value))) return contradictory
  const {retain, coverage, range, pairing} = options
  if (value < range[0] || value > range[1]) return outOfRange
  const isBare = low === undefined && high === undefined
  const ours = reachOf(candidate.value, candidate.interval, candidate.interval.confidence)
  const theirs = reachOf(
    value,
    {low: low ?? mirrored(value, high), high: high ?? mirrored(value, low)},
    confidence ?? coverage,
  )
  // Perfectly opposed estimates are as far apart as two can be: correlation -1 adds the distances.
  const correlation = pairing === 'same-rows' && !isBare ? -1 : 0
  const reachWith =
    (share: number): Reach =>
    quantile =>
      moverHalves(ours, theirs, share, correlation, quantile)
  const z = zOfCoverage(coverage)
  const difference = candidate.value - retain * value
  const bounds = boundsOf(difference, reachWith(retain), z, Number.POSITIVE_INFINITY)
  const whole = boundsOf(candidate.value - value, reachWith(1), z, Number.POSITIVE_INFINITY)
  const {below, above} = ours(z)
  const theirReach = theirs(z)
  return {
    kind: 'compared',
    difference,
    candidateValue: candidate.value,
    baselineValue: value,
    retain,
    interval: clamped(bounds, rangeOfDifference(range, retain), coverage, nameOf(pairing, isBare)),
    n: candidate.n,
    independent: candidate.n,
    variancePerRow: ((below + above) / (2 * z)) ** 2 * candidate.n,
    pWorse: pWorseOf(whole, options),
    unseen: null,
    known: {sd: (retain * (theirReach.below + theirReach.above)) / (2 * z), pairing: isBare ? 'independent' : pairing},
  } satisfies Compared
}

/** Distances of an interval's bounds from its value, in proportion to the quantile. */
function reachOf(value: number, {low, high}: {low: number; high: number}, confidence: number): Reach {
  const z = zOfCoverage(confidence)
  return quantile => ({below: ((value - low) / z) * quantile, above: ((high - value) / z) * quantile})
}

function bare(value: number): {
  value: number
  low?: number | undefined
  high?: number | undefined
  confidence?: number | undefined
} {
  return {value}
}

/** A bound that nobody wrote down lies as far off as the one on the other side. */
function mirrored(value: number, bound: number | undefined): number {
  return bound === undefined ? value : 2 * value - bound
}

function nameOf(pairing: Pairing, isBare: boolean): string {
  if (isBare) return 'the candidate’s interval against a number taken as exact'
  return pairing === 'same-rows'
    ? 'two intervals of the same rows, standard deviations added'
    : 'MOVER, independent rows'
}

const notANumber = unanswerable('model/baseline-value-not-finite', 'The baseline’s value is no finite number.')

/** A percentage among shares, or a value of another metric. */
const outOfRange = unanswerable(
  'model/baseline-value-out-of-range',
  'The baseline’s value is none that the metric can have.',
)

const contradictory = unanswerable(
  'model/baseline-interval-contradictory',
  'The baseline’s value does not lie within the interval that is given with it.',
)
