import {crc32} from 'node:zlib'
import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {sevenZip} from '../../../../src/model/safety/formats/seven-zip.ts'
import {sampleOf} from '../formats/recorded-scan.ts'
import {fixture, machineCode} from './content.ts'
import {look} from './look.ts'

const files = [
  ['a.txt', 'some text '.repeat(40)],
  ['folder/code.bin', machineCode().toString('latin1')],
  ['empty', ''],
  ['b.txt', 'b'.repeat(3000)],
]

describe('what py7zr wrote is read, with every checksum', () => {
  test.each(['default', 'lzma', 'lzma2', 'bcj', 'copy', 'deflate', 'bzip2', 'zstd'])('%s', async kind => {
    const packed = fixture(`${kind}.7z`)
    expect(sevenZip.recognise(sampleOf(packed))).toBe(true)
    const {sights, inside, reading} = await look(sevenZip, packed)
    expect(sights).toEqual([])
    expect(inside).toEqual(files)
    expect(reading).toEqual({is: '7z archive, 4 files', holds: 'container'})
  })
})

describe('what is not read is named, and never passes', () => {
  test.each([
    ['delta', '"a.txt" and 3 more: It is packed with Delta, which is not read.'],
    ['ppmd', '"a.txt" and 3 more: It is packed with PPMd, which is not read.'],
    ['password', '"a.txt": It is packed with AES-256 encryption, which is not read.'],
    ['hidden', 'Its list of files cannot be read: It is packed with AES-256 encryption, which is not read.'],
  ])('%s', async (kind, what) => {
    const {sights, observations, inside} = await look(sevenZip, fixture(`${kind}.7z`))
    expect(sights).toEqual(['unread 7z-unread'])
    expect(observations[0]?.what).toBe(what)
    expect(inside).toEqual([])
  })
})

/** An archive of one stored file, with a list of files that is written in the clear. */
function stored(content: string, list: readonly number[], {before = '', behind = ''} = {}): Buffer {
  const data = Buffer.from(before + content)
  const header = Buffer.from(list)
  const start = Buffer.alloc(20)
  start.writeUInt32LE(data.length, 0)
  start.writeUInt32LE(header.length, 8)
  start.writeUInt32LE(crc32(header), 16)
  const sum = Buffer.alloc(4)
  sum.writeUInt32LE(crc32(start))
  return Buffer.concat([Buffer.from('377abcaf271c0004', 'hex'), sum, start, data, header, Buffer.from(behind)])
}

const crcOf = (content: string) => [...new Uint8Array(new Uint32Array([crc32(content)]).buffer)]
const utf16 = (name: string) => [...Buffer.from(`${name}\0`, 'utf16le')]

/** The list of files for stored content: packed streams, one folder with Copy, names. */
function listOf(
  content: string,
  {
    names,
    crc = crcOf(content),
    start = 0,
    attributes = [] as number[],
  }: {
    names: readonly string[]
    crc?: readonly number[]
    start?: number
    attributes?: readonly number[]
  },
): readonly number[] {
  const written = names.flatMap(utf16)
  return [
    1,
    4,
    ...[6, start, 1, 9, content.length, 0],
    ...[7, 11, 1, 0, 1, 1, 0, 12, content.length, 10, 1, ...crc, 0],
    0,
    ...[5, names.length, 17, written.length + 1, 0, ...written],
    ...(attributes.length === 0 ? [] : [21, attributes.length + 2, 1, 0, ...attributes]),
    0,
    0,
  ]
}

describe('an archive that deceives', () => {
  test('an honest one for comparison', async () => {
    const {sights, inside} = await look(sevenZip, stored('content', listOf('content', {names: ['a.txt']})))
    expect([sights, inside]).toEqual([[], [['a.txt', 'content']]])
  })

  test.each<[what: string, Buffer, sights: readonly string[]]>([
    [
      'a wrong checksum',
      stored('content', listOf('content', {names: ['a'], crc: [1, 2, 3, 4]})),
      ['damaged 7z-crc-wrong'],
    ],
    [
      'a path out of the folder',
      stored('content', listOf('content', {names: ['../a']})),
      ['runs archive-path-outside'],
    ],
    ['more names than files', stored('content', listOf('content', {names: ['a', 'b']})), ['deceives 7z-files-differ']],
    [
      'one name twice',
      stored('content', listOf('content', {names: ['a', 'a']})),
      ['deceives 7z-duplicate-name', 'deceives 7z-files-differ'],
    ],
    ['bytes behind the end', stored('content', listOf('content', {names: ['a']}), {behind: 'x'}), ['look 7z-gap']],
    [
      'bytes before the packed streams',
      stored('content', listOf('content', {names: ['a'], start: 3}), {before: 'abc'}),
      ['look 7z-gap'],
    ],
    [
      'a link out of the folder',
      stored('/etc/passwd', listOf('/etc/passwd', {names: ['a'], attributes: [0, 0x80, 0xff, 0xa1]})),
      ['runs archive-link-outside'],
    ],
  ])('%s', async (_, bytes, expected) => {
    const {sights, inside, ended} = await look(sevenZip, bytes)
    expect([sights, ended]).toEqual([expected, null])
    expect(inside.length).toBeGreaterThan(0)
  })

  test('a checksum of the header that does not fit is said, and the files are looked at', async () => {
    const bytes = stored('content', listOf('content', {names: ['a.txt']}))
    bytes[8] = (bytes[8] ?? 0) ^ 1
    const {sights, inside} = await look(sevenZip, bytes)
    expect([sights, inside]).toEqual([['damaged 7z-damaged'], [['a.txt', 'content']]])
  })

  test('counts without end cost nothing', async () => {
    const endless = [0xff, ...new Array<number>(7).fill(0xff), 0x0f]
    const {ended} = await look(sevenZip, stored('content', [1, 5, ...endless, 0]))
    expect(ended).toBe('A number of the header is larger than any file.')
    const many = await look(sevenZip, stored('content', [1, 4, 6, 0, 0xef, 0xff, 0xff, 0xff, 9, 0]))
    expect(many.ended).toMatch(/^The header counts/)
  })
})

test('any change of an archive ends in a sight, a limit or an honest reading', async () => {
  const packed = fixture('lzma2.7z')
  await fc.assert(
    fc.asyncProperty(fc.nat(packed.length - 1), fc.integer({min: 1, max: 255}), async (at, change) => {
      const changed = Uint8Array.from(packed)
      changed[at] = (changed[at] ?? 0) ^ change
      const {ended, sights, inside} = await look(sevenZip, changed)
      expect(ended !== null || sights.length > 0 || JSON.stringify(inside) === JSON.stringify(files) || at < 8).toBe(
        true,
      )
    }),
    {numRuns: 150},
  )
})
