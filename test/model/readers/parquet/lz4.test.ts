import {describe, expect, test} from 'vitest'
import {decompressHadoopLz4, decompressLz4Block} from '../../../../src/model/readers/parquet/lz4.ts'

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes)
const ascii = (word: string) => [...new TextEncoder().encode(word)]

// By hand, from lz4_Block_format.md: token, literals, distance, more of the length.
const literals = Uint8Array.from([0x50, ...ascii('hello')])
/** "abc", then 9 bytes from 3 back (overlapping), then "!" as the last literals. */
const overlapping = Uint8Array.from([0x35, ...ascii('abc'), 3, 0, 0x10, ...ascii('!')])
/** 20 literals: 15 in the token and 5 more; then 4 + 15 + 10 bytes from 1 back. */
const long = Uint8Array.from([0xff, 5, ...ascii('x'.repeat(20)), 1, 0, 10, 0x50, ...ascii('abcde')])
/** Hadoop's frame: lengths of output and input, big-endian. */
const framed = (block: Uint8Array, length: number) => [0, 0, 0, length, 0, 0, 0, block.length, ...block]

describe('decompressLz4Block', () => {
  test.each([
    ['literals', literals, 'hello'],
    ['a match that overlaps itself', overlapping, 'abcabcabcabc!'],
    ['long literals and a long match', long, `${'x'.repeat(49)}abcde`],
  ])('%s', (_, block, expected) => expect(text(decompressLz4Block(block, expected.length))).toBe(expected))

  test.each([
    ['a distance of zero', [0x35, ...ascii('abc'), 0, 0], 12],
    ['a distance before the beginning', [0x35, ...ascii('abc'), 4, 0], 12],
    ['literals beyond the end', [0x50, ...ascii('hel')], 5],
    ['more output than the page has', [...overlapping], 12],
    ['less output than the page has', [...literals], 6],
  ])('%s is refused', (_, block, length) => {
    expect(() => decompressLz4Block(Uint8Array.from(block), length)).toThrow(/LZ4 block/)
  })
})

describe('decompressHadoopLz4', () => {
  test('blocks with a frame, and a block without one', () => {
    const two = Uint8Array.from([...framed(literals, 5), ...framed(overlapping, 13)])
    expect(text(decompressHadoopLz4(two, 18))).toBe('helloabcabcabcabc!')
    expect(text(decompressHadoopLz4(literals, 5))).toBe('hello')
  })

  test('a match cannot reach into the block before', () => {
    const reaching = Uint8Array.from([0x00, 3, 0])
    expect(() => decompressHadoopLz4(Uint8Array.from([...framed(literals, 5), ...framed(reaching, 4)]), 9)).toThrow(
      /LZ4/,
    )
  })
})
