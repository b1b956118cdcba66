/** Columns of classes, cell by cell, and which names they really hold. */
import type {PredictionsConfig} from '../../config/validation-schema.ts'
import {formatCount} from '../../core/quantity.ts'
import type {CategoryColumn} from '../readers/columns.ts'
import {type DataProblem, listed, problem, rows, type SideName} from './problem.ts'

/** A column of names by their numbers: of one in each row, or of several. */
export type Coded = Pick<CategoryColumn, 'codes' | 'names'>

/** How many rows hold each name of the column, by code. */
function countCodes({codes, names}: Coded): Float64Array {
  const counts = new Float64Array(names.length)
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row] ?? 0
    counts[code] = (counts[code] ?? 0) + 1
  }
  return counts
}

/** The names that rows hold, the most frequent first. The name of an absent value is none. */
export function usedNames(column: Coded): string[] {
  const counts = countCodes(column)
  return column.names
    .map((name, code) => ({name, count: counts[code] ?? 0}))
    .filter(({name, count}) => count > 0 && name !== '')
    .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1))
    .map(({name}) => name)
}

/** How many rows hold one of the names; of a list column, how often they stand in it. */
export function countNamed(column: Coded, names: readonly string[]): number {
  const counts = countCodes(column)
  const wanted = new Set(names)
  return column.names.reduce((sum, name, code) => sum + (wanted.has(name) ? (counts[code] ?? 0) : 0), 0)
}

/** A column of one class in each row, cell by cell. */
export function classCells(
  column: CategoryColumn | null,
  what: 'label' | 'prediction',
  side: SideName,
  {classes}: Pick<PredictionsConfig, 'classes'>,
): DataProblem[] {
  if (column === null) return []
  const problems = what === 'label' ? labelMissing(column.empty, side) : predictionMissing(column.empty, side)
  return [...problems, ...(classes === undefined ? tooManyClasses(column, what, side) : [])]
}

/** More than that are ids or texts by a wrong column, and no confusion matrix could hold them. */
const mostClasses = 2000

export function tooManyClasses({names}: Coded, what: 'label' | 'prediction', side: SideName): DataProblem[] {
  if (names.length <= mostClasses) return []
  const text = `The ${side}’s file has ${formatCount(names.length)} different values as ${what}: those are no classes.`
  const remedy = 'Name the right column, or list validation.predictions.classes.'
  return [problem('error', side, 'model/too-many-classes', text, remedy)]
}

export function labelMissing(
  empty: number,
  side: SideName,
  remedy = 'Label every row, or remove those without a label from both files.',
): DataProblem[] {
  if (empty === 0) return []
  return [problem('error', side, 'model/label-missing', `The ${side}’s file has no label on ${rows(empty)}.`, remedy)]
}

export function predictionMissing(
  empty: number,
  side: SideName,
  remedy = 'A model that does not answer is wrong: write the class it would have served.',
): DataProblem[] {
  if (empty === 0) return []
  const what = `The ${side}’s file has no prediction on ${rows(empty)}.`
  return [problem('error', side, 'model/prediction-missing', what, remedy)]
}

/** Labels or predictions that the config’s classes do not list. */
export function unlistedClasses(
  column: Coded,
  classes: readonly string[],
  side: SideName,
  what: 'label' | 'prediction',
): DataProblem[] {
  const known = new Set(classes)
  const unknown = usedNames(column).filter(name => !known.has(name))
  if (unknown.length === 0) return []
  const count = countNamed(column, unknown)
  const text = `The ${side}’s file has a ${what} that validation.predictions.classes does not list on ${rows(count)}: ${listed(unknown, count)}.`
  const remedy = 'List every class of the contract, exactly as the files write it, or correct the files.'
  return [problem('error', side, 'model/unknown-class', text, remedy)]
}

/** Code in `classes` of each name of a column; -1 where the class is not among them. */
export function codesIn(names: readonly string[], classes: readonly string[]): Int32Array {
  const codeOf = new Map(classes.map((name, code) => [name, code]))
  return Int32Array.from(names, name => codeOf.get(name) ?? -1)
}

export function recoded(codes: Int32Array, codeOf: Int32Array): Int32Array {
  const result = new Int32Array(codes.length)
  for (let row = 0; row < codes.length; row++) result[row] = codeOf[codes[row] ?? 0] ?? -1
  return result
}

/** Flags of the rows that hold one code. */
export function flagsOf(codes: Int32Array, code: number): Uint8Array {
  const flags = new Uint8Array(codes.length)
  for (let row = 0; row < codes.length; row++) flags[row] = codes[row] === code ? 1 : 0
  return flags
}
