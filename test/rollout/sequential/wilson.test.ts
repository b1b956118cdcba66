import {expect, test} from 'vitest'
import {wilsonInterval} from '../../../src/rollout/sequential/wilson.ts'

// Newcombe 1998, Statistics in Medicine 17:857, table I: Wilson without continuity correction.
test.each([
  [263, 81, 0.2553, 0.3662],
  [148, 15, 0.0624, 0.1605],
  [20, 0, 0, 0.1611],
  [29, 1, 0.0061, 0.1718],
])('%i requests, %i bad', (n, bad, low, high) => {
  const interval = wilsonInterval({n, bad})
  expect(interval?.low).toBeCloseTo(low, 4)
  expect(interval?.high).toBeCloseTo(high, 4)
})

test.each([1, 7, 20, 1800, 999_983])('of %i requests, none bad is a bound of exactly 0 and all bad of exactly 1', n => {
  expect(wilsonInterval({n, bad: 0})?.low).toBe(0)
  expect(wilsonInterval({n, bad: n})?.high).toBe(1)
})

test('no requests have no interval', () => expect(wilsonInterval({n: 0, bad: 0})).toBeUndefined())
