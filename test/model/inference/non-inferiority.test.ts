import {describe, expect, test} from 'vitest'
import {createRandom} from '../../../src/core/random.ts'
import {judgeNonInferiority} from '../../../src/model/inference/non-inferiority.ts'
import {tangoInterval} from '../../../src/model/inference/tango.ts'

/** A comparison of an accuracy with these discordant rows, at one-sided 95 %. */
function accuracyOf(gained: number, lost: number, n: number) {
  const difference = (gained - lost) / n
  return {
    kind: 'compared' as const,
    difference,
    interval: tangoInterval({gained, lost, n}, 0.9),
    n,
    variancePerRow: (gained + lost) / n - difference ** 2,
  }
}

describe('judgeNonInferiority', () => {
  test('a candidate as good as the baseline passes when there are enough rows', () => {
    expect(judgeNonInferiority(accuracyOf(150, 150, 5000), 0.01, true)).toEqual({kind: 'shown'})
  })

  test('the same difference on few rows is open, and the rows that would settle it are named', () => {
    // (1.6449 + 0.8416)^2 * 0.06 / 0.01^2 = 3709.5
    expect(judgeNonInferiority(accuracyOf(6, 6, 200), 0.01, true)).toEqual({kind: 'open', rowsNeeded: 3710})
  })

  test('a candidate that is significantly worse fails', () => {
    expect(judgeNonInferiority(accuracyOf(20, 60, 1000), 0.01, true)).toEqual({kind: 'worse'})
  })

  test('significantly worse, but provably by less than the margin: that is what the margin allows', () => {
    const comparison = accuracyOf(10, 60, 20_000)
    expect(comparison.interval.high).toBeLessThan(0)
    expect(judgeNonInferiority(comparison, 0.01, true)).toEqual({kind: 'shown'})
  })

  test('where less is better the sign turns', () => {
    const more = {kind: 'compared' as const, difference: 0.2, n: 500, variancePerRow: 1}
    const interval = {low: 0.1, high: 0.3, confidence: 0.9, method: 'by hand'}
    expect(judgeNonInferiority({...more, interval}, 0.05, false)).toEqual({kind: 'worse'})
    expect(judgeNonInferiority({...more, interval}, 0.31, false)).toEqual({kind: 'shown'})
    expect(judgeNonInferiority({...more, interval}, 0.05, true)).toEqual({kind: 'shown'})
  })

  test('a margin of 0 between equal models can never be settled, and no number is made up', () => {
    expect(judgeNonInferiority(accuracyOf(0, 0, 500), 0, true)).toEqual({kind: 'open', rowsNeeded: null})
  })

  test('without one discordant row the score interval says how many rows would do', () => {
    // z² (1 - d) / d = 2.7055 * 0.99 / 0.01 = 267.8
    expect(judgeNonInferiority(accuracyOf(0, 0, 100), 0.01, true)).toEqual({kind: 'open', rowsNeeded: 268})
    expect(judgeNonInferiority(accuracyOf(0, 0, 268), 0.01, true)).toEqual({kind: 'shown'})
  })

  test('rows needed are always more than the rows seen', () => {
    for (const lost of [5, 6, 7, 8, 9, 10]) {
      const outcome = judgeNonInferiority(accuracyOf(5, lost, 300), 0.02, true)
      if (outcome.kind === 'open') expect(outcome.rowsNeeded).toBeGreaterThan(300)
    }
    expect(judgeNonInferiority(accuracyOf(5, 6, 300), 0.02, true).kind).toBe('open')
  })

  // The promise on which a release is let through: at a true loss of exactly the margin, at most about 5 % pass.
  test.each([200, 1000, 5000])('at the margin, with %d rows, false passes stay near 5 %%', n => {
    const margin = 0.01
    const discordance = 0.06
    const gain = (discordance - margin) / 2
    const random = createRandom(n)
    const runs = n > 1000 ? 2000 : 5000
    const known = new Map<string, boolean>()
    let passed = 0
    for (let run = 0; run < runs; run++) {
      let gained = 0
      let lost = 0
      for (let row = 0; row < n; row++) {
        const u = random.uniform()
        if (u < gain) gained++
        else if (u < discordance) lost++
      }
      const key = `${gained}/${lost}`
      const shown = known.get(key) ?? judgeNonInferiority(accuracyOf(gained, lost, n), margin, true).kind === 'shown'
      known.set(key, shown)
      if (shown) passed++
    }
    expect(passed / runs).toBeLessThanOrEqual(0.065)
    expect(passed / runs).toBeGreaterThan(0.02)
  })
})
