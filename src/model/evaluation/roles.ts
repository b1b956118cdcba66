import type {ReasonCode} from '../../core/finding.ts'
import type {PredictionsConfig} from '../gather.ts'
import type {DataProblem} from './problem.ts'

/** Roles that contradict each other, whatever the files hold. */
export function rolesProblems({columns}: PredictionsConfig): DataProblem[] {
  const {id, label, prediction, score, groups} = columns
  const problem = (reason: ReasonCode, what: string, remedy: string): DataProblem => ({
    severity: 'error',
    side: 'both',
    reason,
    what,
    remedy,
  })
  if (prediction === undefined && score === undefined) {
    return [
      problem(
        'model/no-answer-column',
        'The config names neither a prediction column nor a score column.',
        'Add columns.score or columns.prediction.',
      ),
    ]
  }
  const roles = [id, label, prediction, score].filter(name => name !== undefined)
  const twice =
    roles.find((name, index) => roles.indexOf(name) !== index) ?? groups.find(name => name === id || name === score)
  if (twice === undefined) return []
  return [
    problem(
      'model/role-conflict',
      `The column "${twice}" plays two roles that exclude each other.`,
      'Give each role under validation.predictions.columns a column of its own.',
    ),
  ]
}
