import {describe, expect, test} from 'vitest'
import {reportedInterval} from '../../../src/model/metric-files/uncertainty.ts'

const z = 1.6448536269514722

describe('how sure a reported value is', () => {
  // Wilson, 81 of 100 at 90 %: (0.81 + z²/200 ± z sqrt(0.81 * 0.19 / 100 + z² / 40000)) / (1 + z²/100), by hand.
  test('a share of a number of rows has the interval of a share', () => {
    const interval = reportedInterval({value: 0.81, share: true, n: 100}, 0.81, 0.9)
    const half = z * Math.sqrt((0.81 * 0.19) / 100 + (z * z) / 40_000)
    expect(interval?.low).toBeCloseTo((0.81 + (z * z) / 200 - half) / (1 + (z * z) / 100), 12)
    expect(interval?.high).toBeCloseTo((0.81 + (z * z) / 200 + half) / (1 + (z * z) / 100), 12)
    expect(interval?.method).toBe('Wilson')
  })

  test('all of the rows, or none, still leave doubt', () => {
    expect(reportedInterval({value: 1, share: true, n: 30}, 1, 0.9)?.low).toBeCloseTo(30 / (30 + z * z), 12)
    expect(reportedInterval({value: 0, share: true, n: 30, stderr: 0}, 0, 0.9)?.high).toBeGreaterThan(0.05)
  })

  test('a standard error has the normal interval', () => {
    const interval = reportedInterval({value: 5, stderr: 0.5}, 5, 0.9)
    expect([interval?.low, interval?.high]).toEqual([5 - z * 0.5, 5 + z * 0.5])
  })

  test.each([
    ['nothing is said', {}],
    ['only the rows are said, and not that it is a share of them', {n: 100}],
    ['the share is of no whole number of rows: it is weighted', {n: 100, share: true as const}],
    ['the rows are weights', {n: 100.5, share: true as const}],
    ['the standard error is 0', {stderr: 0}],
    ['there are no rows', {n: 0, share: true as const}],
  ])('nothing is known where %s', (_, more) => {
    expect(reportedInterval({value: 0.8137, ...more}, 0.8137, 0.9)).toBeNull()
  })

  test('a share that was rounded to four digits is still one', () => {
    expect(reportedInterval({value: 0.9474, share: true, n: 285}, 0.9474, 0.9)?.method).toBe('Wilson')
  })
})
