import type {ReasonCode} from '../../core/finding.ts'
import type {NumberColumn} from '../readers/columns.ts'
import {type DataProblem, rows} from './problem.ts'
import type {SideName} from './side.ts'

/** What is wrong with a score column: each kind of wrong is counted by itself. */
export function scoreProblems({values, flaws}: NumberColumn, side: SideName): DataProblem[] {
  const problem = (reason: ReasonCode, what: string, remedy: string): DataProblem => ({
    severity: 'error',
    side,
    reason,
    what,
    remedy,
  })
  const problems: DataProblem[] = []
  const remedy = 'A model that gives no score has failed on that row: find out why; do not drop the row.'
  if (flaws.empty > 0)
    problems.push(problem('model/score-missing', `The ${side} has no score on ${rows(flaws.empty)}.`, remedy))
  if (flaws.nan > 0)
    problems.push(problem('model/score-nan', `The ${side} has NaN as score on ${rows(flaws.nan)}.`, remedy))
  if (flaws.infinite > 0) {
    problems.push(
      problem('model/score-infinite', `The ${side} has an infinite score on ${rows(flaws.infinite)}.`, remedy),
    )
  }
  if (flaws.text > 0) {
    const what = `The ${side} has a score that is no number on ${rows(flaws.text)}.`
    problems.push(problem('model/score-not-a-number', what, 'Write scores as decimal numbers with a point.'))
  }
  const outside = values.reduce((count, value) => count + (value < 0 || value > 1 ? 1 : 0), 0)
  if (outside > 0) {
    const what = `The ${side} has a score outside 0 to 1 on ${rows(outside)}.`
    problems.push(
      problem(
        'model/score-out-of-range',
        what,
        'Write the probability of the positive class, not a logit or a margin.',
      ),
    )
  }
  if (problems.length === 0 && values.every(value => value === values[0])) {
    problems.push({
      severity: 'inconclusive',
      side,
      reason: 'model/score-constant',
      what: `Every row of the ${side} has the same score.`,
      remedy: 'A model that always answers the same is broken, or the column is the wrong one.',
    })
  }
  return problems
}
