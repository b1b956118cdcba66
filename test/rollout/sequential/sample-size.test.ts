import {describe, expect, test} from 'vitest'
import {logEOf, newEProcess, observe} from '../../../src/rollout/sequential/e-process.ts'
import {addMeans, meanWeights, noMean} from '../../../src/rollout/sequential/mean.ts'
import {ratiosOfMeanBelow} from '../../../src/rollout/sequential/mean-against-limit.ts'
import {rateAboveLimit} from '../../../src/rollout/sequential/rate-against-limit.ts'
import {
  candidateShareOfBad,
  divergence,
  medianSamples,
  medianValues,
  samplesFor90Percent,
  valuesFor90Percent,
} from '../../../src/rollout/sequential/sample-size.ts'
import {binomial, seededRandom} from '../../simulation/random.ts'
import {kinds, meansOf, sumsOf} from './values.ts'
import {median} from './world.ts'

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

describe('how many values a test of a mean needs', () => {
  test('for a small shift it is 2 variance/shift^2 times ln(1/alpha) and the cost of not knowing', () => {
    const needed = medianValues({shift: 0.002, variance: 0.04, reach: 0.5}, 0.01)
    expect(needed / (((2 * 0.04) / 0.002 ** 2) * (Math.log(100) + 2))).toBeCloseTo(1, 1)
  })

  test('a shift that is large for its variance is limited by the bounds: no bet may lose everything', () => {
    // The largest bet is 0.95 of 1/reach: at most 0.95 shift/reach a value.
    expect(medianValues({shift: 0.5, variance: 1e-6, reach: 0.5}, 0.01)).toBeGreaterThan((Math.log(100) + 2) / 0.95)
    expect(medianValues({shift: 0.5, variance: 1e-6, reach: 0.5}, 0.01)).toBeLessThan(8)
  })

  test('halving the shift takes four times the values, nine of ten runs more than five of ten', () => {
    const contrast = {shift: 0.02, variance: 0.05, reach: 1}
    const half = {...contrast, shift: 0.01}
    expect(medianValues(half, 0.01) / medianValues(contrast, 0.01)).toBeCloseTo(4, 0)
    expect(valuesFor90Percent(contrast, 0.01)).toBeGreaterThan(1.2 * medianValues(contrast, 0.01))
  })

  // Looks of 50, against what the plan says; the first of them only teaches.
  test.each([
    ['conversions', 0.5, 0.09],
    ['score', 0.95, 0.0025],
  ] as const)('%s at %d of the mean: half of the runs are there by the planned number', (name, factor, variance) => {
    const mean = meansOf[name]
    const planned = medianValues({shift: mean * (1 - factor), variance, reach: 1 - mean}, 0.01)
    const size = name === 'score' ? 2 : 50
    const needed = Array.from({length: 41}, (_, run) => {
      const random = seededRandom(run)
      let [process, past] = [newEProcess(meanWeights), noMean]
      for (let look = 0; ; look++) {
        const seen = sumsOf(Array.from({length: size}, () => kinds[name](random, factor)))
        process = observe(process, ratiosOfMeanBelow(seen, mean, past))
        if (logEOf(process) >= Math.log(100)) return look * size
        past = addMeans(past, seen)
      }
    })
    expect(median(needed) / planned).toBeGreaterThan(0.5)
    expect(median(needed) / planned).toBeLessThan(1.3)
  })
})
