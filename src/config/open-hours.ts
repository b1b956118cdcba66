/** Whether other office hours let a candidate get more traffic at more times of the week. */
import {parseClock, weekdays} from '../core/wall-time.ts'
import type {OfficeHoursConfig} from './window-schema.ts'

const dayMinutes = 24 * 60

/** Looser when there is a minute of the week that was closed and is open now. Hours of different zones are not compared. */
export function compareOpenHours(base: unknown, head: unknown): 'loosened' | 'tightened' | 'changed' {
  if (!isHours(base) || !isHours(head)) return 'changed'
  const zones = new Set([...base, ...head].map(({zone}) => zone))
  if (zones.size > 1) return 'changed'
  const [before, after] = [openMinutes(base), openMinutes(head)]
  if (after.some((isOpen, minute) => isOpen && !before[minute])) return 'loosened'
  return before.some((isOpen, minute) => isOpen && !after[minute]) ? 'tightened' : 'changed'
}

/** `Mon-Fri 09:00 to 17:00 (Europe/Berlin)` */
export function describeOpenHours(value: unknown): string {
  if (!isHours(value)) return 'none'
  const hours = value.map(({days, from, to, zone}) => `${days.join(' ')} ${from} to ${to} (${zone})`)
  return hours.join(', ') || 'always'
}

/** One entry for each minute of the week, from Monday on. No hours at all means always. */
function openMinutes(hours: readonly OfficeHoursConfig[]): readonly boolean[] {
  const open = Array.from({length: 7 * dayMinutes}, () => hours.length === 0)
  for (const {days, from, to} of hours) {
    const [begin, end] = [parseClock(from) ?? 0, parseClock(to) ?? 0]
    const length = end > begin ? end - begin : end - begin + dayMinutes
    for (const day of days) {
      const first = weekdays.indexOf(day) * dayMinutes + begin
      for (let minute = first; minute < first + length; minute++) open[minute % open.length] = true
    }
  }
  return open
}

function isHours(value: unknown): value is readonly OfficeHoursConfig[] {
  return Array.isArray(value) && value.every(each => Array.isArray(each?.days) && typeof each.from === 'string')
}
