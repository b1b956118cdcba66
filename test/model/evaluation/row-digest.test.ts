import {createHash} from 'node:crypto'
import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {digestRows} from '../../../src/model/evaluation/row-digest.ts'
import {categories, lists, numbers, texts} from './tables.ts'

/** The definition at the head of row-digest.ts once more, with strings and a plain sort. */
function expected(rows: readonly (readonly [key: string, truth: Buffer])[]): string {
  const hashed = rows.map(([key, truth]) => ({key: Buffer.from(key, 'utf8'), truth, hash: fnv1a(key)}))
  hashed.sort((a, b) => (a.hash < b.hash ? -1 : a.hash > b.hash ? 1 : Buffer.compare(a.key, b.key)))
  const parts = hashed.flatMap(({key, truth}) => [length(key.length), key, truth])
  return `sha256:${createHash('sha256').update(Buffer.concat(parts)).digest('hex')}`
}

function fnv1a(text: string): bigint {
  let hash = 2_166_136_261n
  for (const byte of Buffer.from(text, 'utf8')) hash = ((hash ^ BigInt(byte)) * 16_777_619n) % 2n ** 32n
  return hash
}

function length(count: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(count)
  return bytes
}

const withLength = (bytes: Buffer) => Buffer.concat([length(bytes.length), bytes])
const name = (text: string) => withLength(Buffer.from(text, 'utf8'))
const double = (value: number) => {
  const bytes = Buffer.alloc(8)
  bytes.writeDoubleLE(value)
  return withLength(bytes)
}
const several = (names: readonly string[]) => Buffer.concat([length(names.length), ...[...names].sort().map(name)])

describe('digestRows', () => {
  test('FNV-1a of the published test vectors', () => {
    // draft-eastlake-fnv, appendix C: "", "a", "foobar"
    expect([fnv1a(''), fnv1a('a'), fnv1a('foobar')]).toEqual([0x811c9dc5n, 0xe40c292cn, 0xbf9cf968n])
  })

  test('two keys of one hash stand in the order of their bytes', () => {
    // A known collision of FNV-1a in 32 bits: costarring and liquid.
    expect(fnv1a('costarring')).toBe(fnv1a('liquid'))
    const rows = [
      ['liquid', name('a')],
      ['costarring', name('b')],
    ] as const
    expect(digestRows(texts(['liquid', 'costarring']), categories(['a', 'b']))).toBe(expected(rows))
    expect(digestRows(texts(['costarring', 'liquid']), categories(['b', 'a']))).toBe(expected(rows))
  })

  const uniqueKeys = fc.uniqueArray(fc.string({unit: 'grapheme', maxLength: 12}), {minLength: 1, maxLength: 300})

  test('classes, numbers and lists, each as its definition says, in any order of rows', () => {
    fc.assert(
      fc.property(uniqueKeys, fc.integer(), (keys, seed) => {
        const order = keys.map((_, row) => row).sort((a, b) => ((a * 31 + seed) % 7) - ((b * 31 + seed) % 7))
        const shuffled = order.map(row => keys[row] ?? '')
        const className = (row: number) => `class ${row % 3}`
        expect(digestRows(texts(shuffled), categories(order.map(className)))).toBe(
          expected(keys.map((key, row) => [key, name(className(row))])),
        )
        expect(digestRows(texts(shuffled), numbers(order.map(row => row / 7)))).toBe(
          expected(keys.map((key, row) => [key, double(row / 7)])),
        )
        const some = (row: number) => ['b', 'a', 'c'].slice(0, row % 4)
        expect(digestRows(texts(shuffled), lists(order.map(some)))).toBe(
          expected(keys.map((key, row) => [key, several(some(row))])),
        )
        expect(digestRows(texts(shuffled), null)).toBe(expected(keys.map(key => [key, name('')])))
      }),
    )
  })

  test('one other label, one other id, one row less: another digest', () => {
    const rows = Array.from({length: 200}, (_, row) => `r${row}`)
    const labels = rows.map((_, row) => (row % 2 === 0 ? 'a' : 'b'))
    const whole = digestRows(texts(rows), categories(labels))
    expect(digestRows(texts(rows), categories(labels.with(7, 'a')))).not.toBe(whole)
    expect(digestRows(texts(rows.with(7, 'x')), categories(labels))).not.toBe(whole)
    expect(digestRows(texts(rows.slice(1)), categories(labels.slice(1)))).not.toBe(whole)
  })

  test('where a key ends and its truth begins is part of the digest', () => {
    expect(digestRows(texts(['ab']), categories(['c']))).not.toBe(digestRows(texts(['a']), categories(['bc'])))
  })

  test('the two zeros are one number', () => {
    expect(digestRows(texts(['a']), numbers([-0]))).toBe(digestRows(texts(['a']), numbers([0])))
  })

  test('keys longer than a block', () => {
    const long = 'x'.repeat(200_000)
    expect(digestRows(texts([long, 'b']), categories(['1', '2']))).toBe(
      expected([
        [long, name('1')],
        ['b', name('2')],
      ]),
    )
  })
})
