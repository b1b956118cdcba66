/** Guards in words: the limit as the config says it, and what was counted, in the unit of the question. */
import {assertNever} from '../../core/assert.ts'
import type {Interval} from '../../core/finding.ts'
import {formatMinute} from '../../core/instant.ts'
import {formatDuration, formatShare} from '../../core/quantity.ts'
import {type GuardTest, isComparison} from '../guards.ts'
import {meanOf} from '../judge/counting-rules.ts'
import type {Part} from '../judge/rise.ts'
import {kolmogorovDistance} from '../sequential/distribution-band.ts'
import type {PlannedStage} from '../stages.ts'
import {
  type ArmTallies,
  areCounts,
  areMeans,
  areShapes,
  type Counts,
  isMean,
  isShape,
  type MeanTally,
  type ShapeTally,
  type Tally,
} from '../tally.ts'
import {intervalOf} from './measured-interval.ts'

/** `at most 0.1%`, `at most 1.5 times stable`, `p95 at most 120ms`: the limit in the words of the config. */
export function describeLimit(test: GuardTest): string {
  switch (test.kind) {
    case 'share-at-most':
      return `at most ${formatShare(test.limit)}`
    case 'share-at-most-times-stable':
    case 'events-at-most-times-stable':
      return `at most ${test.times} times stable`
    case 'quantile-at-most':
      return `p${Math.round(test.quantile * 100)} at most ${formatDuration(test.limitSeconds * 1000)}`
    case 'slow-at-most-times-stable':
      return `over ${formatDuration(test.limitSeconds * 1000)} at most ${test.times} times stable`
    case 'mean-at-least':
      return `mean at least ${test.limit}`
    case 'mean-at-most':
      return `mean at most ${test.limit}`
    case 'mean-may-lose':
      return `mean may lose ${formatShare(test.fraction)}`
    case 'mean-may-grow':
      return `mean may grow ${formatShare(test.fraction)}`
    case 'events-at-most':
      return `at most ${test.limit} in all`
    case 'no-alert':
      return 'no alert begins to fire'
    case 'distribution-may-shift':
      return `may shift ${formatShare(test.distance)}`
    default:
      return assertNever(test)
  }
}

/** `25%`, `100% mirrored`: what a stage sends to the candidate. */
export function describeShare({weightPercent, mirrorPercent}: PlannedStage): string {
  return mirrorPercent === undefined ? `${weightPercent}%` : `${mirrorPercent}% mirrored`
}

/** `31 of 900 candidate requests are bad (3.44%, 95% interval 2.43% to 4.85%), at most 0.1% allowed` */
export function describeMeasured(test: GuardTest, arms: ArmTallies, alerts: readonly string[]): string {
  const limit = describeLimit(test)
  switch (test.kind) {
    case 'share-at-most':
      return areCounts(arms) ? `${sharePhrase(arms.candidate, areBad)}, ${limit} allowed` : nothing
    case 'share-at-most-times-stable':
      return areCounts(arms)
        ? `${sharePhrase(arms.candidate, areBad)} against ${share(arms.stable)} stable ones, ${limit} allowed`
        : nothing
    case 'quantile-at-most':
      return areCounts(arms)
        ? `${sharePhrase(arms.candidate, takeOver(test.limitSeconds))}, ${formatShare(1 - test.quantile)} allowed`
        : nothing
    case 'slow-at-most-times-stable':
      return areCounts(arms)
        ? `${sharePhrase(arms.candidate, takeOver(test.limitSeconds))} against ${share(arms.stable)} stable ones, ` +
            `at most ${test.times} times as many allowed`
        : nothing
    case 'mean-at-least':
    case 'mean-at-most':
      return areMeans(arms)
        ? `${meanWith(arms.candidate)} over ${arms.candidate.n} candidate requests, ${limit}`
        : nothing
    case 'mean-may-lose':
    case 'mean-may-grow':
      return areMeans(arms)
        ? `${meanWith(arms.candidate)} over ${arms.candidate.n} candidate requests against ${mean(arms.stable)} over ` +
            `${arms.stable.n} stable ones (${change(arms)}), ${limit}`
        : nothing
    case 'events-at-most':
      return areCounts(arms) ? `${arms.candidate.bad} in ${arms.candidate.n} candidate requests, ${limit}` : nothing
    case 'events-at-most-times-stable':
      return areCounts(arms)
        ? `${ratePhrase(arms.candidate)} against ${arms.stable.bad} in ${arms.stable.n} stable ones, ${limit} allowed`
        : nothing
    case 'no-alert':
      return alerts.length > 0 ? `${alerts.join(', ')} began to fire` : 'no alert began to fire'
    case 'distribution-may-shift':
      return areShapes(arms)
        ? `the distributions of ${arms.candidate.n} candidate and ${arms.stable.n} stable requests differ by ` +
            `${distance(arms)}, ${limit}`
        : nothing
    default:
      return assertNever(test)
  }
}

