import {describe, expect, test} from 'vitest'
import {changedLists, changedNames, changedTexts} from './changes.ts'
import {type ProblemCase, testProblems} from './problem-cases.ts'
import {categories, texts} from './tables.ts'
import {each, evaluate} from './worlds.ts'

const label = (values: Parameters<typeof changedLists>[3]) => changedLists('text', 'candidate', 'label', values)
const answer = (values: Parameters<typeof changedTexts>[3]) => changedTexts('text', 'candidate', 'answer', values)
const ok = (values: Parameters<typeof changedNames>[3]) => changedNames('text', 'candidate', 'ok', values)

const cases: readonly ProblemCase[] = [
  {
    title: 'a row without an accepted answer',
    change: {both: {label: label({1: null, 2: []})}, baseline: null},
    says: ['error candidate model/label-missing'],
    judged: 'none',
    words: /on 2 rows/,
  },
  {
    title: 'an empty answer counts as wrong, with a warning',
    change: {candidate: {answer: answer({1: null, 2: ''})}},
    says: ['warn candidate model/answer-empty'],
    judged: 'both',
    words: /on 2 rows; it counts as wrong/,
  },
  {
    title: 'an empty answer is right where nothing should be answered',
    change: {both: {label: label({1: [''], 2: ['']})}, candidate: {answer: answer({1: null, 2: null})}},
    says: [],
    judged: 'both',
  },
  {
    title: 'an empty answer of the baseline makes any candidate look better',
    change: {baseline: {answer: changedTexts('text', 'baseline', 'answer', {1: null})}},
    says: ['inconclusive baseline model/answer-empty'],
    judged: 'both',
  },
  {
    title: 'no answer at all',
    change: {candidate: {answer: texts(each(() => null))}},
    says: ['error candidate model/prediction-missing'],
    judged: 'none',
  },
  {
    title: 'correct that is neither true nor false: a share of passed tests is no yes',
    change: {candidate: {ok: ok({1: '0.75', 2: 'passed'})}},
    says: ['error candidate model/correct-not-boolean'],
    judged: 'none',
    words: /on 2 rows: "0\.75", "passed"/,
  },
  {
    title: 'correct that is not said',
    change: {candidate: {ok: ok({1: null})}},
    says: ['error candidate model/correct-missing'],
    judged: 'none',
  },
  {
    title: 'a judge that always says yes',
    change: {candidate: {ok: categories(each(() => 'true'))}},
    says: ['warn candidate model/correct-constant'],
    judged: 'both',
  },
  {
    title: 'references of the two files that differ',
    change: {baseline: {label: label({7: ['It is 8.']})}},
    says: ['error both model/labels-differ'],
    judged: 'candidate',
  },
  {
    title: 'a sample twice in one problem',
    change: {candidate: {id: changedTexts('text', 'candidate', 'id', {1: 's0'})}},
    says: ['error candidate model/duplicate-ids'],
    judged: 'none',
  },
  {
    title: 'two models that write the same',
    change: {baseline: {answer: answer({})}},
    says: ['warn both model/predictions-identical'],
    judged: 'both',
    words: /exactly the same text/,
  },
]

describe('texts', () => {
  testProblems('text', cases)

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

  test('without tests the references are needed', () => {
    const {problems} = evaluate('text', {columns: {correct: undefined}, both: {label: undefined}})
    expect(problems.map(({side, reason}) => [side, reason])).toEqual([
      ['candidate', 'model/column-missing'],
      ['baseline', 'model/column-missing'],
    ])
  })
})
