/**
 * Between instants and the clocks on the walls of a time zone, by the rules that the platform's Intl carries (IANA). A
 * wall time is a number too: the milliseconds from 1970 to it if its zone were UTC, so that calendar arithmetic is plain.
 */
import {weekdays} from '../../core/wall-time.ts'

const dayMs = 86_400_000
const minuteMs = 60_000

/** What the clocks of `zone` show at the instant `ms`. */
export function wallAt(ms: number, zone: string): number {
  const parts = new Map(
    formatOf(zone)
      .formatToParts(ms)
      .map(({type, value}) => [type, Number(value)]),
  )
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0
  const whole = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'))
  return whole + (((ms % 1000) + 1000) % 1000)
}

/**
 * The instant at which the clocks of `zone` show `wall`. They show it twice when summer time ends: `pick` chooses. They
 * never show it when summer time begins: the hour before and the hour after the gap then stand for it.
 */
export function instantOfWall(wall: number, zone: string, pick: 'earlier' | 'later'): number {
  // A zone changes its offset at most once within two days, so that one of these two is in force.
  const before = wall - offsetAt(wall - dayMs, zone)
  const after = wall - offsetAt(wall + dayMs, zone)
  const shown = [before, after].filter(instant => wallAt(instant, zone) === wall)
  const choices = shown.length > 0 ? shown : [before, after]
  return pick === 'earlier' ? Math.min(...choices) : Math.max(...choices)
}

/** `Mon 2026-01-05 08:00` */
export function formatWall(ms: number, zone: string): string {
  // Whoever waits until then must not be told a minute that is not over yet.
  const wall = wallAt(Math.ceil(ms / minuteMs) * minuteMs, zone)
  const [date = '', time = ''] = new Date(wall).toISOString().split('T')
  const weekday = weekdays[(Math.floor(wall / dayMs) + 3) % 7]
  return `${weekday} ${date} ${time.slice(0, 5)}`
}

function offsetAt(ms: number, zone: string): number {
  return wallAt(ms, zone) - ms
}

/** Making one takes longer than all that is asked of it. */
const formats = new Map<string, Intl.DateTimeFormat>()

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone)
  if (known) return known
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  })
  formats.set(zone, format)
  return format
}
