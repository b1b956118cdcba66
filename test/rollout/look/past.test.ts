import {describe, expect, test} from 'vitest'
import {firstStanding} from '../../../src/rollout/judge/accumulate.ts'
import {canCluster, firstKnowledge} from '../../../src/rollout/judge/clusters.ts'
import {judgeGuard} from '../../../src/rollout/judge.ts'
import {learnPast, mostPastPairs, type Past, pastInterval} from '../../../src/rollout/look/past.ts'
import {addLook, correctionOf, noMoments} from '../../../src/rollout/sequential/dispersion.ts'
import type {GuardReading} from '../../../src/telemetry/source.ts'
import {drawnLooks, guardOf, look, safety, standingAfter, tickMs} from '../world-of-guards.ts'
import {badInClusters, counted, cumulative, pastOfClusters, readingsOf} from '../world-of-pasts.ts'

const errors = guardOf('requests', {kind: 'share-at-most', limit: 0.01, alpha: 0.01})
const sessions = guardOf('share', {kind: 'share-at-most', limit: 0.01, alpha: 0.01})

const learn = (answers: readonly (GuardReading | null)[]) => learnPast([errors], readingsOf('errors', answers))
const pastOf = (looks: number, size = 1): Past => {
  const past = learnPast([errors], pastOfClusters(looks, size, 3))
  if (past === null) throw new Error('nothing was learned')
  return past
}

describe('how far back a source is asked', () => {
  test.each([
    ['six hours at the usual tick', 300_000, 72, 6 * 3_600_000],
    ['fewer hours where looks are close together, in no more steps', 60_000, 72, 72 * 60_000],
    ['fewer steps where looks are far apart, in no more hours', 1_800_000, 12, 6 * 3_600_000],
    ['six hours where they are not divided evenly', 4_000_000, 5, 20_000_000],
    ['nowhere where one tick is longer', 7 * 3_600_000, 0, 0],
  ])('%s', (_, tick, steps, spanMs) => {
    const {from, to, stepMs} = pastInterval(tick, 1_700_000_000_000)
    expect([to, stepMs, to - from, (to - from) / stepMs]).toEqual([1_700_000_000_000, tick, spanMs, steps])
  })
})

describe('what is learned from the past', () => {
  test('is what the same looks teach a rollout', () => {
    const bad = badInClusters(40, 5, 3)
    const moments = bad.reduce((known, each) => addLook(known, {n: 1800, bad: each}), noMoments)
    const past = learn(cumulative(1800, bad).map(counter => counted(counter)))
    expect(past?.clusters.errors).toEqual({pairs: moments.pairs, chiSquare: moments.chiSquare})
    expect(past?.spanMs).toBe(40 * tickMs)
    expect(correctionOf({...noMoments, ...past?.clusters.errors}).factor).toBeGreaterThan(3)
  })

  test('is the same over a gap, which is one longer look', () => {
    const counters = cumulative(1800, [20, 15, 18, 22]).map(counter => counted(counter))
    const [base, , second, third, fourth] = counters
    const moments = [
      {n: 3600, bad: 35},
      {n: 1800, bad: 18},
      {n: 1800, bad: 22},
    ].reduce((known, each) => addLook(known, each), noMoments)
    const {pairs, chiSquare} = moments
    const gaps: (GuardReading | null)[] = [null, {kind: 'no-data', detail: 'x'}, {kind: 'query-failed', detail: 'x'}]
    for (const gap of gaps) {
      const past = learn([base, gap, second, third, fourth].map(each => each ?? null))
      expect(past?.clusters.errors).toEqual({pairs, chiSquare})
    }
  })

  test('counts a restarted process from zero, and one that was there before from where it is seen', () => {
    const at = (n: number, bad: number, beganAt: number) => ({n, bad, beganAt})
    const both = (a: object, b: object): GuardReading => ({
      kind: 'counted',
      candidate: {...a, ...b} as Extract<GuardReading, {kind: 'counted'}>['candidate'],
      stable: {},
    })
    const past = learn([
      both({a: at(5000, 50, -9e6)}, {}),
      both({a: at(6000, 60, -9e6)}, {}),
      // It began anew a minute ago and has served 1000; the other one is years old.
      both({b: at(1000, 10, 2 * tickMs - 60_000)}, {old: at(9e6, 9e6, -9e6)}),
      both({b: at(2000, 20, 2 * tickMs - 60_000)}, {old: at(9e6, 9e6, -9e6)}),
    ])
    // Three looks of 10 in 1000 each: no spread at all.
    expect(past?.clusters.errors).toEqual({pairs: 2, chiSquare: 0})
  })

  test('does not take a look without a newer sample for one without requests', () => {
    const sampled = cumulative(1800, [20, 15, 18]).map((each, index) => ({...each, sampledAt: index * tickMs}))
    const once = learn(sampled.map(counter => counted(counter)))
    const twice = learn(sampled.flatMap(counter => [counted(counter), counted(counter)]))
    expect(twice?.clusters).toEqual(once?.clusters)
  })

  test('knows values too', () => {
    const guard = guardOf('mean', {kind: 'mean-may-lose', fraction: 0.05, low: 0, high: 1, alpha: 0.01})
    const answers = [0, 400, 860, 1220, 1650].map((sum, index) => counted({n: 1000 * index, sum}))
    const past = learnPast([guard], readingsOf(guard.name, answers))
    expect(past?.clusters.score?.pairs).toBe(3)
  })

  test.each<[string, readonly (GuardReading | null)[]]>([
    ['no reading', []],
    ['one reading', cumulative(1800, []).map(counter => counted(counter))],
    ['one look, which nothing is compared with', cumulative(1800, [20]).map(counter => counted(counter))],
    ['a release without an error', cumulative(1800, [0, 0, 0, 0]).map(counter => counted(counter))],
    ['a release without a request', cumulative(0, [0, 0, 0, 0]).map(counter => counted(counter))],
    ['a release that did not run yet', Array(5).fill({kind: 'no-data', detail: 'no series'})],
    ['counters that no process can have', [1, 2, 3].map(n => counted({n, bad: 2 * n}))],
    ['counters of another kind', [1, 2, 3].map(n => counted({n, sum: n}))],
    ['alerts', Array(5).fill({kind: 'alerts', firing: ['x']})],
  ])('is nothing from %s', (_, answers) => expect(learn(answers)).toBeNull())

  test('is nothing about guards that are not corrected for clusters', () => {
    expect([errors, sessions].map(({query}) => canCluster(query))).toEqual([true, false])
  })
})

