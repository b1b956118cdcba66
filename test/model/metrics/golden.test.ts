import {describe, expect, test} from 'vitest'
import {answerTo, deviationOf, type GoldenCase, goldenFiles, outcomesOf} from '../../golden/model/golden.ts'

// Expected values: make.py in each folder of test/golden/model, by scikit-learn, by definition in exact arithmetic, or by
// the published evaluation script.
describe.each(['regression', 'ranking', 'text'])('%s metrics agree with their reference to 1e-9', folder => {
  const cases = goldenFiles(folder).flatMap(({file}) => file.cases)

  test.each(cases)('$name', golden => {
    expect(answersTo(golden).filter(({answer, expected}) => !(deviationOf(answer, expected) <= 1e-9))).toEqual([])
  })

  test('on enough values to tell', () => {
    const expected = cases.flatMap(answersTo).map(each => each.expected)
    expect(expected.length).toBeGreaterThan(100)
    expect(expected.filter(value => value !== 'undefined').length).toBeGreaterThan(90)
    expect(expected).toContain('undefined')
  })
})

function answersTo({outcomes: golden, weights, questions}: GoldenCase) {
  const outcomes = outcomesOf(golden)
  return questions.flatMap(({value, weighted, ...question}) => [
    ...(value === undefined ? [] : [{question, expected: value, answer: answerTo(outcomes, question, null)}]),
    ...(weighted === undefined || weights === undefined
      ? []
      : [{question, expected: weighted, answer: answerTo(outcomes, question, Float64Array.from(weights))}]),
  ])
}
