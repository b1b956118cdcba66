import {describe, expect, test} from 'vitest'
import {compareWithKnown} from '../../../src/model/inference/compare.ts'
import type {Compared} from '../../../src/model/inference/comparison.ts'
import {estimateOf} from '../../../src/model/inference/estimate-of.ts'
import type {Known, KnownOptions} from '../../../src/model/inference/known-baseline.ts'
import {judgeNonInferiority} from '../../../src/model/inference/non-inferiority.ts'
import {mean, options, plain} from './statistics.ts'

/** 800 of 1,000 right: Wilson at 90 % is 0.7783 to 0.8200. */
const candidate = estimateOf(
  mean(
    Float64Array.from({length: 1000}, (_, row) => (row < 800 ? 1 : 0)),
    {isShare: true},
  ),
  plain(1000),
  options,
)

function compared(known: Known, further: Partial<KnownOptions> = {}): Compared {
  const comparison = compareWithKnown(candidate, known, {...options, pairing: 'independent', ...further})
  if (comparison.kind === 'undefined') throw new Error(comparison.what)
  return comparison
}

const measured = {value: 0.81, low: 0.79, high: 0.83, confidence: 0.9}

describe('compareWithKnown', () => {
  test('two independent intervals add like the sides of a right angle', () => {
    const {difference, interval} = compared(measured)
    expect(difference).toBeCloseTo(-0.01, 12)
    const {low, high} = candidate.kind === 'value' ? candidate.interval : measured
    expect(interval.low).toBeCloseTo(-0.01 - Math.hypot(0.8 - low, 0.02), 10)
    expect(interval.high).toBeCloseTo(-0.01 + Math.hypot(high - 0.8, 0.02), 10)
  })

  test('measured on the same rows nobody knows how they go together: the distances are added', () => {
    const {interval} = compared(measured, {pairing: 'same-rows'})
    const {low} = candidate.kind === 'value' ? candidate.interval : measured
    expect(interval.low).toBeCloseTo(-0.01 - (0.8 - low) - 0.02, 10)
    expect(interval.high - interval.low).toBeGreaterThan(
      compared(measured).interval.high - compared(measured).interval.low,
    )
  })

  test('a bare number is held for exact', () => {
    const {interval} = compared(0.81)
    const {low, high} = candidate.kind === 'value' ? candidate.interval : measured
    expect(interval.low).toBeCloseTo(low - 0.81, 10)
    expect(interval.high).toBeCloseTo(high - 0.81, 10)
    expect(interval.method).toContain('taken as exact')
  })

  test('an interval of another coverage is brought to ours', () => {
    // 1.959964 / 1.644854 = 1.191573.
    const wide = {value: 0.81, low: 0.81 - 0.02 * 1.191573, high: 0.81 + 0.02 * 1.191573, confidence: 0.95}
    expect(compared(wide).interval.low).toBeCloseTo(compared(measured).interval.low, 6)
  })

  test('a bound that nobody wrote down lies as far off as the other', () => {
    expect(compared({value: 0.81, low: 0.79, confidence: 0.9}).interval.high).toBeCloseTo(
      compared(measured).interval.high,
      12,
    )
  })

  test('the p-value and the interval say the same', () => {
    for (const value of [0.8, 0.82, 0.825, 0.83, 0.84, 0.9]) {
      for (const pairing of ['independent', 'same-rows'] as const) {
        const {interval, pWorse} = compared({value, low: value - 0.01, high: value + 0.01}, {pairing})
        expect(pWorse < 0.05).toBe(interval.high < 0)
      }
    }
  })

  test('more rows of the candidate help only as far as the baseline is known', () => {
    // The baseline alone leaves 0.02 / 1.645 = 0.0122 standard deviations; a margin of 0.02 needs 2.487 of them.
    const open = judgeNonInferiority(compared(measured), 0.02, true)
    expect(open).toEqual({kind: 'open', rowsNeeded: null})
    const surer = {value: 0.81, low: 0.805, high: 0.815, confidence: 0.9}
    const far = judgeNonInferiority(compared(surer), 0.03, true)
    // Spread allowed 0.02 / 2.4865 = 0.00804, of which the baseline takes 0.00304: (0.01268 / 0.00745)² * 1000.
    expect(far.kind === 'open' && far.rowsNeeded).toBeCloseTo(2900, -2)
  })

  test('a share of the baseline may be kept', () => {
    expect(compared(measured, {retain: 0.95}).difference).toBeCloseTo(0.8 - 0.95 * 0.81, 12)
  })

  test('a value outside its own interval, or none at all, is refused', () => {
    const refused = (known: Known) => compareWithKnown(candidate, known, {...options, pairing: 'independent'})
    expect(refused({value: 0.9, low: 0.7, high: 0.8})).toMatchObject({
      kind: 'undefined',
      verdict: 'error',
      reason: 'model/baseline-interval-contradictory',
    })
    expect(refused(Number.NaN)).toMatchObject({verdict: 'error', reason: 'model/baseline-value-not-finite'})
  })

  test('a candidate without a value has no comparison', () => {
    const none = estimateOf(mean([]), plain(0), options)
    expect(compareWithKnown(none, 0.8, {...options, pairing: 'independent'})).toEqual(none)
  })
})
