import type {PredictionsConfig} from '../../config/validation-schema.ts'
import type {NumberColumn} from '../readers/columns.ts'
import {type Answers, identicalAnswers, sameValues} from './answer.ts'
import {isConstant, numberProblems} from './numbers.ts'
import type {RegressionOutcomes} from './outcomes.ts'
import {type DataProblem, hasError, problem, rows, type SideName} from './problem.ts'
import {pick, pickIf, type Side} from './side.ts'

/** What is wrong with single cells of one file, and with what the answers of a row say together. */
export function regressionCells(side: Side, {columns}: PredictionsConfig): DataProblem[] {
  const answers = answerColumns(side, columns)
  const problems = [
    ...numberProblems(pick(side, columns.label, 'number'), {stem: 'label', noun: 'label'}, side.name),
    ...answers.flatMap(({noun, column}) => numberProblems(column, {stem: 'prediction', noun}, side.name)),
  ]
  if (hasError(problems)) return problems
  return [...problems, ...constantAnswer(side, answers), ...crossing(side, columns), ...reversed(side, columns)]
}

/** Target and answers of both models; the baseline's rows are in the order of the candidate's, and its targets the same. */
export function regressionOutcomes(
  candidate: Side,
  baseline: Side | null,
  {columns}: PredictionsConfig,
): Answers<RegressionOutcomes> {
  const target = pick(candidate, columns.label, 'number').values
  const problems: DataProblem[] = []
  if (isConstant(target)) {
    const what = 'The label is the same on every row: nothing shows whether the model tells rows apart.'
    const remedy = 'Evaluate on rows whose values differ, or name the right label column.'
    problems.push(problem('inconclusive', 'both', 'model/target-constant', what, remedy))
  }
  const ours = readAnswers(candidate, target, columns)
  const theirs = baseline === null ? null : readAnswers(baseline, target, columns)
  for (const [side, each] of [
    ['candidate', ours],
    ['baseline', theirs],
  ] as const) {
    if (each !== null && sameValues(each.predicted, target)) problems.push(labelCopied(side))
  }
  if (theirs !== null && sameAnswers(ours, theirs)) problems.push(identicalAnswers('value'))
  return {candidate: ours, baseline: theirs, problems}
}

function labelCopied(side: SideName): DataProblem {
  const what = `The ${side} predicts the label to the last digit on every row.`
  const remedy = 'Check that the prediction column was not filled from the label.'
  return problem('warn', side, 'model/prediction-is-label', what, remedy)
}

type Columns = PredictionsConfig['columns']

function readAnswers(side: Side, target: Float64Array, columns: Columns): RegressionOutcomes {
  const low = pickIf(side, columns.interval?.low, 'number')
  const high = pickIf(side, columns.interval?.high, 'number')
  return {
    task: 'regression',
    rows: side.table.rows,
    target,
    predicted: pickIf(side, columns.prediction, 'number')?.values ?? null,
    quantiles: quantilesOf(side, columns),
    interval: low === null || high === null ? null : {low: low.values, high: high.values},
  }
}

function quantilesOf(side: Side, {quantiles}: Columns): RegressionOutcomes['quantiles'] {
  return Object.entries(quantiles ?? {})
    .map(([level, column]) => ({level: Number(level), values: pick(side, column, 'number').values}))
    .sort((a, b) => a.level - b.level)
}

function answerColumns(side: Side, columns: Columns): readonly {noun: string; column: NumberColumn}[] {
  const {prediction, quantiles, interval} = columns
  const named: readonly (readonly [string, string | undefined])[] = [
    ['prediction', prediction],
    ...Object.entries(quantiles ?? {}).map(([level, column]) => [`quantile ${level}`, column] as const),
    ['lower end of the interval', interval?.low],
    ['upper end of the interval', interval?.high],
  ]
  return named.flatMap(([noun, name]) => {
    const column = pickIf(side, name, 'number')
    return column === null ? [] : [{noun, column}]
  })
}

function constantAnswer({name, table}: Side, answers: readonly {column: NumberColumn}[]): DataProblem[] {
  if (table.rows < 2 || !answers.every(({column}) => isConstant(column.values))) return []
  const what = `The ${name} answers every row alike.`
  const remedy = 'A model that always answers the same is broken, or the column is the wrong one.'
  return [problem('inconclusive', name, 'model/prediction-constant', what, remedy)]
}

/** A quantile that lies above one of a higher level. */
function crossing(side: Side, columns: Columns): DataProblem[] {
  const quantiles = quantilesOf(side, columns)
  let count = 0
  for (let row = 0; row < side.table.rows; row++) {
    for (let index = 1; index < quantiles.length; index++) {
      if ((quantiles[index]?.values[row] ?? 0) >= (quantiles[index - 1]?.values[row] ?? 0)) continue
      count++
      break
    }
  }
  if (count === 0) return []
  const what = `The quantiles of the ${side.name} cross on ${rows(count)}: one lies above that of a higher level.`
  const remedy = 'Sort the quantiles of each row before they are served, or fit them together.'
  return [problem('warn', side.name, 'model/quantiles-cross', what, remedy)]
}

function reversed(side: Side, {interval}: Columns): DataProblem[] {
  const low = pickIf(side, interval?.low, 'number')
  const high = pickIf(side, interval?.high, 'number')
  if (low === null || high === null) return []
  let count = 0
  for (let row = 0; row < low.values.length; row++) {
    if ((low.values[row] ?? 0) > (high.values[row] ?? 0)) count++
  }
  if (count === 0) return []
  const what = `The interval of the ${side.name} begins above its end on ${rows(count)}.`
  const remedy = 'Check which column is the lower end, under columns.interval.'
  return [problem('error', side.name, 'model/interval-reversed', what, remedy)]
}

function sameAnswers(ours: RegressionOutcomes, theirs: RegressionOutcomes): boolean {
  return (
    sameValues(ours.predicted, theirs.predicted) &&
    ours.quantiles.every(({values}, index) => sameValues(values, theirs.quantiles[index]?.values ?? null)) &&
    sameValues(ours.interval?.low ?? null, theirs.interval?.low ?? null) &&
    sameValues(ours.interval?.high ?? null, theirs.interval?.high ?? null)
  )
}
