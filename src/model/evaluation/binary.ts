import type {PredictionsConfig} from '../../config/validation-schema.ts'
import type {CategoryColumn} from '../readers/columns.ts'
import {type Answers, identicalAnswers, oneClassPredicted, sameValues} from './answer.ts'
import {classCells, countNamed, flagsOf, unlistedClasses, usedNames} from './class-names.ts'
import {isConstant} from './numbers.ts'
import type {BinaryOutcomes} from './outcomes.ts'
import {probabilityProblems, reaches, uninformativeScores, withinRange} from './probabilities.ts'
import {type DataProblem, hasError, listed, problem, quoted, rows} from './problem.ts'
import {pick, pickIf, type Side} from './side.ts'
import {otherSpelling, spellingProblems} from './spelling.ts'

/** What is wrong with single cells of one file, whatever the other holds. */
export function binaryCells(side: Side, config: PredictionsConfig): DataProblem[] {
  const {columns} = config
  const score = pickIf(side, columns.score, 'number')
  const scored = score === null ? [] : probabilityProblems(score, side.name)
  return [
    ...classCells(pick(side, columns.label, 'category'), 'label', side.name, config),
    ...classCells(pickIf(side, columns.prediction, 'category'), 'prediction', side.name, config),
    ...scored,
    ...(score === null || hasError(scored) ? [] : uninformativeScores([score], side.name)),
  ]
}

/** Truth and answers of both models; the baseline's rows are in the order of the candidate's, and its labels the same. */
export function binaryOutcomes(
  candidate: Side,
  baseline: Side | null,
  config: PredictionsConfig,
): Answers<BinaryOutcomes> {
  const label = pick(candidate, config.columns.label, 'category')
  const truth = readTruth(label, config)
  if (truth.positive === null) return {candidate: null, baseline: null, problems: truth.problems}
  const {positive} = truth
  const ours = readAnswers(candidate, label, positive, config)
  const theirs = baseline === null ? null : readAnswers(baseline, label, positive, config)
  const problems = [...truth.problems, ...ours.problems, ...(theirs?.problems ?? [])]
  if (ours.outcomes !== null && theirs?.outcomes) problems.push(...identical(ours.outcomes, theirs.outcomes))
  return {candidate: ours.outcomes, baseline: theirs?.outcomes ?? null, problems}
}

/** Which rows are positive; null where that cannot be said. */
function readTruth(
  label: CategoryColumn,
  {positive: name = '', classes, columns}: PredictionsConfig,
): {positive: Uint8Array | null; problems: DataProblem[]} {
  const names = usedNames(label)
  const fail = (reason: DataProblem['reason'], what: string, remedy: string) => ({
    positive: null,
    problems: [problem('error', 'both', reason, what, remedy)],
  })
  const spelled = spellingProblems([{where: 'the labels', side: 'both', names}], classes ?? [])
  if (!names.includes(name)) {
    const near = otherSpelling(name, names)
    const what = `No row has the positive class "${name}"; the labels are ${listed(names, label.codes.length)}.`
    const remedy = 'Write validation.predictions.positive exactly as the label column does, or add positive rows.'
    const hint = near === undefined ? remedy : `Did you mean ${quoted(near)}? ${remedy}`
    return fail('model/positive-class-absent', what, hint)
  }
  if (spelled.length > 0) return {positive: null, problems: spelled}
  const unlisted = classes === undefined ? [] : unlistedClasses(label, classes, 'candidate', 'label')
  if (unlisted.length > 0) return {positive: null, problems: unlisted}
  if (names.length > 2) {
    const what = `The label column has ${names.length} classes; a positive class and the others are two.`
    const remedy = `Say task: multiclass and name ${columns.prediction === undefined ? 'a prediction column or one score column for each class' : 'no positive class'}, or label rows "${name.slice(0, 40)}" and one other class.`
    return fail('model/more-than-two-classes', what, remedy)
  }
  const positive = flagsOf(label.codes, label.names.indexOf(name))
  if (names.length > 1) return {positive, problems: []}
  const what = 'All rows belong to one class: nothing shows whether the model can tell two apart.'
  const one = problem('inconclusive', 'both', 'model/one-class-only', what, 'Evaluate on rows of both classes.')
  return {positive, problems: [one]}
}

