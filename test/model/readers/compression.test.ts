import {randomFillSync} from 'node:crypto'
import {gzipSync, zstdCompressSync} from 'node:zlib'
import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {compressionOf, decompressed} from '../../../src/model/readers/compression.ts'
import {inPieces} from './cells-of.ts'

async function expanded(bytes: Uint8Array, compression: 'gzip' | 'zstd', size = 50): Promise<Buffer> {
  const parts = []
  for await (const part of decompressed(inPieces(bytes, size), compression)) parts.push(part)
  return Buffer.concat(parts)
}

/** A frame that decompressors pass over: RFC 8878, section 3.1.2. */
const skippable = (size: number) => Buffer.from([0x53, 0x2a, 0x4d, 0x18, size, 0, 0, 0, ...new Uint8Array(size)])
const random = randomFillSync(new Uint8Array(300_000))

describe('decompressed', () => {
  test('members and frames that follow each other are one text, wherever the data is cut', async () => {
    const texts = fc.array(fc.string({maxLength: 300}), {minLength: 1, maxLength: 4})
    await fc.assert(
      fc.asyncProperty(texts, fc.integer({min: 1, max: 60}), async (parts, size) => {
        const whole = parts.join('')
        const gzip = Buffer.concat(parts.map(part => gzipSync(part)))
        const zstd = Buffer.concat(parts.flatMap(part => [zstdCompressSync(part), skippable(size)]))
        expect(compressionOf(gzip)).toBe('gzip')
        expect(compressionOf(zstd)).toBe('zstd')
        expect((await expanded(gzip, 'gzip', size)).toString()).toBe(whole)
        expect((await expanded(zstd, 'zstd', size)).toString()).toBe(whole)
      }),
      {numRuns: 30},
    )
  })

  test('large frames of raw, repeated and compressed blocks', async () => {
    const repeated = new Uint8Array(500_000)
    const content = Buffer.concat([random, repeated, random])
    expect((await expanded(zstdCompressSync(content), 'zstd', 10_000)).equals(content)).toBe(true)
    expect((await expanded(gzipSync(content), 'gzip', 10_000)).equals(content)).toBe(true)
  })

  test.each<[string, 'gzip' | 'zstd', Uint8Array]>([
    ['gzip that is cut off', 'gzip', gzipSync(random).subarray(0, -100)],
    ['gzip without its checksum', 'gzip', gzipSync(random).subarray(0, -8)],
    ['zstd that is cut off in a block', 'zstd', zstdCompressSync(random).subarray(0, -100)],
    ['zstd that is cut off between two blocks', 'zstd', zstdCompressSync(random).subarray(0, 10)],
    [
      'zstd whose second frame is cut off',
      'zstd',
      Buffer.concat([zstdCompressSync('a'), zstdCompressSync('b').subarray(0, 3)]),
    ],
    ['zstd with something behind it', 'zstd', Buffer.concat([zstdCompressSync('a'), Buffer.from('garbage')])],
    ['gzip with something behind it', 'gzip', Buffer.concat([gzipSync('a'), Buffer.from('garbage')])],
  ])('%s is refused', async (_, compression, bytes) => {
    await expect(expanded(bytes, compression)).rejects.toMatchObject({code: 'model/predictions-compressed-badly'})
  })

  test('what fills the runner is refused before it does', async () => {
    const bomb = zstdCompressSync(new Uint8Array(300 * 1024 * 1024))
    let given = 0
    const read = async () => {
      for await (const part of decompressed(inPieces(bomb, 1000), 'zstd')) given += part.length
    }
    await expect(read()).rejects.toMatchObject({code: 'model/predictions-decompression-bomb'})
    expect(given).toBeLessThan(260 * 1024 * 1024)
  })
})
