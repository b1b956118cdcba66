import {describe, expect, test} from 'vitest'
import {tasks} from '../../../src/core/metric-catalog.ts'
import {columnRequests} from '../../../src/model/evaluation/requests.ts'
import {taskOf} from '../../../src/model/evaluation/task.ts'
import {predictionsConfig} from './predictions-config.ts'
import {worlds} from './worlds.ts'

const binary = predictionsConfig({
  positive: 'bad',
  columns: {score: 'p', groups: ['sex', 'age'], weight: 'w', cluster: 'customer', timestamp: 'at'},
})

describe('the columns to be read', () => {
  test('what describes a row is read from the candidate’s file alone', () => {
    const {candidate, baseline} = columnRequests(binary, [])
    const answers = [
      {name: 'id', kind: 'text'},
      {name: 'label', kind: 'category'},
      {name: 'p', kind: 'number'},
    ]
    expect(baseline).toEqual(answers)
    expect(candidate).toEqual([
      ...answers,
      {name: 'w', kind: 'number'},
      {name: 'customer', kind: 'category'},
      {name: 'at', kind: 'instant'},
      {name: 'sex', kind: 'category'},
      {name: 'age', kind: 'category'},
    ])
  })

  test('columns of expressions come after those with a role, which keep their kind', () => {
    const {candidate, baseline} = columnRequests(binary, [
      {name: 'amount', kind: 'category', on: 'candidate'},
      {name: 'amount', kind: 'number', on: 'both'},
      {name: 'country', kind: 'category', on: 'candidate'},
      {name: 'label', kind: 'number', on: 'both'},
    ])
    expect(candidate.slice(-2)).toEqual([
      {name: 'amount', kind: 'number'},
      {name: 'country', kind: 'category'},
    ])
    expect(baseline.slice(-1)).toEqual([{name: 'amount', kind: 'number'}])
    expect(candidate).toContainEqual({name: 'label', kind: 'category'})
  })

  test.each(tasks)('%s: no column is asked for twice', task => {
    const world = worlds[task]
    const config = predictionsConfig({...world.config, columns: world.columns})
    const {candidate, baseline} = columnRequests(config, [])
    for (const requests of [candidate, baseline]) {
      const names = requests.map(({name}) => name)
      expect(new Set(names).size).toBe(names.length)
    }
    expect(candidate.map(({name}) => name).sort()).toEqual(Object.keys(world.candidate).sort())
    expect(baseline.map(({name}) => name).sort()).toEqual(Object.keys(world.baseline).sort())
    expect(taskOf(config)).toBe(task)
  })

  test('a cell of several classes is taken apart at the separator; a text never is', () => {
    const several = predictionsConfig({task: 'multilabel', columns: {prediction: 'tags', separator: ';'}})
    expect(columnRequests(several, []).candidate.slice(1)).toEqual([
      {name: 'label', kind: 'list', separator: ';'},
      {name: 'tags', kind: 'list', separator: ';'},
    ])
    const text = predictionsConfig({task: 'text', columns: {prediction: 'answer'}})
    expect(columnRequests(text, []).candidate.slice(1)).toEqual([
      {name: 'label', kind: 'list', separator: '\u0000'},
      {name: 'answer', kind: 'text'},
    ])
  })

  test('a config that does not say what the model does is refused, with what its columns look like', () => {
    const config = predictionsConfig({columns: {score: 's', query: 'q'}})
    expect(() => columnRequests(config, [])).toThrow(
      expect.objectContaining({code: 'model/task-unknown', hint: expect.stringContaining('task: ranking')}),
    )
  })
})
