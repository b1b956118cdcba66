import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {cellsBy} from '../../../../src/model/metrics/classification/cells.ts'

describe('cells', () => {
  test('only combinations that occur are counted, in the order of their codes', () => {
    const {cells, cellCount, exampleOf} = cellsBy(4, [
      {codes: Int32Array.of(2, 0, 2, 0), count: 3},
      {codes: Uint8Array.of(0, 1, 1, 1), count: 2},
    ])
    expect([...cells]).toEqual([1, 0, 2, 0])
    expect(cellCount).toBe(3)
    expect([...exampleOf]).toEqual([1, 0, 2])
  })

  // Up to 2^22 combinations are found by a table, more by a hash table.
  test.each([
    ['few', 5],
    ['too many for a table', 5_000_000],
  ])('rows share a cell exactly where all their codes are equal: %s combinations', (_, count) => {
    const code = fc.oneof(fc.nat(count - 1), fc.constantFrom(0, count - 1))
    fc.assert(
      fc.property(fc.array(fc.tuple(code, code), {minLength: 1, maxLength: 30}), list => {
        const traits = [0, 1].map(trait => ({codes: Int32Array.from(list, pair => pair[trait] ?? 0), count}))
        const {cells, cellCount, exampleOf} = cellsBy(list.length, traits)
        const keys = list.map(([first, second]) => first * count + second)
        const different = [...new Set(keys)].sort((one, other) => one - other)
        expect(cellCount).toBe(different.length)
        expect([...cells]).toEqual(keys.map(key => different.indexOf(key)))
        expect(Array.from(exampleOf, row => keys[row])).toEqual(different)
      }),
    )
  })
})
