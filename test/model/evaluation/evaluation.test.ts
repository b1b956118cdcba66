import {describe, expect, test} from 'vitest'
import {tasks} from '../../../src/core/metric-catalog.ts'
import {evaluate} from './worlds.ts'

describe('predictions in which nothing is wrong', () => {
  test.each(tasks)('%s: both models are read, and nothing is said', task => {
    const {evaluation, problems} = evaluate(task)
    expect(problems).toEqual([])
    expect(evaluation).toMatchObject({task, rows: 60, candidate: {task, rows: 60}, baseline: {task, rows: 60}})
    expect(evaluation?.sample).toMatchObject({rows: 60, clusters: {count: expect.any(Number)}})
    expect(evaluation?.groups.get('region')?.names).toEqual(['north', 'south'])
    expect(evaluation?.period).toEqual({from: Date.UTC(2026, 0, 1), to: Date.UTC(2026, 0, 28)})
    expect(evaluation?.digest).toMatch(/^sha256:[0-9a-f]{64}$/)
  })

  test.each(tasks)('%s: the first release has no baseline, and nothing is said of one', task => {
    const {evaluation, problems} = evaluate(task, {baseline: null})
    expect(problems).toEqual([])
    expect(evaluation).toMatchObject({baseline: null, baselineColumns: null})
  })
})
