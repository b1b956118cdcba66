import type {PredictionsConfig} from '../../config/validation-schema.ts'
import type {CategoryColumn, NumberColumn} from '../readers/columns.ts'
import {type Answers, identicalAnswers, oneClassPredicted, sameValues} from './answer.ts'
import {
  codesIn,
  countCodes,
  labelMissing,
  predictionMissing,
  recoded,
  unlistedClasses,
  usedNames,
} from './class-names.ts'
import {isConstant} from './numbers.ts'
import type {MulticlassOutcomes} from './outcomes.ts'
import {constantScore, probabilityProblems, sumProblems, withinRange} from './probabilities.ts'
import {type DataProblem, formatted, hasError, listed, problem, quoted, rows} from './problem.ts'
import {pick, pickIf, type Side} from './side.ts'
import {type NamesIn, spellingProblems} from './spelling.ts'

/** What is wrong with single cells of one file, and with the sums of its scores. */
export function multiclassCells(side: Side, {columns}: PredictionsConfig): DataProblem[] {
  return [
    ...labelMissing(pick(side, columns.label, 'category').empty, side.name),
    ...predictionMissing(pickIf(side, columns.prediction, 'category')?.empty ?? 0, side.name),
    ...scoreCells(side, columns.scores, scores => sumProblems(scores, side.name)),
  ]
}

/** One score column for each class: cells first, and where those are well what the columns say together. */
export function scoreCells(
  side: Side,
  scores: Readonly<Record<string, string>> | undefined,
  together: (scores: readonly Float64Array[]) => readonly DataProblem[],
): DataProblem[] {
  const columns = scoreColumns(side, scores)
  const problems = columns.flatMap(({name, column}) =>
    probabilityProblems(column, side.name, `score of ${quoted(name)}`),
  )
  if (columns.length === 0 || hasError(problems)) return problems
  const numbers = columns.map(({column}) => column)
  return [...problems, ...constantScore(numbers, side.name), ...together(numbers.map(({values}) => values))]
}

