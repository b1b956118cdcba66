/**
 * Calendar days in UTC, for limits that people write as a date. A day is the number of days since 1970-01-01, so that
 * comparing and counting need no clock and no time zone.
 */
export type Day = number

const msPerDay = 86_400_000

/** The day, in UTC, that `time` falls on. */
export function dayOf(time: Date): Day {
  return Math.floor(time.getTime() / msPerDay)
}

/** `2026-11-21`, and nothing else: undefined for another form, or for a day that the calendar does not have. */
export function parseDay(text: string): Day | undefined {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text)
  if (!match) return undefined
  const day = fromCivil(Number(match[1]), Number(match[2]), Number(match[3]))
  // 30 February counts on into March: only a real day is written back as it was read.
  return formatDay(day) === text ? day : undefined
}

/** `2026-11-21` */
export function formatDay(day: Day): string {
  const [year, month, dayOfMonth] = toCivil(day)
  return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(dayOfMonth).padStart(2, '0')}`
}

// The two conversions below follow Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms" (days_from_civil and
// civil_from_days). Years there begin in March, so that the leap day is the last one.

function fromCivil(year: number, month: number, day: number): Day {
  const shifted = month <= 2 ? year - 1 : year
  const era = Math.floor(shifted / 400)
  const yearOfEra = shifted - era * 400
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return era * 146_097 + dayOfEra - 719_468
}

function toCivil(day: Day): [year: number, month: number, day: number] {
  const shifted = day + 719_468
  const era = Math.floor(shifted / 146_097)
  const dayOfEra = shifted - era * 146_097
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153)
  const dayOfMonth = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
  return [yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfMonth]
}
