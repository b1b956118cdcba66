/** What a plan promises is what the engine does: seeded releases are judged until they abort, or are shown to be safe. */
import {describe, expect, test} from 'vitest'
import type {PlannedGuard} from '../../src/rollout/guards.ts'
import {noStanding} from '../../src/rollout/judge/accumulate.ts'
import {isReached, judgeGuard} from '../../src/rollout/judge.ts'
import {type Question, questionsOf} from '../../src/rollout/plan/assumed.ts'
import {expectedDetection, smallestDetectable} from '../../src/rollout/plan/detection.ts'
import {secondsToSafety} from '../../src/rollout/plan/power.ts'
import {drawn, drawnMean, guardOf, type Look, look, random, safety, standingAfter, tickMs} from './world-of-guards.ts'

const [n, m] = [150, 1350]
const stage = {weightPercent: 10, dwellMs: 20 * 3_600_000}
/** One request in ten goes to the candidate: 150 of 1500 in five minutes. */
const course = {stages: [stage], tickMs, traffic: 5}
const alpha = 0.01

interface Case {
  readonly name: string
  readonly guard: PlannedGuard
  /** A look at a candidate `ratio` times as bad as allowed, with the stable release as the plan assumes it. */
  readonly draw: (ratio: number, next: () => number) => Look
  /** The ratio of a good candidate. */
  readonly good: number
}

function shares(candidate: number, stable: number, next: () => number): Look {
  return look([drawn(n, candidate, next), n], [drawn(m, stable, next), m])
}

const cases: readonly Case[] = [
  {
    name: 'a share against a limit',
    guard: guardOf('share', {kind: 'share-at-most', limit: 0.02, alpha}),
    draw: (ratio, next) => shares(0.02 * ratio, 0.01, next),
    good: 0.5,
  },
  {
    name: 'a share against a limit, while clusters are not ruled out',
    guard: guardOf('requests', {kind: 'share-at-most', limit: 0.02, alpha}),
    draw: (ratio, next) => shares(0.02 * ratio, 0.01, next),
    good: 0.5,
  },
  {
    name: 'a quantile against a limit',
    guard: guardOf('quantile', {kind: 'quantile-at-most', quantile: 0.95, limitSeconds: 0.1, alpha}),
    draw: (ratio, next) => shares(0.05 * ratio, 0.025, next),
    good: 0.5,
  },
  {
    name: 'a mean against a limit',
    guard: guardOf('mean', {kind: 'mean-at-most', limit: 0.02, low: 0, high: 1, alpha}),
    draw: (ratio, next) => ({candidate: drawnMean(n, 0.02 * ratio, 1, next), stable: drawnMean(m, 0.01, 1, next)}),
    good: 0.5,
  },
  {
    name: 'a mean against stable',
    guard: guardOf('mean', {kind: 'mean-may-lose', fraction: 0.1, low: 0, high: 1, alpha}),
    draw: (ratio, next) => ({
      candidate: drawnMean(n, 0.5 * (1 - 0.1 * ratio), 1, next),
      stable: drawnMean(m, 0.5, 1, next),
    }),
    good: 0,
  },
]

const runs = 25

function medianOf(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

/** Milliseconds until `holds`, median over seeded runs. */
function medianTime({guard, draw}: Case, ratio: number, holds: (guard: PlannedGuard, looks: Look[]) => number): number {
  const next = random(ratio * 1000 + guard.name.length)
  const times = Array.from({length: runs}, () => {
    const looks = Array.from({length: 160}, () => draw(ratio, next))
    return holds(guard, looks) * tickMs
  })
  return medianOf(times)
}

function looksToAbort(guard: PlannedGuard, looks: readonly Look[]): number {
  return looksUntil(guard, looks, 'harm')
}

function looksToSafety(guard: PlannedGuard, looks: readonly Look[]): number {
  return looksUntil(guard, looks, 'safety')
}

function looksUntil(guard: PlannedGuard, looks: readonly Look[], what: 'harm' | 'safety'): number {
  let standing = noStanding
  for (const [index, each] of looks.entries()) {
    standing = standingAfter(guard, [each], standing)
    const [judged] = judgeGuard(guard, standing, stage, safety).tests
    if (judged && isReached(judged[what])) return index + 1
  }
  return Number.POSITIVE_INFINITY
}

function questionOf({guard}: Case): Question {
  const [question] = questionsOf(guard)
  if (!question) throw new Error('the guard has one test')
  return question
}

describe.each(cases)('$name', each => {
  test.each([2, 4])('is aborted about when the plan says, at %d times what is allowed', ratio => {
    const planned = expectedDetection(questionOf(each), ratio, course)?.afterMs ?? Number.POSITIVE_INFINITY
    const median = medianTime(each, ratio, looksToAbort)
    // Within a half, or within one look where looks are few.
    expect(Math.abs(median - planned)).toBeLessThanOrEqual(Math.max(1.5 * tickMs, planned / 2))
  })

  test('is shown to be safe about when the plan says', () => {
    const planned = secondsToSafety(questionOf(each), stage, safety, course.traffic) * 1000
    const median = medianTime(each, each.good, looksToSafety)
    expect(Math.abs(median - planned)).toBeLessThanOrEqual(Math.max(2.5 * tickMs, planned / 2))
  })

  test('what a stage is said to detect it detects in about nine runs of ten', () => {
    const hour = {...course, stages: [{...stage, dwellMs: 4 * 3_600_000}]}
    const ratio = smallestDetectable(questionOf(each), 0, hour) ?? Number.POSITIVE_INFINITY
    const next = random(77)
    let detected = 0
    const tries = 60
    for (let run = 0; run < tries; run++) {
      const looks = Array.from({length: 48}, () => each.draw(ratio, next))
      if (Number.isFinite(looksToAbort(each.guard, looks))) detected++
    }
    // 54 of 60 expected; 43 or fewer come by chance once in ten thousand times.
    expect(detected).toBeGreaterThan(43)
  })
})
