/** A sum in another order is another sum by its last digit; no interval may tell. */
import {describe, expect, test} from 'vitest'
import {bcaBounds} from '../../../src/model/inference/bca.ts'
import {estimateOf} from '../../../src/model/inference/estimate-of.ts'
import type {WeightedStatistic} from '../../../src/model/metrics/statistic.ts'
import {options, plain} from './statistics.ts'

const noise = (at: number) => ((at * 7919) % 13) * 1e-16

describe('rounding', () => {
  test('makes no resample lie above or below the value that it equals', () => {
    // A third of the resamples equal the value; by their last digits they would all lie above it.
    const drawn = (by: number) =>
      Float64Array.from({length: 900}, (_, at) => 0.5 + (at % 3 === 0 ? by * (1 + noise(at)) : ((at % 30) - 15) / 100))
    const bounds = (by: number) =>
      bcaBounds({difference: 0.5, drawn: drawn(by), acceleration: 0, independent: 300, rounding: 1e-12}, 0.9)
    const [exact, rounded, other] = [bounds(0), bounds(1e-15), bounds(-1e-15)]
    expect(rounded.low).toBeCloseTo(exact.low, 12)
    expect(rounded.high).toBeCloseTo(exact.high, 12)
    expect([rounded.pBelow, rounded.pAbove]).toEqual([exact.pBelow, exact.pAbove])
    expect([other.pBelow, other.pAbove]).toEqual([exact.pBelow, exact.pAbove])
  })

  test('is no variation: a value that never moves is not sure to sixteen digits', () => {
    const still: WeightedStatistic = {
      kind: 'weighted',
      of: weights => 0.475 + (weights === null ? 0 : noise(Math.round((weights[0] ?? 0) + 2 * (weights[1] ?? 0)))),
      undefinedAs: {kind: 'undefined', verdict: 'inconclusive', reason: 'model/nothing', what: 'Nothing.'},
    }
    const estimate = estimateOf(still, plain(200), {...options, range: [0, 1]})
    if (estimate.kind === 'undefined') throw new Error(estimate.what)
    expect(estimate.interval.method).toContain('no variation')
    expect(estimate.interval.high - estimate.interval.low).toBeGreaterThan(0.01)
  })
})
