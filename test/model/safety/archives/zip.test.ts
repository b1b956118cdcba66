import {deflateRawSync} from 'node:zlib'
import {describe, expect, test} from 'vitest'
import {zip as format} from '../../../../src/model/safety/formats/zip.ts'
import {sampleOf} from '../formats/recorded-scan.ts'
import {fixture} from './content.ts'
import {look} from './look.ts'
import {descriptor, type Ending, endRecord, type Lying, zip} from './zip-writer.ts'

const text = 'some text '.repeat(40)

describe('what honest writers make is read without a sight', () => {
  test('the methods of zipfile', async () => {
    const {sights, inside, reading} = await look(format, fixture('methods.zip'))
    expect(sights).toEqual([])
    expect(inside).toEqual([0, 8, 12, 14].map(method => [`method-${method}.txt`, text]))
    expect(reading).toMatchObject({is: 'ZIP archive, 4 members', holds: 'container'})
  })

  test('a stream into a pipe, with data descriptors and with ZIP64', async () => {
    const {sights, inside} = await look(format, fixture('streamed.zip'))
    expect(sights).toEqual([])
    expect(inside).toEqual([
      ['a.txt', text],
      ['b.txt', 'stored'],
    ])
  })

  test('ZIP64, a folder and a comment', async () => {
    const {sights, inside, reading} = await look(format, fixture('zip64.zip'))
    expect(sights).toEqual(['note zip-comment'])
    expect(inside).toEqual([['a.txt', text]])
    expect(reading?.is).toBe('ZIP archive, 1 member')
  })

  test('nothing at all', async () => {
    const {sights, inside, reading} = await look(format, zip([]))
    expect([sights, inside, reading?.is]).toEqual([[], [], 'ZIP archive, 0 members'])
  })

  test('archives stored inside of an archive, whose own end records stand in its last bytes', async () => {
    const inner = zip([{name: 'inner.txt', content: 'inner'}])
    const {sights, inside} = await look(
      format,
      zip([
        {name: 'a.zip', content: inner},
        {name: 'b.zip', content: inner},
      ]),
    )
    expect(sights).toEqual([])
    expect(inside.map(([name]) => name)).toEqual(['a.zip', 'b.zip'])
  })
})

const one: Lying = {name: 'a.pkl', content: 'content'}
const deflated: Lying = {name: 'a.pkl', content: text, method: 8}

/** `python`: what zipfile of Python 3.11.7 does, found by trying. */
interface Trick {
  readonly what: string
  readonly python: string
  readonly members: readonly Lying[]
  readonly ending?: Ending
  readonly sights: readonly string[]
  /** What is looked at, besides what an honest archive would have. */
  readonly inside: readonly (readonly [string, string])[]
}

