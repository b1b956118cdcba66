import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import type {TextColumn} from '../../../src/model/readers/columns.ts'
import {indexTexts} from '../../../src/model/readers/text-index.ts'

function texts(values: readonly string[]): TextColumn {
  const encoded = values.map(value => new TextEncoder().encode(value))
  const offsets = new Uint32Array(values.length + 1)
  encoded.forEach((value, row) => {
    offsets[row + 1] = (offsets[row] ?? 0) + value.length
  })
  return {kind: 'text', bytes: Uint8Array.from(encoded.flatMap(value => [...value])), offsets, empty: 0}
}

describe('indexTexts', () => {
  test('finds the first row with the same text in another column', () => {
    const index = indexTexts(texts(['a', 'b', 'ä', 'b']))
    const other = texts(['b', 'ä', 'A', '', 'ab', 'a'])
    expect([0, 1, 2, 3, 4, 5].map(row => index.find(other, row))).toEqual([1, 2, -1, -1, -1, 0])
  })

  test('counts rows that repeat an earlier one, with three examples', () => {
    expect(indexTexts(texts(['a', 'b', 'a', 'a', 'c', 'b', 'b'])).duplicates).toEqual({count: 4, rows: [2, 3, 5]})
    expect(indexTexts(texts(['a', 'b'])).duplicates).toEqual({count: 0, rows: []})
  })

  test('absent texts repeat nothing and are equal to nothing', () => {
    const column = texts(['', 'a', '', ''])
    expect(indexTexts(column).duplicates.count).toBe(0)
    expect(indexTexts(column).find(column, 0)).toBe(-1)
  })

  test('no column is no problem', () => {
    expect(indexTexts(texts([])).find(texts(['a']), 0)).toBe(-1)
  })

  test('agrees with a Map of strings', () => {
    const values = fc.array(fc.string({unit: fc.constantFrom('a', 'b', 'é'), maxLength: 3}), {maxLength: 60})
    fc.assert(
      fc.property(values, values, (left, right) => {
        const index = indexTexts(texts(left))
        const found = right.map((_, row) => index.find(texts(right), row))
        expect(found).toEqual(right.map(text => (text === '' ? -1 : left.indexOf(text))))
        const repeated = left.filter((text, row) => text !== '' && left.indexOf(text) !== row)
        expect(index.duplicates.count).toBe(repeated.length)
      }),
    )
  })

  test('neighbouring ids of a long file do not crowd together', () => {
    const column = texts(Array.from({length: 200_000}, (_, row) => `customer-${row}`))
    const index = indexTexts(column)
    expect(index.duplicates.count).toBe(0)
    for (let row = 0; row < 200_000; row += 997) expect(index.find(column, row)).toBe(row)
  })
})
