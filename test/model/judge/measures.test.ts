import {describe, expect, test} from 'vitest'
import {judgedWith, validated} from './validated.ts'

describe('what evidence keeps of the rows', () => {
  test('every metric that has a value, with its interval, and how the rows were read', async () => {
    const {measures} = await judgedWith('multiclass', {gates: [{metric: 'f1', average: 'micro', 'at-least': 0.1}]})
    expect(measures).toMatchObject({rows: 180, reading: 'multiclass, weighted'})
    expect(Object.keys(measures?.values ?? {})).toEqual(
      expect.arrayContaining(['f1 micro', 'accuracy', 'roc-auc', 'log-loss']),
    )
    for (const {value, low = value, high = value} of Object.values(measures?.values ?? {})) {
      expect(low).toBeLessThanOrEqual(value)
      expect(high).toBeGreaterThanOrEqual(value)
    }
  })

  test('an interval with an open end as none: JSON has no infinity', async () => {
    const {measures} = await judgedWith('regression', {gates: [{metric: 'max-error', 'at-most': 1e9}]})
    const kept = measures?.values['max-error']
    expect(kept?.value).toBeGreaterThan(0)
    expect(kept).not.toHaveProperty('low')
    expect(JSON.stringify(measures)).not.toContain('null')
  })

  test('nothing of a metric that has no value', async () => {
    const {measures, result} = await judgedWith('binary', {
      gates: [{metric: 'recall', class: 'zebra', 'at-least': 0.1}],
    })
    expect(result.verdict).toBe('error')
    expect(Object.keys(measures?.values ?? {})).not.toContain('recall of zebra')
    expect(measures?.values.accuracy).toBeDefined()
  })

  test('the same name of the rows whatever their format, and the name of the file they came from', async () => {
    const [one, other] = [
      await judgedWith('binary'),
      await judgedWith('binary', {gates: [{metric: 'f1', 'at-least': 0}]}),
    ]
    expect(one.measures?.evaluation).toBe(other.measures?.evaluation)
    expect(one.measures?.predictions).toMatch(/^sha256:[0-9a-f]{64}$/)
  })

  test('nothing where no rows could be judged', async () => {
    const gates = [{metric: 'accuracy', 'at-least': 0.5}]
    const predictions = {candidate: 'none.csv', baseline: 'none', positive: 'bad', columns: {score: 'p'}}
    expect(await validated({}, {predictions, gates})).not.toHaveProperty('measures')
  })
})

describe('what evidence keeps of a file of metrics', () => {
  const judge = (file: object, gates: readonly object[]) =>
    validated({'metrics.json': JSON.stringify(file)}, {metrics: {candidate: 'metrics.json', baseline: 'none'}, gates})

  test('the values that gates ask for, by the names of the gates', async () => {
    const {reported} = await judge({f1: 0.8, loss: 0.2, other: 5}, [
      {reported: 'f1', 'at-least': 0.5},
      {reported: 'loss', 'at-most': 0.5, 'may-lose': 0.1},
    ])
    expect(reported).toEqual({f1: {value: 0.8}, loss: {value: 0.2}})
  })

  test('nothing that is no number or is not there', async () => {
    const asked = await judge({f1: null}, [
      {reported: 'f1', 'at-least': 0.5},
      {reported: 'auc', 'at-least': 0.5},
    ])
    expect(asked).not.toHaveProperty('reported')
  })

  test('nothing where the file could not be read', async () => {
    const gates = [{reported: 'f1', 'at-least': 0.5}]
    const {result, ...rest} = await validated(
      {'metrics.json': '{'},
      {metrics: {candidate: 'metrics.json', baseline: 'none'}, gates},
    )
    expect(result.verdict).toBe('error')
    expect(rest).not.toHaveProperty('reported')
  })
})