const tricks: readonly Trick[] = [
  {
    what: 'the local header has another name (CVE-2025-1944)',
    python: 'BadZipFile: File name in directory and header differ',
    members: [{...one, local: {name: 'b.txt'}}],
    sights: ['deceives zip-names-differ'],
    inside: [['a.pkl', 'content']],
  },
  {
    what: 'both headers say that a plain member is encrypted (CVE-2025-1945)',
    python: 'RuntimeError: password required',
    members: [{...one, flags: 1}],
    sights: ['deceives zip-encrypted-flag'],
    inside: [['a.pkl', 'content']],
  },
  {
    what: 'the local header alone says that a deflated member is encrypted',
    python: 'reads it: the flag of the directory counts',
    members: [{...deflated, local: {flags: 0x801}}],
    sights: ['deceives zip-headers-differ', 'deceives zip-encrypted-flag'],
    inside: [['a.pkl', text]],
  },
  {
    what: 'a member is really encrypted',
    python: 'RuntimeError: password required',
    members: [{...one, flags: 1, packed: Buffer.from('0123456789abcipherd'), central: {size: 7}, local: {size: 7}}],
    sights: ['unread zip-encrypted'],
    inside: [['a.pkl', '0123456789abcipherd']],
  },
  {
    what: 'the CRC is wrong (CVE-2025-10156)',
    python: 'BadZipFile: Bad CRC-32',
    members: [{...one, central: {crc: 1}, local: {crc: 1}}],
    sights: ['deceives zip-crc-wrong'],
    inside: [['a.pkl', 'content']],
  },
  {
    what: 'the two CRCs differ',
    python: 'reads it: the CRC of the directory counts',
    members: [{...deflated, local: {crc: 1}}],
    sights: ['deceives zip-headers-differ'],
    inside: [['a.pkl', text]],
  },
  {
    what: 'the methods differ',
    python: 'reads it by the method of the directory',
    members: [{...deflated, local: {method: 0}}],
    sights: ['deceives zip-headers-differ'],
    inside: [
      ['a.pkl', text],
      ['a.pkl (by its local header)', deflateRawSync(Buffer.from(text)).toString('latin1')],
    ],
  },
  {
    what: 'the local header says that there is less data',
    python: 'reads the size of the directory',
    members: [{...one, local: {packedSize: 3, size: 3}}],
    sights: ['deceives zip-headers-differ'],
    inside: [
      ['a.pkl', 'content'],
      ['a.pkl (by its local header)', 'con'],
    ],
  },
  {
    what: 'a stored member says that it unpacks to more than it is (miniz reads the larger size)',
    python: 'BadZipFile: Bad CRC-32',
    members: [{...one, central: {packedSize: 3}, local: {packedSize: 3}}],
    sights: ['deceives zip-size-wrong', 'look zip-gap'],
    inside: [
      ['a.pkl', 'content'],
      ['(bytes 38 to 42)', 'tent'],
    ],
  },
  {
    what: 'a deflated member unpacks to more than it says',
    python: 'BadZipFile: Bad CRC-32',
    members: [{...deflated, central: {size: 5}, local: {size: 5}}],
    sights: ['deceives zip-size-wrong'],
    inside: [['a.pkl', text]],
  },
  {
    what: 'a deflated member breaks off',
    python: 'BadZipFile: Bad CRC-32',
    members: [{...deflated, packed: deflateRawSync(Buffer.from(text)).subarray(0, 12)}],
    sights: ['damaged zip-member-damaged'],
    inside: [['a.pkl', 'some text s']],
  },
  {
    what: 'a member that the directory does not list',
    python: 'lists a.pkl only',
    members: [one, {name: 'hidden.pkl', content: 'hidden', only: 'local'}],
    sights: ['deceives zip-hidden-member'],
    inside: [
      ['a.pkl', 'content'],
      ['hidden.pkl', 'hidden'],
    ],
  },
  {
    what: 'a hidden member whose size stands behind its data',
    python: 'lists a.pkl only',
    members: [
      {name: 'hidden.pkl', content: 'hidden', only: 'local', flags: 8, local: {packedSize: 0, size: 0, crc: 0}},
      one,
    ],
    sights: ['deceives zip-hidden-member'],
    inside: [
      ['a.pkl', 'content'],
      ['hidden.pkl', 'hidden'],
    ],
  },
  {
    what: 'a data descriptor says something else',
    python: 'reads it: descriptors are not looked at',
    members: [{...one, flags: 8, local: {packedSize: 0, size: 0, crc: 0}, after: descriptor('other')}],
    sights: ['deceives zip-headers-differ'],
    inside: [['a.pkl', 'content']],
  },
  {
    what: 'no directory',
    python: 'BadZipFile: File is not a zip file',
    members: [one],
    ending: {withoutDirectory: true},
    sights: ['damaged zip-no-directory', 'deceives zip-hidden-member'],
    inside: [['a.pkl', 'content']],
  },
  {
    what: 'bytes before the first member, counted in the offsets',
    python: 'lists and reads it',
    members: [one],
    ending: {prefix: Buffer.from('prefix')},
    sights: ['deceives zip-prefix'],
    inside: [
      ['a.pkl', 'content'],
      ['(bytes 0 to 6)', 'prefix'],
    ],
  },
  {
    what: 'bytes between members',
    python: 'lists and reads both',
    members: [one, {name: 'b', content: 'b', before: Buffer.from('between')}],
    sights: ['look zip-gap'],
    inside: [
      ['a.pkl', 'content'],
      ['b', 'b'],
      ['(bytes 42 to 49)', 'between'],
    ],
  },
  {
    what: 'bytes behind the end',
    python: 'lists and reads it',
    members: [one],
    ending: {suffix: Buffer.from('behind')},
    sights: ['look zip-gap'],
    inside: [
      ['a.pkl', 'content'],
      ['(bytes 115 to 121)', 'behind'],
    ],
  },
  {
    what: 'two members of one name',
    python: 'lists both and reads the second',
    members: [one, {...one, content: 'other'}],
    sights: ['deceives zip-duplicate-name'],
    inside: [
      ['a.pkl', 'content'],
      ['a.pkl', 'other'],
    ],
  },
  {
    what: 'two names that torch takes for one',
    python: 'lists both',
    members: [one, {...one, name: 'A.PKL'}],
    sights: ['look zip-same-name-but-case'],
    inside: [
      ['a.pkl', 'content'],
      ['A.PKL', 'content'],
    ],
  },
  {
    what: 'two entries for the same bytes',
    python: 'lists both; BadZipFile: File name in directory and header differ',
    members: [one, {name: 'b', content: 'content', only: 'central', offset: 0, local: {}}],
    sights: ['deceives zip-names-differ', 'bomb zip-overlap'],
    inside: [
      ['a.pkl', 'content'],
      ['b', 'content'],
    ],
  },
  {
    what: 'the directory counts fewer members than it holds',
    python: 'lists both: the size counts',
    members: [one, {name: 'b', content: 'b'}],
    ending: {entries: 1},
    sights: ['deceives zip-count-wrong'],
    inside: [
      ['a.pkl', 'content'],
      ['b', 'b'],
    ],
  },
  {
    what: 'an entry that points to nothing',
    python: 'BadZipFile: Bad magic number for file header',
    members: [one, {name: 'b', content: 'b', only: 'central', offset: 5}],
    sights: ['damaged zip-no-local-header'],
    inside: [['a.pkl', 'content']],
  },
  {
    what: 'another disk',
    python: 'lists and reads it',
    members: [one],
    ending: {disk: 1},
    sights: ['unread zip-several-disks'],
    inside: [['a.pkl', 'content']],
  },
  {
    what: 'a method that nobody reads',
    python: 'NotImplementedError: That compression method is not supported',
    members: [{...one, method: 98}],
    sights: ['unread zip-method-unread'],
    inside: [['a.pkl (packed)', 'content']],
  },
  {
    what: 'AES',
    python: 'RuntimeError: password required',
    members: [{...one, method: 99, flags: 1}],
    sights: ['unread zip-encrypted'],
    inside: [['a.pkl (packed)', 'content']],
  },
  {
    what: 'a symbolic link that leads out',
    python: 'reads the target as content',
    members: [{name: 'link', content: '../../etc/passwd', externalAttributes: 0o120777 * 65_536}],
    sights: ['runs archive-link-outside'],
    inside: [['link', '../../etc/passwd']],
  },
  {
    what: 'a symbolic link that stays inside',
    python: 'reads the target as content',
    members: [{name: 'link', content: 'a.pkl', externalAttributes: 0o120777 * 65_536}],
    sights: ['look archive-link'],
    inside: [['link', 'a.pkl']],
  },
  {
    what: 'a folder with content',
    python: 'lists it as a folder, and reads the content',
    members: [{name: 'folder/', content: 'hidden'}],
    sights: [],
    inside: [['folder/', 'hidden']],
  },
]

