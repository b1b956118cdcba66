import type {Digest} from '../../core/digest.ts'
import type {Task} from '../../core/metric-catalog.ts'
import type {PredictionsConfig} from '../gather.ts'
import type {CategoryColumn, Column, Table} from '../readers/columns.ts'
import {readAnswers, sameAnswers} from './answers.ts'
import {joinBaseline} from './join.ts'
import type {Outcomes, Sample} from './outcomes.ts'
import type {DataProblem} from './problem.ts'
import {rolesProblems} from './roles.ts'
import {readSide} from './side.ts'
import {readTruth} from './truth.ts'

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
  /** Oldest and newest row, where a timestamp column is named. */
  readonly period: {readonly from: number; readonly to: number} | null
  /** What names exactly these rows and their truth, whatever the order: sha256 over sorted hashes of id and label. */
  readonly digest: Digest
}

/**
 * Checks the two tables against the roles of the config and joins them by id. Every problem is listed, not the first.
 * `evaluation` is null where the candidate's rows cannot be judged at all.
 */
export function buildEvaluation(
  candidate: Table,
  baseline: Table | null,
  config: PredictionsConfig,
): {evaluation: Evaluation | null; problems: readonly DataProblem[]} {
  const roles = rolesProblems(config)
  if (roles.length > 0) return {evaluation: null, problems: roles}

  const ours = readSide(candidate, 'candidate', config)
  const theirs = baseline && readSide(baseline, 'baseline', config)
  if (ours.kind === 'unusable') {
    return {evaluation: null, problems: [...ours.problems, ...(theirs?.problems ?? [])]}
  }
  const truth = readTruth(ours.side, config)
  if (truth.positive === null) {
    return {evaluation: null, problems: [...ours.problems, ...truth.problems, ...(theirs?.problems ?? [])]}
  }
  const answers = readAnswers(ours.side, ours.side.label, truth.positive, config, 'candidate')
  const joined = theirs?.kind === 'usable' ? joinBaseline(ours.side, theirs.side) : null
  const compared =
    joined?.kind === 'joined' ? readAnswers(joined.side, ours.side.label, truth.positive, config, 'baseline') : null

  const problems = [
    ...ours.problems,
    ...truth.problems,
    ...answers.problems,
    ...(theirs?.problems ?? []),
    ...(joined?.kind === 'differs' ? joined.problems : []),
    ...(compared?.problems ?? []),
    ...(compared?.answers && answers.answers ? sameAnswers(answers.answers, compared.answers) : []),
  ]
  if (!answers.answers) return {evaluation: null, problems}
  const evaluation = {
    rows: ours.side.ids.length,
    classes: truth.classes,
    positive: truth.positive,
    candidate: answers.answers,
    baseline: compared?.answers ?? null,
    groups: ours.side.groups,
  }
  return {evaluation, problems}
}
