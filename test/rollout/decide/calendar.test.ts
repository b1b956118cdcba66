import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import type {FreezeWindowConfig, OfficeHoursConfig} from '../../../src/config/window-schema.ts'
import {weekdays} from '../../../src/core/wall-time.ts'
import {type Calendar, closureAt} from '../../../src/rollout/decide/calendar.ts'

const at = (text: string) => Date.parse(text)
const until = (calendar: Calendar, instant: string) => {
  const closure = closureAt(calendar, at(instant))
  if (closure === null) return 'open'
  return closure.until === null ? 'closed' : new Date(closure.until).toISOString().replace(':00.000Z', 'Z')
}
const freeze = (from: string, to: string, zone = 'Europe/Berlin'): Calendar => ({freeze: [{from, to, zone}]})
const hours = (from: string, to: string, zone = 'UTC', days?: OfficeHoursConfig['days']): Calendar => ({
  onlyDuring: [{from, to, zone, days: days ?? ['Mon', 'Tue', 'Wed', 'Thu', 'Fri']}],
})

// 2026: 1 January is a Thursday. Berlin: summer time from 29 March 01:00Z to 25 October 01:00Z (IANA tzdata, EU rule).
const weekend = freeze('Fri 16:00', 'Mon 08:00')

describe('a freeze each week', () => {
  test.each([
    ['begins on the minute: Friday 16:00 in Berlin is 15:00Z in winter', '2026-01-02T15:00:00Z', '2026-01-05T07:00Z'],
    ['has not begun a millisecond before', '2026-01-02T14:59:59.999Z', 'open'],
    ['lasts over the weekend', '2026-01-04T12:00:00Z', '2026-01-05T07:00Z'],
    ['is over on the minute', '2026-01-05T07:00:00Z', 'open'],
    ['is an hour earlier in UTC in summer', '2026-07-03T14:00:00Z', '2026-07-06T06:00Z'],
    ['is an hour shorter where summer time begins in it', '2026-03-27T15:00:00Z', '2026-03-30T06:00Z'],
    ['is an hour longer where summer time ends in it', '2026-10-23T14:00:00Z', '2026-10-26T07:00Z'],
    ['holds in the night of the change', '2026-03-29T01:30:00Z', '2026-03-30T06:00Z'],
    ['lets the week be', '2026-01-07T12:00:00Z', 'open'],
    ['goes over the end of a year', '2027-01-01T23:59:00Z', '2027-01-04T07:00Z'],
  ])('%s', (_, instant, expected) => {
    expect(until(weekend, instant)).toBe(expected)
  })

  test.each([
    ['over midnight', freeze('Tue 22:00', 'Wed 06:00', 'UTC'), '2026-01-06T23:30:00Z', '2026-01-07T06:00Z'],
    ['over the end of the week', freeze('Sun 20:00', 'Mon 06:00', 'UTC'), '2026-01-04T23:00:00Z', '2026-01-05T06:00Z'],
    ['nearly all week', freeze('Mon 09:00', 'Mon 08:00', 'UTC'), '2026-01-05T08:30:00Z', 'open'],
    ['nearly all week, within', freeze('Mon 09:00', 'Mon 08:00', 'UTC'), '2026-01-05T09:00:00Z', '2026-01-12T08:00Z'],
    // 11:00 at +05:45 is 05:15Z.
    [
      'in a zone of quarters',
      freeze('Mon 10:00', 'Mon 11:00', 'Asia/Kathmandu'),
      '2026-01-05T05:00:00Z',
      '2026-01-05T05:15Z',
    ],
    [
      'where Monday is still Sunday',
      freeze('Mon 00:00', 'Mon 12:00', 'Pacific/Auckland'),
      '2026-01-04T12:00:00Z',
      '2026-01-04T23:00Z',
    ],
  ])('%s', (_, calendar, instant, expected) => {
    expect(until(calendar, instant)).toBe(expected)
  })
})