describe('an archive that deceives, and what is seen of it', () => {
  test.each(tricks)('$what (Python: $python)', async ({members, ending, sights, inside}) => {
    const found = await look(format, zip(members, ending))
    expect(found.ended).toBeNull()
    expect(found.inside).toEqual(inside)
    expect(found.sights).toEqual(sights)
  })
})

describe('several directories', () => {
  const first = zip([{name: 'first.pkl', content: 'first'}])
  const second = zip([{name: 'second.pkl', content: 'second'}])

  // Python and miniz take the last end record: the second archive. Java and Go demand that the comment reaches the end.
  test('a whole archive in the comment of another: both are seen', async () => {
    const honest = zip([{name: 'first.pkl', content: 'first'}], {comment: second})
    const {sights, inside} = await look(format, honest)
    expect(sights).toContain('deceives zip-several-ends')
    expect(inside.map(([name]) => name)).toEqual(expect.arrayContaining(['first.pkl', 'second.pkl']))
  })

  // zipfile: ['second.pkl'], because it counts offsets from the end.
  test('two archives one behind the other: both are seen', async () => {
    const {sights, inside} = await look(format, Buffer.concat([first, second]))
    expect(sights).toContain('deceives zip-several-ends')
    expect(inside.map(([name]) => name)).toEqual(expect.arrayContaining(['first.pkl', 'second.pkl']))
  })

  // zipfile goes by the size, counted back from the end record; miniz by the offset.
  test('an end record whose offset leads to another directory than its size', async () => {
    const outer = zip([{name: 'first.pkl', content: 'first'}])
    const directory = outer.subarray(44, 44 + 55)
    const other = Buffer.from(zip([{name: 'other.pkl', content: 'first'}]).subarray(44, 44 + 55))
    const members = Buffer.concat([outer.subarray(0, 44), directory])
    const file = Buffer.concat([members, other, endRecord(1, 55, 44)])
    const {sights} = await look(format, file)
    expect(sights).toContain('deceives zip-several-ends')
  })
})

