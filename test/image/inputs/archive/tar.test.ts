import {execFileSync} from 'node:child_process'
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import * as path from 'node:path'
import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {isFailure} from '../../../../src/core/failure.ts'
import {readTar} from '../../../../src/image/inputs/archive/tar.ts'
import type {Bytes} from '../../../../src/runtime/files.ts'
import {type TarMember, tarOfMembers} from '../../../fakes/oci-image.ts'

const inMemory = (content: Uint8Array): Bytes => ({
  size: content.length,
  slice: async (start, end) => content.subarray(start, Math.max(start, end)),
})
const read = async (content: Uint8Array) => [...(await readTar(inMemory(content), './image.tar')).values()]
const readMembers = (...members: TarMember[]) => read(tarOfMembers(members))

/** A record of an extended header: its length counts itself. */
function pax(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`
  const bytes = Buffer.byteLength(rest)
  const length = [1, 2, 3, 4, 5].map(digits => bytes + digits).find((sum, at) => String(sum).length === at + 1) ?? 0
  return `${length}${rest}`
}

describe('the members of an archive', () => {
  test('are files and links, where they lie', async () => {
    const found = await readMembers(
      {name: './manifest.json', content: '[]'},
      {name: 'blobs/', type: '5'},
      {name: 'blobs/a', content: 'x'.repeat(513)},
      {name: 'b/layer.tar', type: '2', linkName: '../blobs/a'},
      {name: 'c/layer.tar', type: '1', linkName: './blobs/a'},
    )
    expect(found).toEqual([
      {kind: 'file', name: 'manifest.json', target: '', offset: 512, size: 2},
      {kind: 'file', name: 'blobs/a', target: '', offset: 2048, size: 513},
      {kind: 'link', name: 'b/layer.tar', target: 'blobs/a', offset: 3584, size: 0},
      {kind: 'link', name: 'c/layer.tar', target: 'blobs/a', offset: 4096, size: 0},
    ])
  })

  const long = `${'folder/'.repeat(40)}file`

  test.each([
    ['pax', {name: 'x', type: 'x', content: pax('path', long) + pax('mtime', '1.5')}],
    ['GNU tar', {name: '././@LongLink', type: 'L', content: `${long}\0`}],
  ])('with long names are read as %s writes them', async (_, header) => {
    expect(await readMembers(header, {name: 'folder/cut', content: 'x'})).toMatchObject([{name: long, size: 1}])
  })

  test('with names in two parts are read as POSIX writes them', async () => {
    const change = (header: Buffer) => void header.write('prefix/of/it', 345)
    expect(await readMembers({name: 'name', change})).toMatchObject([{name: 'prefix/of/it/name'}])
  })

  test('with times where POSIX has the beginning of a name are read as GNU tar writes them', async () => {
    const change = (header: Buffer) => {
      header.write('ustar  \0', 257)
      header.write('14700000000', 345)
    }
    expect(await readMembers({name: 'name', change})).toMatchObject([{name: 'name'}])
  })

  test.each([
    ['octal digits', '00000000003\0'],
    ['octal digits with spaces before them', '          3 '],
    ['eight bits a byte', '\x80\0\0\0\0\0\0\0\0\0\0\x03'],
  ])('have sizes as %s', async (_, size) => {
    const change = (header: Buffer) => void header.write(size, 124, 'latin1')
    expect(await readMembers({name: 'a', content: 'abc', change})).toMatchObject([{size: 3}])
  })

  test('have sizes of an extended header where eight gigabytes are too much for octal digits', async () => {
    const header = {name: 'x', type: 'x', content: pax('size', '3')}
    expect(await readMembers(header, {name: 'a', content: 'abc', size: 0})).toMatchObject([{size: 3}])
  })

  test('end where the archive says so, whatever follows', async () => {
    const archive = Buffer.concat([tarOfMembers([{name: 'a'}]), tarOfMembers([{name: 'hidden'}])])
    expect(await read(archive)).toMatchObject([{name: 'a'}])
    expect(await read(tarOfMembers([{name: 'a'}]).subarray(0, 512))).toMatchObject([{name: 'a'}])
    expect(await read(Buffer.alloc(0))).toEqual([])
  })

  test.each<[string, TarMember[], string]>([
    ['two members of one name', [{name: 'a'}, {name: './a'}], 'two members of the name "a"'],
    [
      'two sizes for one member',
      [
        {name: 'x', type: 'x', content: pax('size', '3')},
        {name: 'a', content: 'abcd'},
      ],
      'two sizes',
    ],
    ['a size that is none', [{name: 'a', size: 'nine bytes!!'}], 'no number'],
    ['a size beyond its end', [{name: 'a', size: 4096}], 'breaks off in the member at byte 0'],
    [
      'a size beyond every disk',
      [{name: 'a', change: header => void header.fill(0xff, 125, 136).fill(0x80, 124, 125)}],
      'no number',
    ],
    ['a negative size', [{name: 'a', change: header => void header.fill(0xff, 124, 136)}], 'no number'],
    ['a link that leads out', [{name: 'a/b', type: '2', linkName: '../../etc/passwd'}], 'leads out of it'],
    ['a folder with data', [{name: 'a/', type: '5', content: 'x'}], 'has data'],
    ['a link with data', [{name: 'a', type: '1', linkName: 'b', content: 'x'}], 'has data'],
    ['a device', [{name: 'a', type: '3'}], 'no file, folder or link'],
    [
      'a header for all members',
      [{name: 'x', type: 'g', content: pax('path', 'b')}, {name: 'a'}],
      'no file, folder or link',
    ],
    ['a sparse file', [{name: 'x', type: 'x', content: pax('GNU.sparse.major', '1')}, {name: 'a'}], 'sparse'],
    ['a damaged extended header', [{name: 'x', type: 'x', content: '99 path=b\n'}, {name: 'a'}], 'damaged'],
    ['an extended header of zeros', [{name: 'x', type: 'x', content: '\0\0\0\0'}, {name: 'a'}], 'damaged'],
    ['an extended header whose record says nothing', [{name: 'x', type: 'x', content: '3 \n'}, {name: 'a'}], 'damaged'],
    ['a name that ends early', [{name: 'x', type: 'x', content: pax('path', 'a\0b')}, {name: 'a'}], 'damaged'],
    ['a size in words', [{name: 'x', type: 'x', content: pax('size', '0x10')}, {name: 'a'}], 'no number'],
    ['an extended header of megabytes', [{name: 'x', type: 'L', content: 'a'.repeat(1024 * 1024 + 1)}], 'too long'],
    ['a name that is no UTF-8', [{name: 'a', change: header => void header.fill(0xff, 0, 1)}], 'no UTF-8'],
  ])('with %s are refused', async (_, members, words) => {
    await expect(readMembers(...members)).rejects.toMatchObject({
      code: 'image/archive-malformed',
      message: expect.stringContaining(words),
    })
  })

  test('behind a wrong checksum are refused', async () => {
    const archive = tarOfMembers([{name: 'a', content: 'x'}])
    archive[0] = 0x62
    await expect(read(archive)).rejects.toMatchObject({message: expect.stringContaining('byte 0 is no header')})
  })

  test.each([1, 511, 513, 1000])('that break off after %i bytes are refused', async length => {
    const archive = tarOfMembers([{name: 'a', content: 'x'.repeat(600)}])
    await expect(read(archive.subarray(0, length))).rejects.toMatchObject({code: 'image/archive-malformed'})
  })

  test('are refused or read, whatever bytes are changed', async () => {
    const archive = tarOfMembers([
      {name: 'x', type: 'x', content: pax('path', 'long')},
      {name: 'a', content: 'abc'},
      {name: 'b', type: '2', linkName: 'a'},
    ])
    const changes = fc.array(fc.tuple(fc.nat(archive.length - 1), fc.nat(255)), {minLength: 1, maxLength: 4})
    await fc.assert(
      fc.asyncProperty(changes, fc.boolean(), async (changed, keepSum) => {
        const damaged = Buffer.from(archive)
        for (const [at, value] of changed) damaged[at] = value
        if (keepSum) for (let at = 0; at + 512 <= damaged.length; at += 1024) resum(damaged.subarray(at, at + 512))
        const outcome = await read(damaged).catch((error: unknown) => error)
        if (!Array.isArray(outcome)) expect(isFailure(outcome)).toBe(true)
        else for (const {offset, size} of outcome) expect(offset + size).toBeLessThanOrEqual(damaged.length)
      }),
    )
  })

  test.skipIf(process.platform !== 'linux')('are those that GNU tar lists, in each of its formats', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'slipway-tar-'))
    try {
      const name = `${'n'.repeat(120)}.json`
      writeFileSync(path.join(folder, name), 'x'.repeat(700))
      writeFileSync(path.join(folder, 'ümlaut'), 'y')
      for (const format of ['gnu', 'pax', 'ustar']) {
        const names = format === 'ustar' ? ['ümlaut'] : [name, 'ümlaut']
        const archive = execFileSync('tar', [`--format=${format}`, '-cf', '-', ...names], {cwd: folder})
        const found = await read(archive)
        expect(found.map(entry => entry.name)).toEqual(names)
        expect(found.at(-1)?.size).toBe(1)
      }
    } finally {
      rmSync(folder, {recursive: true})
    }
  })
})

/** Gives a header the checksum of its bytes. */
function resum(header: Buffer): void {
  header.write('        ', 148)
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
}
