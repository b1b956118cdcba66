import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {tar as format} from '../../../../src/model/safety/formats/tar.ts'
import {zip as zipFormat} from '../../../../src/model/safety/formats/zip.ts'
import {sampleOf} from '../formats/recorded-scan.ts'
import {fixture} from './content.ts'
import {look} from './look.ts'
import {member, pax, type TarMemberSpec, tar} from './tar-writer.ts'
import {zip} from './zip-writer.ts'

const text = 'some text '.repeat(40)

describe('what tarfile wrote is read without a sight', () => {
  const long = `folder/${'x'.repeat(90)}/${'y'.repeat(90)}.txt`
  const longer = `folder/${'z'.repeat(300)}.txt`

  test.each([
    ['ustar', ['a.txt', long]],
    ['gnu', ['a.txt', long, longer, 'größe.txt']],
    ['pax', ['a.txt', long, longer, 'größe.txt']],
  ])('%s', async (kind, names) => {
    const packed = fixture(`${kind}.tar`)
    expect(format.recognise(sampleOf(packed))).toBe(true)
    const {sights, inside, reading} = await look(format, packed)
    expect(sights).toEqual([])
    expect(inside).toEqual(names.map(name => [name, text]))
    expect(reading?.is).toBe(`tar archive, ${names.length} members`)
  })
})

const one: TarMemberSpec = {name: 'a.pkl', content: 'content'}
const base256 = (value: number) => Buffer.from([0x80, ...new Array<number>(10).fill(0), value])

interface Trick {
  readonly what: string
  /** What tarfile of Python 3.11.7 does, found by trying. */
  readonly python: string
  readonly bytes: Buffer
  readonly sights: readonly string[]
  readonly inside: readonly (readonly [string, string])[]
}

const tricks: readonly Trick[] = [
  {
    what: 'a header of Unix V7, without a mark',
    python: 'reads it',
    bytes: tar([{...one, magic: 'none'}]),
    sights: [],
    inside: [['a.pkl', 'content']],
  },
  {
    what: 'a size in base 256',
    python: 'reads it',
    bytes: tar([{...one, size: base256(7)}]),
    sights: [],
    inside: [['a.pkl', 'content']],
  },
  {
    what: 'a size that only Python takes for a number',
    python: 'reads 7 bytes',
    bytes: tar([{...one, size: Buffer.from('0o7\0\0\0\0\0\0\0\0\0')}]),
    sights: [],
    inside: [['a.pkl', 'content']],
  },
  {
    what: 'an extended header gives another size (CVE-2025-62518)',
    python: 'reads the size of the extended header',
    bytes: tar([pax({size: '1024'}), {name: 'outer', size: 0, content: member(one).toString('latin1')}, one]),
    sights: ['deceives tar-sizes-differ'],
    inside: [
      ['outer', member(one).toString('latin1')],
      ['a.pkl', 'content'],
    ],
  },
  {
    what: 'a member behind the end of the archive',
    python: 'lists a.pkl only',
    bytes: Buffer.concat([tar([one]), tar([{name: 'hidden.pkl', content: 'hidden'}])]),
    sights: ['deceives tar-hidden-members'],
    inside: [
      ['a.pkl', 'content'],
      ['hidden.pkl', 'hidden'],
    ],
  },
  {
    what: 'a damaged header between two members',
    python: 'lists a.pkl only, without an error',
    bytes: tar([one, {name: 'bad', checksum: '000001\0 '}, {name: 'b.pkl', content: 'b'}]),
    sights: ['damaged tar-header-damaged'],
    inside: [
      ['a.pkl', 'content'],
      ['b.pkl', 'b'],
    ],
  },
  {
    what: 'a size that is no number',
    python: 'lists a.pkl only, without an error',
    bytes: tar([one, {name: 'bad', size: Buffer.from('rhubarb\0\0\0\0\0')}]),
    sights: ['damaged tar-header-damaged'],
    inside: [['a.pkl', 'content']],
  },
  {
    what: 'it breaks off',
    python: 'ReadError: unexpected end of data',
    bytes: member({name: 'a.pkl', content: 'c'.repeat(2000)}).subarray(0, 1500),
    sights: ['damaged tar-cut-off'],
    inside: [['a.pkl', 'c'.repeat(988)]],
  },
  {
    what: 'two members of one name',
    python: 'lists both, and extracts the second',
    bytes: tar([one, {...one, content: 'other'}]),
    sights: ['deceives tar-duplicate-name'],
    inside: [
      ['a.pkl', 'content'],
      ['a.pkl', 'other'],
    ],
  },
  {
    what: 'a symbolic link that leads out',
    python: 'lists it',
    bytes: tar([{name: 'folder/link', type: '2', linkName: '../../etc/passwd'}]),
    sights: ['runs archive-link-outside'],
    inside: [],
  },
  {
    what: 'a hard link that leads out',
    python: 'lists it',
    bytes: tar([{name: 'folder/link', type: '1', linkName: '../etc/passwd'}]),
    sights: ['runs archive-link-outside'],
    inside: [],
  },
  {
    what: 'a file that is unpacked through a link',
    python: 'lists both',
    bytes: tar([
      {name: 'folder', type: '2', linkName: 'other'},
      {name: 'folder/evil', content: 'evil'},
    ]),
    sights: ['look archive-link', 'runs archive-link-outside'],
    inside: [['folder/evil', 'evil']],
  },
  {
    what: 'a device',
    python: 'lists it',
    bytes: tar([{name: 'sda', type: '4'}]),
    sights: ['runs archive-device'],
    inside: [],
  },
  {
    what: 'a pipe',
    python: 'lists it',
    bytes: tar([{name: 'pipe', type: '6'}]),
    sights: ['runs archive-device'],
    inside: [],
  },
  {
    what: 'a link with data, in which Python reads headers',
    python: 'lists link, then hidden.pkl',
    bytes: tar([
      {
        name: 'link',
        type: '2',
        linkName: 'a',
        size: 1024,
        content: member({name: 'hidden.pkl', content: 'h'}).toString('latin1'),
      },
    ]),
    sights: ['deceives tar-size-of-nothing', 'look archive-link'],
    inside: [
      ['link', member({name: 'hidden.pkl', content: 'h'}).toString('latin1')],
      ['hidden.pkl', 'h'],
    ],
  },
  {
    what: 'a global header that renames everything',
    python: 'lists evil.pkl',
    bytes: tar([pax({path: 'evil.pkl'}, 'g'), one]),
    sights: ['deceives tar-global-override'],
    inside: [['a.pkl', 'content']],
  },
  {
    what: 'a global header with a comment, as git writes it',
    python: 'reads it',
    bytes: tar([pax({comment: '0123456789'}, 'g'), one]),
    sights: [],
    inside: [['a.pkl', 'content']],
  },
  {
    what: 'two extended headers with two names',
    python: 'lists long.pkl',
    bytes: tar([{name: '././@LongLink', type: 'L', content: 'long.pkl\0'}, pax({path: 'pax.pkl'}), one]),
    sights: ['deceives tar-names-differ'],
    inside: [['pax.pkl', 'content']],
  },
  {
    what: 'a prefix in a header of GNU tar',
    python: 'lists folder/a.pkl',
    bytes: tar([{...one, magic: 'gnu', prefix: 'folder'}]),
    sights: ['deceives tar-names-differ'],
    inside: [['folder/a.pkl', 'content']],
  },
  {
    what: 'a sparse file',
    python: 'reads it as empty: its map is',
    bytes: tar([{...one, type: 'S'}]),
    sights: ['unread tar-sparse'],
    inside: [['a.pkl', 'content']],
  },
  {
    what: 'a sparse file of pax',
    python: 'reads it as a plain file',
    bytes: tar([pax({'GNU.sparse.major': '1', 'GNU.sparse.name': 'sparse'}), one]),
    sights: ['unread tar-sparse'],
    inside: [['sparse', 'content']],
  },
  {
    what: 'a type that does not exist',
    python: 'reads it as a file',
    bytes: tar([{...one, type: 'Z'}]),
    sights: ['look tar-unknown-type'],
    inside: [['a.pkl', 'content']],
  },
  {
    what: 'an extended header that breaks off',
    python: 'lists a name that goes on behind the record',
    bytes: tar([{name: 'x', type: 'x', content: '99 path=a\n'}, one]),
    sights: ['damaged tar-header-damaged'],
    inside: [['a.pkl', 'content']],
  },
  {
    what: 'bytes behind the end',
    python: 'reads it',
    bytes: Buffer.concat([tar([one]), Buffer.from('behind')]),
    sights: ['look tar-trailing'],
    inside: [
      ['a.pkl', 'content'],
      ['(bytes from 2048)', 'behind'],
    ],
  },
  {
    what: 'a path out of the folder',
    python: 'lists it',
    bytes: tar([{...one, name: '../a.pkl'}]),
    sights: ['runs archive-path-outside'],
    inside: [['../a.pkl', 'content']],
  },
]

