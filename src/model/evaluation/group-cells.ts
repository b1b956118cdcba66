import type {PredictionsConfig} from '../../config/validation-schema.ts'
import {formatCount} from '../../core/quantity.ts'
import type {CategoryColumn} from '../readers/columns.ts'
import {usedNames} from './class-names.ts'
import {type DataProblem, problem, quoted, rows} from './problem.ts'
import {pickIf, type Side} from './side.ts'
import {meaningOf} from './spelling.ts'

/**
 * Rows that do not say their group, and values of a group column that are one group written in two ways: "female" and
 * "Female ". Each such value is judged as a group of its own, and the smaller may be too small to be judged at all. Only
 * their number is said: the names of small groups stand in no report.
 */
export function groupCells(side: Side, {columns}: PredictionsConfig): DataProblem[] {
  return [...new Set(columns.groups)].flatMap(name => {
    const column = pickIf(side, name, 'category')
    return column === null ? [] : [...missingGroups(side, name, column), ...repeatedGroups(side, name, column)]
  })
}

function missingGroups(side: Side, name: string, {empty}: CategoryColumn): DataProblem[] {
  if (empty === 0) return []
  const what = `The group column ${quoted(name)} has no value on ${rows(empty)}: they are judged as a group of their own, or left out where they are few.`
  const remedy = 'Write the group of each row, or a word such as "unknown" where that is what is known.'
  return [problem('warn', side.name, 'model/group-missing', what, remedy)]
}

function repeatedGroups(side: Side, name: string, column: CategoryColumn): DataProblem[] {
  const repeated = repeatedMeanings(column)
  if (repeated === 0) return []
  const many = repeated === 1 ? '1 value that is' : `${formatCount(repeated)} values that are`
  const what = `The group column ${quoted(name)} has ${many} another in other letters, spaces or digits.`
  const remedy = 'Write each group alike ("female" and "Female " are two groups).'
  return [problem('warn', side.name, 'model/group-spelled-differently', what, remedy)]
}

function repeatedMeanings(column: CategoryColumn): number {
  // So many values are no groups; whoever judges them says so.
  if (column.names.length > 10_000) return 0
  const names = usedNames(column)
  return names.length - new Set(names.map(meaningOf)).size
}