describe('a wall time that a change of summer time makes strange', () => {
  // On 25 October Berlin shows 02:30 twice, at 00:30Z and 01:30Z; on 29 March it never does.
  test.each([
    [
      'an end that comes twice is the second',
      freeze('Sat 22:00', 'Sun 02:30'),
      '2026-10-25T00:45:00Z',
      '2026-10-25T01:30Z',
    ],
    [
      'a begin that comes twice is the first',
      freeze('Sun 02:30', 'Sun 05:00'),
      '2026-10-25T00:30:00Z',
      '2026-10-25T04:00Z',
    ],
    [
      'an end that never comes is the hour after it',
      freeze('Sat 22:00', 'Sun 02:30'),
      '2026-03-29T01:15:00Z',
      '2026-03-29T01:30Z',
    ],
    [
      'a begin that never comes is the hour before it',
      freeze('Sun 02:30', 'Sun 05:00'),
      '2026-03-29T00:30:00Z',
      '2026-03-29T03:00Z',
    ],
    // Open hours are read the other way round: they begin late and end early.
    [
      'office hours that begin twice begin the second time',
      hours('02:30', '05:00', 'Europe/Berlin', ['Sun']),
      '2026-10-25T00:45:00Z',
      '2026-10-25T01:30Z',
    ],
    [
      'office hours that end twice end the first time',
      hours('01:00', '02:30', 'Europe/Berlin', ['Sun']),
      '2026-10-25T00:30:00Z',
      '2026-11-01T00:00Z',
    ],
  ])('%s', (_, calendar, instant, expected) => {
    expect(until(calendar, instant)).toBe(expected)
  })

  // New York: summer time from 8 March 2026, 07:00Z, to 1 November, 06:00Z.
  test('another continent changes on another day', () => {
    const calendar = freeze('Sun 00:00', 'Sun 12:00', 'America/New_York')
    expect(until(calendar, '2026-03-08T06:00:00Z')).toBe('2026-03-08T16:00Z')
    expect(until(calendar, '2026-11-01T05:00:00Z')).toBe('2026-11-01T17:00Z')
  })
})

describe('a freeze once', () => {
  test.each([
    ['holds from the first minute of its first day', '2026-12-19T23:00:00Z', '2027-01-02T23:00Z'],
    ['holds on its last day', '2027-01-02T22:59:00Z', '2027-01-02T23:00Z'],
    ['has not begun the day before', '2026-12-19T22:59:00Z', 'open'],
    ['does not come again', '2027-12-24T12:00:00Z', 'open'],
  ])('named by days alone, %s', (_, instant, expected) => {
    expect(until(freeze('2026-12-20', '2027-01-02'), instant)).toBe(expected)
  })

  test('named with times holds between them', () => {
    const calendar = freeze('2026-12-20 18:00', '2026-12-21 06:30', 'UTC')
    expect(until(calendar, '2026-12-20T17:59:00Z')).toBe('open')
    expect(until(calendar, '2026-12-20T18:00:00Z')).toBe('2026-12-21T06:30Z')
  })
})

describe('only in office hours', () => {
  test.each([
    ['at nine', '2026-01-05T09:00:00Z', 'open'],
    ['a minute before nine', '2026-01-05T08:59:00Z', '2026-01-05T09:00Z'],
    ['at five', '2026-01-05T17:00:00Z', '2026-01-06T09:00Z'],
    ['on Friday evening', '2026-01-02T18:00:00Z', '2026-01-05T09:00Z'],
    ['on Saturday', '2026-01-03T12:00:00Z', '2026-01-05T09:00Z'],
  ])('%s', (_, instant, expected) => {
    expect(until(hours('9:00', '17:00'), instant)).toBe(expected)
  })

  test('a night shift belongs to the day on which it begins', () => {
    const night = hours('22:00', '06:00', 'UTC', ['Fri'])
    expect(until(night, '2026-01-03T05:59:00Z')).toBe('open')
    expect(until(night, '2026-01-02T05:59:00Z')).toBe('2026-01-02T22:00Z')
    expect(until(night, '2026-01-03T06:00:00Z')).toBe('2026-01-09T22:00Z')
  })

  test('several hours are joined', () => {
    const both: Calendar = {
      onlyDuring: [
        {days: ['Mon'], from: '09:00', to: '12:00', zone: 'UTC'},
        {days: ['Mon'], from: '12:00', to: '17:00', zone: 'UTC'},
      ],
    }
    expect(until(both, '2026-01-05T12:00:00Z')).toBe('open')
  })

  test('no hours at all mean always', () => {
    expect(until({onlyDuring: []}, '2026-01-03T12:00:00Z')).toBe('open')
    expect(until({}, '2026-01-03T12:00:00Z')).toBe('open')
  })
})

