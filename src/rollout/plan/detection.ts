/** What a whole plan can see, before it begins: how small a regression, how soon, and whom it reaches until then. */

import {isMeanTest} from '../guards.ts'
import {clustersOf} from '../judge/clusters.ts'
import {type DispersionMoments, dispersionOf} from '../sequential/dispersion.ts'
import type {PlannedStage} from '../stages.ts'
import type {Question} from './assumed.ts'
import {badShareAt, secondsToAbort} from './power.ts'

/** What does not change while one plan is asked many questions. */
export interface Course {
  readonly stages: readonly PlannedStage[]
  readonly tickMs: number
  /** Requests per second, of both releases together. */
  readonly traffic: number
}

export interface Detection {
  /** From the first stage until the look at which about half of such candidates are aborted. */
  readonly afterMs: number
  /** Requests of users that the candidate has answered by then. */
  readonly exposed: number
  /** Of those, the bad ones; null where the question is not about a share. */
  readonly bad: number | null
}

/** Regressions beyond this are found by hard stops, or never. */
const largestRatio = 1000

/** The smallest ratio that a stage detects with about 90 % within its dwell, by itself; null when none is. */
export function smallestDetectable(question: Question, index: number, course: Course): number | null {
  const stage = course.stages[index]
  if (stage === undefined) return null
  const before = course.stages.slice(0, index).reduce((sum, {dwellMs}) => sum + dwellMs, 0)
  const seconds = effectiveMs(question, before, before + stage.dwellMs, course.tickMs) / 1000
  const place = placeOf(index, course)
  const isDetected = (ratio: number) =>
    secondsToAbort(question, ratio, stage, course.traffic, 'nine-tenths', place) <= seconds
  if (!isDetected(largestRatio)) return null
  let low = 1
  let high = largestRatio
  while (high / low > 1.001) {
    const middle = Math.sqrt(low * high)
    if (isDetected(middle)) high = middle
    else low = middle
  }
  return high
}

/** When a candidate that is `ratio` times as bad as allowed is aborted, over all stages; null when not within the plan. */
export function expectedDetection(question: Question, ratio: number, course: Course): Detection | null {
  const {stages, tickMs} = course
  // Two distributions are compared at each weight by itself; all other evidence adds up.
  const addsUp = question.test.kind !== 'distribution-may-shift'
  let progress = 0
  let endMs = 0
  for (const [index, stage] of stages.entries()) {
    const beginMs = endMs
    endMs += stage.dwellMs
    if (!addsUp) progress = 0
    const seconds = secondsToAbort(question, ratio, stage, course.traffic, 'half', placeOf(index, course))
    if (!Number.isFinite(seconds)) continue
    const lookAt = (time: number) => progress + effectiveMs(question, beginMs, time, tickMs) / 1000 / seconds
    if (lookAt(endMs) < 1 - 1e-9) {
      progress = lookAt(endMs)
      continue
    }
    const afterMs = firstLook(beginMs, endMs, tickMs, time => lookAt(time) >= 1 - 1e-9)
    return {afterMs, ...reachedBy(question, ratio, afterMs, course)}
  }
  return null
}

/** Requests of users that the candidate answers in the first `durationMs` of the plan. */
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

/** Whole requests or answers. 4500 requests of which 10 % are bad are 450, whatever a double adds to that. */
export function roundedUp(count: number): number {
  return Math.ceil(count * (1 - 1e-9))
}

function reachedBy(question: Question, ratio: number, afterMs: number, course: Course): Omit<Detection, 'afterMs'> {
  const exposed = exposedBy(afterMs, course)
  const share = badShareAt(question, ratio)
  return {exposed, bad: share === null ? null : exposed * share}
}

/** The first look after `beginMs` at which it holds; looks come with each tick, and at the end of the stage. */
function firstLook(beginMs: number, endMs: number, tickMs: number, holds: (time: number) => boolean): number {
  let low = 0
  let high = Math.ceil((endMs - beginMs) / tickMs)
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (holds(Math.min(endMs, beginMs + middle * tickMs))) high = middle
    else low = middle
  }
  return Math.min(endMs, beginMs + high * tickMs)
}

/** Which of the stages that compare distributions this is. */
function placeOf(index: number, {stages}: Course): number {
  return stages.slice(0, index).filter(({weightPercent}) => weightPercent > 0).length
}

/**
 * What the time between two moments of a rollout is worth: while it is not known yet whether bad requests come in
 * clusters, they are counted as fewer. For requests that are independent in truth.
 */
function effectiveMs({guard, test, dispersion}: Question, fromMs: number, toMs: number, tickMs: number): number {
  let worth = 0
  // The first look at values only teaches how they are spread.
  let time = isMeanTest(test) ? Math.min(toMs, Math.max(fromMs, tickMs)) : fromMs
  for (let look = Math.floor(time / tickMs); time < toMs && look < looksUntilKnown; look++) {
    const next = Math.min(toMs, (look + 1) * tickMs)
    worth += (next - time) / clustersOf(guard, after(dispersion, look)).correction.factor
    time = next
  }
  return worth + (toMs - time) / clustersOf(guard, after(dispersion, looksUntilKnown)).correction.factor
}

/** Looks after which nothing new is learned about clusters. */
const looksUntilKnown = 30

/** What is known after `looks` more looks at requests that do not cluster, beyond what was known before. */
function after(known: DispersionMoments, looks: number): DispersionMoments {
  return {
    ...known,
    pairs: known.pairs + looks,
    chiSquare: known.chiSquare + looks * dispersionOf(known),
    last: null,
  }
}
