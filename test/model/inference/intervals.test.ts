import {describe, expect, test} from 'vitest'
import {tangoInterval, tangoScore} from '../../../src/model/inference/tango.ts'
import {wilsonInterval} from '../../../src/model/inference/wilson.ts'

describe('wilsonInterval', () => {
  // scipy 1.17.1: binomtest(hits, n).proportion_ci(coverage, 'wilson').
  test.each([
    [45, 50, 0.95, 0.7863976856252034, 0.9565242350681095],
    [0, 10, 0.9, 0, 0.21294197008340698],
    [10, 10, 0.9, 1 - 0.21294197008340698, 1],
  ])('%d of %d at %d agrees with scipy', (hits, n, coverage, low, high) => {
    const interval = wilsonInterval(hits, n, coverage)
    expect(interval.low).toBeCloseTo(low, 12)
    expect(interval.high).toBeCloseTo(high, 12)
  })

  test('a proportion of nothing is refused', () => {
    expect(() => wilsonInterval(0, 0, 0.95)).toThrow('n > 0')
  })
})

describe('tangoInterval', () => {
  // The constrained estimate found by numerical maximisation of the likelihood, the limits by root finding (scipy).
  // The first row also stands in the R package PropCIs: scoreci.mp(25, 28, 618, 0.90) = -0.0148, 0.0247.
  test.each([
    [28, 25, 618, 0.9, -0.01483437, 0.02471548],
    [1, 7, 21, 0.95, -0.51723227, -0.02600303],
    [40, 20, 160, 0.95, 0.03086453, 0.21806424],
    [3, 10, 100, 0.9, -0.13534958, -0.01183546],
  ])('gained %d, lost %d of %d at %d', (gained, lost, n, coverage, low, high) => {
    const interval = tangoInterval({gained, lost, n}, coverage)
    expect(interval.low).toBeCloseTo(low, 7)
    expect(interval.high).toBeCloseTo(high, 7)
  })

  test('two models that agree on every row are not shown to be equal: the interval is z² / (n + z²) to each side', () => {
    const z = 1.6448536269514722
    const interval = tangoInterval({gained: 0, lost: 0, n: 100}, 0.9)
    expect(interval.high).toBeCloseTo((z * z) / (100 + z * z), 10)
    expect(interval.low).toBeCloseTo(-(z * z) / (100 + z * z), 10)
  })

  test('swapping candidate and baseline turns the sign', () => {
    const one = tangoInterval({gained: 10, lost: 3, n: 100}, 0.9)
    const other = tangoInterval({gained: 3, lost: 10, n: 100}, 0.9)
    expect(one.low).toBeCloseTo(-other.high, 12)
    expect(one.high).toBeCloseTo(-other.low, 12)
  })

  test('every row lost, every row gained: the interval stays within -1 and 1', () => {
    expect(tangoInterval({gained: 0, lost: 20, n: 20}, 0.9).low).toBeGreaterThanOrEqual(-1)
    expect(tangoInterval({gained: 20, lost: 0, n: 20}, 0.9).high).toBeLessThanOrEqual(1)
  })

  test('the statistic is 0 where the difference is the one that was seen', () => {
    expect(tangoScore({gained: 5, lost: 2, n: 100}, 0.03)).toBeCloseTo(0, 10)
  })
})
