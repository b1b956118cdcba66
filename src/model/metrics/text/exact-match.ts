import type {Metric} from '../metric.ts'
import {bestAgreement} from './answers.ts'
import {normaliseAnswer} from './normalise-answer.ts'

/** Share of rows whose normalised answer equals a normalised accepted answer: `exact` of SQuAD's evaluation script. */
export const exactMatch: Metric<'text'> = {
  name: 'exact-match',
  task: 'text',
  convention: () =>
    'exact-match: equal to one of the accepted answers after SQuAD normalisation (case, ASCII punctuation, the words a, an, the, white space)',
  statistic: bestAgreement(
    normaliseAnswer,
    text => text === '',
    (answer, reference) => (answer === reference ? 1 : 0),
  ),
}
