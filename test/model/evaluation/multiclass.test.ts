import {describe, expect, test} from 'vitest'
import {multiclassCases} from './cases/multiclass.ts'
import {changedNames} from './changes.ts'
import {numbers} from './tables.ts'
import {testProblems} from './test-problems.ts'
import {each, evaluate} from './worlds.ts'

const answer = (values: Parameters<typeof changedNames>[3]) => changedNames('multiclass', 'candidate', 'answer', values)
const theirAnswer = (values: Parameters<typeof changedNames>[3]) =>
  changedNames('multiclass', 'baseline', 'answer', values)
const noScores = {scores: undefined}

describe('predictions of several classes', () => {
  testProblems('multiclass', multiclassCases)

  test('without a list of classes there are those of labels and predictions of both files, by code unit', () => {
    const {evaluation} = evaluate('multiclass', {
      columns: noScores,
      candidate: {answer: answer({4: 'Zebra'})},
      baseline: {answer: theirAnswer({5: 'yak'})},
    })
    const classes = ['Zebra', 'ant', 'bee', 'cat', 'yak']
    expect(evaluation?.candidate).toMatchObject({classes})
    expect(evaluation?.baseline).toMatchObject({classes})
    expect(evaluation?.candidate.task === 'multiclass' && evaluation.candidate.label[0]).toBe(1)
    expect(evaluation?.candidate.task === 'multiclass' && evaluation.candidate.predicted[4]).toBe(0)
  })

  test('a baseline that cannot be used adds no class', () => {
    const {evaluation} = evaluate('multiclass', {columns: noScores, baseline: {answer: theirAnswer({5: 'BEE'})}})
    expect(evaluation?.candidate).toMatchObject({classes: ['ant', 'bee', 'cat']})
  })

  test('the classes of the config keep their order, and scores follow it', () => {
    const {evaluation} = evaluate('multiclass', {config: {classes: ['cat', 'ant', 'bee']}})
    const outcomes = evaluation?.candidate
    expect(outcomes).toMatchObject({classes: ['cat', 'ant', 'bee']})
    expect(outcomes?.task === 'multiclass' && outcomes.label.slice(0, 3)).toEqual(Int32Array.of(1, 2, 0))
    expect(outcomes?.task === 'multiclass' && outcomes.scores?.[1]?.[0]).toBeGreaterThan(0.5)
  })

  test('without a prediction column the highest score answers, the first of several', () => {
    const half = numbers(each(row => (row === 0 ? 0.4 : row === 1 ? 0.2 : 1)))
    const {evaluation} = evaluate('multiclass', {
      columns: {prediction: undefined},
      candidate: {
        p_ant: half,
        p_bee: numbers(each(row => (row < 2 ? 0.4 : 0))),
        p_cat: numbers(each(row => (row === 0 ? 0.2 : row === 1 ? 0.4 : 0))),
      },
    })
    const outcomes = evaluation?.candidate
    expect(outcomes?.task === 'multiclass' && outcomes.predicted.slice(0, 3)).toEqual(Int32Array.of(0, 1, 0))
  })
})
