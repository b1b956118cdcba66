import {describe, expect, test} from 'vitest'
import {worse} from '../../../src/rollout/sequential/alternatives.ts'
import {logEOf, newEProcess, observe} from '../../../src/rollout/sequential/e-process.ts'
import {
  type EventLook,
  eventsBelowStable,
  harmRatiosOfEventsAboveStable,
} from '../../../src/rollout/sequential/events-against-stable.ts'
import {logMixture} from '../../../src/rollout/sequential/mixture.ts'
import {seededRandom} from '../../simulation/random.ts'
import {count, poisson} from './world.ts'

function look(exposure: number, events: number, stableExposure: number, stableEvents: number): EventLook {
  return {candidate: {exposure, events}, stable: {exposure: stableExposure, events: stableEvents}}
}

function logE(each: EventLook, times: number): number {
  return logMixture(worse.weights, harmRatiosOfEventsAboveStable(each, times))
}

describe('events per request, against the stable release', () => {
  // From the formula of the mixture in 60-digit decimal arithmetic (Python's decimal).
  test.each([
    [
      '12 complaints against 30, at a tenth of the requests, 3 times allowed',
      look(1000, 12, 9000, 30),
      3,
      -1.486817976,
    ],
    ['more events than requests', look(100, 250, 900, 700), 1, 98.74315147],
  ])('%s', (_, each, times, expected) => expect(logE(each, times)).toBeCloseTo(expected, 8))

  test('the mirror shows that the candidate stays below twice stable', () => {
    expect(eventsBelowStable(look(1000, 2, 1000, 9), 2)).toBeCloseTo(4.705414583, 8)
  })

  test('no events, or no exposure on one side, is no evidence', () => {
    expect(logE(look(1000, 0, 9000, 0), 1)).toBeCloseTo(0, 12)
    expect(logE(look(1000, 9, 0, 0), 1)).toBeCloseTo(0, 12)
    expect(eventsBelowStable(look(0, 0, 1000, 9), 2)).toBeCloseTo(0, 12)
  })

  test('exactly at three times stable, while both swing, at most alpha of all rollouts abort', () => {
    const aborted = count(300, run => {
      const random = seededRandom(run)
      let process = newEProcess(worse.weights)
      for (let each = 0; each < 240; each++) {
        const rate = 0.002 * (1 + 0.9 * Math.sin(each / 20))
        const seen = look(100, poisson(random, 300 * rate), 900, poisson(random, 900 * rate))
        process = observe(process, harmRatiosOfEventsAboveStable(seen, 3))
        if (logEOf(process) >= Math.log(20)) return true
      }
      return false
    })
    // Expected at most 15.
    expect(aborted).toBeLessThanOrEqual(15)
    expect(aborted).toBeGreaterThan(0)
  })
})
