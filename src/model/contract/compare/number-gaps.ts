import type {SchemaObject} from '../schema.ts'
import type {Alternative} from './alternative.ts'
import {type Gap, gap, unclear} from './gap.ts'
import {isWhole, numbersIn} from './keywords.ts'

interface Bound {
  readonly value: number
  /** The value itself is not allowed. */
  readonly open: boolean
}

/** Numbers that the form allows and the schema does not. */
export function numberGaps(inner: Alternative, schema: SchemaObject, path: string): readonly Gap[] {
  const {low, high} = boundsOf(inner)
  const {minimum, maximum, exclusiveMinimum, exclusiveMaximum} = schema
  const gaps: Gap[] = []
  if (typeof minimum === 'number' && !(low.value >= minimum)) {
    gaps.push(gap(path, 'minimum', `numbers below ${minimum}`))
  }
  if (
    typeof exclusiveMinimum === 'number' &&
    !(low.value > exclusiveMinimum || (low.value === exclusiveMinimum && low.open))
  ) {
    gaps.push(gap(path, 'exclusiveMinimum', `numbers that are not above ${exclusiveMinimum}`))
  }
  if (typeof maximum === 'number' && !(high.value <= maximum)) {
    gaps.push(gap(path, 'maximum', `numbers above ${maximum}`))
  }
  if (
    typeof exclusiveMaximum === 'number' &&
    !(high.value < exclusiveMaximum || (high.value === exclusiveMaximum && high.open))
  ) {
    gaps.push(gap(path, 'exclusiveMaximum', `numbers that are not below ${exclusiveMaximum}`))
  }
  return [...gaps, ...multipleGaps(inner, schema, path), ...formatGaps(inner, schema, path)]
}

/** The numbers that a form allows lie between these. */
export function boundsOf(inner: Alternative): {low: Bound; high: Bound} {
  const {parts} = inner
  const low = Math.max(Number.NEGATIVE_INFINITY, ...numbersIn(parts, 'minimum'))
  const openLow = Math.max(Number.NEGATIVE_INFINITY, ...numbersIn(parts, 'exclusiveMinimum'))
  const high = Math.min(Number.POSITIVE_INFINITY, ...numbersIn(parts, 'maximum'))
  const openHigh = Math.min(Number.POSITIVE_INFINITY, ...numbersIn(parts, 'exclusiveMaximum'))
  if (isWhole(inner)) {
    // The smallest whole number above 0.5 is 1; above 1 it is 2.
    return {
      low: {value: Math.max(Math.ceil(low), Math.floor(openLow) + 1), open: false},
      high: {value: Math.min(Math.floor(high), Math.ceil(openHigh) - 1), open: false},
    }
  }
  return {
    low: {value: Math.max(low, openLow), open: openLow >= low},
    high: {value: Math.min(high, openHigh), open: openHigh <= high},
  }
}

/** Only whole steps are reckoned with: whether 0.3 is a multiple of 0.1 depends on who divides. */
function multipleGaps(inner: Alternative, {multipleOf}: SchemaObject, path: string): readonly Gap[] {
  if (typeof multipleOf !== 'number') return []
  if (multipleOf === 1 && isWhole(inner)) return []
  const steps = numbersIn(inner.parts, 'multipleOf')
  const fine = steps.some(
    step => step === multipleOf || (Number.isInteger(step) && Number.isInteger(multipleOf) && step % multipleOf === 0),
  )
  if (fine) return []
  const values = `numbers that are no multiple of ${multipleOf}`
  return [steps.length === 0 ? gap(path, 'multipleOf', values) : unclear(path, 'multipleOf', values)]
}

/** Formats of numbers in OpenAPI; all other formats speak of strings. */
export const numberFormats: ReadonlySet<string> = new Set(['int32', 'int64', 'float', 'double'])

function formatGaps(inner: Alternative, {format}: SchemaObject, path: string): readonly Gap[] {
  if (typeof format !== 'string' || !numberFormats.has(format)) return []
  if (inner.parts.some(({schema}) => typeof schema !== 'boolean' && schema.format === format)) return []
  // float and double refuse nothing that JSON can write.
  if (format === 'float' || format === 'double') return []
  return [unclear(path, 'format', `numbers that are no ${format}`)]
}
