import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import type {Format} from '../../../../src/model/safety/format.ts'
import {compressedFormats} from '../../../../src/model/safety/formats/compressed.ts'
import {sevenZip} from '../../../../src/model/safety/formats/seven-zip.ts'
import {tar} from '../../../../src/model/safety/formats/tar.ts'
import {zip} from '../../../../src/model/safety/formats/zip.ts'
import {sampleOf} from '../formats/recorded-scan.ts'
import {fixture} from './content.ts'
import {look} from './look.ts'
import {zip as zipOf} from './zip-writer.ts'

const formats: readonly Format[] = [zip, tar, sevenZip, ...compressedFormats]
const small = {unpackedBytes: 8 * 2 ** 20, steps: 1_000_000, members: 1000}

describe('no bytes make a reader of archives throw, hang or keep much', () => {
  test.each(formats.map(format => [format.name, format] as const))('%s: any bytes', async (_, format) => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({maxLength: 700}), async noise => {
        format.recognise(sampleOf(noise))
        const {ended, reading} = await look(format, noise, small)
        expect(ended !== null || reading !== null).toBe(true)
      }),
      {numRuns: 100},
    )
  })

  const seeds: readonly [string, Format, Uint8Array][] = [
    ['methods.zip', zip, fixture('methods.zip')],
    ['streamed.zip', zip, fixture('streamed.zip')],
    ['zip64.zip', zip, fixture('zip64.zip')],
    ['an archive in an archive', zip, zipOf([{name: 'a.zip', content: zipOf([{name: 'b', content: 'b'}]), method: 8}])],
    ['gnu.tar', tar, fixture('gnu.tar').subarray(0, 6144)],
    ['bcj.7z', sevenZip, fixture('bcj.7z')],
    ['zstd.7z', sevenZip, fixture('zstd.7z')],
  ]

  test.each(seeds)('%s: bytes changed, cut, moved and repeated', async (_, format, seed) => {
    await fc.assert(
      fc.asyncProperty(mutationsOf(seed), async bytes => {
        format.recognise(sampleOf(bytes))
        const {ended, reading} = await look(format, bytes, small)
        expect(ended !== null || reading !== null).toBe(true)
      }),
      {numRuns: 150},
    )
  })
})

describe('a ZIP whose fields say anything', () => {
  const field = fc.oneof(fc.nat(200), fc.constantFrom(0xffffffff, 0xfffffffe, 0x7fffffff, 65_535))
  const fields = fc.record(
    {
      packedSize: field,
      size: field,
      crc: field,
      method: fc.constantFrom(0, 8, 9, 12, 14, 93, 95, 99),
      flags: fc.nat(0xffff),
    },
    {requiredKeys: []},
  )
  const members = fc.array(
    fc.record(
      {
        name: fc.constantFrom('a', 'b', 'a/', '../c', 'data.pkl'),
        content: fc.string({maxLength: 40}),
        method: fc.constantFrom(0, 8),
        local: fields,
        central: fields,
        offset: fc.nat(300),
        only: fc.constantFrom('local', 'central'),
      },
      {requiredKeys: ['name', 'content']},
    ),
    {maxLength: 4},
  )

  test('is read to its end, or ends by a limit, and what is stored is looked at', async () => {
    await fc.assert(
      fc.asyncProperty(members, async list => {
        const bytes = zipOf(list.map(each => ({...each, name: each.name ?? 'a'})))
        const {ended, reading, inside} = await look(zip, bytes, small)
        expect(ended !== null || reading !== null).toBe(true)
        const honest = list.filter(each => Object.keys(each).every(key => key === 'name' || key === 'content'))
        const found = new Set(inside.map(([, content]) => content))
        expect(honest.filter(({content}) => ended === null && content !== '' && !found.has(content ?? ''))).toEqual([])
      }),
      {numRuns: 300},
    )
  })
})

/** The bytes with some of them changed, cut off, repeated or put elsewhere. */
function mutationsOf(seed: Uint8Array): fc.Arbitrary<Uint8Array> {
  const place = fc.nat(seed.length - 1)
  const change = fc.oneof(
    fc.record({kind: fc.constant('set' as const), at: place, to: fc.nat(255)}),
    fc.record({kind: fc.constant('cut' as const), at: place, to: place}),
    fc.record({kind: fc.constant('repeat' as const), at: place, to: place}),
  )
  return fc.array(change, {minLength: 1, maxLength: 4}).map(changes =>
    changes.reduce<Uint8Array>((bytes, {kind, at, to}) => {
      if (kind === 'set') return bytes.map((byte, index) => (index === at ? to : byte))
      const [start, end] = at < to ? [at, to] : [to, at]
      if (kind === 'cut') return Buffer.concat([bytes.subarray(0, start), bytes.subarray(end)])
      return Buffer.concat([bytes.subarray(0, end), bytes.subarray(start)])
    }, seed),
  )
}
