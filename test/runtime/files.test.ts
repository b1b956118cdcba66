import {createHash} from 'node:crypto'
import {once} from 'node:events'
import * as fs from 'node:fs/promises'
import {createServer} from 'node:net'
import * as os from 'node:os'
import * as path from 'node:path'
import {afterEach, beforeEach, describe, expect, test, vi} from 'vitest'
import {systemFiles} from '../../src/runtime/files.ts'

let folder: string
beforeEach(async () => {
  folder = await fs.mkdtemp(path.join(os.tmpdir(), 'slipway-files-'))
})
afterEach(() => fs.rm(folder, {recursive: true}))

describe('files that are written', () => {
  test('lie where they were meant to, in folders that were not there, and nothing lies beside them', async () => {
    const file = path.join(folder, 'a/b/c.txt')
    await systemFiles.writeText(file, 'one')
    await systemFiles.writeText(file, 'two')
    expect(await systemFiles.readText(file)).toBe('two')
    expect(await fs.readdir(path.dirname(file))).toEqual(['c.txt'])
  })

  test('have all their pieces in order, of whatever length, and no character of them is torn', async () => {
    const file = path.join(folder, 'pieces.txt')
    const long = `x${'\u{1f600}'.repeat(600_000)}`
    for (const pieces of [[], [''], ['a', '', 'b'], [long], ['a', long, long, 'b'], ['\ud83d', '\ude00']]) {
      await systemFiles.writeText(file, pieces.values())
      expect((await fs.readFile(file)).equals(Buffer.from(pieces.join('')))).toBe(true)
      await systemFiles.writeText(file, pieces.join(''))
      expect((await fs.readFile(file)).equals(Buffer.from(pieces.join('')))).toBe(true)
    }
  })

  test('keep what they had where the pieces of a new text cannot be had', async () => {
    const file = path.join(folder, 'kept.txt')
    await systemFiles.writeText(file, 'old')
    function* broken() {
      yield 'new'
      throw new Error('no more')
    }
    await expect(systemFiles.writeText(file, broken())).rejects.toThrow('no more')
    expect(await fs.readFile(file, 'utf8')).toBe('old')
    expect(await fs.readdir(folder)).toEqual(['kept.txt'])
  })

  test('may be named from the working directory', async () => {
    const relative = path.relative(process.cwd(), path.join(folder, 'x/y.txt'))
    expect(await systemFiles.createText(relative, 'one')).toBe(true)
    expect(await fs.readFile(path.join(folder, 'x/y.txt'), 'utf8')).toBe('one')
  })

  test('are created by exactly one of many who try, and nobody ever reads half of one', async () => {
    const file = path.join(folder, 'taken')
    const long = 'x'.repeat(1_000_000)
    const created = await Promise.all(
      Array.from({length: 10}, async () => {
        const won = await systemFiles.createText(file, long)
        expect((await systemFiles.readText(file)).length).toBe(long.length)
        return won
      }),
    )
    expect(created.filter(Boolean)).toHaveLength(1)
    expect(await fs.readdir(folder)).toEqual(['taken'])
  })

  test.each(['writeText', 'createText'] as const)(
    'and cannot be say why and what to do, and leave nothing behind: %s',
    async write => {
      await fs.writeFile(path.join(folder, 'file'), 'one')
      await expect(systemFiles[write](path.join(folder, 'file/below.txt'), 'two')).rejects.toMatchObject({
        name: 'UserError',
        code: 'file/unwritable',
        hint: expect.stringContaining('folder'),
      })
      expect(await fs.readdir(folder)).toEqual(['file'])
    },
  )
})

describe('a stream that is kept for random access', () => {
  async function* pieces(count: number, size: number, last?: Error): AsyncIterable<Uint8Array> {
    for (let index = 0; index < count; index++) yield new Uint8Array(size).fill(index)
    if (last) throw last
  }
  beforeEach(() => vi.stubEnv('TMPDIR', folder))
  afterEach(() => vi.unstubAllEnvs())

  test.each([
    ['a little, in memory', 3, 10],
    ['a lot, in a file', 40, 1024 * 1024],
  ])('%s', async (_, count, size) => {
    const seen = await systemFiles.scratch(pieces(count, size), async bytes => {
      const across = await bytes.slice(2 * size - 1, 2 * size + 1)
      return [bytes.size, [...across], (await bytes.slice(bytes.size - 1, bytes.size + 5)).length]
    })
    expect(seen).toEqual([count * size, [1, 2], 1])
    expect(await fs.readdir(folder)).toEqual([])
  })

  test('leaves nothing behind where the stream breaks', async () => {
    const broken = systemFiles.scratch(pieces(40, 1024 * 1024, new Error('broken')), async () => 'never')
    await expect(broken).rejects.toThrow('broken')
    expect(await fs.readdir(folder)).toEqual([])
  })
})

