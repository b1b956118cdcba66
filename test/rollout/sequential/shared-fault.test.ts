import {describe, expect, test} from 'vitest'
import {worse} from '../../../src/rollout/sequential/alternatives.ts'
import {logEOf, newEProcess, observe} from '../../../src/rollout/sequential/e-process.ts'
import {harmRatiosOfRateAboveLimit} from '../../../src/rollout/sequential/rate-against-limit.ts'
import type {Stratum} from '../../../src/rollout/sequential/rate-against-stable.ts'
import {
  logEOfShared,
  newSharedFaultProcess,
  observeRate,
  type SharedFaultProcess,
} from '../../../src/rollout/sequential/shared-fault.ts'
import {seededRandom} from '../../simulation/random.ts'
import {count, looksOf, median, type World} from './world.ts'

const limit = 0.01
const needed = Math.log(100)

function look(n: number, bad: number, m: number, stableBad: number): Stratum {
  return {candidate: {n, bad}, stable: {n: m, bad: stableBad}}
}

function having(...looks: readonly Stratum[]): SharedFaultProcess {
  return looks.reduce((process, each) => observeRate(process, each, limit), newSharedFaultProcess())
}

describe('a limit that does not blame the candidate for what both releases suffer', () => {
  test('begins at e = 1', () => expect(logEOfShared(newSharedFaultProcess())).toBe(0))

  test('an outage of both says nothing against the candidate, one of the candidate alone does', () => {
    const calm = look(300, 1, 2700, 12)
    expect(logEOfShared(having(calm, look(300, 30, 2700, 270)))).toBeLessThan(Math.log(2))
    expect(logEOfShared(having(calm, look(300, 30, 2700, 12)))).toBeGreaterThan(needed)
  })

  test('a candidate worse than stable, yet within its limit, is not blamed for an outage of both either', () => {
    const calm = Array.from({length: 50}, () => look(300, 2, 2700, 2))
    expect(logEOfShared(having(...calm, look(300, 32, 2700, 272), ...calm))).toBeLessThan(Math.log(2))
  })

  test('after the outage a candidate that breaks its limit alone is found at once', () => {
    const outage = Array.from({length: 3}, () => look(300, 30, 2700, 270))
    expect(logEOfShared(having(...outage, look(300, 30, 2700, 12)))).toBeGreaterThan(needed)
  })

  test('where stable has no traffic, nothing is excused: it is the plain test of the limit', () => {
    const looks = [look(300, 5, 0, 0), look(300, 9, 0, 0), look(2000, 40, 0, 0)]
    const plain = looks
      .map(({candidate}) => harmRatiosOfRateAboveLimit(candidate, limit))
      .reduce(observe, newEProcess(worse.weights))
    expect(logEOfShared(having(...looks))).toBeCloseTo(logEOf(plain), 10)
  })

  test('a look without candidate requests changes nothing', () => {
    const process = having(look(300, 5, 2700, 10))
    expect(observeRate(process, look(0, 0, 2700, 2700), limit)).toEqual(process)
  })

  test('survives JSON', () => {
    const process = having(look(300, 5, 2700, 10))
    expect(JSON.parse(JSON.stringify(process))).toEqual(process)
  })
})

const healthy: Omit<World, 'requests'> = {candidate: 0.005, stable: 0.005}

describe('240 looks at a healthy release, alpha 1 %', () => {
  // 150 runs each; with a true rate of 1 % more than 6 of 150 happen in 0.1 % of all cases. Larger runs: docs/rollout.md.
  test.each([
    ['shared bursts, 20 requests a look', {...healthy, requests: 20, hasBursts: true}],
    ['shared bursts, 300 requests a look', {...healthy, requests: 300, hasBursts: true}],
    ['shared bursts and worse than stable', {requests: 300, candidate: 0.005, stable: 0.002, hasBursts: true}],
    ['traffic and errors that swing over the day', {...healthy, requests: 300, isDiurnal: true}],
    ['both exactly at the limit', {requests: 300, candidate: 0.01, stable: 0.01}],
  ])('%s', (_, world) => expect(count(150, run => isAborted(world, run))).toBeLessThanOrEqual(6))

  test('the same bursts abort most releases where nothing is excused', () => {
    const world = {...healthy, requests: 300, hasBursts: true}
    const aborted = count(50, run => {
      const next = looksOf(world, seededRandom(run))
      let process = newEProcess(worse.weights)
      for (let each = 0; each < 240; each++) {
        process = observe(process, harmRatiosOfRateAboveLimit(next().candidate, limit))
        if (logEOf(process) >= needed) return true
      }
      return false
    })
    expect(aborted).toBeGreaterThan(35)
  })
})

test('with a stable release well within its limit, the excuse delays no detection', () => {
  const world = {requests: 20, candidate: 0.04, stable: 0.005}
  const delays = Array.from({length: 101}, (_, run) => {
    const next = looksOf(world, seededRandom(run))
    let [process, plain] = [newSharedFaultProcess(), newEProcess(worse.weights)]
    let plainAt = Number.POSITIVE_INFINITY
    for (let each = 1; ; each++) {
      const seen = next()
      process = observeRate(process, seen, limit)
      plain = observe(plain, harmRatiosOfRateAboveLimit(seen.candidate, limit))
      if (logEOf(plain) >= needed) plainAt = Math.min(plainAt, each)
      if (logEOfShared(process) >= needed) return each - plainAt
    }
  })
  expect(median(delays)).toBe(0)
})

function isAborted(world: World, run: number): boolean {
  const next = looksOf(world, seededRandom(run))
  let process = newSharedFaultProcess()
  for (let each = 0; each < 240; each++) {
    process = observeRate(process, next(), limit)
    if (logEOfShared(process) >= needed) return true
  }
  return false
}
