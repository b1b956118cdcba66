import type {PredictionsConfig} from '../../config/validation-schema.ts'
import type {Digest} from '../../core/digest.ts'
import {UserError} from '../../core/failure.ts'
import type {Task} from '../../core/metric-catalog.ts'
import type {CategoryColumn, Column, Table} from '../readers/columns.ts'
import {checkFile} from './checked-file.ts'
import {contradictions} from './contradictions.ts'
import {joinFiles} from './join.ts'
import type {Outcomes, Sample} from './outcomes.ts'
import {type DataProblem, problem} from './problem.ts'
import {rolesOf} from './roles.ts'
import {digestRows} from './row-digest.ts'
import {type Period, readPeriod, readSample, tooFewRows} from './sample.ts'
import {pick} from './side.ts'
import {taskOf} from './task.ts'
import {readerOf} from './tasks.ts'
import {isTruth} from './truth.ts'

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
  const ours = checkFile({name: 'candidate', table: candidate}, roles, reader, config)
  const theirs = baseline && checkFile({name: 'baseline', table: baseline}, roles, reader, config)
  const problems = [...ours.problems, ...(theirs?.problems ?? [])]
  if (ours.keys === null) return {evaluation: null, problems}

  const joined = joinFiles(ours, theirs, config)
  const answers = reader.outcomes(ours.side, joined.side, config)
  const sample = readSample(ours.side, config)
  const few = tooFewRows(sample, config['min-rows'])
  problems.push(...joined.problems, ...answers.problems, ...few)
  if (answers.candidate === null || few.length > 0) return {evaluation: null, problems}
  const {columns} = ours.side.table
  const label = columns.get(config.columns.label)
  const evaluation: Evaluation = {
    task,
    rows: candidate.rows,
    sample,
    candidate: answers.candidate,
    baseline: answers.baseline,
    groups: new Map(config.columns.groups.map(name => [name, pick(ours.side, name, 'category')])),
    columns,
    baselineColumns: answers.baseline === null ? null : (joined.side?.table.columns ?? null),
    period: readPeriod(ours.side, config),
    digest: digestRows(ours.keys, isTruth(label) ? label : null),
  }
  return {evaluation, problems}
}

function readTask(config: PredictionsConfig): Task | DataProblem {
  try {
    return taskOf(config)
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return problem('error', 'both', 'model/task-unknown', error.message, error.hint ?? '')
  }
}