test('a path is told apart without following it', async () => {
  await fs.writeFile(path.join(folder, 'a'), 'abc')
  await fs.symlink('a', path.join(folder, 'b'))
  await fs.link(path.join(folder, 'a'), path.join(folder, 'c'))
  const entry = (name: string) => systemFiles.entry(path.join(folder, name))
  expect(await entry('a')).toEqual({kind: 'file', size: 3, hardLinks: 2})
  expect(await entry('b')).toMatchObject({kind: 'link'})
  expect(await entry('.')).toMatchObject({kind: 'folder'})
  expect(await entry('none')).toBeNull()
})

describe('a folder that is listed', () => {
  const inFolder = (name: string) => path.join(folder, name)

  test('tells files, links and what is neither, and follows no link', async () => {
    await fs.mkdir(inFolder('b/c'), {recursive: true})
    await fs.writeFile(inFolder('b/c/z'), 'zz')
    await fs.writeFile(inFolder('a'), 'a')
    await fs.symlink('b', inFolder('link'))
    const server = createServer().listen(inFolder('socket'))
    await once(server, 'listening')
    try {
      const {files, links, others} = await systemFiles.list(folder)
      expect(files.map(({path: name, size}) => [name, size])).toEqual([
        ['a', 1],
        ['b/c/z', 2],
      ])
      expect({links, others}).toEqual({links: ['link'], others: ['socket']})
    } finally {
      server.close()
    }
  })

  // Other systems refuse such a name themselves.
  test.runIf(process.platform === 'linux')(
    'is refused where a name is not UTF-8: it stands for a file that could not be opened, or for another one',
    async () => {
      await fs.writeFile(Buffer.concat([Buffer.from(`${folder}/evil`), Buffer.of(0xff)]), 'hidden')
      await expect(systemFiles.list(folder)).rejects.toMatchObject({code: 'file/name-not-utf8'})
      await fs.writeFile(inFolder('evil\ufffd'), 'shown in its place')
      await expect(systemFiles.list(folder)).rejects.toMatchObject({code: 'file/name-not-utf8'})
    },
  )

  test('shows a write that keeps size and time of change', async () => {
    const stampOf = async () => (await systemFiles.list(folder)).files[0]?.stamp
    await fs.writeFile(inFolder('a'), 'good')
    const {atime, mtime} = await fs.stat(inFolder('a'))
    const before = await stampOf()
    expect(before).toBe(await systemFiles.open(inFolder('a'), async ({stamp}) => stamp))
    // The clock of the file system ticks every few milliseconds.
    await vi.waitUntil(async () => {
      await fs.writeFile(inFolder('a'), 'evil')
      await fs.utimes(inFolder('a'), atime, mtime)
      return (await stampOf()) !== before
    })
  })
})

describe('a path that is no file', () => {
  test('is told as what it is, and nobody waits for it', async () => {
    const socket = path.join(folder, 'socket')
    const server = createServer().listen(socket)
    await once(server, 'listening')
    try {
      await expect(systemFiles.open(socket, async () => {})).rejects.toMatchObject({
        code: 'file/unreadable',
        message: expect.stringContaining('a pipe, a socket or a device'),
      })
    } finally {
      server.close()
    }
  })

  test.each(['exists', 'isFolder'] as const)(
    'a link that leads to itself is unreadable, not a defect: %s',
    async ask => {
      await fs.symlink('loop', path.join(folder, 'loop'))
      await expect(systemFiles[ask](path.join(folder, 'loop'))).rejects.toMatchObject({code: 'file/unreadable'})
    },
  )
})

describe('a file is read whole, whatever its size', () => {
  // Around what is read at once, and what is hashed at once.
  const kibi = 1024
  test.each([0, 1, 256 * kibi, 256 * kibi + 1, kibi * kibi - 1, kibi * kibi, kibi * kibi + 1, 3 * kibi * kibi + 5])(
    '%i bytes',
    async size => {
      const content = Buffer.alloc(size)
      for (let index = 0; index < size; index += 997) content[index] = index
      const file = path.join(folder, 'content')
      await fs.writeFile(file, content)
      expect(await systemFiles.sha256(file)).toBe(`sha256:${createHash('sha256').update(content).digest('hex')}`)
      const given = new Uint8Array(100)
      const end = Math.max(0, size - 50)
      const parts = await systemFiles.open(file, async bytes => [
        bytes.size,
        Buffer.compare(await bytes.slice(0, size + 10), content),
        Buffer.compare(await bytes.slice(end, size + 10, given), content.subarray(end)),
        Buffer.compare(await bytes.slice(0, 200, given), content.subarray(0, 200)),
        (await bytes.slice(size, size + 1)).length,
      ])
      expect(parts).toEqual([size, 0, 0, 0, 0])
    },
  )
})
