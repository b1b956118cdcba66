import type {PredictionsConfig} from '../gather.ts'
import type {Answers, Positive} from '../metrics/answers.ts'
import type {CategoryColumn} from '../readers/columns.ts'
import {type DataProblem, listed, rows} from './problem.ts'
import type {Side, SideName} from './side.ts'

/** What a model answers on each row: its predicted class, or the score held against the threshold. */
export function readAnswers(
  side: Pick<Side, 'prediction' | 'scores'>,
  label: CategoryColumn,
  positive: Positive,
  config: PredictionsConfig,
  name: SideName,
): {answers: Answers | null; problems: readonly DataProblem[]} {
  const {prediction, scores} = side
  if (prediction === null) {
    const predictedPositive = Uint8Array.from(scores ?? [], score => (score >= config.threshold ? 1 : 0))
    const correct = predictedPositive.map((flag, row) => (flag === positive[row] ? 1 : 0))
    const answers = {correct, predictedPositive, scores}
    return {answers, problems: oneClassPredicted(predictedPositive, positive, name)}
  }
  // The two columns number their classes each in its own way.
  const labelCodeOf = prediction.names.map(each => label.names.indexOf(each))
  const positiveCode = prediction.names.indexOf(config.positive)
  const unknownRows = prediction.codes.reduce((count, code) => count + (labelCodeOf[code] === -1 ? 1 : 0), 0)
  // Labels of one class cannot name what the model predicts beside it; that they are of one class is said elsewhere.
  if (unknownRows > 0 && label.names.length === 2) {
    const unknown = prediction.names.filter((_, code) => labelCodeOf[code] === -1)
    const what = `The ${name} predicts a class that no label has on ${rows(unknownRows)}: ${listed(unknown)}.`
    const remedy = 'Write predictions with the same names as labels ("1", "1.0" and "true" are three classes).'
    return {answers: null, problems: [{severity: 'error', side: name, reason: 'model/unknown-class', what, remedy}]}
  }
  const predictedPositive = Uint8Array.from(prediction.codes, code => (code === positiveCode ? 1 : 0))
  const correct = Uint8Array.from(prediction.codes, (code, row) => (labelCodeOf[code] === label.codes[row] ? 1 : 0))
  const problems: DataProblem[] = [...oneClassPredicted(predictedPositive, positive, name)]
  if (unknownRows > 0) {
    problems.push({
      // A baseline that looks worse than it is makes any candidate pass.
      severity: name === 'baseline' ? 'inconclusive' : 'warn',
      side: name,
      reason: 'model/unknown-class',
      what: `The ${name} predicts a class that no label has on ${rows(unknownRows)}; it counts as wrong.`,
      remedy: 'Check that predictions and labels write classes alike.',
    })
  }
  return {answers: {correct, predictedPositive, scores}, problems}
}

/** Two models that agree to the last digit are usually one model. */
export function sameAnswers(candidate: Answers, baseline: Answers): DataProblem[] {
  const {scores} = candidate
  if (!scores?.every((score, row) => score === baseline.scores?.[row])) return []
  return [
    {
      severity: 'warn',
      side: 'both',
      reason: 'model/predictions-identical',
      what: 'Candidate and baseline give exactly the same score on every row.',
      remedy: 'Check that the two files come from two models.',
    },
  ]
}

function oneClassPredicted(predicted: Uint8Array, positive: Positive, side: SideName): DataProblem[] {
  if (!predicted.every(flag => flag === predicted[0]) || positive.every(flag => flag === positive[0])) return []
  return [
    {
      severity: 'warn',
      side,
      reason: 'model/one-class-predicted',
      what: `The ${side} gives every row the same answer, ${predicted[0] === 1 ? 'positive' : 'not positive'}.`,
      remedy: 'Check the threshold and the score column; such a model can still have a high accuracy.',
    },
  ]
}
