import {describe, expect, test} from 'vitest'
import {parseClock, parseMoment} from '../../src/core/wall-time.ts'

describe('a moment', () => {
  test.each([
    ['Fri 16:00', {kind: 'weekly', weekday: 'Fri', minute: 960}],
    ['Mon 8:05', {kind: 'weekly', weekday: 'Mon', minute: 485}],
    ['2026-12-20', {kind: 'once', date: {year: 2026, month: 12, day: 20}, minute: null}],
    ['2028-02-29 00:00', {kind: 'once', date: {year: 2028, month: 2, day: 29}, minute: 0}],
  ])('%s', (text, expected) => {
    expect(parseMoment(text)).toEqual(expected)
  })

  test.each([
    '',
    'Fri',
    'Friday 16:00',
    'Fri 24:00',
    'Fri 16:00 UTC',
    '2026-02-29',
    '2026-13-01',
    '26-01-01',
    '2026-01-01 9',
    '16:00',
  ])('"%s" is none', text => {
    expect(parseMoment(text)).toBeNull()
  })

  test.each([
    ['00:00', 0],
    ['9:30', 570],
    ['23:59', 1439],
    ['24:00', null],
    ['12:60', null],
    ['12', null],
  ])('a clock that shows %s', (text, minutes) => {
    expect(parseClock(text)).toBe(minutes)
  })
})
