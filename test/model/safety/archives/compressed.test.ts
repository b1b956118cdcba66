import {deflateSync, gzipSync} from 'node:zlib'
import {describe, expect, test} from 'vitest'
import {compressedFormats} from '../../../../src/model/safety/formats/compressed.ts'
import {sampleOf} from '../formats/recorded-scan.ts'
import {contentOfFixtures, fixture} from './content.ts'
import {look} from './look.ts'

const whole = contentOfFixtures().toString('latin1')

/** Names of the formats that take the bytes for theirs. */
function recognised(bytes: Uint8Array): readonly string[] {
  return compressedFormats.filter(format => format.recognise(sampleOf(bytes))).map(({name}) => name)
}

function formatOf(name: string) {
  const format = compressedFormats.find(each => each.name === name)
  if (!format) throw new Error(`There is no format ${name}.`)
  return format
}

describe('compressed files are known by their content, and what is inside is looked at', () => {
  test.each([
    ['content.gz', 'gzip', 'content.bin'],
    ['content.zlib', 'zlib', '(content)'],
    ['content.bz2', 'bzip2', '(content)'],
    ['content.xz', 'xz', '(content)'],
    ['content.lzma', 'LZMA', '(content)'],
    ['content.lz4', 'LZ4', '(content)'],
    ['legacy.lz4', 'LZ4', '(content)'],
    ['content.zst', 'zstd', '(content)'],
  ])('%s', async (file, name, inner) => {
    const packed = fixture(file)
    expect(recognised(packed)).toEqual([name])
    const {sights, inside, reading} = await look(formatOf(name), packed)
    expect(sights).toEqual([])
    expect(inside.map(([member]) => member)).toEqual([inner])
    expect(inside[0]?.[1] === whole).toBe(true)
    expect(reading).toEqual({is: `${name}, of 145.4 KiB`, holds: 'container'})
  })

  test('skippable frames are those of the frame that follows them', () => {
    const skippable = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3])
    expect(recognised(Buffer.concat([skippable, fixture('content.lz4')]))).toEqual(['LZ4'])
    expect(recognised(Buffer.concat([skippable, fixture('content.zst')]))).toEqual(['zstd'])
  })
})

describe('what is no compressed file is not taken for one', () => {
  test.each<[string, Uint8Array]>([
    ['a text that begins as zlib may', Buffer.from('x^2 + y^2 = z^2 for every right triangle')],
    ['a text that begins as LZMA may', Buffer.from(']\0\0\x01\0 and then some words that follow it', 'latin1')],
    ['zeros', new Uint8Array(4096)],
    ['two bytes', Uint8Array.of(0x78, 0x9c)],
    ['numbers', new Uint8Array(new Uint32Array([1, 1, 0, 0, 1, 2, 3, 4, 5]).buffer)],
    ['a pickle of protocol 1 with a text of 133 signs', Buffer.from(`X\x85\0\0\0${'a'.repeat(133)}q\0.`, 'latin1')],
    ['gzip with a method that does not exist', Buffer.from([0x1f, 0x8b, 7, 0, 0, 0, 0, 0, 0, 0])],
  ])('%s', (_, bytes) => expect(recognised(bytes)).toEqual([]))
})

describe('what a loader would have taken before an error is looked at', () => {
  const packed = fixture('content.bz2')

  test('a file that breaks off', async () => {
    const {sights, inside, observations} = await look(formatOf('gzip'), fixture('content.gz').subarray(0, 1500))
    expect(sights).toEqual(['damaged compressed-damaged'])
    expect(inside[0]?.[1]?.length).toBeGreaterThan(50_000)
    expect(observations[0]?.what).toMatch(/^As gzip it unpacks to [\d.]+ KiB, and then: /)
  })

  test('a short stream of zlib that breaks off is still known, and read', async () => {
    const short = deflateSync("cos\nsystem\n(S'true'\ntR.").subarray(0, 20)
    expect(recognised(short)).toEqual(['zlib'])
    expect((await look(formatOf('zlib'), short)).inside[0]?.[1]).toMatch(/^cos\nsys/)
  })

  test('a wrong checksum', async () => {
    const changed = Uint8Array.from(packed)
    changed[10] = (changed[10] ?? 0) ^ 1
    const {sights, inside} = await look(formatOf('bzip2'), changed)
    expect(sights).toEqual(['damaged compressed-checksum'])
    expect(inside[0]?.[1] === whole).toBe(true)
  })

  test('a feature that is not read', async () => {
    expect((await look(formatOf('xz'), fixture('delta.xz'))).sights).toEqual(['unread compressed-unread'])
  })
})

describe('what follows the compressed data', () => {
  test('another member is part of the content', async () => {
    const {sights, inside} = await look(formatOf('gzip'), fixture('two.gz'))
    expect(sights).toEqual(['note compressed-members'])
    expect(inside).toHaveLength(1)
    expect(inside[0]?.[1]?.endsWith('tail')).toBe(true)
  })

  test('anything else is looked at by itself', async () => {
    const packed = gzipSync('content')
    const {sights, inside} = await look(formatOf('gzip'), Buffer.concat([packed, Buffer.from('something else')]))
    expect(sights).toEqual(['look compressed-trailing'])
    expect(inside).toEqual([
      ['(content)', 'content'],
      [`(bytes from ${packed.length})`, 'something else'],
    ])
  })

  test('zeros are padding', async () => {
    const {inside} = await look(formatOf('gzip'), Buffer.concat([gzipSync('content'), Buffer.alloc(512)]))
    expect(inside).toEqual([['(content)', 'content']])
  })
})
