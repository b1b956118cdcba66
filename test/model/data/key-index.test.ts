import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {combineHashes, hashCells} from '../../../src/model/data/cell-hashes.ts'
import {checksumOf, countDifferences} from '../../../src/model/data/checksum.ts'
import {countUnknown, indexKeys} from '../../../src/model/data/key-index.ts'
import {categories, instants, lists, numbers, texts} from '../evaluation/tables.ts'

const cell = fc.oneof(
  fc.constant(null),
  fc.constantFrom('', 'a', 'b', 'ab', 'abc', 'abcd', 'abcde', 'ä', '007', '7'),
  fc.string(),
)
const cells = fc.array(cell, {maxLength: 60})

describe('an index of keys', () => {
  test('counts what a map of strings counts', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell), {maxLength: 80}), rows => {
        const columns = [texts(rows.map(([a]) => a)), texts(rows.map(([, b]) => b))]
        const whole = rows.filter(([a, b]) => a !== null && a !== '' && b !== null && b !== '')
        const distinct = new Set(whole.map(key => JSON.stringify(key))).size
        const index = indexKeys(columns, rows.length)
        expect(index).toMatchObject({
          distinct,
          repeated: whole.length - distinct,
          incomplete: rows.length - whole.length,
        })
      }),
    )
  })

  test('tells the two parts of a key apart', () => {
    expect(indexKeys([texts(['ab', 'a']), texts(['c', 'bc'])], 2).repeated).toBe(0)
  })

  test('finds the keys of another table', () => {
    fc.assert(
      fc.property(cells, cells, (parents, children) => {
        const index = indexKeys([texts(parents)], parents.length)
        const known = new Set(parents.filter(value => value !== null && value !== ''))
        const present = children.filter(value => value !== null && value !== '')
        expect(countUnknown(index, [texts(children)], children.length)).toEqual({
          unknown: present.filter(value => !known.has(value)).length,
          missing: children.length - present.length,
        })
      }),
    )
  })

  test('has no key where there is no row', () => {
    expect(countUnknown(indexKeys([texts([])], 0), [texts(['a'])], 1)).toEqual({unknown: 1, missing: 0})
  })
})

describe('a checksum of a column', () => {
  test('does not depend on the order of rows', () => {
    fc.assert(
      fc.property(cells, values => {
        expect(checksumOf(texts([...values].reverse()))).toEqual(checksumOf(texts(values)))
      }),
    )
  })

  test('tells how often a value stands there', () => {
    // An exclusive or of hashes would call these two alike.
    expect(checksumOf(texts(['a', 'a'])).text).not.toBe(checksumOf(texts(['b', 'b'])).text)
    expect(checksumOf(texts(['a', 'a', 'b'])).text).not.toBe(checksumOf(texts(['a', 'b', 'b'])).text)
  })

  test('differs wherever the values do', () => {
    fc.assert(
      fc.property(cells, cells, (left, right) => {
        const sorted = (values: readonly (string | null)[]) => JSON.stringify(values.map(value => value ?? '').sort())
        const alike = checksumOf(texts(left)).text === checksumOf(texts(right)).text && left.length === right.length
        expect(alike).toBe(sorted(left) === sorted(right))
      }),
    )
  })

  test('is the same whether words were read as texts or as categories', () => {
    const words = ['red', 'green', null, 'red']
    expect(checksumOf(categories(words))).toEqual(checksumOf(texts(words)))
  })

  test('takes numbers by value, and both zeros as one', () => {
    expect(checksumOf(numbers([0, 1.5]))).toEqual(checksumOf(numbers([1.5, -0])))
    expect(checksumOf(numbers([1]))).not.toEqual(checksumOf(numbers([-1])))
  })

  test('tells an empty list from none', () => {
    expect(checksumOf(lists([[]]))).not.toEqual(checksumOf(lists([null])))
    expect(checksumOf(lists([['a', 'b']]))).not.toEqual(checksumOf(lists([['b', 'a']])))
  })
})

test('values that only one side has are counted as often as they stand there', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({min: 0, max: 5})), fc.array(fc.integer({min: 0, max: 5})), (left, right) => {
      const more = (a: readonly number[], b: readonly number[]) =>
        [0, 1, 2, 3, 4, 5].reduce((sum, value) => sum + Math.max(0, count(a, value) - count(b, value)), 0)
      expect(countDifferences(numbers(left), numbers(right))).toEqual({
        onlyLeft: more(left, right),
        onlyRight: more(right, left),
      })
    }),
  )
})

function count(values: readonly number[], asked: number): number {
  return values.filter(value => value === asked).length
}

test('a hash spreads neighbours over all its bits', () => {
  const values = Array.from({length: 4096}, (_, row) => row)
  for (const column of [
    numbers(values),
    texts(values.map(String)),
    instants(values.map(day => new Date(day * 864e5).toISOString())),
  ]) {
    const {first, second} = combineHashes([hashCells(column)], 4096)
    for (const hashes of [first, second]) {
      // 4096 balls into 256 boxes: 16 each, by chance between 1 and 40.
      const boxes = new Array<number>(256).fill(0)
      for (const hash of hashes) boxes[hash & 255] = (boxes[hash & 255] ?? 0) + 1
      expect(Math.max(...boxes)).toBeLessThan(45)
      expect(new Set(hashes).size).toBeGreaterThan(4080)
    }
  }
})
