import {describe, expect, test} from 'vitest'
import {runBacktest} from '../../src/backtest/backtest.ts'
import {environment} from '../rollout/world.ts'
import {minute, type Pair, start, traceOf} from './lines.ts'

const policy = environment()
const run = (trace: ReturnType<typeof traceOf>) =>
  runBacktest({
    trace,
    before: null,
    environmentName: 'production',
    environment: policy,
    mode: {kind: 'follow-trace'},
  }).backtest

const ticks = (count: number, bad: number): Pair[] =>
  Array.from({length: count}, () => [
    [2000, bad],
    [18_000, 30],
  ])

describe('a backtest', () => {
  test('counts who met the candidate until each verdict, by us and by others', () => {
    const told = run(traceOf([...ticks(3, 3), ...ticks(20, 200)]))
    expect(told).toMatchObject({outcome: 'aborted', guard: 'errors', afterSeconds: 20 * 60})
    expect(told.exposed).toEqual({requests: 8000, bad: {errors: 209}})
    const argo = told.competitors.find(({id}) => id === 'argo-rollouts')
    // The fourth failure is in the seventh look.
    expect(argo).toMatchObject({
      outcome: 'aborted',
      afterSeconds: 35 * 60,
      exposed: {requests: 14_000, bad: {errors: 809}},
    })
  })

  test('asks others, too, only about the time in which the candidate had traffic', () => {
    const idle: Pair[] = Array.from({length: 12}, () => [
      [0, 0],
      [20_000, 30],
    ])
    const trace = traceOf([...idle, ...ticks(12, 3)])
    const lines = trace.lines.map((line, index) => (index < 12 ? {...line, weightPercent: 0} : line))
    const told = run({...trace, lines})
    expect(told.outcome).toBe('promoted')
    expect(told.competitors.map(({id, outcome}) => [id, outcome])).toEqual([
      ['argo-rollouts', 'promoted'],
      ['flagger', 'promoted'],
      ['kayenta', 'promoted'],
      ['peeked-z-test', 'promoted'],
      ['alarm', 'promoted'],
    ])
    expect(told.trace).toEqual({
      lines: 24,
      from: new Date(start + 5 * minute).toISOString(),
      to: new Date(start + 120 * minute).toISOString(),
      intervalSeconds: 300,
    })
  })
})
