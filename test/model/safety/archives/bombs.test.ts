import {deflateRawSync, gzipSync, zstdCompressSync} from 'node:zlib'
import {describe, expect, test} from 'vitest'
import {archiveRules} from '../../../../src/model/safety/archives/rules.ts'
import {bytesOf} from '../../../../src/model/safety/artifact.ts'
import type {Format} from '../../../../src/model/safety/format.ts'
import {compressedFormats, compressedRules} from '../../../../src/model/safety/formats/compressed.ts'
import {tar as tarFormat} from '../../../../src/model/safety/formats/tar.ts'
import {zip as format} from '../../../../src/model/safety/formats/zip.ts'
import {usualLimits, Work} from '../../../../src/model/safety/limits.ts'
import {scanArtifact} from '../../../../src/model/safety/scan.ts'
import {look} from './look.ts'
import {tar} from './tar-writer.ts'
import {zip} from './zip-writer.ts'

const mebibyte = 1024 * 1024

/** A whole scan: rules that were seen, and the most bytes that were kept at once. */
async function scan(content: Uint8Array, unpackedBytes = 24 * mebibyte) {
  let kept = 0
  const {observations} = await scanArtifact(
    {path: ['model.bin'], bytes: bytesOf(content), loader: 'any', siblings: null},
    {
      work: new Work({...usualLimits, unpackedBytes}),
      scratch: async (chunks, use) => {
        const parts: Uint8Array[] = []
        let size = 0
        for await (const chunk of chunks) {
          size += chunk.length
          kept = Math.max(kept, size)
          parts.push(chunk)
        }
        return use(bytesOf(Buffer.concat(parts)))
      },
    },
  )
  return {sights: [...new Set(observations.map(({rule}) => `${rule.means} ${rule.id}`))], kept}
}

describe('what unpacks to far more than it is ends at a limit', () => {
  test('zstd packs zeros ten thousandfold', async () => {
    const {sights, kept} = await scan(zstdCompressSync(new Uint8Array(20 * mebibyte)))
    expect(sights).toEqual(['bomb bomb-ratio'])
    expect(kept).toBeLessThan(20 * mebibyte)
  })

  test('members of a ZIP share one limit', async () => {
    const packed = deflateRawSync(new Uint8Array(5 * mebibyte))
    const members = Array.from({length: 6}, (_, at) => ({
      name: `${at}`,
      method: 8,
      packed,
      central: {size: 5 * mebibyte},
      local: {size: 5 * mebibyte},
    }))
    const {sights} = await scan(zip(members))
    expect(sights).toContain('bomb bomb-unpacked')
  })

  test('gzip in gzip in gzip', async () => {
    const bomb = gzipSync(gzipSync(gzipSync(new Uint8Array(30 * mebibyte))))
    expect((await scan(bomb)).sights).toEqual([expect.stringMatching(/^bomb /)])
  })

  // https://research.swtch.com/zip: an archive that holds itself. Here each level is made; twelve are as good as no end.
  test('archives inside of archives end by their depth', async () => {
    let inner: Buffer = zip([{name: 'a', content: 'a'}])
    for (let level = 0; level < 12; level++) inner = zip([{name: 'inner.zip', content: inner, method: 8}])
    expect((await scan(inner)).sights).toEqual(['unread nested-too-deep'])
  })

  // 42.zip: sixteen archives in each of sixteen archives, five levels deep.
  test('many archives inside of many archives end by the size of the file', async () => {
    let inner: Buffer = zip([{name: 'zeros', content: new Uint8Array(2 * mebibyte), method: 8}])
    for (let level = 0; level < 3; level++) {
      inner = zip(Array.from({length: 16}, (_, at) => ({name: `${at}.zip`, content: inner, method: 8})))
    }
    const {sights} = await scan(inner, usualLimits.unpackedBytes)
    expect(sights).toContain('bomb bomb-ratio')
  })

  test('more members than anybody stores', async () => {
    const members = Array.from({length: 40}, (_, at) => ({name: `${at}`, content: 'a'}))
    const {ended} = await look(format, zip(members), {members: 30})
    expect(ended).toBe('The directory lists more than 30 members.')
  })
})

