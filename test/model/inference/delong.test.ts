import {describe, expect, test} from 'vitest'
import {aucDifference, aucOf, computePlacements, delongInterval} from '../../../src/model/inference/delong.ts'

const positive = Uint8Array.of(0, 0, 1, 1, 0, 1, 0, 0, 1, 1, 0, 1)
const scores = Float64Array.of(0.1, 0.35, 0.24, 0.8, 0.2, 0.85, 0.13, 0.85, 0.74, 0.58, 0.71, 0.25)
const other = Float64Array.of(0.2, 0.3, 0.4, 0.7, 0.1, 0.9, 0.5, 0.6, 0.55, 0.65, 0.45, 0.35)

describe('DeLong', () => {
  // The 12-row example of the public DeLong implementations; computed again with numpy by the plain double loop.
  test('the published example: AUC 0.7083, standard error 0.1687', () => {
    const {auc, variance} = aucOf(computePlacements(positive, scores))
    expect(auc).toBeCloseTo(0.7083333333333334, 14)
    expect(Math.sqrt(variance)).toBeCloseTo(0.1687371394276382, 13)
  })

  test('an interval never leaves the possible values: 0.378 to 1.039 is cut at 1', () => {
    const {auc, variance} = aucOf(computePlacements(positive, scores))
    const interval = delongInterval(auc, variance, {coverage: 0.95, lowest: 0, smallerClass: 6})
    expect(interval.low).toBeCloseTo(0.3776, 4)
    expect(interval.high).toBe(1)
  })

  test('the difference of two models uses that they were seen on the same rows', () => {
    const {difference, variance} = aucDifference(
      computePlacements(positive, scores),
      computePlacements(positive, other),
    )
    expect(difference).toBeCloseTo(-0.09722222222222221, 14)
    expect(Math.sqrt(variance)).toBeCloseTo(0.12329078345095638, 13)
  })

  test('a tie counts one half', () => {
    const {auc} = aucOf(computePlacements(Uint8Array.of(1, 1, 0, 0), Float64Array.of(0.5, 0.5, 0.5, 0.5)))
    expect(auc).toBe(0.5)
  })

  test('perfect separation of ten rows does not give a perfect interval', () => {
    const interval = delongInterval(1, 0, {coverage: 0.9, lowest: 0, smallerClass: 5})
    const z2 = 1.6448536269514722 ** 2
    expect(interval.low).toBeCloseTo(1 - z2 / (5 + z2), 12)
    expect(interval.method).toContain('widened')
  })
})
