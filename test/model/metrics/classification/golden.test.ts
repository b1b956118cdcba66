import {describe, expect, test} from 'vitest'
import {answerTo, deviationOf, goldenFiles, outcomesOf} from '../../../golden/model/golden.ts'

// Values of scikit-learn 1.9.1, made by test/golden/model/classification/make.py.
describe.each(goldenFiles('classification'))('$path agrees with $file.source', ({file}) => {
  test.each(file.cases)('$name', ({outcomes: golden, weights, questions}) => {
    const outcomes = outcomesOf(golden)
    const rowWeights = Float64Array.from(weights ?? [])
    for (const {value, weighted, ...question} of questions) {
      const plain = answerTo(outcomes, question, null)
      expect(
        deviationOf(plain, value ?? 'undefined'),
        `${JSON.stringify(question)}: ${plain}, not ${value}`,
      ).toBeLessThan(1e-9)
      const withWeights = answerTo(outcomes, question, rowWeights)
      expect(
        deviationOf(withWeights, weighted ?? 'undefined'),
        `${JSON.stringify(question)} with weights: ${withWeights}, not ${weighted}`,
      ).toBeLessThan(1e-9)
    }
  })
})

test('the golden files hold thousands of values, and hundreds of questions without an answer', () => {
  const answers = goldenFiles('classification').flatMap(({file}) =>
    file.cases.flatMap(({questions}) => questions.flatMap(({value, weighted}) => [value, weighted])),
  )
  expect(answers.filter(value => typeof value === 'number').length).toBeGreaterThan(7000)
  expect(answers.filter(value => value === 'undefined').length).toBeGreaterThan(300)
  expect(new Set(answers).size).toBeGreaterThan(2000)
})
