import {describe, expect, test} from 'vitest'
import {readRunLengths} from '../../../../src/model/readers/parquet/run-lengths.ts'

function read(bytes: number[], width: number, count: number): number[] {
  const output = new Int32Array(count)
  readRunLengths(Uint8Array.from(bytes), 0, bytes.length, width, output)
  return [...output]
}

describe('readRunLengths', () => {
  // The example of Encodings.md in the Parquet format: 0 to 7 in three bits each.
  test('packed bits', () =>
    expect(read([3, 0b10001000, 0b11000110, 0b11111010], 3, 8)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]))
  test('a run of one value', () => expect(read([10, 7], 3, 5)).toEqual([7, 7, 7, 7, 7]))
  test('a run of a value of two bytes', () => expect(read([4, 0x34, 0x12], 13, 2)).toEqual([0x1234, 0x1234]))
  test('runs after each other', () => expect(read([4, 1, 6, 0], 1, 5)).toEqual([1, 1, 0, 0, 0]))
  test('32 bits', () =>
    expect(read([3, ...Array.from({length: 32}, (_, at) => (at % 4 === 0 ? 255 : 1))], 32, 8)).toEqual(
      new Array(8).fill(0x010101ff),
    ))
  test('a width that crosses five bytes', () => {
    // 27 bits each: 1, 2 and 4, from the lowest bit on.
    const bits = [1n, 2n, 4n, 0n, 0n, 0n, 0n, 0x7ffffffn].reduceRight((all, value) => (all << 27n) | value, 0n)
    const bytes = Array.from({length: 27}, (_, at) => Number((bits >> BigInt(8 * at)) & 255n))
    expect(read([3, ...bytes], 27, 8)).toEqual([1, 2, 4, 0, 0, 0, 0, 0x7ffffff])
  })
  test('a run that claims more than is wanted costs nothing', () => {
    expect(read([0xfe, 0xff, 0xff, 0xff, 0x0f, 1], 1, 3)).toEqual([1, 1, 1])
  })
  test.each([[[]], [[10]], [[3, 1]], [[0x80, 0x80, 0x80, 0x80, 0x80, 0x80]], [[4, 1]]])('%j ends too soon', bytes => {
    expect(() => read(bytes, 3, 8)).toThrow('the runs of a page end too soon')
  })
})
