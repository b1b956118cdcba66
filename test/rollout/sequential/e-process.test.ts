import {describe, expect, test} from 'vitest'
import {worse} from '../../../src/rollout/sequential/alternatives.ts'
import {type EProcess, logEOf, newEProcess, observe} from '../../../src/rollout/sequential/e-process.ts'
import {harmRatiosOfRateAboveLimit, rateAboveLimit} from '../../../src/rollout/sequential/rate-against-limit.ts'
import {binomial, seededRandom} from '../../simulation/random.ts'

describe('evidence that runs look by look', () => {
  test('begins at e = 1', () => expect(logEOf(newEProcess([0.75, 0.25]))).toBe(0))

  // The recursion of the docstring in 60-digit decimal arithmetic (Python's decimal).
  test.each([
    ['one look', [[1, 2]], 1.1965796372],
    [
      'three looks',
      [
        [1, 2],
        [-3, -1.5],
        [0.5, 4],
      ],
      2.9106337039,
    ],
  ])('%s', (_, looks, expected) => {
    expect(logEOf(looks.reduce(observe, newEProcess([0.75, 0.25])))).toBeCloseTo(expected, 9)
  })

  test('a look without requests changes nothing, and does not use up a start', () => {
    const before = observe(newEProcess(worse.weights), harmRatiosOfRateAboveLimit({n: 100, bad: 2}, 0.01))
    expect(observe(before, harmRatiosOfRateAboveLimit({n: 0, bad: 0}, 0.01))).toEqual(before)
  })

  test('survives JSON, and gives the same again from the same looks', () => {
    const looks = [3, 0, 1, 9].map(bad => harmRatiosOfRateAboveLimit({n: 100, bad}, 0.01))
    const [first, ...rest] = looks
    const stored: EProcess = JSON.parse(JSON.stringify(observe(newEProcess(worse.weights), first ?? [])))
    expect(rest.reduce(observe, stored)).toEqual(looks.reduce(observe, newEProcess(worse.weights)))
    expect(JSON.parse(JSON.stringify(newEProcess(worse.weights)))).toEqual(newEProcess(worse.weights))
  })

  test('with one start only, it is the plain mixture over all looks', () => {
    const looks = [3, 0, 1, 9].map(bad => harmRatiosOfRateAboveLimit({n: 100, bad}, 0.01))
    expect(logEOf(looks.reduce(observe, newEProcess(worse.weights, 'first')))).toBeCloseTo(
      rateAboveLimit({n: 400, bad: 13}, 0.01),
      10,
    )
  })

  test('never falls below the weight of the starts to come, however long nothing is wrong', () => {
    let process = newEProcess(worse.weights)
    for (let look = 0; look < 1000; look++)
      process = observe(process, harmRatiosOfRateAboveLimit({n: 300, bad: 1}, 0.01))
    // 0.2/(1 + 999/100) are left.
    expect(logEOf(process)).toBeGreaterThanOrEqual(Math.log(0.2 / 10.99))
    expect(logEOf(process)).toBeLessThan(0)
  })

  test('evidence of more than e^700 stays finite', () => {
    let process = newEProcess(worse.weights)
    for (let look = 0; look < 5; look++)
      process = observe(process, harmRatiosOfRateAboveLimit({n: 3000, bad: 3000}, 0.001))
    expect(logEOf(process)).toBeGreaterThan(10_000)
    expect(logEOf(process)).toSatisfy(Number.isFinite)
  })
})

describe('a release that turns bad after ten healthy hours', () => {
  const limit = 0.01
  const changeAt = 120

  function looksUntilAbort(seed: number, late: number, isRestarted: boolean): number {
    const random = seededRandom(seed)
    let process = newEProcess(worse.weights, isRestarted ? 'any' : 'first')
    for (let look = 0; look < 2000; look++) {
      const bad = binomial(random, 300, look < changeAt ? limit / 2 : late)
      process = observe(process, harmRatiosOfRateAboveLimit({n: 300, bad}, limit))
      if (logEOf(process) >= Math.log(100)) return look + 1 - changeAt
    }
    return Number.POSITIVE_INFINITY
  }

  test.each([
    // At twice the limit a plain mixture has to win back ten hours: 120 looks at half the limit.
    [2, 20, 60],
    [4, 5, 15],
  ])(
    'at %i times the limit is found within %i looks of five minutes; a plain mixture needs over %i',
    (times, most, plain) => {
      const delays = Array.from({length: 31}, (_, run) => looksUntilAbort(run, times * limit, true)).toSorted(
        (a, b) => a - b,
      )
      const plainDelays = Array.from({length: 31}, (_, run) => looksUntilAbort(run, times * limit, false)).toSorted(
        (a, b) => a - b,
      )
      expect(delays[15]).toBeGreaterThan(0)
      expect(delays[15]).toBeLessThanOrEqual(most)
      expect(plainDelays[15]).toBeGreaterThan(plain)
    },
  )
})

test('exactly at its limit for 240 looks, at most alpha of all releases are aborted', () => {
  const random = seededRandom(11)
  const alpha = 0.05
  const runs = 600
  let aborted = 0
  for (let run = 0; run < runs; run++) {
    let process = newEProcess(worse.weights)
    for (let look = 0; look < 240; look++) {
      process = observe(process, harmRatiosOfRateAboveLimit({n: 20, bad: binomial(random, 20, 0.05)}, 0.05))
      if (logEOf(process) < Math.log(1 / alpha)) continue
      aborted++
      break
    }
  }
  // Expected at most 30.
  expect(aborted).toBeLessThanOrEqual(alpha * runs)
  expect(aborted).toBeGreaterThan(0)
})
