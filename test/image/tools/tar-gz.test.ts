import {gzipSync} from 'node:zlib'
import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {readTarGz} from '../../../src/image/tools/tar-gz.ts'
import {type Member, tarGz} from '../../fakes/tar-gz.ts'

const about = {name: 'tool.tar.gz', code: 'image/tool-malformed', hint: 'Report it.', maxBytes: 1024 * 1024} as const

async function* pieces(bytes: Uint8Array, size = 1000): AsyncIterable<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function read(bytes: Uint8Array, size?: number, maxBytes = about.maxBytes): Promise<[string, string][]> {
  const found: [string, string][] = []
  for await (const {name, content} of readTarGz(pieces(bytes, size), {...about, maxBytes})) {
    const chunks: Uint8Array[] = []
    for await (const chunk of content) chunks.push(chunk)
    found.push([name, Buffer.concat(chunks).toString('latin1')])
  }
  return found
}

describe('an archive', () => {
  test('gives its files in order, and neither folders nor links nor headers of other forms', async () => {
    const members: readonly Member[] = [
      {name: 'pax', type: 'x', content: '30 path=something/else\n'},
      {name: './LICENSE', content: 'Apache'},
      {name: 'contrib/', type: '5'},
      {name: 'trivy', type: '2', linkTo: '/etc/passwd'},
      {name: 'grype', type: '1', linkTo: 'LICENSE'},
      {name: 'contrib/html.tpl', content: ''},
      {name: 'trivy', content: 'program'},
    ]
    expect(await read(tarGz(members))).toEqual([
      ['LICENSE', 'Apache'],
      ['contrib/html.tpl', ''],
      ['trivy', 'program'],
    ])
  })

  test('is read on where a file was left half read', async () => {
    const names: string[] = []
    const archive = tarGz([
      {name: 'large', content: 'x'.repeat(5000)},
      {name: 'small', content: 'y'},
    ])
    for await (const {name, content} of readTarGz(pieces(archive), about)) {
      names.push(name)
      for await (const _ of content) break
    }
    expect(names).toEqual(['large', 'small'])
  })

  test('lets go of its source when the first file was enough', async () => {
    let closed = false
    async function* source() {
      try {
        yield* pieces(tarGz([{name: 'a', content: 'x'}, {name: 'b'}]))
      } finally {
        closed = true
      }
    }
    for await (const _ of readTarGz(source(), about)) break
    expect(closed).toBe(true)
  })

  test('says why its source broke', async () => {
    async function* source(): AsyncIterable<Uint8Array> {
      yield tarGz([{name: 'a', content: 'x'.repeat(5000)}]).subarray(0, 20)
      throw new Error('connection reset')
    }
    const reading = async () => {
      for await (const _ of readTarGz(source(), about));
    }
    await expect(reading()).rejects.toThrow('connection reset')
  })

  test('gives what was put into it, whatever the pieces that it comes in', async () => {
    const member = fc.record({name: fc.stringMatching(/^[a-z]{1,20}$/), content: fc.uint8Array({maxLength: 2000})})
    await fc.assert(
      fc.asyncProperty(fc.array(member, {maxLength: 5}), fc.integer({min: 1, max: 700}), async (members, size) => {
        const expected = members.map(({name, content}) => [name, Buffer.from(content).toString('latin1')])
        expect(await read(tarGz(members, {level: 1}), size)).toEqual(expected)
      }),
      {numRuns: 50},
    )
  })
})

describe('what is no archive is refused', () => {
  const good = tarGz([{name: 'trivy', content: 'x'.repeat(5000)}])
  const damagedHeader = Buffer.alloc(1024, 'x')
  const noSize = Buffer.alloc(1024)
  noSize.write('trivy', 0)
  noSize.write(
    `${[...noSize.subarray(0, 512)]
      .reduce((a, b) => a + b, 256)
      .toString(8)
      .padStart(6, '0')}\0 `,
    148,
  )
  test.each([
    ['a page of HTML', Buffer.from('<!doctype html>'), 'cannot be unpacked'],
    ['nothing', Buffer.alloc(0), 'cannot be unpacked'],
    ['half of one', good.subarray(0, good.length - 20), 'cannot be unpacked'],
    ['one whose tar is cut', tarGz([{name: 'a'}], {end: false}), 'is cut off'],
    ['text within gzip', gzipSync(damagedHeader), 'is not a tar archive'],
    ['a size that is none', gzipSync(noSize), 'has a file whose size cannot be read'],
  ])('%s', async (_, bytes, words) => {
    await expect(read(bytes)).rejects.toMatchObject({
      name: 'UserError',
      code: 'image/tool-malformed',
      message: expect.stringContaining(`tool.tar.gz ${words}`),
    })
  })

  test('one that unpacks to more than anybody wants, before it has been unpacked', async () => {
    const bomb = tarGz([{name: 'trivy', content: Buffer.alloc(3_000_000)}])
    expect(bomb.length).toBeLessThan(10_000)
    await expect(read(bomb, 1000, 1_000_000)).rejects.toThrow('holds more than 1000000 bytes')
  })
})
