import type {PredictionsConfig} from '../../config/validation-schema.ts'
import {formatCount} from '../../core/quantity.ts'
import {type Answers, identicalAnswers, oneClassPredicted, sameValues} from './answer.ts'
import {classCells, codesIn, recoded, usedNames} from './class-names.ts'
import {classesOf, classProblems, leftBy, type NamedClasses, unscored} from './classes.ts'
import {isConstant} from './numbers.ts'
import type {MulticlassOutcomes} from './outcomes.ts'
import {sumProblems} from './probabilities.ts'
import {type DataProblem, problem, quoted} from './problem.ts'
import {scoreCells, scoresByClass} from './score-columns.ts'
import {pick, pickIf, type Side} from './side.ts'
import {otherSpelling} from './spelling.ts'

/** What is wrong with single cells of one file, and with the sums of its scores. */
export function multiclassCells(side: Side, config: PredictionsConfig): DataProblem[] {
  const {columns} = config
  return [
    ...classCells(pick(side, columns.label, 'category'), 'label', side.name, config),
    ...classCells(pickIf(side, columns.prediction, 'category'), 'prediction', side.name, config),
    ...unscoredLabels(side, config),
    ...scoreCells(side, columns.scores, scores => sumProblems(scores, side.name)),
  ]
}

/** Said before the sums are: where a class has no column, those of the others do not add up. */
function unscoredLabels(side: Side, {classes, columns}: PredictionsConfig): DataProblem[] {
  const scored = Object.keys(columns.scores ?? {})
  if (classes !== undefined) return []
  const label = pick(side, columns.label, 'category')
  const names = usedNames(label).filter(name => otherSpelling(name, scored) === undefined)
  return unscored(label, names, scored, side.name, 'labels')
}

/** Truth and answers of both models; the baseline's rows are in the order of the candidate's, and its labels the same. */
export function multiclassOutcomes(
  candidate: Side,
  baseline: Side | null,
  config: PredictionsConfig,
): Answers<MulticlassOutcomes> {
  const named = namedClasses(candidate, baseline, config)
  const problems = [...labelProblems(usedNames(named.label), config), ...classProblems(named, config)]
  const left = leftBy(problems)
  if (!left.candidate) return {candidate: null, baseline: null, problems}
  const compared = left.baseline ? baseline : null
  const classes = classesOf(compared === baseline ? named : namedClasses(candidate, null, config), config)
  const label = recoded(named.label.codes, codesIn(named.label.names, classes))
  const ours = readAnswers(candidate, label, classes, config)
  const theirs = compared === null ? null : readAnswers(compared, label, classes, config)
  return {candidate: ours, baseline: theirs, problems: [...problems, ...answerProblems(ours, theirs)]}
}

function namedClasses(candidate: Side, baseline: Side | null, {columns}: PredictionsConfig): NamedClasses {
  return {
    label: pick(candidate, columns.label, 'category'),
    predictions: [candidate, ...(baseline === null ? [] : [baseline])].flatMap(side => {
      const column = pickIf(side, columns.prediction, 'category')
      return column === null ? [] : [{side: side.name, column}]
    }),
  }
}

/** Labels that are no classes, or only one. */
function labelProblems(labels: readonly string[], {classes}: PredictionsConfig): DataProblem[] {
  if (labels.length === 1) {
    const what = 'All rows belong to one class: nothing shows whether the model can tell classes apart.'
    return [problem('inconclusive', 'both', 'model/one-class-only', what, 'Evaluate on rows of every class.')]
  }
  if (classes !== undefined || !looksContinuous(labels)) return []
  const what = `The label column holds ${formatCount(labels.length)} different numbers with fractions: those are no classes.`
  const remedy = 'Say task: regression, name the right column, or list validation.predictions.classes.'
  return [problem('error', 'both', 'model/labels-look-continuous', what, remedy)]
}

/** Many labels, all numbers, some with a fraction: a measured value, and hardly a class. */
function looksContinuous(labels: readonly string[]): boolean {
  if (labels.length <= 20) return false
  const isNumber = (name: string) => name.trim() !== '' && Number.isFinite(Number(name))
  return labels.every(isNumber) && labels.some(name => !Number.isInteger(Number(name)))
}

function readAnswers(
  side: Side,
  label: Int32Array,
  classes: readonly string[],
  {columns}: PredictionsConfig,
): MulticlassOutcomes {
  const scores = scoresByClass(side, columns.scores, classes)
  const prediction = pickIf(side, columns.prediction, 'category')
  const predicted =
    prediction === null
      ? highest(scores ?? [], side.table.rows)
      : recoded(prediction.codes, codesIn(prediction.names, classes))
  return {task: 'multiclass', rows: side.table.rows, classes, label, predicted, scores}
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

function answerProblems(ours: MulticlassOutcomes, theirs: MulticlassOutcomes | null): DataProblem[] {
  const problems: DataProblem[] = []
  for (const [side, each] of [
    ['candidate', ours],
    ['baseline', theirs],
  ] as const) {
    if (each === null || !isConstant(each.predicted) || isConstant(each.label)) continue
    problems.push(oneClassPredicted(side, quoted(each.classes[each.predicted[0] ?? 0] ?? '')))
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
