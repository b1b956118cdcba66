/**
 * How long one stage alone needs to show something, at a given traffic: that a regression is harmful, or that a good
 * candidate is safe. For plans; formulas are in `sequential/sample-size.ts`. Rates in requests per second, times in
 * seconds, ratios against what is allowed.
 */
import {assertNever} from '../../core/assert.ts'
import {isThreshold, type MeanTest} from '../guards.ts'
import {isAskedAt} from '../judge/asked.ts'
import {thresholdRequests} from '../judge/counting-rules.ts'
import {unacceptable, worse} from '../judge/worse.ts'
import {valuesToSee} from '../sequential/distribution-band.ts'
import {
  candidateShareOfBad,
  type MeanContrast,
  medianSamples,
  medianValues,
  samplesFor90Percent,
  valuesFor90Percent,
} from '../sequential/sample-size.ts'
import type {PlannedStage, SafetyRule} from '../stages.ts'
import type {AssumedStable, Question} from './assumed.ts'
import {badness, changed, meanAgainstLimit, meanAgainstStable} from './mean-contrast.ts'

/** How many runs of a hundred have the answer by then. */
export type Chance = 'half' | 'nine-tenths'

/** One stage at one traffic: what reaches either release. */
interface Flow {
  /** Share of requests that the candidate serves users with. */
  readonly weight: number
  /** Requests per second that the candidate answers, copies included. */
  readonly candidate: number
  readonly total: number
  /** Whether both releases serve users, so that they can be compared. */
  readonly isCompared: boolean
}

function flowOf({weightPercent, mirrorPercent = 0}: PlannedStage, traffic: number): Flow {
  const weight = weightPercent / 100
  const candidate = traffic * (weightPercent > 0 ? weight : mirrorPercent / 100)
  return {weight, candidate, total: traffic, isCompared: weightPercent > 0 && weightPercent < 100}
}

/**
 * Seconds that a stage needs to abort a candidate that is `ratio` times as bad as allowed; infinite where it cannot. For
 * independent requests: see `detection.ts` for what clusters cost.
 * @param place of the stage among those that judge, from 0: a distribution has less alpha at each
 */
export function secondsToAbort(
  question: Question,
  ratio: number,
  stage: PlannedStage,
  traffic: number,
  chance: Chance,
  place = 0,
): number {
  const {test, stable} = question
  const flow = flowOf(stage, traffic)
  if (!isAskedAt(question.guard, stage)) return Number.POSITIVE_INFINITY
  if (isThreshold(test)) return thresholdRequests / flow.candidate
  switch (test.kind) {
    case 'share-at-most':
      return againstLimit(test.limit, ratio, test.alpha, stable, flow, chance)
    case 'quantile-at-most':
      return againstLimit(1 - test.quantile, ratio, test.alpha, stable, flow, chance)
    case 'share-at-most-times-stable':
    case 'slow-at-most-times-stable':
    case 'events-at-most-times-stable':
      return againstStable(worse(stable.rate, ratio * test.times), test.times, test.alpha, stable, flow, chance)
    case 'mean-at-least':
    case 'mean-at-most':
      return meanAgainst(test, ratio, stable, flow, chance)
    case 'mean-may-lose':
    case 'mean-may-grow':
      return flow.isCompared
        ? values(
            meanAgainstStable(test, changed(test, ratio), test.fraction, stable, flow.weight),
            test.alpha,
            chance,
          ) / flow.candidate
        : Number.POSITIVE_INFINITY
    case 'distribution-may-shift': {
      if (!flow.isCompared) return Number.POSITIVE_INFINITY
      const alpha = test.alpha / ((place + 1) * (place + 2))
      return valuesToSee(worse(test.distance, ratio) - test.distance, flow.weight, alpha) / flow.candidate
    }
    case 'events-at-most':
    case 'no-alert':
      return Number.POSITIVE_INFINITY
    default:
      return assertNever(test)
  }
}

/**
 * Seconds that a stage needs to show that a good candidate is safe: one like the stable release, where that one is known,
 * else one at half of what is allowed. Infinite where that is never shown; 0 where nothing has to be.
 */