/** Score columns with their classes, sorted by the class. */
export function scoreColumns(
  side: Side,
  scores: Readonly<Record<string, string>> | undefined,
): readonly {name: string; column: NumberColumn}[] {
  return Object.entries(scores ?? {})
    .map(([name, column]) => ({name, column: pick(side, column, 'number')}))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** Truth and answers of both models; the baseline's rows are in the order of the candidate's, and its labels the same. */
export function multiclassOutcomes(
  candidate: Side,
  baseline: Side | null,
  config: PredictionsConfig,
): Answers<MulticlassOutcomes> {
  const label = pick(candidate, config.columns.label, 'category')
  const names = classProblems(label, [candidate, ...(baseline === null ? [] : [baseline])], config)
  const usable = names.filter(({severity}) => severity === 'error').map(({side}) => side)
  if (usable.includes('candidate') || usable.includes('both')) {
    return {candidate: null, baseline: null, problems: names}
  }
  const compared = usable.includes('baseline') ? null : baseline
  const sides = [candidate, ...(compared === null ? [] : [compared])]
  const classes = config.classes ?? allClasses(label, sides, config)
  const codes = recoded(label.codes, codesIn(label.names, classes))
  const ours = readAnswers(candidate, codes, classes, config)
  const theirs = compared === null ? null : readAnswers(compared, codes, classes, config)
  return {
    candidate: ours,
    baseline: theirs,
    problems: [...names, ...answerProblems(codes, classes, ours, theirs)],
  }
}

function classProblems(label: CategoryColumn, sides: readonly Side[], config: PredictionsConfig): DataProblem[] {
  const {classes, columns} = config
  const labels = usedNames(label)
  const scored = Object.keys(columns.scores ?? {})
  const predictions = sides.flatMap(side => {
    const column = pickIf(side, columns.prediction, 'category')
    return column === null ? [] : [{side, column}]
  })
  const places: NamesIn[] = [
    {where: 'columns.scores of the config', side: 'both', names: scored},
    {where: 'the labels', side: 'both', names: labels},
    ...predictions.map(({side, column}) => ({
      where: `the predictions of the ${side.name}`,
      side: side.name,
      names: usedNames(column),
    })),
  ]
  const spelled = spellingProblems(places, classes ?? [])
  const problems: DataProblem[] = [...spelled]
  if (classes !== undefined) {
    if (!spelled.some(({side}) => side === 'both'))
      problems.push(...unlistedClasses(label, classes, 'candidate', 'label'))
    for (const {side, column} of predictions) {
      if (!spelled.some(each => each.side === side.name)) {
        problems.push(...unlistedClasses(column, classes, side.name, 'prediction'))
      }
    }
  } else if (spelled.length === 0) {
    if (looksContinuous(labels)) return [continuousLabels(labels.length)]
    if (scored.length > 0) problems.push(...unscored(labels, scored, 'both', 'labels'))
    for (const {side, column} of predictions) {
      if (scored.length > 0) problems.push(...unscored(usedNames(column), scored, side.name, 'predictions'))
      problems.push(...unlabelled(column, labels, side.name))
    }
  }
  if (labels.length === 1) {
    const what = 'All rows belong to one class: nothing shows whether the model can tell classes apart.'
    problems.push(problem('inconclusive', 'both', 'model/one-class-only', what, 'Evaluate on rows of every class.'))
  }
  return problems
}

function unscored(
  names: readonly string[],
  scored: readonly string[],
  side: DataProblem['side'],
  where: string,
): DataProblem[] {
  const missing = names.filter(name => !scored.includes(name))
  if (missing.length === 0) return []
  const what = `No score column is named for a class of the ${where}: ${listed(missing)}.`
  const remedy = 'Name one column for each class under columns.scores, with the class as the files write it.'
  return [problem('error', side, 'model/class-without-score', what, remedy)]
}

/** Without a list of classes, a predicted class that no label has is a class, and every row of it is wrong. */
function unlabelled(column: CategoryColumn, labels: readonly string[], side: Side['name']): DataProblem[] {
  const counts = countCodes(column)
  const unknown = usedNames(column).filter(name => !labels.includes(name))
  if (unknown.length === 0) return []
  if (unknown.length === usedNames(column).length) {
    const what = `The ${side} predicts classes that no label has, on every row: ${listed(unknown)}.`
    const remedy = 'Write predictions with the same names as labels, or name the right column.'
    return [problem('error', side, 'model/unknown-class', what, remedy)]
  }
  const count = unknown.reduce((sum, name) => sum + (counts[column.names.indexOf(name)] ?? 0), 0)
  const what = `The ${side} predicts a class that no label has on ${rows(count)}; it counts as wrong: ${listed(unknown)}.`
  const remedy = 'List all classes under validation.predictions.classes, or check that both columns write them alike.'
  // A baseline that looks worse than it is makes any candidate pass.
  return [problem(side === 'baseline' ? 'inconclusive' : 'warn', side, 'model/unknown-class', what, remedy)]
}

/** Many labels, all numbers, some with a fraction: a measured value, and hardly a class. */
function looksContinuous(labels: readonly string[]): boolean {
  if (labels.length <= 20) return false
  const isNumber = (name: string) => name.trim() !== '' && Number.isFinite(Number(name))
  return labels.every(isNumber) && labels.some(name => !Number.isInteger(Number(name)))
}

function continuousLabels(count: number): DataProblem {
  const what = `The label column holds ${formatted(count)} different numbers with fractions: those are no classes.`
  const remedy = 'Say task: regression, name the right column, or list validation.predictions.classes.'
  return problem('error', 'both', 'model/labels-look-continuous', what, remedy)
}

/** Union of what labels, predictions and score columns name, by code unit. */
function allClasses(label: CategoryColumn, sides: readonly Side[], {columns}: PredictionsConfig): readonly string[] {
  const names = new Set([...usedNames(label), ...Object.keys(columns.scores ?? {})])
  for (const side of sides) {
    const column = pickIf(side, columns.prediction, 'category')
    if (column !== null) for (const name of usedNames(column)) names.add(name)
  }
  return [...names].sort()
}

function readAnswers(
  side: Side,
  label: Int32Array,
  classes: readonly string[],
  {columns}: PredictionsConfig,
): MulticlassOutcomes {
  const columnOf = new Map(scoreColumns(side, columns.scores).map(({name, column}) => [name, column]))
  const scores = columns.scores === undefined ? null : classes.map(name => scoresOf(columnOf.get(name)))
  const prediction = pickIf(side, columns.prediction, 'category')
  const predicted =
    prediction === null
      ? highest(scores ?? [], side.table.rows)
      : recoded(prediction.codes, codesIn(prediction.names, classes))
  return {task: 'multiclass', rows: side.table.rows, classes, label, predicted, scores}
}

function scoresOf(column: NumberColumn | undefined): Float64Array {
  return column === undefined ? new Float64Array(0) : withinRange(column.values)
}

/** Class with the highest score; the first of several, as numpy's argmax. */
function highest(scores: readonly Float64Array[], length: number): Int32Array {
  const best = new Int32Array(length)
  const top = Float64Array.from(scores[0] ?? [])
  for (let code = 1; code < scores.length; code++) {
    const column = scores[code] ?? top
    for (let row = 0; row < length; row++) {
      const value = column[row] ?? 0
      if (value > (top[row] ?? 0)) {
        top[row] = value
        best[row] = code
      }
    }
  }
  return best
}

function answerProblems(
  label: Int32Array,
  classes: readonly string[],
  ours: MulticlassOutcomes,
  theirs: MulticlassOutcomes | null,
): DataProblem[] {
  const problems: DataProblem[] = []
  for (const [side, each] of [
    ['candidate', ours],
    ['baseline', theirs],
  ] as const) {
    if (each === null || !isConstant(each.predicted) || isConstant(label)) continue
    problems.push(oneClassPredicted(side, quoted(classes[each.predicted[0] ?? 0] ?? '')))
  }
  if (theirs === null) return problems
  if (ours.scores !== null && theirs.scores !== null) {
    const {scores} = theirs
    if (ours.scores.every((column, code) => sameValues(column, scores[code] ?? null))) {
      problems.push(identicalAnswers('scores'))
    }
  } else if (sameValues(ours.predicted, theirs.predicted)) problems.push(identicalAnswers('answer'))
  return problems
}
