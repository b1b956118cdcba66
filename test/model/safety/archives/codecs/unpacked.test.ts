import {deflateRawSync, deflateSync, gzipSync, zstdCompressSync} from 'node:zlib'
import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import type {CodecName} from '../../../../../src/model/safety/archives/codecs/codec.ts'
import {unpackedBy} from '../../../../../src/model/safety/archives/codecs/unpacked.ts'
import {bytesOf} from '../../../../../src/model/safety/artifact.ts'
import {contentOfFixtures, fixture} from '../content.ts'

const whole = contentOfFixtures()
const withTail = Buffer.concat([whole, Buffer.from('tail')])

async function unpack(codec: CodecName, packed: Uint8Array, start = 0) {
  const stream = unpackedBy(codec, bytesOf(packed), start)
  const parts: Uint8Array[] = []
  for await (const chunk of stream) parts.push(chunk)
  return {content: Buffer.concat(parts), end: stream.end, members: stream.members, problem: stream.problem}
}

describe('what other implementations packed comes out as it went in', () => {
  test.each<[file: string, codec: CodecName, content: Buffer, members: number]>([
    ['content.gz', 'gzip', whole, 1],
    ['two.gz', 'gzip', withTail, 2],
    ['content.zlib', 'zlib', whole, 1],
    ['start.deflate64', 'deflate64', whole.subarray(0, 9000), 1],
    ['content.bz2', 'bzip2', whole, 1],
    ['small-blocks.bz2', 'bzip2', whole, 1],
    ['two.bz2', 'bzip2', withTail, 2],
    ['content.xz', 'xz', whole, 1],
    ['sha256.xz', 'xz', whole, 1],
    ['unchecked.xz', 'xz', whole, 1],
    ['two.xz', 'xz', withTail, 2],
    ['content.lzma', 'lzma', whole, 1],
    ['content.lz4', 'lz4', whole, 1],
    ['linked.lz4', 'lz4', whole, 1],
    ['single.lz4', 'lz4', whole, 1],
    ['legacy.lz4', 'lz4', whole, 1],
    ['content.zst', 'zstd', whole, 1],
    ['two.zst', 'zstd', withTail, 3],
  ])('%s', async (file, codec, content, members) => {
    const packed = fixture(file)
    const found = await unpack(codec, packed)
    expect(found.content.equals(content)).toBe(true)
    expect(found).toMatchObject({end: packed.length, members, problem: null})
  })
})

const codecs: readonly [CodecName, file: string][] = [
  ['gzip', 'content.gz'],
  ['zlib', 'content.zlib'],
  ['deflate64', 'start.deflate64'],
  ['bzip2', 'small-blocks.bz2'],
  ['xz', 'content.xz'],
  ['lzma', 'content.lzma'],
  ['lz4', 'linked.lz4'],
  ['zstd', 'content.zst'],
]

describe.each(codecs)('%s', (codec, file) => {
  const packed = fixture(file)

  test('says where the data ends and what follows is something else', async () => {
    const found = await unpack(codec, Buffer.concat([packed, Buffer.from('something else')]))
    expect(found).toMatchObject({end: packed.length, problem: null})
  })

  test('begins where it is told to', async () => {
    const found = await unpack(codec, Buffer.concat([Buffer.from('before'), packed]), 6)
    expect(found).toMatchObject({end: packed.length + 6, problem: null})
  })

  test('hands on what comes before the data breaks off, because a loader may have taken it', async () => {
    const found = await unpack(codec, packed.subarray(0, packed.length - 40))
    expect(found.problem?.kind).toBe('damaged')
    expect(whole.subarray(0, found.content.length).equals(found.content)).toBe(true)
    expect(found.content.length).toBeGreaterThan(1000)
  })

  test('ends without a word of its own for any bytes at all', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({maxLength: 300}), async noise => {
        const found = await unpack(codec, noise)
        expect(found.end).toBeLessThanOrEqual(noise.length)
      }),
      {numRuns: 200},
    )
  })
})

describe.each(codecs.filter(([codec]) => codec !== 'lzma' && codec !== 'deflate64'))(
  '%s has a checksum',
  (codec, file) => {
    const packed = fixture(file)

    test('a changed byte is seen, or changes nothing, or ends the data earlier', async () => {
      await fc.assert(
        fc.asyncProperty(fc.nat(packed.length - 1), fc.integer({min: 1, max: 255}), async (at, change) => {
          const changed = Uint8Array.from(packed)
          changed[at] = (changed[at] ?? 0) ^ change
          const {problem, content, end} = await unpack(codec, changed)
          expect(problem !== null || content.equals(whole) || end < packed.length).toBe(true)
        }),
        {numRuns: 60},
      )
    })
  },
)

