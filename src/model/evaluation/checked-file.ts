import type {PredictionsConfig} from '../../config/validation-schema.ts'
import type {TextColumn} from '../readers/columns.ts'
import type {TextIndex} from '../readers/text-index.ts'
import {groupCells} from './group-cells.ts'
import {readKeys} from './keys.ts'
import {type DataProblem, hasError} from './problem.ts'
import type {Role} from './roles.ts'
import {sampleCells} from './sample.ts'
import {type Side, tableProblems} from './side.ts'
import type {TaskReader} from './tasks.ts'

/** One file by itself. */
export interface CheckedFile {
  readonly side: Side
  /** What names each row; null where the rows cannot be used. */
  readonly keys: TextColumn | null
  /** Of the baseline alone: nothing is looked up in the candidate's, and an index of ten million ids is large. */
  readonly index: TextIndex | null
  readonly problems: readonly DataProblem[]
}

/** Everything that is wrong with a file, whatever the other holds. */
export function checkFile(
  side: Side,
  roles: readonly Role[],
  reader: TaskReader,
  config: PredictionsConfig,
): CheckedFile {
  const table = tableProblems(side, roles)
  if (table.length > 0) return {side, keys: null, index: null, problems: table}
  const keys = readKeys(side, config)
  const problems = [
    ...keys.problems,
    ...reader.cells(side, config),
    ...(side.name === 'candidate' ? [...sampleCells(side, config), ...groupCells(side, config)] : []),
  ]
  if (hasError(problems)) return {side, keys: null, index: null, problems}
  return {side, keys: keys.column, index: side.name === 'baseline' ? keys.index : null, problems}
}
