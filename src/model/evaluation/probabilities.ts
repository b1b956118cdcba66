/** Columns of probabilities: each in [0, 1], and those of a row's classes adding up to 1. */
import {formatCount} from '../../core/quantity.ts'
import type {NumberColumn} from '../readers/columns.ts'
import {isConstant, numberProblems} from './numbers.ts'
import {type DataProblem, problem, rows, type SideName} from './problem.ts'

/** What 32-bit arithmetic leaves beyond 1: a softmax may answer 1.0000001. */
const roundingAtEdge = 1e-6

/** What is wrong with a score column: each kind of wrong is counted by itself. `noun` is `score`, `score of "cat"`. */
export function probabilityProblems(column: NumberColumn, side: SideName, noun = 'score'): DataProblem[] {
  const problems = numberProblems(column, {stem: 'score', noun}, side)
  const {low, high, outside, atEdge} = rangeOf(column.values)
  if (outside > 0) {
    const what = `The ${side} has a ${noun} outside 0 to 1 on ${rows(outside)}.`
    problems.push(problem('error', side, 'model/score-out-of-range', what, rangeRemedy(low, high)))
  } else if (atEdge > 0) {
    const what = `The ${side} has a ${noun} outside 0 to 1 by less than 0.000001 on ${rows(atEdge)}; it counts as 0 or 1.`
    const remedy = 'That is the rounding of 32-bit arithmetic: clip scores before they are written.'
    problems.push(problem('warn', side, 'model/score-rounded-into-range', what, remedy))
  }
  return problems
}

/** Scores that say less than scores should: the same on every row, or nothing but 0 and 1. Asked of columns without flaws. */
export function uninformativeScores(columns: readonly NumberColumn[], side: SideName): DataProblem[] {
  if (columns.length === 0 || (columns[0]?.values.length ?? 0) < 2) return []
  if (columns.every(({values}) => isConstant(values))) {
    const what = `Every row of the ${side} has the same score.`
    const remedy = 'A model that always answers the same is broken, or the column is the wrong one.'
    return [problem('inconclusive', side, 'model/score-constant', what, remedy)]
  }
  if (!columns.every(({values}) => isZeroOrOne(values))) return []
  const what = `Every score of the ${side} is 0 or 1: it seems to be the predicted class.`
  const remedy =
    'Write the probability (predict_proba, not predict): ranking, log loss and calibration say nothing of classes.'
  return [problem('warn', side, 'model/score-is-class', what, remedy)]
}

function isZeroOrOne(values: Float64Array): boolean {
  for (let row = 0; row < values.length; row++) if (values[row] !== 0 && values[row] !== 1) return false
  return true
}

/** Probabilities without what rounding left beyond 0 and 1. */
export function withinRange(values: Float64Array): Float64Array {
  if (rangeOf(values).atEdge === 0) return values
  return values.map(value => Math.min(1, Math.max(0, value)))
}

/** 1 where the score is at or above the threshold. */
export function reaches(scores: Float64Array, threshold: number): Uint8Array {
  const flags = new Uint8Array(scores.length)
  for (let row = 0; row < scores.length; row++) flags[row] = (scores[row] ?? 0) >= threshold ? 1 : 0
  return flags
}

/**
 * Probabilities of exclusive classes add up to 1 on each row: within 1e-6 for each class, which is 32-bit arithmetic;
 * with a warning within 5e-4 for each class, which is three printed decimals. Beyond it they are something else.
 */
export function sumProblems(columns: readonly Float64Array[], side: SideName): DataProblem[] {
  const classes = columns.length
  const length = columns[0]?.length ?? 0
  let beyond = 0
  let rounded = 0
  let worst = 0
  for (let row = 0; row < length; row++) {
    let sum = 0
    for (let index = 0; index < classes; index++) sum += columns[index]?.[row] ?? 0
    const off = Math.abs(sum - 1)
    if (off > 5e-4 * classes) beyond++
    else if (off > 1e-6 * classes) rounded++
    if (off > worst) worst = off
  }
  const worstSum = `the furthest is off by ${Number(worst.toPrecision(2))}`
  if (beyond > 0) {
    const what = `The scores of the ${side} do not add up to 1 on ${rows(beyond)} of ${formatCount(length)}; ${worstSum}.`
    const remedy =
      'Write the probability of each class after softmax, for all classes; where a row can have several classes, say task: multilabel.'
    return [problem('error', side, 'model/scores-do-not-add-up', what, remedy)]
  }
  if (rounded > 0) {
    const what = `The scores of the ${side} add up to 1 only roughly on ${rows(rounded)}; ${worstSum}.`
    const remedy = 'Write scores with at least seven decimals: log loss and calibration depend on them.'
    return [problem('warn', side, 'model/scores-rounded', what, remedy)]
  }
  return []
}

function rangeOf(values: Float64Array): {low: number; high: number; outside: number; atEdge: number} {
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  let outside = 0
  let atEdge = 0
  for (let row = 0; row < values.length; row++) {
    const value = values[row] ?? 0
    if (value < low) low = value
    if (value > high) high = value
    if (value < 0 || value > 1) {
      if (value < -roundingAtEdge || value > 1 + roundingAtEdge) outside++
      else atEdge++
    }
  }
  return {low, high, outside, atEdge}
}

/** A percentage and a logit are told by where the column begins and ends. */
function rangeRemedy(low: number, high: number): string {
  const probability = 'Write the probability of the positive class, not a logit or a margin.'
  if (low >= 0 && high > 2 && high <= 100) {
    return `The scores reach up to ${Number(high.toPrecision(4))}: they look like percentages. Divide them by 100.`
  }
  if (low < 0 && high > 1) return `The scores look like logits: apply the sigmoid or softmax. ${probability}`
  return probability
}
