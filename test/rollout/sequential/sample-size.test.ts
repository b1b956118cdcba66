import {describe, expect, test} from 'vitest'
import {rateAboveLimit} from '../../../src/rollout/sequential/rate-against-limit.ts'
import {
  candidateShareOfBad,
  divergence,
  medianSamples,
  samplesFor90Percent,
} from '../../../src/rollout/sequential/sample-size.ts'
import {binomial, seededRandom} from '../../simulation/random.ts'

describe('how many observations a test needs', () => {
  test('the divergence of a fair coin from 1 in 4 is ln(2)/2 + ln(2/3)/2', () => {
    expect(divergence(0.5, 0.25)).toBeCloseTo(Math.log(2) / 2 + Math.log(2 / 3) / 2, 12)
  })

  test('certainty has a finite divergence', () => {
    expect(divergence(0, 0.5)).toBeCloseTo(Math.log(2), 12)
    expect(divergence(1, 0.5)).toBeCloseTo(Math.log(2), 12)
  })

  // Simulated figures of the design research, alpha 1 %: within a quarter of them.
  test.each([
    ['2 % against a limit of 1 %', 0.02, 0.01, 1560],
    ['10 % slower than the 95th percentile', 0.1, 0.05, 300],
    ['twice as bad as stable at 10 % of traffic', candidateShareOfBad(2, 0.1), 0.1, 200],
    ['four times', candidateShareOfBad(4, 0.1), 0.1, 37],
    ['ten times', candidateShareOfBad(10, 0.1), 0.1, 11],
  ])('%s', (_, p1, p0, expected) => {
    const ratio = medianSamples(p1, p0, 0.01) / expected
    expect(ratio).toBeGreaterThan(0.75)
    expect(ratio).toBeLessThan(1.25)
  })

  test('at the samples that the plan promises, nine of ten regressions are detected', () => {
    const random = seededRandom(4)
    for (const [p1, p0] of [
      [0.02, 0.01],
      [0.1, 0.05],
      [0.08, 0.02],
    ] as const) {
      const promised = Math.ceil(samplesFor90Percent(p1, p0, 0.01))
      const runs = 400
      let detected = 0
      for (let run = 0; run < runs; run++) {
        if (rateAboveLimit({n: promised, bad: binomial(random, promised, p1)}, p0) >= Math.log(100)) detected++
      }
      expect(detected / runs, `${p1} against ${p0}`).toBeGreaterThan(0.86)
      expect(detected / runs, `${p1} against ${p0}`).toBeLessThan(0.98)
    }
  })
})
