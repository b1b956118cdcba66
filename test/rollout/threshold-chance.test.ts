import {describe, expect, test} from 'vitest'
import {chanceOfFalseAbort} from '../../src/rollout/threshold-chance.ts'
import {drawn, random} from './world-of-guards.ts'

const hour = 3_600_000

describe('the chance that a plain threshold stops a healthy release', () => {
  test('of one look at 100 requests is that of more than one bad one among them', () => {
    // Poisson with mean 0.5: 1 - exp(-0.5) (1 + 0.5) = 0.0902.
    const course = {stages: [{weightPercent: 100, dwellMs: 100_000}], tickMs: 100_000, traffic: 1}
    expect(chanceOfFalseAbort(0.01, course)).toBeCloseTo(0.0902, 4)
  })

  test('agrees with drawing such releases', () => {
    const course = {stages: [{weightPercent: 10, dwellMs: 4 * hour}], tickMs: 300_000, traffic: 2}
    const next = random(5)
    const runs = 3000
    let aborted = 0
    for (let run = 0; run < runs; run++) {
      let [n, bad] = [0, 0]
      for (let look = 0; look < 48; look++) {
        n += 60
        bad += drawn(60, 0.005, next)
        if (n >= 100 && bad > 0.01 * n) {
          aborted++
          break
        }
      }
    }
    // Three standard errors of 3000 runs, and a little for binomial instead of Poisson.
    expect(Math.abs(chanceOfFalseAbort(0.01, course) - aborted / runs)).toBeLessThan(0.03)
  })

  test('is nearly certain at low traffic over a long rollout, and nearly none where requests are plenty', () => {
    const stages = [5, 25, 50].map(weightPercent => ({weightPercent, dwellMs: 6 * hour}))
    expect(chanceOfFalseAbort(0.001, {stages, tickMs: 300_000, traffic: 1})).toBeGreaterThan(0.25)
    expect(chanceOfFalseAbort(0.001, {stages, tickMs: 300_000, traffic: 100_000})).toBeLessThan(1e-6)
  })

  test('is none where nothing is ever judged', () => {
    const course = {stages: [{weightPercent: 5, dwellMs: hour}], tickMs: 300_000, traffic: 0.1}
    expect(chanceOfFalseAbort(0.01, course)).toBeCloseTo(0, 12)
  })
})
