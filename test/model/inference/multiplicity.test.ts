import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {holm} from '../../../src/model/inference/multiplicity.ts'

describe('holm', () => {
  // R 4.4: p.adjust(c(0.01, 0.04, 0.03, 0.005), 'holm') = 0.03 0.06 0.06 0.02.
  test('adjusted p-values are those of R’s p.adjust', () => {
    const adjusted = holm([0.01, 0.04, 0.03, 0.005], 0.05)
    expect(adjusted.map(({p}) => p)).toEqual([0.03, 0.06, 0.06, 0.02].map(p => expect.closeTo(p, 12)))
    expect(adjusted.map(({isRejected}) => isRejected)).toEqual([true, false, false, true])
  })

  test('one comparison alone is not corrected, and none is none', () => {
    expect(holm([0.04], 0.05)).toEqual([{p: 0.04, isRejected: true}])
    expect(holm([], 0.05)).toEqual([])
  })

  test('one surely worse slice among sixty is still found', () => {
    const p = Array.from({length: 60}, (_, index) => (index === 30 ? 1e-5 : 0.5))
    expect(holm(p, 0.05).flatMap(({isRejected}, index) => (isRejected ? [index] : []))).toEqual([30])
  })

  test('no p-value becomes smaller, and the order of the comparisons changes nothing', () => {
    const p = fc.double({min: 0, max: 1, noNaN: true})
    fc.assert(
      fc.property(fc.array(p, {maxLength: 20}), pValues => {
        const adjusted = holm(pValues, 0.05)
        const reversed = holm(pValues.toReversed(), 0.05).toReversed()
        adjusted.forEach((each, index) => {
          expect(each.p).toBeGreaterThanOrEqual(pValues[index] ?? 0)
          expect(each.p).toBe(reversed[index]?.p)
        })
      }),
    )
  })
})
