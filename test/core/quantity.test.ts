import {describe, expect, test} from 'vitest'
import {
  formatDuration,
  formatRate,
  formatShare,
  formatSize,
  parseDuration,
  parsePercent,
  parseRate,
  parseSize,
} from '../../src/core/quantity.ts'

const refused = {code: 'quantity/malformed'}

describe('quantities with their units', () => {
  test.each([
    ['2h', 7_200_000],
    ['1h30m', 5_400_000],
    ['100ms', 100],
    ['1.5s', 1500],
    ['2d', 172_800_000],
  ])('%s is %d milliseconds', (text, ms) => expect(parseDuration(text)).toBe(ms))

  test.each([
    ['8GiB', 8 * 1024 ** 3],
    ['500MB', 500e6],
    ['1.5 kB', 1500],
  ])('%s is %d bytes', (text, bytes) => expect(parseSize(text)).toBe(bytes))

  test.each([
    ['1000/s', 1000],
    ['30/min', 0.5],
    ['86400/day', 1],
  ])('%s is %d a second', (text, rate) => expect(parseRate(text)).toBe(rate))

  test('5% is 5 percent', () => expect(parsePercent('5%')).toBe(5))

  test.each(['', '2', '2 hours', '2h3', '-1h', 'h', '1h 30m'])('"%s" is no duration', text =>
    expect(() => parseDuration(text)).toThrow(expect.objectContaining(refused)),
  )

  test.each(['5', '%', '-5%', '5 percent'])('"%s" is no percentage', text =>
    expect(() => parsePercent(text)).toThrow(expect.objectContaining(refused)),
  )

  test.each(['8', '8gib', 'GiB', '8 XB', '8 constructor'])('"%s" is no size', text =>
    expect(() => parseSize(text)).toThrow(expect.objectContaining(refused)),
  )

  test.each(['1000', '/s', '5/year', '5/constructor'])('"%s" is no rate', text =>
    expect(() => parseRate(text)).toThrow(expect.objectContaining(refused)),
  )
})

describe('quantities for a person', () => {
  test.each([
    [100, '100ms'],
    [1500, '1.5s'],
    [9_000_000, '2h 30m'],
    [7_200_000, '2h'],
    [Number.POSITIVE_INFINITY, 'never'],
  ])('%d milliseconds read %s', (ms, text) => expect(formatDuration(ms)).toBe(text))

  test('shares, sizes and rates have few digits and a unit', () => {
    expect([formatShare(0.001), formatShare(1 / 3)]).toEqual(['0.1%', '33.3%'])
    expect([formatSize(0), formatSize(1536), formatSize(8 * 1024 ** 3)]).toEqual(['0 B', '1.5 KiB', '8 GiB'])
    expect([formatRate(1000), formatRate(0.5), formatRate(0.001)]).toEqual(['1000/s', '30/min', '86.4/day'])
  })
})
