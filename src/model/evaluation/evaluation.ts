import type {PredictionsConfig} from '../../config/validation-schema.ts'
import type {Digest} from '../../core/digest.ts'
import {UserError} from '../../core/failure.ts'
import type {Task} from '../../core/metric-catalog.ts'
import type {CategoryColumn, Column, Table} from '../readers/columns.ts'
import {contradictions} from './contradictions.ts'
import {joinKeys} from './join.ts'
import {type Keys, readKeys} from './keys.ts'
import type {Outcomes, Sample} from './outcomes.ts'
import {type DataProblem, hasError, problem} from './problem.ts'
import {reorderTable} from './reorder.ts'
import {type Role, rolesOf} from './roles.ts'
import {digestRows} from './row-digest.ts'
import {type Period, readPeriod, readSample, sampleCells, tooFewRows} from './sample.ts'
import {pick, type Side, tableProblems} from './side.ts'
import {taskOf} from './task.ts'
import {readerOf, type TaskReader} from './tasks.ts'
import {isTruth, truthProblems} from './truth.ts'

/** The rows of an evaluation set, checked and joined: everything in the order of the candidate's file. */
export interface Evaluation {
  readonly task: Task
  readonly rows: number
  readonly sample: Sample
  readonly candidate: Outcomes
  /** The same task and the same truth. Null where there is no baseline file, or where it cannot be used: then a problem says so. */
  readonly baseline: Outcomes | null
  /** Group columns of the candidate's file. */
  readonly groups: ReadonlyMap<string, CategoryColumn>
  /** Further columns that expressions name; the roles too, by their column names. */
  readonly columns: ReadonlyMap<string, Column>
  /** The baseline's own columns, in the same order of rows: an expression of its decisions needs them. Null without baseline. */
  readonly baselineColumns: ReadonlyMap<string, Column> | null
  /** Oldest and newest row, where a timestamp column is named. */
  readonly period: Period | null
  /** What names exactly these rows and their truth, whatever the order: see `row-digest.ts`. */
  readonly digest: Digest
}

/**
 * Checks the two tables against the roles of the config and joins them by id. Every problem is listed, not the first.
 * `evaluation` is null where the candidate's rows cannot be judged at all, or are too few to conclude anything.
 */
export function buildEvaluation(
  candidate: Table,
  baseline: Table | null,
  config: PredictionsConfig,
): {evaluation: Evaluation | null; problems: readonly DataProblem[]} {
  const task = readTask(config)
  if (typeof task !== 'string') return {evaluation: null, problems: [task]}
  const contradicting = contradictions(task, config)
  if (contradicting.length > 0) return {evaluation: null, problems: contradicting}

  const reader = readerOf(task)
  const roles = rolesOf(task, config)
  const ours = readFile({name: 'candidate', table: candidate}, roles, reader, config)
  const theirs = baseline && readFile({name: 'baseline', table: baseline}, roles, reader, config)
  const problems = [...ours.problems, ...(theirs?.problems ?? [])]
  if (ours.keys === null) return {evaluation: null, problems}

  const joined =
    theirs === null || theirs.keys === null ? null : joinSides(ours.side, ours.keys, theirs.side, theirs.keys, config)
  const answers = reader.outcomes(ours.side, joined?.side ?? null, config)
  const sample = readSample(ours.side, config)
  const few = tooFewRows(sample, config['min-rows'])
  problems.push(...(joined?.problems ?? []), ...answers.problems, ...few)
  if (answers.candidate === null || few.length > 0) return {evaluation: null, problems}
  const {columns} = ours.side.table
  const label = columns.get(config.columns.label)
  return {
    evaluation: {
      task,
      rows: candidate.rows,
      sample,
      candidate: answers.candidate,
      baseline: answers.baseline,
      groups: new Map(config.columns.groups.map(name => [name, pick(ours.side, name, 'category')])),
      columns,
      baselineColumns: answers.baseline === null ? null : (joined?.side?.table.columns ?? null),
      period: readPeriod(ours.side, config),
      digest: digestRows(ours.keys.column, isTruth(label) ? label : null),
    },
    problems,
  }
}

function readTask(config: PredictionsConfig): Task | DataProblem {
  try {
    return taskOf(config)
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return problem('error', 'both', 'model/task-unknown', error.message, error.hint ?? '')
  }
}

/** One file by itself; without keys where its rows cannot be used. */
function readFile(
  side: Side,
  roles: readonly Role[],
  reader: TaskReader,
  config: PredictionsConfig,
): {side: Side; keys: Keys | null; problems: readonly DataProblem[]} {
  const table = tableProblems(side, roles)
  if (table.length > 0) return {side, keys: null, problems: table}
  const keys = readKeys(side, config)
  const problems = [
    ...keys.problems,
    ...reader.cells(side, config),
    ...(side.name === 'candidate' ? sampleCells(side, config) : []),
  ]
  return {side, keys: hasError(problems) ? null : keys, problems}
}

/** The baseline in the order of the candidate's rows, where both have the same rows and the same truth. */
function joinSides(
  ours: Side,
  ourKeys: Keys,
  theirs: Side,
  theirKeys: Keys,
  {columns}: PredictionsConfig,
): {side: Side | null; problems: readonly DataProblem[]} {
  const join = joinKeys(ourKeys, theirKeys)
  if (join.kind === 'differs') return {side: null, problems: join.problems}
  const table = join.order === null ? theirs.table : reorderTable(theirs.table, join.order)
  const label = ours.table.columns.get(columns.label)
  const theirLabel = table.columns.get(columns.label)
  const problems = isTruth(label) && isTruth(theirLabel) ? truthProblems(label, theirLabel) : []
  return {side: problems.length > 0 ? null : {...theirs, table}, problems}
}