export function secondsToSafety(
  question: Question,
  stage: PlannedStage,
  {margin, risk}: SafetyRule,
  traffic: number,
): number {
  const {test, stable} = question
  const flow = flowOf(stage, traffic)
  if (!isAskedAt(question.guard, stage)) return 0
  switch (test.kind) {
    case 'share-at-most':
      return belowBound(test.limit, margin, risk, stable, flow, isThreshold(test))
    case 'quantile-at-most':
      return belowBound(1 - test.quantile, margin, risk, stable, flow, isThreshold(test))
    case 'share-at-most-times-stable':
    case 'slow-at-most-times-stable':
    case 'events-at-most-times-stable': {
      if (!flow.isCompared) return 0
      const p0 = candidateShareOfBad(margin * test.times, flow.weight)
      return medianSamples(candidateShareOfBad(1, flow.weight), p0, risk) / (traffic * stable.rate)
    }
    case 'mean-at-least':
    case 'mean-at-most': {
      const bad = badness(test)
      const good = test.kind === 'mean-at-most' ? stable.mean : 1 - stable.mean
      const contrast = {shift: unacceptable(bad, margin) - good, variance: stable.variance, reach: 1 - good}
      return contrast.shift <= 0 ? Number.POSITIVE_INFINITY : medianValues(contrast, risk) / flow.candidate
    }
    case 'mean-may-lose':
    case 'mean-may-grow': {
      if (!flow.isCompared) return 0
      const allowed = test.kind === 'mean-may-lose' ? unacceptable(test.fraction, margin) : margin * test.fraction
      return medianValues(meanAgainstStable(test, 0, allowed, stable, flow.weight), risk) / flow.candidate
    }
    case 'distribution-may-shift':
      return flow.isCompared ? valuesToSee(unacceptable(test.distance, margin), flow.weight, risk) / flow.candidate : 0
    case 'events-at-most':
    case 'no-alert':
      return 0
    default:
      return assertNever(test)
  }
}

/** The share that the candidate has, where the test is about a share: bad answers, slow ones, events. Null for the others. */
export function badShareAt({test, stable}: Question, ratio: number): number | null {
  switch (test.kind) {
    case 'share-at-most':
      return worse(test.limit, ratio)
    case 'quantile-at-most':
      return worse(1 - test.quantile, ratio)
    case 'share-at-most-times-stable':
    case 'slow-at-most-times-stable':
    case 'events-at-most-times-stable':
      return worse(stable.rate, ratio * test.times)
    case 'mean-at-least':
    case 'mean-at-most':
    case 'mean-may-lose':
    case 'mean-may-grow':
    case 'distribution-may-shift':
    case 'events-at-most':
    case 'no-alert':
      return null
    default:
      return assertNever(test)
  }
}

/**
 * What it costs, in ln e, that the smaller of two proofs goes on after each epoch. Measured: 2.5 at twice a limit of 1 %
 * and 300 requests a look, 0.5 at four times and of a p95.
 */
const sharedFaultCost = 1.5

/**
 * An absolute limit aborts only what is also worse than the stable release at the same time (`sequential/shared-fault.ts`),
 * so the slower of the two proofs counts.
 */
function againstLimit(
  limit: number,
  ratio: number,
  alpha: number,
  stable: AssumedStable,
  flow: Flow,
  chance: Chance,
): number {
  const rate = worse(limit, ratio)
  if (!flow.isCompared) return samples(rate, limit, alpha, chance) / flow.candidate
  const dearer = alpha * Math.exp(-sharedFaultCost)
  const alone = samples(rate, limit, dearer, chance) / flow.candidate
  return Math.max(alone, againstStable(rate, 1, dearer, stable, flow, chance))
}

/** The same for a mean: worse than its limit, and worse than the stable release. */
function meanAgainst(
  test: Extract<MeanTest, {limit: number}>,
  ratio: number,
  stable: AssumedStable,
  flow: Flow,
  chance: Chance,
): number {
  const contrast = meanAgainstLimit(stable, test, ratio)
  if (!flow.isCompared) return values(contrast, test.alpha, chance) / flow.candidate
  const dearer = test.alpha * Math.exp(-sharedFaultCost)
  const good = test.kind === 'mean-at-most' ? stable.mean : 1 - stable.mean
  const shift = worse(badness(test), ratio) - good
  if (shift <= 0) return Number.POSITIVE_INFINITY
  const variance = contrast.variance + (stable.variance * flow.weight) / (1 - flow.weight)
  const beside = {shift, variance, reach: contrast.reach}
  return Math.max(values(contrast, dearer, chance), values(beside, dearer, chance)) / flow.candidate
}

function againstStable(
  rate: number,
  times: number,
  alpha: number,
  stable: AssumedStable,
  {weight, total, isCompared}: Flow,
  chance: Chance,
): number {
  if (!isCompared || rate <= times * stable.rate) return Number.POSITIVE_INFINITY
  const p1 = candidateShareOfBad(rate / stable.rate, weight)
  const p0 = candidateShareOfBad(times, weight)
  return samples(p1, p0, alpha, chance) / (total * (weight * rate + (1 - weight) * stable.rate))
}

function belowBound(
  limit: number,
  margin: number,
  risk: number,
  stable: AssumedStable,
  flow: Flow,
  isPlain: boolean,
): number {
  if (isPlain) return thresholdRequests / flow.candidate
  const good = stable.origin === 'observed' ? stable.rate : limit / 2
  const bound = unacceptable(limit, margin)
  return good >= bound ? Number.POSITIVE_INFINITY : medianSamples(good, bound, risk) / flow.candidate
}

function samples(p1: number, p0: number, alpha: number, chance: Chance): number {
  return chance === 'half' ? medianSamples(p1, p0, alpha) : samplesFor90Percent(p1, p0, alpha)
}

function values(contrast: MeanContrast, alpha: number, chance: Chance): number {
  return chance === 'half' ? medianValues(contrast, alpha) : valuesFor90Percent(contrast, alpha)
}
