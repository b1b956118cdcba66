/** The times of `slipway.yml`: freezes and office hours, by the clock on the wall of a time zone. */
import * as z from 'zod'
import {type Moment, parseClock, parseMoment, wallMs, weekdays} from '../core/wall-time.ts'

/** For editors; what no calendar or clock has is refused by the parsers. */
const clockPattern = '([01]?\\d|2[0-3]):[0-5]\\d'
const momentPattern = `^((${weekdays.join('|')}) ${clockPattern}|\\d{4}-\\d{2}-\\d{2}( ${clockPattern})?)$`

const clock = (example: string) =>
  z
    .string()
    .refine(text => parseClock(text) !== null, `expected a time such as "${example}"`)
    .meta({examples: [example], pattern: `^${clockPattern}$`})
const zone = z
  .string()
  .refine(isZone, 'expected a time zone of the IANA list such as Europe/Berlin')
  .default('UTC')
  .describe('Time zone of both times, by its IANA name.')

const moment = () =>
  z
    .string()
    .refine(
      text => parseMoment(text) !== null,
      'expected a day of the week and a time such as "Fri 16:00", or a date such as "2026-12-20" or "2026-12-20 18:00"',
    )
    .meta({examples: ['Fri 16:00', '2026-12-20'], pattern: momentPattern})

/** `Fri 16:00` to `Mon 08:00` each week, or from one date to another once. */
export const freezeWindow = z
  .strictObject({
    from: moment().describe('Begin: "Fri 16:00" each week, or a date once.'),
    to: moment().describe('End, in the same form. A date without a time is frozen until it is over.'),
    zone,
    why: z.string().min(1).optional().describe('What a person reads while it holds.'),
  })
  .superRefine((window, context) => {
    const problem = problemOfWindow(parseMoment(window.from), parseMoment(window.to))
    if (problem) context.addIssue({code: 'custom', message: problem, path: ['to']})
  })
export type FreezeWindowConfig = z.output<typeof freezeWindow>

export const officeHours = z.strictObject({
  days: z.array(z.enum(weekdays)).min(1).default(['Mon', 'Tue', 'Wed', 'Thu', 'Fri']).describe('Days of the week.'),
  from: clock('09:00').describe('Begin, on each of these days.'),
  to: clock('17:00').describe('End. A time that is not after the begin is that of the next day.'),
  zone,
})
export type OfficeHoursConfig = z.output<typeof officeHours>

function problemOfWindow(from: Moment | null, to: Moment | null): string | undefined {
  if (from === null || to === null) return undefined
  if (from.kind === 'weekly' && to.kind === 'weekly') {
    const isEmpty = from.weekday === to.weekday && from.minute === to.minute
    return isEmpty ? 'expected an end that differs from the begin' : undefined
  }
  if (from.kind !== 'once' || to.kind !== 'once') return 'expected two days of the week or two dates, not one of each'
  const begin = wallMs(from.date, from.minute ?? 0)
  const end = wallMs(to.date, to.minute ?? 24 * 60)
  return begin < end ? undefined : 'expected an end after the begin'
}

function isZone(text: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', {timeZone: text}).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}
