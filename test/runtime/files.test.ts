import * as fs from 'node:fs/promises'
import * as os from 'node:os'
import * as path from 'node:path'
import {afterEach, beforeEach, describe, expect, test} from 'vitest'
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
