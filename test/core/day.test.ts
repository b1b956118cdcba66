import * as fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {dayOf, formatDay, parseDay} from '../../src/core/day.ts'

describe('a day', () => {
  // From `date -u -d <day> +%s`, divided by 86,400.
  test.each([
    ['1970-01-01', 0],
    ['1969-12-31', -1],
    ['2000-02-29', 11_016],
    ['2024-02-29', 19_782],
    ['2026-11-21', 20_778],
    ['2100-03-01', 47_541],
  ])('%s is day %i', (text, day) => {
    expect(parseDay(text)).toBe(day)
    expect(formatDay(day)).toBe(text)
  })

  test.each([
    '2026-02-30',
    '2026-13-01',
    '2025-02-29',
    '2100-02-29',
    '2026-00-10',
    '2026-1-1',
    '26-01-01',
    'tomorrow',
    '',
  ])('"%s" is no day', text => expect(parseDay(text)).toBeUndefined())

  test('is read back as it was written, and agrees with the calendar of the platform', () => {
    const anyDay = fc.integer({min: parseDay('0001-01-01') ?? 0, max: parseDay('9999-12-31') ?? 0})
    fc.assert(
      fc.property(anyDay, day => {
        expect(parseDay(formatDay(day))).toBe(day)
        expect(formatDay(day)).toBe(new Date(day * 86_400_000).toISOString().slice(0, 10))
      }),
    )
  })

  test('a time belongs to the day of its UTC clock, to the last millisecond', () => {
    expect(dayOf(new Date('2026-11-21T23:59:59.999Z'))).toBe(parseDay('2026-11-21'))
    expect(dayOf(new Date('2026-11-22T00:00:00.000Z'))).toBe(parseDay('2026-11-22'))
    expect(dayOf(new Date('2026-11-21T23:30:00-05:00'))).toBe(parseDay('2026-11-22'))
  })
})
