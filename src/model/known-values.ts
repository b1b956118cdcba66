import type {KnownValue} from '../config/validation-schema.ts'
import type {Measured} from '../core/measures.ts'

/** Values that the config states, in the form in which evidence keeps what was measured. */
export function measuredValues(values: Readonly<Record<string, KnownValue>>): Readonly<Record<string, Measured>> {
  return Object.fromEntries(Object.entries(values).map(([name, known]) => [name, measuredOf(known)]))
}

function measuredOf(known: KnownValue): Measured {
  if (typeof known === 'number') return {value: known}
  const {value, low, high, rows} = known
  return {
    value,
    ...(low === undefined ? {} : {low}),
    ...(high === undefined ? {} : {high}),
    ...(rows === undefined ? {} : {n: rows}),
  }
}