const nothing = 'nothing counted'

/** `since 2026-01-05 10:05 UTC (14 looks) 65 of 4200 (1.55%, 95% interval 1.22% to 1.97%)`: the part that speaks for harm. */
export function describePart(test: GuardTest, {since, looks, ...arms}: Part): string {
  const when = `since ${formatMinute(since)} UTC (${looks} ${looks === 1 ? 'look' : 'looks'})`
  const beside = isComparison(test) && arms.stable.n > 0 ? ` against ${describeTally(arms.stable)} stable ones` : ''
  return `${when} ${tallyWith(arms.candidate)}${beside}`
}

/** One side with its interval. */
function tallyWith(tally: Tally): string {
  const interval = intervalOf(tally)
  if (!interval || isShape(tally)) return describeTally(tally)
  if (isMean(tally)) return `mean ${number(meanOf(tally))} (${between(interval, number)}) of ${tally.n}`
  const {n, bad} = tally
  return bad > n ? `${bad} in ${n}` : `${bad} of ${n} (${formatShare(bad / n)}, ${between(interval, formatShare)})`
}

/** One side in a cell of a table: `31 of 900 (3.44%)`, `mean 3.1 of 900`. */
export function describeTally(tally: Tally): string {
  if (tally.n === 0) return 'none'
  if ('bad' in tally) return tally.bad > tally.n ? `${tally.bad} in ${tally.n}` : share(tally)
  return 'sum' in tally ? `mean ${number(meanOf(tally))} of ${tally.n}` : String(tally.n)
}

function share({n, bad}: Counts): string {
  return n === 0 ? '0 of 0' : `${bad} of ${n} (${formatShare(bad / n)})`
}

const areBad = 'candidate requests are bad'

function takeOver(seconds: number): string {
  return `candidate requests take over ${formatDuration(seconds * 1000)}`
}

function sharePhrase(counts: Counts, what: string): string {
  const {n, bad} = counts
  const interval = intervalOf(counts)
  return interval
    ? `${bad} of ${n} ${what} (${formatShare(bad / n)}, ${between(interval, formatShare)})`
    : `0 of 0 ${what}`
}

/** `12 in 4000 candidate requests (3 per 1000, 95% interval 1.7 to 5.2)` */
function ratePhrase(counts: Counts): string {
  const {n, bad} = counts
  const interval = intervalOf(counts)
  const perThousand = (value: number) => number(1000 * value)
  const rate = interval ? ` (${perThousand(bad / n)} per 1000, ${between(interval, perThousand)})` : ''
  return `${bad} in ${n} candidate requests${rate}`
}

function mean(tally: MeanTally): string {
  return tally.n === 0 ? 'no mean' : `a mean of ${number(meanOf(tally))}`
}

function meanWith(tally: MeanTally): string {
  const interval = intervalOf(tally)
  return interval ? `${mean(tally)} (${between(interval, number)})` : mean(tally)
}

/** `4.1% lower` */
function change({candidate, stable}: ArmTallies<MeanTally>): string {
  const ratio = meanOf(candidate) / meanOf(stable)
  if (!Number.isFinite(ratio) || ratio < 0) return 'no share of it can be said'
  return ratio < 1 ? `${formatShare(1 - ratio)} lower` : `${formatShare(ratio - 1)} higher`
}

function distance(arms: ArmTallies<ShapeTally>): string {
  const seen = kolmogorovDistance(arms)
  return Number.isNaN(seen) ? 'an unknown amount' : formatShare(seen)
}

function between({low, high, confidence}: Interval, format: (value: number) => string): string {
  return `${formatShare(confidence)} interval ${format(low)} to ${format(high)}`
}

function number(value: number): string {
  return String(Number(value.toPrecision(4)))
}