describe('an archive that deceives, and what is seen of it', () => {
  test.each(tricks)('$what (Python: $python)', async ({bytes, sights, inside}) => {
    const found = await look(format, bytes)
    expect(found.ended).toBeNull()
    expect(found.sights).toEqual(sights)
    expect(found.inside).toEqual(inside)
  })
})

describe('what is taken for a tar archive', () => {
  test.each<[string, Buffer, boolean]>([
    ['a header whose checksum only Python takes for a number', pythonOnly(), true],
    ['zeros', Buffer.alloc(1024), false],
    ['text', Buffer.from('words '.repeat(200)), false],
    ['less than a block', tar([one]).subarray(0, 511), false],
  ])('%s', (_, bytes, expected) => expect(format.recognise(sampleOf(bytes))).toBe(expected))

  test('an archive in ZIP as the last member does not make the tar a ZIP', () => {
    const inner = zip([{name: 'a.txt', content: 'a'}]).toString('latin1')
    const packed = tar([{name: 'a.zip', content: inner}])
    expect([format, zipFormat].map(each => each.recognise(sampleOf(packed)))).toEqual([true, false])
  })
})

test('any change of an archive ends in what a reader may see, and never in an error of ours', async () => {
  const packed = fixture('pax.tar').subarray(0, 7168)
  await fc.assert(
    fc.asyncProperty(fc.nat(packed.length - 1), fc.integer({min: 1, max: 255}), async (at, change) => {
      const changed = Uint8Array.from(packed)
      changed[at] = (changed[at] ?? 0) ^ change
      const {reading, ended} = await look(format, changed)
      expect(reading !== null || ended !== null).toBe(true)
    }),
    {numRuns: 300},
  )
})

/** `0o` and an underscore: `int(text, 8)` takes them. */
function pythonOnly(): Buffer {
  const plain = member({...one, checksum: '0o12_3\0 '})
  const sum = plain.subarray(0, 512).reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 32 : byte), 0)
  const digits = sum.toString(8)
  return tar([{...one, checksum: `0o${digits.slice(0, 2)}_${digits.slice(2)}`.padEnd(8, '\0')}])
}
