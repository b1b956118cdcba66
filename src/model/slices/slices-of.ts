import type {SliceConfig} from '../../config/validation-schema.ts'
import type {Evaluation} from '../evaluation/evaluation.ts'
import {combineGroups, groupName} from './combine-groups.ts'
import {declaredSlice} from './declared-slice.ts'
import {type RowIndex, rowsByCode} from './row-index.ts'
import type {Slice, SliceProblem} from './slice.ts'
import {
  ambiguous,
  mostSlices,
  notDeclared,
  nothingThere,
  partsQueries,
  tooMany,
  unknown,
  weightless,
} from './slice-problems.ts'

const noRows = new Uint32Array(0)

/**
 * The parts of the rows that `in-each` names: for a group column one for each value, for a list of columns one for each
 * combination that exists, for anything else the slice that was declared under that name. Largest first. A row without
 * a value is in the slice of those without a value: it is asked like any other. What cannot be cut, or does not exist,
 * is a slice with a problem: the answer is never fewer than was asked.
 */
export function slicesOf(
  inEach: readonly (string | readonly string[])[],
  evaluation: Evaluation,
  slices: readonly SliceConfig[],
): readonly Slice[] {
  const units = unitsOf(evaluation)
  const checked = (slice: Slice) => withProblem(slice, evaluation, units)
  return inEach.flatMap(asked => {
    if (typeof asked !== 'string') return slicesByColumns(asked, evaluation).map(checked)
    const declared = slices.find(({name}) => name === asked)
    const isColumn = evaluation.groups.has(asked)
    if (declared && isColumn) return [unusable(asked, ambiguous(asked))]
    if (declared) return [checked(declaredSlice(declared, evaluation))]
    if (isColumn) return slicesByColumns([asked], evaluation).map(checked)
    return [unusable(asked, unknown(asked, evaluation, slices))]
  })
}

function slicesByColumns(names: readonly string[], evaluation: Evaluation): readonly Slice[] {
  const source = names.join(' and ')
  const absent = names.filter(name => !evaluation.groups.has(name))
  if (absent.length > 0) return [unusable(source, notDeclared(absent, evaluation))]
  const columns = names.flatMap(name => evaluation.groups.get(name) ?? [])
  const {codes, groups} = combineGroups(columns, evaluation.rows)
  if (groups.length === 0) return [unusable(source, nothingThere(source))]
  const rows = rowsByCode(codes, groups.length)
  const kept = groups
    .slice(0, mostSlices)
    .map((group, code) => ({name: `${source}: ${groupName(group)}`, source, rows: rows[code] ?? noRows}))
  const beyond = groups.slice(mostSlices)
  return [...kept, ...(beyond.length > 0 ? [unusable(source, tooMany(source, beyond))] : [])]
}

/** Queries or problems, which a slice must leave whole. */
interface Units {
  readonly codes: Int32Array
  readonly sizes: Int32Array
  /** Rows of a unit in the slice that is looked at; all 0 between two slices. */
  readonly inside: Int32Array
}

function unitsOf({candidate}: Evaluation): Units | null {
  const grouping =
    candidate.task === 'ranking' ? candidate.queries : candidate.task === 'text' ? candidate.problems : null
  if (grouping === null) return null
  const {codes, count} = grouping
  const sizes = new Int32Array(count)
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row] ?? 0
    sizes[code] = (sizes[code] ?? 0) + 1
  }
  return {codes, sizes, inside: new Int32Array(count)}
}

/** What would make the metric of the slice another metric than that of all rows. */
function withProblem(slice: Slice, {sample}: Evaluation, units: Units | null): Slice {
  if (slice.problem) return slice
  if (slice.rows.length > 0 && sample.weights && totalOf(sample.weights, slice.rows) === 0) {
    return {...slice, problem: weightless(slice)}
  }
  const parted = units ? countParted(units, slice.rows) : 0
  return parted === 0 ? slice : {...slice, problem: partsQueries(slice, parted)}
}

/** Units of which some rows are in and some are not. */
function countParted({codes, sizes, inside}: Units, rows: RowIndex): number {
  for (let at = 0; at < rows.length; at++) {
    const code = codes[rows[at] ?? 0] ?? 0
    inside[code] = (inside[code] ?? 0) + 1
  }
  let parted = 0
  for (let at = 0; at < rows.length; at++) {
    const code = codes[rows[at] ?? 0] ?? 0
    if (inside[code] === 0) continue
    if (inside[code] !== sizes[code]) parted++
    inside[code] = 0
  }
  return parted
}

function totalOf(weights: Float64Array, rows: RowIndex): number {
  let total = 0
  for (let at = 0; at < rows.length; at++) total += weights[rows[at] ?? 0] ?? 0
  return total
}

function unusable(name: string, problem: SliceProblem): Slice {
  return {name, source: name, rows: noRows, problem}
}
