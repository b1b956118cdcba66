import {formatShare} from '../core/quantity.ts'

/** A number as a person reads it: four significant digits, whole numbers in full with groups of three. */
export function formatNumber(value: number, digits = 4): string {
  if (Number.isNaN(value)) return 'undefined'
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '-∞'
  const rounded = Number.isInteger(value) ? value : Number(value.toPrecision(digits))
  const text = String(rounded === 0 ? 0 : rounded)
  return text.includes('e') ? text : text.replace(/^-?\d+/, whole => whole.replace(/\B(?=(\d{3})+$)/g, ','))
}

/**
 * A value beside its limit, in the limit's unit, with as many digits as it takes to be on the right side of it: 0.84996
 * never reads as 0.85 next to "at least 0.85".
 */
export function formatBeside(value: number, limit: string | undefined): string {
  const inPercent = limit?.includes('%') ?? false
  // Both signs: what "may lose 0.02" is a difference of -0.02.
  const bounds = (limit?.match(/\d+(?:\.\d+)?/g) ?? []).flatMap(text => {
    const bound = Number(text) / (inPercent ? 100 : 1)
    return [bound, -bound]
  })
  for (let digits = inPercent ? 3 : 4; digits < 17; digits++) {
    const shown = Number(value.toPrecision(digits))
    if (bounds.some(bound => Math.sign(shown - bound) !== Math.sign(value - bound))) continue
    return inPercent ? formatPercent(value, digits) : formatNumber(value, digits)
  }
  return inPercent ? `${value * 100}%` : String(value)
}

function formatPercent(share: number, digits: number): string {
  return digits === 3 ? formatShare(share) : `${Number((share * 100).toPrecision(digits))}%`
}
