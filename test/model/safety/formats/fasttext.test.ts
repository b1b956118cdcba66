import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {fastText} from '../../../../src/model/safety/formats/fasttext.ts'
import {joined} from './protobuf-bytes.ts'
import {record, sampleOf} from './recorded-scan.ts'

const view = (size: number, write: (view: DataView) => void) => {
  const bytes = new Uint8Array(size)
  write(new DataView(bytes.buffer))
  return bytes
}
const i32 = (...values: readonly number[]) =>
  view(4 * values.length, out => values.forEach((value, index) => void out.setInt32(4 * index, value, true)))
const i64 = (value: number) => view(8, out => out.setBigInt64(0, BigInt(value), true))
const zeros = (size: number) => new Uint8Array(size)
const byte = (value: number) => Uint8Array.from([value])

const header = (version: number) => joined([i32(793712314, version, 2), zeros(11 * 4 + 8)])
const word = (text: string, kind = 0) => joined([new TextEncoder().encode(`${text}\0`), i64(1), byte(kind)])
const words = (
  size: number,
  [count, labels]: readonly [number, number],
  pruned: number,
  ...entries: readonly Uint8Array[]
) => joined([i32(size, count, labels), i64(7), i64(pruned), ...entries])
const dense = (rows: number, columns: number, bytes = 4 * rows * columns) =>
  joined([i64(rows), i64(columns), zeros(bytes)])
const divided = (width: number, parts: number, each: number, last: number) =>
  joined([i32(width, parts, each, last), zeros(4 * 256 * width)])
const twoWords = words(3, [2, 1], -1, word('a'), word('b'), word('__label__c', 1))
const model = (...parts: readonly Uint8Array[]) => joined([header(12), ...parts])
const whole = model(twoWords, byte(0), dense(5, 2), byte(0), dense(1, 2))
const quantized = model(
  words(2, [1, 1], 1, word('a'), word('__label__c', 1), i32(3, 0)),
  byte(1),
  joined([byte(1), i64(2), i64(2), i32(2), zeros(2), divided(2, 1, 2, 2), zeros(2), divided(1, 1, 1, 1)]),
  byte(0),
  dense(1, 2),
)

describe('a model of fastText', () => {
  test.each<[string, Uint8Array, string, readonly string[]]>([
    ['whole', whole, 'fastText, 2 words, 1 labels', ['input F32 5,2', 'output F32 1,2']],
    [
      'quantized, with norms and without some n-grams',
      quantized,
      'fastText, 1 words, 1 labels',
      ['input centroids F32 256,2', 'input U8 2,1', 'input norms F32 256,1', 'output F32 1,2'],
    ],
  ])('that is %s is numbers and words', async (_, file, is, expected) => {
    expect(fastText.recognise(sampleOf(file))).toBe(true)
    const {reading, sights, tensors, ended} = await record(fastText, file)
    expect({is: reading?.is, sights, ended}).toEqual({is, sights: [], ended: null})
    expect(tensors.map(({name, dtype, shape}) => `${name} ${dtype} ${shape}`)).toEqual(expected)
  })

  test('of ten gigabytes is passed over, not read', async () => {
    const rows = 2 ** 30
    const begin = model(twoWords, byte(0), i64(rows), i64(2))
    const {ended, fetched} = await record(fastText, begin, {size: begin.length + 8 * rows + 1 + 16})
    expect(ended?.message).toContain('Its output has 0 x 0 numbers')
    expect(fetched).toBeLessThan(2 ** 18)
  })

  test.each<[string, Uint8Array, RegExp]>([
    ['an unknown version', joined([header(13), whole.subarray(header(12).length)]), /version 13; 11 and 12 are known/],
    ['more entries than words and labels', model(words(4, [2, 1], -1)), /2 words and 1 labels, and 4 of both/],
    ['a negative count', model(words(-1, [-2, 1], -1)), /counts -2 words/],
    ['more words than bytes', model(words(2 ** 30, [2 ** 30, 0], -1, word('a'))), /ends after 0 bytes|ends after/],
    ['an entry of an unknown kind', model(words(1, [1, 0], -1, word('a', 2))), /of the kind 2/],
    ['a word without end', model(words(1, [1, 0], -1, zeros(70_000).fill(0x61))), /longer than/],
    ['n-grams that are not there', model(words(1, [1, 0], 9, word('a')), zeros(8)), /9 n-grams were kept/],
    ['a flag that is none', model(twoWords, byte(2)), /flag is 2/],
    ['fewer rows than words', model(twoWords, byte(0), dense(1, 2)), /1 x 2 numbers, where 2 x 2/],
    ['another width than it says', model(twoWords, byte(0), dense(5, 3)), /5 x 3 numbers, where 2 x 2/],
    ['too few numbers', model(twoWords, byte(0), dense(5, 2, 39)), /needs 40 bytes; 39 are left/],
    [
      'rows beyond 2^53',
      model(twoWords, byte(0), joined([zeros(7), byte(0x40), i64(2)])),
      /counts 4611686018427387904/,
    ],
    ['bytes behind its end', joined([whole, byte(0)]), /1 bytes stand behind/],
    [
      'another number of codes than of rows',
      model(twoWords, byte(1), joined([byte(0), i64(3), i64(2), i32(2), zeros(2), divided(2, 1, 2, 2)])),
      /2 codes for 3 rows/,
    ],
    [
      'parts that do not make up a row',
      model(twoWords, byte(1), joined([byte(0), i64(2), i64(2), i32(2), zeros(2), divided(2, 2, 2, 2)])),
      /divides 2 dimensions into 2 parts of 2/,
    ],
  ])('with %s is damaged', async (_, file, said) => {
    const {ended, reading} = await record(fastText, file)
    expect(reading).toBeNull()
    expect(ended?.message).toMatch(said)
  })

  test('no change of a model makes the reader give up in an untyped way', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(whole, quantized),
        fc.array(fc.tuple(fc.nat(160), fc.nat(255)), {minLength: 1, maxLength: 4}),
        async (original, changes) => {
          const file = Uint8Array.from(original)
          for (const [at, value] of changes) file[at] = value
          const {reading, ended} = await record(fastText, file)
          expect(reading === null).toBe(ended !== null)
        },
      ),
    )
  })
})