describe('names that lead out of the folder', () => {
  test.each([
    ['../evil.pkl', 'runs archive-path-outside'],
    ['a/../../evil.pkl', 'runs archive-path-outside'],
    ['/etc/cron.d/evil', 'runs archive-path-outside'],
    ['C:\\evil.pkl', 'runs archive-path-outside'],
    ['..\\evil.pkl', 'runs archive-path-outside'],
    ['\\\\host\\share', 'runs archive-path-outside'],
    ['a.pkl\0.txt', 'deceives archive-odd-name'],
    ['a\u001b[31m.pkl', 'look archive-foreign-name'],
    ['a\\b.pkl', 'look archive-foreign-name'],
  ])('%j', async (name, sight) => {
    const {sights, inside} = await look(format, zip([{name, content: 'content'}]))
    expect(sights).toEqual([sight])
    expect(inside).toEqual([[name, 'content']])
  })

  test.each(['a/../b.pkl', './a.pkl', 'a..b', 'größe.pkl'])('%j does not', async name => {
    expect((await look(format, zip([{name, content: 'content'}]))).sights).toEqual([])
  })
})

/** Offsets count from the archive itself, as Python's zipfile takes them. */
function behind(prefix: string, archive: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(prefix), archive])
}

describe('what is taken for a ZIP archive', () => {
  test.each<[string, Buffer, boolean]>([
    ['one that begins with a member', zip([one]), true],
    ['an empty one', zip([]), true],
    ['one with the records of ZIP64, behind something else', behind('GGUF', fixture('zip64.zip')), true],
    ['one behind something else', zip([one], {prefix: Buffer.from('GGUF'.repeat(100))}), true],
    [
      'one with something behind it',
      zip([one], {prefix: Buffer.from('x'), suffix: Buffer.from('y'.repeat(999))}),
      true,
    ],
    [
      'the four bytes of an end record in the middle of noise',
      Buffer.from(`noise PK\x05\x06 ${'noise '.repeat(20)}`),
      false,
    ],
    ['text', Buffer.from('PK is the initials of Phil Katz'), false],
  ])('%s', (_, bytes, expected) => {
    expect(format.recognise(sampleOf(bytes))).toBe(expected)
  })
})

test('something that begins like a ZIP and is none is damaged, and never clean', async () => {
  const {ended, reading} = await look(format, Buffer.from('PK\x03\x04 and nothing else'))
  expect([ended, reading]).toEqual(['It has neither a directory nor a member.', null])
})
