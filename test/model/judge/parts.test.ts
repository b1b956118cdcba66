/** The small parts that a judgement is put together from. */
import {describe, expect, test} from 'vitest'
import {gate as gateSchema, type MetricGate, type ModelGate} from '../../../src/config/model-gate-schema.ts'
import type {Finding} from '../../../src/core/finding.ts'
import {questionName} from '../../../src/core/metric-question.ts'
import {verdicts} from '../../../src/core/verdict.ts'
import {bearingOf, withBearing} from '../../../src/model/judge/bearing.ts'
import {furtherColumns} from '../../../src/model/judge/further-columns.ts'
import {questionOfGate, questionsOf} from '../../../src/model/judge/questions.ts'
import {readingOf} from '../../../src/model/judge/reading.ts'
import {rowValuesOf} from '../../../src/model/judge/row-values.ts'
import {predictionsConfig} from '../evaluation/predictions-config.ts'
import {binaryEvaluation, category, evaluationOf, numbers, times} from '../slices/evaluations.ts'

const parsed = (gate: object): ModelGate => gateSchema.parse(gate)

function metricGate(gate: object): MetricGate {
  const found = parsed(gate)
  if (!('metric' in found)) throw new Error('no metric gate')
  return found
}

describe('what an answer does', () => {
  const finding = (verdict: Finding['verdict']): Finding => ({
    id: 'model/x',
    verdict,
    reason: 'model/y',
    subject: 's',
    what: 'Something was seen.',
    details: {groups: 2},
  })
  const softened = (bearing: Parameters<typeof withBearing>[1]) =>
    verdicts.map(verdict => withBearing([finding(verdict)], bearing)[0]?.verdict)

  test.each([
    [{whenFailed: 'block', whenInconclusive: 'block'}, [...verdicts]],
    [{whenFailed: 'warn', whenInconclusive: 'block'}, verdicts.map(each => (each === 'fail' ? 'warn' : each))],
    [{whenFailed: 'block', whenInconclusive: 'warn'}, verdicts.map(each => (each === 'inconclusive' ? 'warn' : each))],
    [
      {whenFailed: 'warn', whenInconclusive: 'warn'},
      verdicts.map(each => (each === 'fail' || each === 'inconclusive' ? 'warn' : each)),
    ],
  ] as const)('%o: an error is never softened, and nothing becomes a pass', (bearing, expected) => {
    expect(softened(bearing)).toEqual(expected)
  })

  test('keeps its reason, its numbers and the verdict that it would have had', () => {
    const [soft] = withBearing([finding('fail')], {whenFailed: 'warn', whenInconclusive: 'block'})
    expect(soft).toMatchObject({reason: 'model/y', details: {groups: 2, softenedFrom: 'fail'}})
    expect(soft?.what).toBe('Something was seen. The config lets this pass with a warning (when-failed).')
  })

  test('is said by the gate, else by the whole config', () => {
    const whole = {'when-inconclusive': 'warn'} as const
    expect(bearingOf(parsed({metric: 'f1', 'at-least': 0.5}), whole)).toEqual({
      whenFailed: 'block',
      whenInconclusive: 'warn',
    })
    const own = parsed({metric: 'f1', 'at-least': 0.5, 'when-inconclusive': 'block', 'when-failed': 'warn'})
    expect(bearingOf(own, whole)).toEqual({whenFailed: 'warn', whenInconclusive: 'block'})
  })
})

describe('the questions of a run', () => {
  const rows = binaryEvaluation({positive: times(40, 1), predicted: times(40, 1)})
  const names = (gates: readonly object[], outcomes = rows.candidate) =>
    questionsOf(gates.map(parsed), outcomes).map(({name}) => name)

  test('are those of the gates first, and each is asked once', () => {
    const asked = names([
      {metric: 'mcc', 'at-least': 0.1},
      {metric: 'f-beta', beta: 2, 'at-least': 0.1},
      {metric: 'mcc', 'may-lose': 0.1},
    ])
    expect(asked.slice(0, 2)).toEqual(['mcc', 'f-beta (beta 2)'])
    expect(asked.filter(name => name === 'mcc')).toHaveLength(1)
  })

  test('leave out usual ones that these rows cannot answer, and nothing that a gate asks', () => {
    expect(names([])).not.toContain('roc-auc')
    expect(names([{metric: 'roc-auc', 'at-least': 0.5}])[0]).toBe('roc-auc')
    const scored = binaryEvaluation({positive: [1, 0], predicted: [1, 0], scores: [0.9, 0.1]})
    expect(names([], scored.candidate)).toContain('roc-auc')
  })

  test.each([
    [
      'regression without points',
      {
        task: 'regression',
        rows: 1,
        target: new Float64Array(1),
        predicted: null,
        quantiles: [],
        interval: {low: new Float64Array(1), high: new Float64Array(1)},
      },
      ['interval-coverage', 'interval-width'],
    ],
    [
      'text that somebody judged',
      {task: 'text', rows: 1, referencesOf: () => [], answerOf: null, correct: new Uint8Array(1), problems: null},
      ['correct-share'],
    ],
    [
      'text beside references',
      {task: 'text', rows: 1, referencesOf: () => [], answerOf: () => '', correct: null, problems: null},
      ['exact-match', 'token-f1'],
    ],
    [
      'ranking',
      {
        task: 'ranking',
        rows: 1,
        relevance: new Float64Array(1),
        scores: new Float64Array(1),
        queries: {codes: new Int32Array(1), count: 1},
      },
      ['ndcg', 'map', 'mrr'],
    ],
  ] as const)('%s: what a person expects to see', (_, outcomes, expected) => {
    expect(names([], outcomes)).toEqual(expected)
  })

  test('are those of the metric, without the limits and the slices of the gate', () => {
    const gate = metricGate({
      metric: 'f1',
      average: 'macro',
      class: 7,
      'at-least': 0.1,
      'in-each': ['sex'],
      'min-rows': 5,
    })
    const {metric, average, class: only, ...rest} = questionOfGate(gate)
    expect([metric, average, only]).toEqual(['f1', 'macro', '7'])
    expect(Object.values(rest).every(value => value === undefined)).toBe(true)
    expect(questionName(questionOfGate(gate))).toBe('f1 macro of 7')
  })
})

