import {describe, expect, test} from 'vitest'
import {instantOfNumber, parseInstant} from '../../../src/model/readers/instant-cell.ts'

const parse = (text: string) => {
  const bytes = new TextEncoder().encode(text)
  return parseInstant(bytes, 0, bytes.length)
}

describe('parseInstant', () => {
  test.each([
    ['2026-11-21', Date.UTC(2026, 10, 21)],
    ['2024-02-29', Date.UTC(2024, 1, 29)],
    ['1969-12-31', -86_400_000],
    ['2026-11-21T16:30', Date.UTC(2026, 10, 21, 16, 30)],
    ['2026-11-21 16:30:15', Date.UTC(2026, 10, 21, 16, 30, 15)],
    ['2026-11-21T16:30:15Z', Date.UTC(2026, 10, 21, 16, 30, 15)],
    ['2026-11-21t16:30:15.25z', Date.UTC(2026, 10, 21, 16, 30, 15, 250)],
    ['2026-11-21T16:30:15,250', Date.UTC(2026, 10, 21, 16, 30, 15, 250)],
    ['2026-11-21T16:30:15+01:00', Date.UTC(2026, 10, 21, 15, 30, 15)],
    ['2026-11-21T16:30:15-0530', Date.UTC(2026, 10, 21, 22, 0, 15)],
    ['2026-11-21T16:30+01', Date.UTC(2026, 10, 21, 15, 30)],
    ['2026-11-21T24:00', Date.UTC(2026, 10, 22)],
    ['2016-12-31T23:59:60Z', Date.UTC(2017, 0, 1)],
  ])('%s', (text, expected) => expect(parse(text)).toBe(expected))

  test.each([
    '',
    '2026',
    '2026-11',
    '20261121',
    '2026-13-01',
    '2026-02-29',
    '1900-02-29',
    '2026-11-31',
    '2026-00-10',
    '2026-1-1',
    '21.11.2026',
    '11/21/2026',
    '2026-11-21X16:30',
    '2026-11-21T16',
    '2026-11-21T25:00',
    '2026-11-21T16:60',
    '2026-11-21T16:30:61',
    '2026-11-21T16:30:15.',
    '2026-11-21T16:30:15+1',
    '2026-11-21T16:30:15+01:00x',
    '2026-11-21T16:30:15 UTC',
    '0026-11-21',
  ])('%j is no instant', text => expect(parse(text)).toBeNaN())
})

test('numbers are seconds or milliseconds since 1970, and nothing finer', () => {
  expect(instantOfNumber(1_700_000_000)).toBe(1_700_000_000_000)
  expect(instantOfNumber(1_700_000_000.5)).toBe(1_700_000_000_500)
  expect(instantOfNumber(1_700_000_000_123)).toBe(1_700_000_000_123)
  expect(instantOfNumber(1_700_000_000_123_456)).toBeNaN()
  expect(instantOfNumber(Number.NaN)).toBeNaN()
})
