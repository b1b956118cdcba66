import {describe, expect, test} from 'vitest'
import {judgeSlices} from '../../../src/model/checks/slice.ts'
import type {Slice} from '../../../src/model/slices/slice.ts'

function slice(name: string, source: string, rows: number, more: Partial<Slice> = {}): Slice {
  return {name, source, rows: new Uint32Array(rows), ...more}
}

describe('judgeSlices', () => {
  test('slices with rows enough are usable and need no words', () => {
    const all = [slice('sex: f', 'sex', 30), slice('sex: m', 'sex', 31)]
    expect(judgeSlices(all, 30, 'accuracy')).toEqual({usable: all, findings: []})
  })

  test('small slices of a column are one finding that counts them and names none', () => {
    const {usable, findings} = judgeSlices(
      [slice('city: Oslo', 'city', 99), slice('city: Aix', 'city', 29), slice('city: Ulm', 'city', 3)],
      30,
      'accuracy',
    )
    expect(usable.map(({name}) => name)).toEqual(['city: Oslo'])
    expect(findings).toMatchObject([
      {id: 'model/slice-judged', verdict: 'inconclusive', reason: 'model/slice-too-small', subject: 'accuracy, city'},
    ])
    expect(findings[0]?.what).toBe('2 values of city have fewer than 30 rows: nothing is concluded there.')
    expect(JSON.stringify(findings)).not.toMatch(/Aix|Ulm|29/)
  })

  test.each([
    [0, 'model/slice-missing', 'No row is in the slice "the old": nothing is concluded there.'],
    [29, 'model/slice-too-small', 'The slice "the old" has fewer than 30 rows: nothing is concluded there.'],
  ])('a declared slice of %i rows is inconclusive by its name', (rows, reason, what) => {
    const {usable, findings} = judgeSlices([slice('the old', 'the old', rows)], 30, 'recall')
    expect(usable).toEqual([])
    expect(findings).toMatchObject([{verdict: 'inconclusive', reason, what}])
  })

  test('a problem is passed on as it is, and its slice is not judged', () => {
    const problem = {verdict: 'error', reason: 'model/slice-missing', what: 'Gone.', remedy: 'Find it.'} as const
    const {usable, findings} = judgeSlices([slice('x', 'x', 100, {problem})], 30, 'recall')
    expect(usable).toEqual([])
    expect(findings).toMatchObject([{id: 'model/slice-judged', subject: 'recall, x', ...problem}])
  })

  test('rows that an expression could not decide are a warning', () => {
    const {usable, findings} = judgeSlices([slice('the old', 'the old', 100, {undecided: 7})], 30, 'recall')
    expect(usable).toHaveLength(1)
    expect(findings).toMatchObject([{verdict: 'warn', reason: 'model/slice-undecided-rows', n: 7}])
  })
})