describe('columns that no role names', () => {
  const columns = predictionsConfig({positive: 'bad', columns: {score: 'p', groups: ['sex']}}).columns
  const further = (gates: readonly object[], slices: readonly {name: string; where: string}[] = []) =>
    furtherColumns(gates.map(parsed), slices, {columns})

  test('of a value are read of both models: a decision belongs to one', () => {
    expect(further([{metric: 'value', of: "amount * (answer == 'bad')", 'at-least': 0}])).toEqual([
      {name: 'amount', kind: 'number', on: 'both'},
      {name: 'answer', kind: 'category', on: 'both'},
    ])
  })

  test('of a slice are read of the candidate alone', () => {
    expect(further([], [{name: 'young', where: 'age < 25'}])).toEqual([{name: 'age', kind: 'number', on: 'candidate'}])
  })

  test('of weak segments are categories, where they are no group already', () => {
    expect(further([{'weak-segments': 'accuracy', 'may-lag': 0.1, among: ['sex', 'job']}])).toEqual([
      {name: 'job', kind: 'category', on: 'candidate'},
    ])
    expect(further([{'weak-segments': 'accuracy', 'may-lag': 0.1}])).toEqual([])
  })

  test('of an expression that cannot be read are none: its gate says so', () => {
    expect(further([{metric: 'value', of: 'amount *', 'at-least': 0}], [{name: 'x', where: 'age <'}])).toEqual([])
  })
})

describe('values of the rows', () => {
  const evaluation = {
    ...binaryEvaluation({
      positive: [1, 0],
      predicted: [1, 0],
      columns: {amount: numbers([10, 20]), answer: category(['bad', 'good'])},
    }),
    baselineColumns: new Map(Object.entries({answer: category(['good', 'bad'])})),
  }
  const valuesOf = (side: 'candidate' | 'baseline', text: string) => rowValuesOf(evaluation, side).valuesOf(text)

  test('are those of each model’s own file, and of the candidate’s where the baseline’s lacks a column', () => {
    expect(valuesOf('candidate', "amount * (answer == 'bad')")).toEqual(Float64Array.of(10, 0))
    expect(valuesOf('baseline', "amount * (answer == 'bad')")).toEqual(Float64Array.of(0, 20))
  })

  test('of an expression that cannot be read are an error with its place', () => {
    expect(valuesOf('candidate', 'amount *')).toMatchObject({
      kind: 'undefined',
      verdict: 'error',
      reason: 'model/expression-malformed',
    })
  })

  test('of a column that is not there are an error', () => {
    expect(valuesOf('baseline', 'price * 2')).toMatchObject({kind: 'undefined', verdict: 'error'})
  })

  test('without a baseline are those of the candidate’s file', () => {
    expect(rowValuesOf({...evaluation, baselineColumns: null}, 'baseline').valuesOf('amount')).toEqual(
      Float64Array.of(10, 20),
    )
  })
})

describe('how rows were read', () => {
  const outcomes = {
    task: 'multilabel',
    rows: 2,
    classes: ['a'],
    labels: [new Uint8Array(2)],
    predicted: [new Uint8Array(2)],
    scores: null,
  } as const
  test.each([
    [{}, {}, 'multilabel'],
    [{classes: ['a', 'b']}, {}, 'multilabel, classes "a", "b"'],
    [{}, {weights: [1, 2]}, 'multilabel, weighted'],
  ])('%o %o: %s', (config, rows, expected) => {
    expect(readingOf(config, evaluationOf(outcomes, rows))).toBe(expected)
  })

  test('names the positive class, and not the threshold', () => {
    const config = predictionsConfig({positive: true, threshold: 0.3, columns: {score: 'p'}})
    expect(readingOf(config, binaryEvaluation({positive: [1], predicted: [1]}))).toBe('binary, positive "true"')
  })
})
