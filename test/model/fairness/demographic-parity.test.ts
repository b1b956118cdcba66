import {describe, expect, test} from 'vitest'
import {demographicParity} from '../../../src/model/fairness/demographic-parity.ts'

/** Rows from groups given as [name, rows, predicted positive]. */
function rowsOf(groups: readonly (readonly [string, number, number])[]) {
  const codes = Int32Array.from(groups.flatMap(([, n], code) => new Array<number>(n).fill(code)))
  const predicted = Uint8Array.from(
    groups.flatMap(([, n, hits]) => Array.from({length: n}, (_, row) => (row < hits ? 1 : 0))),
  )
  return {column: {codes, names: groups.map(([name]) => name)}, predicted}
}

function parityOf(groups: readonly (readonly [string, number, number])[], minGroup = 30) {
  const {column, predicted} = rowsOf(groups)
  return demographicParity(column, predicted, {minGroup, coverage: 0.95})
}

describe('demographicParity', () => {
  test('is the largest minus the smallest share predicted positive, with the interval of those two groups', () => {
    // 56/70 and 48/80 are the example of Newcombe 1998: 0.0524 to 0.3339.
    const parity = parityOf([
      ['a', 80, 48],
      ['b', 70, 56],
      ['c', 100, 70],
    ])
    expect(parity.difference).toBeCloseTo(0.2, 12)
    expect(parity.interval?.low).toBeCloseTo(0.0524, 4)
    expect(parity.interval?.high).toBeCloseTo(0.3339, 4)
    expect(parity.groups.map(group => group.name)).toEqual(['b', 'c', 'a'])
    expect(parity).toMatchObject({leftOut: 0, n: 250})
  })

  test('a small group neither counts nor is named: only that it was left out', () => {
    const parity = parityOf([
      ['a', 100, 50],
      ['b', 30, 15],
      ['tiny', 29, 29],
    ])
    expect(parity).toMatchObject({difference: 0, leftOut: 1, n: 130})
    expect(JSON.stringify(parity)).not.toContain('tiny')
  })

  test.each([
    ['one group', [['a', 100, 50]]],
    [
      'one large group beside a small one',
      [
        ['a', 100, 50],
        ['b', 5, 5],
      ],
    ],
    [
      'small groups only',
      [
        ['a', 3, 1],
        ['b', 5, 5],
      ],
    ],
  ] as const)('%s: there is no difference to speak of, and it is not 0', (_, groups) => {
    expect(parityOf(groups)).toMatchObject({difference: null, interval: null})
  })
})