/** What a model answers on each row: its predicted class, or the score held against the threshold. */
function readAnswers(
  side: Side,
  label: CategoryColumn,
  positive: Uint8Array,
  config: PredictionsConfig,
): {outcomes: BinaryOutcomes | null; problems: DataProblem[]} {
  const {columns, threshold} = config
  const score = pickIf(side, columns.score, 'number')
  const scores = score === null ? null : withinRange(score.values)
  const prediction = pickIf(side, columns.prediction, 'category')
  const problems = prediction === null ? [] : unknownClasses(side, prediction, label, config)
  if (hasError(problems)) return {outcomes: null, problems}
  const predicted =
    prediction === null
      ? reaches(scores ?? new Float64Array(0), threshold)
      : flagsOf(prediction.codes, prediction.names.indexOf(config.positive ?? ''))
  if (isConstant(predicted) && !isConstant(positive)) {
    problems.push(oneClassPredicted(side.name, predicted[0] === 1 ? 'positive' : 'not positive'))
  }
  if (prediction !== null && scores !== null) problems.push(...againstScore(side, predicted, scores))
  const names = classNames(label, config)
  return {outcomes: {task: 'binary', rows: side.table.rows, positive, predicted, scores, names}, problems}
}

/** What a cost matrix calls the two classes. */
function classNames(
  label: CategoryColumn,
  {positive = '', classes}: PredictionsConfig,
): {positive: string; negative: string | null} {
  const [negative, ...further] = (classes ?? usedNames(label)).filter(name => name !== positive)
  return {positive, negative: further.length === 0 ? (negative ?? null) : null}
}

/** A predicted class that no label has. Two classes are known; where the labels hold one, a second may be the other. */
function unknownClasses(
  {name: side}: Side,
  prediction: CategoryColumn,
  label: CategoryColumn,
  {classes, positive = ''}: PredictionsConfig,
): DataProblem[] {
  if (classes !== undefined) {
    const spelled = spellingProblems(
      [{where: `the predictions of the ${side}`, side, names: usedNames(prediction)}],
      classes,
    )
    return spelled.length > 0 ? spelled : unlistedClasses(prediction, classes, side, 'prediction')
  }
  const labels = usedNames(label)
  const spelled = spellingProblems(
    [
      {where: 'the labels', side: 'both', names: labels},
      {where: `the predictions of the ${side}`, side, names: usedNames(prediction)},
    ],
    [],
  )
  if (spelled.length > 0) return spelled
  const known = new Set([...labels, positive])
  const unknown = usedNames(prediction).filter(name => !known.has(name))
  if (unknown.length === 0 || (known.size === 1 && unknown.length === 1)) return []
  const count = countNamed(prediction, unknown)
  const what = `The ${side} predicts a class that no label has on ${rows(count)}: ${listed(unknown, count)}.`
  const remedy = 'Write predictions with the same names as labels ("1", "1.0" and "true" are three classes).'
  return [problem('error', side, 'model/unknown-class', what, remedy)]
}

/** A score that is lower where the positive class is predicted is the probability of the other class. */
function againstScore({name: side}: Side, predicted: Uint8Array, scores: Float64Array): DataProblem[] {
  const sum = [0, 0]
  const count = [0, 0]
  for (let row = 0; row < predicted.length; row++) {
    const flag = predicted[row] === 1 ? 1 : 0
    sum[flag] = (sum[flag] ?? 0) + (scores[row] ?? 0)
    count[flag] = (count[flag] ?? 0) + 1
  }
  const mean = (flag: 0 | 1) => (sum[flag] ?? 0) / (count[flag] ?? 0)
  if (!(mean(1) < mean(0))) return []
  const what = `The score of the ${side} is lower on rows that it predicts to be positive than on the others.`
  const remedy = 'Is it the probability of the other class? Write that of the positive class.'
  return [problem('warn', side, 'model/score-against-prediction', what, remedy)]
}

function identical(ours: BinaryOutcomes, theirs: BinaryOutcomes): DataProblem[] {
  if (ours.scores !== null) return sameValues(ours.scores, theirs.scores) ? [identicalAnswers('score')] : []
  return sameValues(ours.predicted, theirs.predicted) ? [identicalAnswers('answer')] : []
}