describe('checksums', () => {
  test.each<[what: string, CodecName, file: string, at: number]>([
    ['the CRC-32 of gzip', 'gzip', 'content.gz', -8],
    ['the length of gzip', 'gzip', 'content.gz', -4],
    ['the Adler-32 of zlib', 'zlib', 'content.zlib', -1],
    ['the checksum of a bzip2 block', 'bzip2', 'content.bz2', 10],
    ['the checksum of a bzip2 stream', 'bzip2', 'content.bz2', -3],
    ['the CRC-32 of an xz footer', 'xz', 'content.xz', -12],
    ['the checksum of an LZ4 frame', 'lz4', 'linked.lz4', -1],
    ['the checksum of an LZ4 header', 'lz4', 'linked.lz4', 6],
  ])('%s that does not fit is said, and everything is handed on', async (_, codec, file, at) => {
    const changed = Uint8Array.from(fixture(file))
    const index = at < 0 ? changed.length + at : at
    changed[index] = (changed[index] ?? 0) ^ 1
    const found = await unpack(codec, changed)
    expect(found.problem?.kind).toBe('checksum')
    expect(found.content.equals(whole)).toBe(true)
  })
})

describe('inflating where zlib refuses', () => {
  // zlib hands nothing on of a short stream that ends in damage; Python's GzipFile gives the bytes before it.
  test.each<[CodecName, Buffer]>([
    ['deflate', deflateRawSync(Buffer.from('a pickle that runs, and then '.repeat(3)))],
    ['zlib', deflateSync(Buffer.from('a pickle that runs, and then '.repeat(3)))],
    ['gzip', gzipSync(Buffer.from('a pickle that runs, and then '.repeat(3)))],
  ])('%s gives every byte before the damage', async (codec, packed) => {
    const damaged = packed.subarray(0, packed.length - (codec === 'deflate' ? 2 : codec === 'zlib' ? 6 : 10))
    const found = await unpack(codec, damaged)
    expect(found.content.toString()).toContain('a pickle that runs')
    expect(found.problem?.kind).toBe('damaged')
  })

  test('stored, fixed and dynamic blocks are the same to both', async () => {
    const contents = [
      Buffer.from('short'),
      whole.subarray(0, 70_000),
      whole.subarray(-90_000),
      Buffer.alloc(100_000),
      Buffer.from(Array.from({length: 70_000}, (_, i) => (i * i * 31) >> 3)),
    ]
    for (const content of contents) {
      for (const level of [0, 1, 9]) {
        // The end of the stream is cut off, so that zlib refuses it; all of the content is there.
        const packed = deflateRawSync(content, {level, strategy: level === 1 ? 4 : 0})
        const found = await unpack('deflate', packed.subarray(0, -1))
        const given = Math.min(found.content.length, content.length)
        expect(given).toBeGreaterThan(content.length - 300)
        expect(found.content.subarray(0, given).equals(content.subarray(0, given))).toBe(true)
      }
    }
  })

  test('a zstd frame with a damaged last block gives the blocks before it', async () => {
    const packed = zstdCompressSync(whole)
    packed[packed.length - 30] = (packed[packed.length - 30] ?? 0) ^ 0xff
    const found = await unpack('zstd', packed.subarray(0, packed.length - 20))
    expect(found.problem?.kind).toBe('damaged')
    expect(found.content.length).toBeGreaterThanOrEqual(128 * 1024)
    expect(whole.subarray(0, found.content.length).equals(found.content)).toBe(true)
  })
})

describe('what is not read is named', () => {
  test('a filter of xz', async () => {
    const found = await unpack('xz', fixture('delta.xz'))
    expect(found.problem).toMatchObject({kind: 'unread', what: 'A block is filtered by Delta.'})
  })

  test('a dictionary of LZ4 that only the writer has', async () => {
    const changed = Uint8Array.from(fixture('content.lz4'))
    changed[4] = (changed[4] ?? 0) | 1
    expect((await unpack('lz4', changed)).problem?.kind).toBe('unread')
  })
})

test('a dictionary of 4 GiB costs nothing where the content does not need it', async () => {
  const changed = Uint8Array.from(fixture('content.lzma'))
  changed.fill(0xff, 1, 5)
  const {content, problem} = await unpack('lzma', changed)
  expect([content.equals(whole), problem]).toEqual([true, null])
})
