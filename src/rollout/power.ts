/**
 * What a plan can see before it begins: how fast a test gathers evidence at a given traffic, and how small a regression
 * a stage can detect. Rates in requests per second, times in milliseconds, ratios against what is allowed.
 */
import {assertNever} from '../core/assert.ts'
import type {GuardTest, PlannedGuard} from './guards.ts'
import {unacceptable} from './judge.ts'
import {
  candidateShareOfBad,
  divergence,
  medianSamples,
  mixtureCost,
  samplesFor90Percent,
} from './sequential/sample-size.ts'
import type {PlannedStage, SafetyRule} from './stages.ts'

/** The rate of the stable release, for comparisons whose guard names no limit that could tell it. */
const assumedStableRate = 0.001

/** One guard's test at one traffic. */
export interface Question {
  readonly test: GuardTest
  /** Share of bad requests of the stable release, assumed: half of the guard's limit where it has one. */
  readonly stableRate: number
}

export function questionsOf(guard: PlannedGuard): readonly Question[] {
  const limit = guard.tests.find(test => test.kind === 'share-at-most')?.limit
  const stableRate = limit === undefined ? assumedStableRate : limit / 2
  return guard.tests.map(test => ({test, stableRate}))
}

/** Two Bernoulli rates to tell apart, and how many observations of it each second brings. */
interface Contrast {
  readonly p1: number
  readonly p0: number
  readonly perSecond: number
}

/** How the test sees a candidate that is `ratio` times as bad as allowed, at `weight` (a fraction) of `traffic`. */
function contrast({test, stableRate}: Question, ratio: number, weight: number, traffic: number): Contrast {
  switch (test.kind) {
    case 'share-at-most':
      return {p1: worse(test.limit, ratio), p0: test.limit, perSecond: traffic * weight}
    case 'quantile-at-most': {
      const allowed = 1 - test.quantile
      return {p1: worse(allowed, ratio), p0: allowed, perSecond: traffic * weight}
    }
    case 'share-at-most-times-stable': {
      const rate = worse(stableRate, ratio * test.times)
      const p1 = candidateShareOfBad(rate / stableRate, weight)
      const p0 = candidateShareOfBad(test.times, weight)
      return {p1, p0, perSecond: traffic * (weight * rate + (1 - weight) * stableRate)}
    }
    default:
      return assertNever(test)
  }
}

/** The smallest ratio that a stage detects with about 90 % within its dwell; null when not even 1000 times is. */
export function smallestDetectable(question: Question, stage: PlannedStage, traffic: number): number | null {
  const isDetected = (ratio: number) => {
    const {p1, p0, perSecond} = contrast(question, ratio, stage.weightPercent / 100, traffic)
    return samplesFor90Percent(p1, p0, question.test.alpha) <= (perSecond * stage.dwellMs) / 1000
  }
  const most = 1000
  if (!isDetected(most)) return null
  let low = 1
  let high = most
  while (high / low > 1.001) {
    const middle = Math.sqrt(low * high)
    if (isDetected(middle)) high = middle
    else low = middle
  }
  return high
}

export interface Detection {
  /** From the first weight until the look at which about half of such candidates are aborted. */
  readonly afterMs: number
  /** Requests that the candidate has answered by then. */
  readonly exposed: number
}

/** What does not change while one plan is asked many questions. */
export interface Course {
  readonly stages: readonly PlannedStage[]
  readonly tickMs: number
  /** Requests per second, of both releases together. */
  readonly traffic: number
}

/** When a candidate that is `ratio` times as bad as allowed is aborted, over all stages; null when not within the plan. */
export function expectedDetection(question: Question, ratio: number, course: Course): Detection | null {
  const {stages, tickMs, traffic} = course
  let needed = Math.log(1 / question.test.alpha) + mixtureCost
  let afterMs = 0
  for (const {weightPercent, dwellMs} of stages) {
    const {p1, p0, perSecond} = contrast(question, ratio, weightPercent / 100, traffic)
    const perMs = (divergence(p1, p0) * perSecond) / 1000
    const spentMs = Math.min(dwellMs, needed / perMs)
    afterMs += spentMs
    needed -= perMs * spentMs
    if (needed > 1e-9) continue
    const lookMs = Math.ceil(afterMs / tickMs) * tickMs
    return {afterMs: lookMs, exposed: exposedBy(lookMs, course)}
  }
  return null
}

/** Requests that the candidate answers in the first `durationMs` of the plan. */
export function exposedBy(durationMs: number, {stages, traffic}: Omit<Course, 'tickMs'>): number {
  let leftMs = durationMs
  let exposed = 0
  for (const {weightPercent, dwellMs} of stages) {
    const spentMs = Math.min(dwellMs, leftMs)
    exposed += (traffic * weightPercent * spentMs) / 100_000
    leftMs -= spentMs
  }
  return exposed
}

/**
 * Milliseconds that a stage needs to show that a good candidate is safe: one at half of what is allowed, or, against
 * stable, one as good as stable.
 */
export function timeToSafety(
  {test, stableRate}: Question,
  stage: PlannedStage,
  safety: SafetyRule,
  traffic: number,
): number {
  const weight = stage.weightPercent / 100
  switch (test.kind) {
    case 'share-at-most':
      return timeToBelow(test.limit, safety, traffic * weight)
    case 'quantile-at-most':
      return timeToBelow(1 - test.quantile, safety, traffic * weight)
    case 'share-at-most-times-stable': {
      const p0 = candidateShareOfBad(safety.margin * test.times, weight)
      return (medianSamples(candidateShareOfBad(1, weight), p0, safety.risk) / (traffic * stableRate)) * 1000
    }
    default:
      return assertNever(test)
  }
}

function timeToBelow(allowed: number, {margin, risk}: SafetyRule, perSecond: number): number {
  return (medianSamples(allowed / 2, unacceptable(allowed, margin), risk) / perSecond) * 1000
}

/** `ratio` times a share, which has no room above 1. */
function worse(share: number, ratio: number): number {
  return Math.min(ratio * share, (1 + share) / 2)
}
