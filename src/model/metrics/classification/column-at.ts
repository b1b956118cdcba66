import {invariant} from '../../../core/assert.ts'

/** The column of a class. Outcomes have one for each: a missing one would count as whatever stood in its place. */
export function columnAt<T>(columns: readonly T[], index: number): T {
  const column = columns[index]
  invariant(column !== undefined, `outcomes have no column for class ${index}`)
  return column
}
