import type {Metric} from '../metric.ts'
import {bestAgreement} from './answers.ts'
import {tokensOf} from './normalise-answer.ts'

/** Mean over rows of the F1 of words, the best over the accepted answers: `f1` of SQuAD 2.0's evaluation script. */
export const tokenF1: Metric<'text'> = {
  name: 'token-f1',
  task: 'text',
  convention: () =>
    'token-f1: F1 of the words after SQuAD normalisation, the best over the accepted answers; where one side has no word, 1 if both have none and else 0',
  statistic: bestAgreement(tokensOf, tokens => tokens.length === 0, overlap),
}

function overlap(answer: readonly string[], reference: readonly string[]): number {
  if (answer.length === 0 || reference.length === 0) return answer.length === reference.length ? 1 : 0
  const left = new Map<string, number>()
  for (const token of reference) left.set(token, (left.get(token) ?? 0) + 1)
  let shared = 0
  for (const token of answer) {
    const count = left.get(token) ?? 0
    if (count > 0) shared++
    left.set(token, count - 1)
  }
  return (2 * shared) / (answer.length + reference.length)
}
