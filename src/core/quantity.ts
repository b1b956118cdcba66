import {UserError} from './failure.ts'

/**
 * Quantities as people write them. Every parser refuses a bare number: a quantity carries its unit.
 * Units: durations in milliseconds, weights in percent (0 to 100), shares as a fraction (0 to 1), sizes in bytes,
 * rates in events per second.
 */

const second = 1000
const durationUnits = {
  ms: 1,
  s: second,
  m: 60 * second,
  min: 60 * second,
  h: 3600 * second,
  d: 86_400 * second,
} as const
const sizeUnits = {
  B: 1,
  kB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
  TiB: 1024 ** 4,
} as const
const rateUnits = {s: 1, min: 60, m: 60, h: 3600, day: 86_400, d: 86_400} as const

const amount = String.raw`(\d+(?:\.\d+)?)`

function refuse(kind: string, text: string, example: string): never {
  throw new UserError('quantity/malformed', `"${text}" is not ${kind}.`, {hint: `Expected for example "${example}".`})
}

/** `2h`, `1h30m`, `100ms`, `1.5s`: milliseconds. */
export function parseDuration(text: string): number {
  const part = new RegExp(`${amount}(ms|min|s|m|h|d)`, 'y')
  let total = 0
  let end = 0
  while (end < text.length) {
    part.lastIndex = end
    const match = part.exec(text)
    if (!match) return refuse('a duration', text, '2h, 30m or 100ms')
    total += Number(match[1]) * durationUnits[match[2] as keyof typeof durationUnits]
    end = part.lastIndex
  }
  return end === 0 ? refuse('a duration', text, '2h, 30m or 100ms') : total
}

/** Milliseconds as a person reads them: `2h 30m`, `45s`, `1.5s`, `100ms`. At most two units. */
export function formatDuration(durationMs: number): string {
  if (!Number.isFinite(durationMs)) return 'never'
  if (durationMs < second) return `${Math.round(durationMs)}ms`
  if (durationMs < 60 * second) return `${Number((durationMs / second).toFixed(1))}s`
  let rest = Math.round(durationMs / second)
  const parts: string[] = []
  for (const [unit, seconds] of [
    ['d', 86_400],
    ['h', 3600],
    ['m', 60],
    ['s', 1],
  ] as const) {
    const count = Math.floor(rest / seconds)
    rest -= count * seconds
    if (count > 0) parts.push(`${count}${unit}`)
    else if (parts.length > 0) break
    if (parts.length === 2) break
  }
  return parts.join(' ')
}

/** `5%`: 5. */
export function parsePercent(text: string): number {
  const match = new RegExp(`^${amount}\\s?%$`).exec(text)
  return match ? Number(match[1]) : refuse('a percentage', text, '5%')
}

/** A fraction in [0, 1] as a percentage with up to three significant digits: 0.001 becomes `0.1%`. */
export function formatShare(share: number): string {
  return `${Number((share * 100).toPrecision(3))}%`
}

/** `8GiB`, `500MB`: bytes. Decimal and binary units are told apart, as in IEC 80000-13. */
export function parseSize(text: string): number {
  const match = new RegExp(`^${amount}\\s?([A-Za-z]+)$`).exec(text)
  const unit = match?.[2] ?? ''
  if (!match || !Object.hasOwn(sizeUnits, unit)) return refuse('a size', text, '8GiB or 500MB')
  return Number(match[1]) * sizeUnits[unit as keyof typeof sizeUnits]
}

/** Bytes as a person reads them, in binary units: `1.5 MiB`. */
export function formatSize(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB']
  const power = Math.min(units.length - 1, bytes < 1 ? 0 : Math.floor(Math.log2(bytes) / 10))
  return `${Number((bytes / 1024 ** power).toFixed(1))} ${units[power]}`
}

/** `1000/s`, `20/min`, `100/day`: events per second. */
export function parseRate(text: string): number {
  const match = new RegExp(`^${amount}\\s?/\\s?(s|min|m|h|day|d)$`).exec(text)
  return match
    ? Number(match[1]) / rateUnits[match[2] as keyof typeof rateUnits]
    : refuse('a rate', text, '1000/s or 100/day')
}

/** Events per second as a person reads them: `1000/s`, `20/min`, `100/day`. */
export function formatRate(perSecond: number): string {
  if (perSecond >= 1) return `${Number(perSecond.toPrecision(3))}/s`
  if (perSecond * 60 >= 1) return `${Number((perSecond * 60).toPrecision(3))}/min`
  return `${Number((perSecond * 86_400).toPrecision(3))}/day`
}

/** A number of things: `10,000`. */
export function formatCount(count: number): string {
  return count.toLocaleString('en-US')
}
