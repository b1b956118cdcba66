import {createHash} from 'node:crypto'
import {describe, expect, test} from 'vitest'
import {digestOf, hashedName, manifestOf} from '../../src/model/digest.ts'
import {gatherModelFiles} from '../../src/model/gather-model-files.ts'
import {memoryFiles} from './memory-files.ts'

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const file = (path: string, content: string) => ({
  path,
  size: content.length,
  digest: `sha256:${sha256(content)}` as const,
})

describe('the digest of a model', () => {
  test('is the sha256 of what sha256sum prints, sorted by path', () => {
    const files = [file('b/weights', 'two'), file('a.json', 'one')]
    const manifest = `${sha256('one')}  a.json\n${sha256('two')}  b/weights\n`
    expect(manifestOf(files)).toBe(manifest)
    expect(digestOf(files)).toBe(`sha256:${sha256(manifest)}`)
  })

  test('of an empty text is the published one of sha256', () => {
    // FIPS 180-4, the empty message.
    expect(digestOf([])).toBe('sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
  })

  test('changes with a name, with a byte, and with a file more; not with the order in which files are listed', () => {
    const a = file('a', '1')
    const b = file('b', '2')
    const digests = [digestOf([a, b]), digestOf([a]), digestOf([a, file('c', '2')]), digestOf([a, file('b', '3')])]
    expect(new Set(digests).size).toBe(4)
    expect(digestOf([b, a])).toBe(digestOf([a, b]))
  })

  test('sorts by bytes, as `LC_ALL=C sort` does', () => {
    // U+1F600 is D83D in UTF-16, before U+FF5E; in UTF-8 it is F0…, after EF….
    expect(manifestOf([file('\u{1f600}', '1'), file('～', '2'), file('B', '3'), file('a', '4')])).toMatch(
      /B\n.*a\n.*～\n.*\u{1f600}\n/u,
    )
  })

  test.each(['a\nb', 'a\\b', 'a\rb'])('refuses the name %j, which a line cannot hold', path => {
    expect(() => manifestOf([file(path, '')])).toThrow(expect.objectContaining({code: 'model/file-name'}))
  })

  test('a row id is named by a hash', () => {
    expect(hashedName('customer-17')).toBe(sha256('customer-17').slice(0, 12))
  })
})

describe('gatherModelFiles', () => {
  const files = memoryFiles({
    'm/b/weights': 'two',
    'm/a.json': 'one',
    'm/link': null,
    'only/link': null,
    'lone.bin': 'x',
  })

  test('a folder: all its files, by relative path; links apart', async () => {
    expect(await gatherModelFiles(files, 'm/')).toEqual({
      files: [file('a.json', 'one'), file('b/weights', 'two')],
      links: ['link'],
      digest: digestOf([file('a.json', 'one'), file('b/weights', 'two')]),
    })
  })

  test('a single file: its name without the folders', async () => {
    expect(await gatherModelFiles(files, 'lone.bin')).toMatchObject({files: [file('lone.bin', 'x')], links: []})
  })

  test('a folder without files and a path that does not exist are refused', async () => {
    await expect(gatherModelFiles(files, 'only')).rejects.toMatchObject({code: 'model/no-files'})
    await expect(gatherModelFiles(files, 'absent')).rejects.toMatchObject({code: 'file/not-found'})
  })
})
