import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {readBucketNames} from '../../../src/image/database/bbolt.ts'
import type {Bytes} from '../../../src/runtime/files.ts'
import {writeBbolt} from '../../fakes/bbolt.ts'

function bytesOf(content: Uint8Array): Bytes {
  return {size: content.length, slice: async (start, end) => content.slice(start, Math.max(start, end))}
}
const namesIn = (content: Uint8Array) => readBucketNames(bytesOf(content))

const root = {'alpine 3.18': {busybox: {'CVE-1': '{}'}}, 'data-source': {}, 'debian 12': {}, plain: 'a value'}
const file = writeBbolt(root)

/** A root that is a branch page to two leaf pages, as large databases have it: the root of `a` and the root of `b`. */
function branched(a: Buffer, b: Buffer): Buffer {
  const rootOf = (each: Buffer) => Number(each.readBigUInt64LE(4096 + 32))
  const pages = Buffer.concat([a, b.subarray(3 * 4096), Buffer.alloc(4096)])
  const [first, second] = [rootOf(a), rootOf(b) - 3 + a.length / 4096]
  const at = pages.length - 4096
  pages.writeUInt16LE(0x01, at + 8)
  pages.writeUInt16LE(2, at + 10)
  for (const [index, child] of [first, second].entries()) {
    pages.writeBigUInt64LE(BigInt(child), at + 16 + index * 16 + 8)
  }
  for (const meta of [0, 4096]) pages.writeBigUInt64LE(BigInt(at / 4096), meta + 32)
  return pages
}

describe('the buckets at the top of a bbolt file', () => {
  test('are named, and neither values nor what is in them', async () => {
    expect(await namesIn(file)).toEqual(new Set(['alpine 3.18', 'data-source', 'debian 12']))
  })

  test('are found below branch pages', async () => {
    const other = writeBbolt({'ubuntu 24.04': {}})
    expect(await namesIn(branched(file, other))).toEqual(
      new Set(['alpine 3.18', 'data-source', 'debian 12', 'ubuntu 24.04']),
    )
  })

  test('are those of the later transaction', async () => {
    const older = Buffer.from(file)
    // The first meta page is of transaction 0; what it points to no longer counts.
    older.writeBigUInt64LE(1n, 32)
    expect(await namesIn(older)).toEqual(await namesIn(file))
  })

  test('are many: a page may run on into others', async () => {
    const names = Array.from({length: 900}, (_, index) => `bucket ${index}`)
    expect(await namesIn(writeBbolt(Object.fromEntries(names.map(name => [name, {}]))))).toEqual(new Set(names))
  })
})

describe('a file that is damaged tells nothing', () => {
  const changed = (change: (copy: Buffer) => void) => {
    const copy = Buffer.from(file)
    change(copy)
    return copy
  }
  const rootPage = Number(file.readBigUInt64LE(4096 + 32)) * 4096
  test.each([
    ['nothing', Buffer.alloc(0)],
    ['another file', Buffer.from('SQLite format 3\0'.repeat(1000))],
    ['a root beyond its end', changed(copy => copy.writeBigUInt64LE(2n ** 60n, 4096 + 32))],
    ['a root that is no page of buckets', changed(copy => copy.writeUInt16LE(0x10, rootPage + 8))],
    ['more elements than fit', changed(copy => copy.writeUInt16LE(60_000, rootPage + 10))],
    ['a name beyond its page', changed(copy => copy.writeUInt32LE(2 ** 31, rootPage + 16 + 8))],
    ['a page of gigabytes', changed(copy => copy.writeUInt32LE(2 ** 31, rootPage + 12))],
    [
      'pages of no size',
      changed(copy => {
        for (const meta of [0, 4096]) copy.writeUInt32LE(0, meta + 24)
      }),
    ],
    [
      'a branch that leads to itself',
      changed(copy => {
        copy.writeUInt16LE(0x01, rootPage + 8)
        for (let index = 0; index < 4; index++) {
          copy.writeBigUInt64LE(BigInt(rootPage / 4096), rootPage + 16 + index * 16 + 8)
        }
      }),
    ],
  ])('%s', async (_, content) => expect(await namesIn(content)).toBeNull())

  test('and whatever the damage, it ends', async () => {
    const damage = fc.array(fc.tuple(fc.nat(file.length - 1), fc.nat(255)), {minLength: 1, maxLength: 30})
    await fc.assert(
      fc.asyncProperty(damage, async changes => {
        const copy = Buffer.from(file)
        for (const [at, byte] of changes) copy[at] = byte
        const names = await namesIn(copy)
        expect(names === null || names instanceof Set).toBe(true)
      }),
      {numRuns: 300},
    )
  })
})
