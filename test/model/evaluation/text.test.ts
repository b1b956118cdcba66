import {describe, expect, test} from 'vitest'
import {textCases} from './cases/text.ts'
import {changedNames, changedTexts} from './changes.ts'
import {testProblems} from './test-problems.ts'
import {evaluate} from './worlds.ts'

const answer = (values: Parameters<typeof changedTexts>[3]) => changedTexts('text', 'candidate', 'answer', values)
const ok = (values: Parameters<typeof changedNames>[3]) => changedNames('text', 'candidate', 'ok', values)

describe('texts', () => {
  testProblems('text', textCases)

  test.each(['true', 'True', 'TRUE', 'yes', '1', '1.0'])('%s is correct', word => {
    const {evaluation} = evaluate('text', {candidate: {ok: ok(value => (value === 'True' ? word : 'no'))}})
    const outcomes = evaluation?.candidate
    expect(outcomes?.task === 'text' && [...(outcomes.correct ?? [])].slice(0, 2)).toEqual([1, 0])
  })

  test('references and answers are read as they are written', () => {
    const {evaluation} = evaluate('text', {candidate: {answer: answer({0: ' Zürich | "Bern" '})}})
    const outcomes = evaluation?.candidate
    expect(outcomes?.task === 'text' && outcomes.answerOf?.(0)).toBe(' Zürich | "Bern" ')
    expect(outcomes?.task === 'text' && outcomes.referencesOf(0)).toEqual(['It is 0.', '0'])
    expect(outcomes?.task === 'text' && outcomes.problems?.count).toBe(15)
  })

  test('where tests say what is correct, neither references nor answers are needed', () => {
    const {evaluation, problems} = evaluate('text', {columns: {prediction: undefined}, both: {label: undefined}})
    expect(problems).toEqual([])
    expect(evaluation?.candidate).toMatchObject({answerOf: null})
    expect(evaluation?.candidate.task === 'text' && evaluation.candidate.referencesOf(0)).toEqual([])
  })

  test('samples of one problem come and go together, also where nobody names a cluster', () => {
    const {evaluation} = evaluate('text', {columns: {cluster: undefined}})
    expect(evaluation?.sample.clusters?.count).toBe(15)
  })

  test('without tests the references are needed', () => {
    const {problems} = evaluate('text', {columns: {correct: undefined}, both: {label: undefined}})
    expect(problems.map(({side, reason}) => [side, reason])).toEqual([
      ['candidate', 'model/column-missing'],
      ['baseline', 'model/column-missing'],
    ])
  })
})