describe('what a person reads', () => {
  const say = (calendar: Calendar, instant: string) => closureAt(calendar, at(instant))?.why

  test('the end of what follows one another is the end of the last', () => {
    const week: FreezeWindowConfig = {from: 'Fri 16:00', to: 'Mon 08:00', zone: 'Europe/Berlin', why: 'weekend'}
    const calendar = {...hours('10:00', '17:00', 'Europe/Berlin'), freeze: [week]}
    expect(say(calendar, '2026-01-03T12:00:00Z')).toBe('Frozen until Mon 2026-01-05 10:00 (Europe/Berlin): weekend.')
    expect(say(calendar, '2026-01-05T08:00:00Z')).toBe(
      'Outside of office hours until Mon 2026-01-05 10:00 (Europe/Berlin).',
    )
  })

  test('hours that a freeze covers for ever have no end in sight', () => {
    const calendar = {...hours('10:00', '12:00', 'UTC', ['Mon']), ...freeze('Mon 09:00', 'Mon 13:00', 'UTC')}
    expect(until(calendar, '2026-01-06T00:00:00Z')).toBe('closed')
    expect(say(calendar, '2026-01-06T00:00:00Z')).toBe('Outside of office hours with no end in sight.')
  })
})

describe('whatever the windows are', () => {
  const zone = fc.constantFrom(
    'UTC',
    'Europe/Berlin',
    'America/New_York',
    'Asia/Kathmandu',
    'Pacific/Auckland',
    'Australia/Lord_Howe',
  )
  const clock = fc
    .integer({min: 0, max: 24 * 12 - 1})
    .map(five => `${Math.floor(five / 12)}:${String((five % 12) * 5).padStart(2, '0')}`)
  const day = fc.constantFrom(...weekdays)
  const weekly = fc
    .record({fromDay: day, from: clock, toDay: day, to: clock, zone})
    .filter(each => each.fromDay !== each.toDay || each.from !== each.to)
    .map(({fromDay, from, toDay, to, zone}) => ({from: `${fromDay} ${from}`, to: `${toDay} ${to}`, zone}))
  const office = fc.record({days: fc.uniqueArray(day, {minLength: 1}), from: clock, to: clock, zone})
  const calendar = fc.record({freeze: fc.array(weekly, {maxLength: 2}), onlyDuring: fc.array(office, {maxLength: 2})})
  // A year with both changes of summer time.
  const instant = fc.integer({min: at('2026-01-01T00:00:00Z') / 60_000, max: at('2027-01-01T00:00:00Z') / 60_000})

  test('what is closed opens at the time that is named, and not a moment before', () => {
    fc.assert(
      fc.property(calendar, instant, (rules, minute) => {
        const now = minute * 60_000
        const closure = closureAt(rules, now)
        if (closure === null || closure.until === null) return
        expect(closure.until).toBeGreaterThan(now)
        expect(closureAt(rules, closure.until)).toBeNull()
        expect(closureAt(rules, closure.until - 1)).not.toBeNull()
        expect(closureAt(rules, Math.floor((now + closure.until) / 2))?.until).toBe(closure.until)
      }),
      {numRuns: 500, seed: 20260101},
    )
  })
})