describe('what a rollout knows before its first look', () => {
  const plan = {guards: [errors]}
  const rolloutBefore = (looks: number) => ({
    plan,
    guards: {errors: standingAfter(errors, drawnLooks(looks, [200, 0.01], [1800, 0.01], 8))},
  })

  test.each([
    ['nothing where there is neither', null, null, 'nothing', 0],
    ['what the past shows, where no rollout was before', null, pastOf(60), 'past', 59],
    ['what the rollout before learned, where nothing is remembered', rolloutBefore(60), null, 'rollout-before', 59],
    ['from the rollout before, where that saw as much', rolloutBefore(60), pastOf(60), 'rollout-before', 59],
    ['from the past, where the rollout before was short', rolloutBefore(10), pastOf(60), 'past', 59],
  ] as const)('%s', (_, known, past, origin, pairs) => {
    const knowledge = firstKnowledge(errors, known, past)
    expect([knowledge.origin, knowledge.dispersion.pairs]).toEqual([origin, pairs])
    expect(firstStanding(errors, known, past).dispersion).toEqual(knowledge.dispersion)
  })

  test('never the sum of both, which may have seen the same hours', () => {
    const {dispersion} = firstKnowledge(errors, rolloutBefore(50), pastOf(60))
    expect({pairs: dispersion.pairs, chiSquare: dispersion.chiSquare}).toEqual(pastOf(60).clusters.errors)
  })

  test('beside the past, what the releases of the rollout before had each of its own', () => {
    const known = rolloutBefore(20)
    const {own} = firstKnowledge(errors, known, pastOf(60)).dispersion
    expect(own).toMatchObject({pairs: known.guards.errors.dispersion.own?.pairs, last: null})
  })

  test('from the past, where the rollout before asked something else', () => {
    const other = {...errors, query: {...errors.query, of: 'other_total'}} as typeof errors
    expect(firstKnowledge(other, rolloutBefore(99), pastOf(20)).origin).toBe('past')
  })
})

describe('a first rollout that knows the past', () => {
  const abortedAfter = (past: Past | null): number => {
    let standing = firstStanding(errors, null, past)
    for (let index = 1; index <= 200; index++) {
      // 10 times what is allowed, and a stable release that is as its past was.
      standing = standingAfter(errors, [look([4, 40], [18, 1800])], standing)
      if (judgeGuard(errors, standing, {weightPercent: 10}, safety).harmful) return index
    }
    return Number.POSITIVE_INFINITY
  }

  test('finds harm with a fraction of the requests that it needs without', () => {
    const [with72, without] = [abortedAfter(pastOf(mostPastPairs)), abortedAfter(null)]
    expect(with72).toBeLessThanOrEqual(without / 3)
  })

  test('finds it later where the past shows clusters, as it must', () => {
    expect(abortedAfter(pastOf(mostPastPairs, 5))).toBeGreaterThan(abortedAfter(pastOf(mostPastPairs)))
  })
})
