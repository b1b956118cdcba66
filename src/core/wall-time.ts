/** Times as a clock on a wall shows them, without a zone: `Fri 16:00`, `2026-12-20 18:00`, `09:30`. */

/** Monday first, as ISO 8601 counts. */
export const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const
export type Weekday = (typeof weekdays)[number]

export interface CalendarDate {
  readonly year: number
  /** 1 to 12. */
  readonly month: number
  /** 1 to 31. */
  readonly day: number
}

export type Moment =
  /** Each week. `minute` counts from midnight. */
  | {readonly kind: 'weekly'; readonly weekday: Weekday; readonly minute: number}
  /** Once. `minute` is null where only the day is named. */
  | {readonly kind: 'once'; readonly date: CalendarDate; readonly minute: number | null}

/** Null for what is no moment, and for days that no calendar has, such as `2026-02-30`. */
export function parseMoment(text: string): Moment | null {
  const [first = '', time, ...more] = text.split(' ')
  if (more.length > 0) return null
  const minute = time === undefined ? null : parseClock(time)
  const weekday = weekdays.find(each => each === first)
  if (weekday) return minute === null ? null : {kind: 'weekly', weekday, minute}
  const date = parseDate(first)
  return date === null || (time !== undefined && minute === null) ? null : {kind: 'once', date, minute}
}

/** Minutes since midnight of `9:30` or `09:30`; null for what is no time. */
export function parseClock(text: string): number | null {
  const [, hours, minutes] = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(text) ?? []
  return hours === undefined || minutes === undefined ? null : Number(hours) * 60 + Number(minutes)
}

/** Milliseconds from 1970 to this wall time, read as if the wall hung in UTC: for calendar arithmetic and order only. */
export function wallMs({year, month, day}: CalendarDate, minute: number): number {
  return Date.UTC(year, month - 1, day, 0, minute)
}

function parseDate(text: string): CalendarDate | null {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text) ?? []
  const date = {year: Number(year), month: Number(month), day: Number(day)}
  const wall = new Date(wallMs(date, 0))
  const isReal = wall.getUTCFullYear() === date.year && wall.getUTCMonth() + 1 === date.month
  return isReal && wall.getUTCDate() === date.day ? date : null
}
