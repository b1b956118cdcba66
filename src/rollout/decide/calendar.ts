/**
 * When the candidate may get more traffic: freezes and office hours as spans of real time. Pure functions of
 * milliseconds. A wall time that the clock shows twice, or never, around a change of summer time is read so that the
 * rollout waits longer, never shorter.
 */
import type {FreezeWindowConfig, OfficeHoursConfig} from '../../config/window-schema.ts'
import {invariant} from '../../core/assert.ts'
import {type Moment, parseClock, parseMoment, wallMs, weekdays} from '../../core/wall-time.ts'
import {formatWall, instantOfWall, wallAt} from './zone.ts'

export interface Calendar {
  readonly freeze?: readonly FreezeWindowConfig[]
  /** Empty or absent: always. */
  readonly onlyDuring?: readonly OfficeHoursConfig[]
}

export interface Closure {
  /** Milliseconds since 1970 from which on the candidate may get more traffic; null where no such time is in sight. */
  readonly until: number | null
  /** `Frozen until Mon 2026-01-05 08:00 (Europe/Berlin): weekend.` */
  readonly why: string
}

/** From `from` up to, not including, `to`; milliseconds since 1970. */
interface Span {
  readonly from: number
  readonly to: number
}

const dayMs = 86_400_000
/** Spans that follow one another are joined this often: more than any real calendar has in a row. */
const joined = 200

/** Why nothing may go up at `now` (milliseconds since 1970); null when it may. */
export function closureAt(calendar: Calendar, now: number): Closure | null {
  const first = closedBy(calendar, now)
  if (first === null) return null
  let until = first.until
  for (let span = 0; span < joined; span++) {
    const next = closedBy(calendar, until)
    if (next === null) return {until, why: sentence(first, until)}
    until = next.until
  }
  return {until: null, why: sentence(first, null)}
}

/** What closes at one instant, until when by itself, and in whose words. */
interface Cause {
  readonly until: number
  readonly what: string
  readonly zone: string
  readonly why?: string
}

function closedBy({freeze = [], onlyDuring = []}: Calendar, at: number): Cause | null {
  for (const window of freeze) {
    const span = freezeSpans(window, at).find(({from, to}) => from <= at && at < to)
    const reason = window.why === undefined ? {} : {why: window.why}
    if (span) return {until: span.to, what: 'Frozen', zone: window.zone, ...reason}
  }
  const [hours] = onlyDuring
  if (!hours) return null
  const spans = onlyDuring.flatMap(each => officeSpans(each, at))
  if (spans.some(({from, to}) => from <= at && at < to)) return null
  const begins = spans.map(({from}) => from).filter(from => from > at)
  return {until: Math.min(...begins), what: 'Outside of office hours', zone: hours.zone}
}

function sentence({what, zone, why}: Cause, until: number | null): string {
  const when = until === null ? 'with no end in sight' : `until ${formatWall(until, zone)} (${zone})`
  return why === undefined ? `${what} ${when}.` : `${what} ${when}: ${why}.`
}

/** The occurrences of a window around `at`. */
function freezeSpans({from, to, zone}: FreezeWindowConfig, at: number): Span[] {
  const [begin, end] = [momentOf(from), momentOf(to)]
  if (begin.kind === 'once' && end.kind === 'once') {
    // A day that is named without a time belongs to the freeze until it is over.
    const endMinute = end.minute ?? 24 * 60
    return [
      {
        from: instantOfWall(wallMs(begin.date, begin.minute ?? 0), zone, 'earlier'),
        to: instantOfWall(wallMs(end.date, endMinute), zone, 'later'),
      },
    ]
  }
  invariant(begin.kind === 'weekly' && end.kind === 'weekly', 'A freeze window names a weekday and a date.')
  const length = (minuteOfWeek(end) - minuteOfWeek(begin) + weekMinutes) % weekMinutes || weekMinutes
  return daysAround(at, zone, -8, 0)
    .filter(day => weekdayOf(day) === weekdays.indexOf(begin.weekday))
    .map(day => day + begin.minute * 60_000)
    .map(wall => ({
      from: instantOfWall(wall, zone, 'earlier'),
      to: instantOfWall(wall + length * 60_000, zone, 'later'),
    }))
}

/** The occurrences around `at` and in the week after it. Hours that end before they begin last over midnight. */
function officeSpans({days, from, to, zone}: OfficeHoursConfig, at: number): Span[] {
  const [begin, end] = [clockOf(from), clockOf(to)]
  const length = end > begin ? end - begin : end - begin + 24 * 60
  return daysAround(at, zone, -2, 8)
    .filter(day => days.some(name => weekdays.indexOf(name) === weekdayOf(day)))
    .map(day => day + begin * 60_000)
    .map(wall => ({
      from: instantOfWall(wall, zone, 'later'),
      to: instantOfWall(wall + length * 60_000, zone, 'earlier'),
    }))
}

const weekMinutes = 7 * 24 * 60

function minuteOfWeek({weekday, minute}: Extract<Moment, {kind: 'weekly'}>): number {
  return weekdays.indexOf(weekday) * 24 * 60 + minute
}

/** Midnights of the days around `at` in `zone`, as wall times. */
function daysAround(at: number, zone: string, first: number, last: number): number[] {
  const today = Math.floor(wallAt(at, zone) / dayMs) * dayMs
  return Array.from({length: last - first + 1}, (_, index) => today + (first + index) * dayMs)
}

/** 0 for Monday. 1970 began on a Thursday. */
function weekdayOf(wall: number): number {
  return (Math.floor(wall / dayMs) + 3) % 7
}

function momentOf(text: string): Moment {
  const moment = parseMoment(text)
  invariant(moment !== null, `The plan has a freeze window at "${text}".`)
  return moment
}

function clockOf(text: string): number {
  const minute = parseClock(text)
  invariant(minute !== null, `The plan has office hours at "${text}".`)
  return minute
}
