import {describe, expect, test} from 'vitest'
import type {GuardTest} from '../../../src/rollout/guards.ts'
import {questionsOf} from '../../../src/rollout/plan/assumed.ts'
import {chanceOfFalseAbort, falseAbortsOf} from '../../../src/rollout/plan/threshold-chance.ts'
import {drawn, guardOf, random} from '../world-of-guards.ts'

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

describe('of a threshold that compares, or that is about a mean, at its first look alone', () => {
  const course = {stages: [{weightPercent: 10, dwellMs: 4 * hour}], tickMs: 300_000, traffic: 20}
  const plain = {alpha: 0, method: 'threshold'} as const
  const bounds = {low: 0, high: 1}

  function chanceOf(test: GuardTest): number {
    const [question] = questionsOf(guardOf(test.kind.startsWith('mean') ? 'mean' : 'requests', test))
    if (!question) throw new Error('the guard has one test')
    const aborts = falseAbortsOf(question, course)
    expect(aborts?.bound).toBe('least')
    return aborts?.chance ?? Number.NaN
  }

  test('a release as good as stable is above it at half of all looks', () => {
    expect(chanceOf({kind: 'share-at-most-times-stable', times: 1, ...plain})).toBeCloseTo(0.5, 6)
  })

  test('agrees with drawing such releases', () => {
    // 600 candidate and 5400 stable requests at a look, one in a thousand bad; times 3.
    const next = random(11)
    const runs = 2000
    let above = 0
    for (let run = 0; run < runs; run++) {
      if (drawn(600, 0.001, next) / 600 > (3 * drawn(5400, 0.001, next)) / 5400) above++
    }
    // The normal distribution is rough for half a bad request in a look.
    expect(Math.abs(chanceOf({kind: 'share-at-most-times-stable', times: 3, ...plain}) - above / runs)).toBeLessThan(
      0.1,
    )
  })

  test('a mean whose limit lies four standard errors away is safe from it, and one at a half is not', () => {
    expect(chanceOf({kind: 'mean-may-lose', fraction: 0.2, ...bounds, ...plain})).toBeLessThan(1e-4)
    // 5 % of a mean of 0.5 is 0.025; the standard error sqrt(0.25 (1 + 0.95^2/9)/600) is 0.0214: z = 1.17, 12 %.
    expect(chanceOf({kind: 'mean-may-lose', fraction: 0.05, ...bounds, ...plain})).toBeCloseTo(0.12, 2)
  })
})