// David Fifield, "A better zip bomb" (WOOT 2019): the members share one kernel of compressed data, and each quotes the
// headers behind it.
describe('members that share their bytes', () => {
  const kernel = deflateRawSync(new Uint8Array(2 * mebibyte))
  const size = 2 * mebibyte
  const crc = 0

  test('the same data under many names is a bomb, and is not unpacked', async () => {
    const fields = {size, crc, packedSize: kernel.length}
    const first = {name: 'a', method: 8, packed: kernel, local: fields, central: fields}
    const others = Array.from({length: 200}, () => ({...first, only: 'central' as const, offset: 0}))
    const {sights, inside, observations} = await look(format, zip([first, ...others]))
    expect(sights).toContain('bomb zip-overlap')
    expect(inside).toEqual([])
    expect(observations.find(({rule}) => rule.id === 'zip-overlap')?.what).toMatch(/^201 members share bytes/)
  })

  test('a member that reaches into the directory shares bytes, too', async () => {
    const {sights} = await look(format, zip([{name: 'a', content: 'content', central: {packedSize: 30, size: 30}}]))
    expect(sights).toContain('bomb zip-overlap')
  })
})

// A link in a tar has no data for Python, which reads the next header where others pass over a gigabyte.
describe('members that each are as large as the archive', () => {
  const zeros = new Uint8Array(mebibyte)
  const first = {name: 'a', content: zeros, central: {size: 2 ** 31}, local: {size: 2 ** 31}}
  const links = Array.from({length: 200}, (_, at) => ({name: `${at}`, type: '2', linkName: 'a', size: mebibyte}))

  test.each<[string, Format, Uint8Array]>([
    [
      'in a ZIP',
      format,
      zip([
        first,
        ...Array.from({length: 100}, (_, at) => ({...first, name: `${at}`, only: 'central' as const, offset: 0})),
      ]),
    ],
    ['in a tar', tarFormat, Buffer.concat([tar(links), zeros])],
  ])('%s are not read again and again', async (_, reader, bytes) => {
    let handed = 0
    const sights: string[] = []
    await reader.read(
      {path: ['model.bin'], bytes: bytesOf(bytes), loader: 'any', siblings: null},
      {
        work: new Work(),
        see: ({rule}) => void sights.push(`${rule.means} ${rule.id}`),
        inside: async (_artifact, _member, content) => {
          handed += content.size
        },
        unpack: async (_chunks, _packed, use) => use(bytesOf(bytes)),
        tensors: async () => {},
      },
    )
    expect(sights).toContain('bomb archive-shared-bytes')
    expect(handed).toBeLessThan(80 * mebibyte)
  })
})

test('headers that are packed close together do not make the search for hidden ones slow', async () => {
  const signature = Buffer.from('PK\x03\x04')
  const noise = Buffer.concat(Array.from({length: 500}, () => [signature, Buffer.alloc(2044, 0xff)]).flat())
  let fetched = 0
  const bytes = bytesOf(zip([{name: 'a', content: 'a'}], {prefix: noise}))
  const counted = {
    size: bytes.size,
    slice: (start: number, end: number) => {
      fetched += Math.max(0, Math.min(end, bytes.size) - start)
      return bytes.slice(start, end)
    },
  }
  await format.read(
    {path: ['model.bin'], bytes: counted, loader: 'any', siblings: null},
    {
      work: new Work(),
      see: () => {},
      inside: async () => {},
      unpack: async (_, __, use) => use(bytes),
      tensors: async () => {},
    },
  )
  expect(fetched).toBeLessThan(20 * bytes.size)
})

test('a member of zeros that an honest writer deflates is no bomb', async () => {
  const zeros = new Uint8Array(17 * mebibyte)
  const {ended, inside} = await look(format, zip([{name: 'zeros', content: zeros, method: 8}]))
  expect([ended, inside[0]?.[1]?.length]).toEqual([null, zeros.length])
})

test('every way of compressing has a name of its own', () => {
  expect(new Set(compressedFormats.map(({name}) => name)).size).toBe(compressedFormats.length)
})

test('rules have ids of their own', () => {
  const ids = [...archiveRules, ...compressedRules].map(({id}) => id)
  expect(new Set(ids).size).toBe(ids.length)
})
