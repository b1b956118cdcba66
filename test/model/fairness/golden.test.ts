import {describe, expect, test} from 'vitest'
import {answerTo, fairnessCases} from '../../golden/model/fairness/golden.ts'

describe('fairness equals fairlearn', () => {
  test.each(fairnessCases().map(each => [each.name, each] as const))('%s', (_, given) => {
    const wrong = given.questions.flatMap(question => [
      ...differing(answerTo(given, question, false), question.value, [question, 'unweighted']),
      ...differing(answerTo(given, question, true), question.weighted, [question, 'weighted']),
    ])
    expect(wrong).toEqual([])
  })

  test('there are questions of every kind, and most of them have an answer', () => {
    const questions = fairnessCases().flatMap(({questions}) => questions)
    expect(new Set(questions.map(({measure}) => measure)).size).toBe(11)
    expect(questions.filter(({value}) => value !== 'undefined').length).toBeGreaterThan(questions.length * 0.7)
  })
})

/** To 1e-9 of the value, or of one where it is smaller: rates are sums of up to some hundred terms. */
function differing(seen: number | 'undefined', expected: number | 'undefined', about: unknown) {
  if (seen === expected) return []
  if (seen === 'undefined' || expected === 'undefined') return [{about, seen, expected}]
  return Math.abs(seen - expected) <= 1e-9 * Math.max(1, Math.abs(expected)) ? [] : [{about, seen, expected}]
}
