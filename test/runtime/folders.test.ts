import * as fs from 'node:fs/promises'
import * as os from 'node:os'
import * as path from 'node:path'
import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import {systemFolders} from '../../src/runtime/folders.ts'

let folder = ''
beforeEach(async () => {
  folder = await fs.mkdtemp(path.join(os.tmpdir(), 'slipway-folders-'))
})
afterEach(() => fs.rm(folder, {recursive: true}))

async function* pieces(...texts: readonly (string | Error)[]): AsyncIterable<Uint8Array> {
  for (const text of texts) {
    if (text instanceof Error) throw text
    yield Buffer.from(text)
  }
}

describe('a temporary folder', () => {
  test('is ours alone, and gone with all its content', async () => {
    const seen = await systemFolders.temporary(async at => {
      expect((await fs.stat(at)).mode & 0o777).toBe(0o700)
      await systemFolders.write(path.join(at, 'a/b'), pieces('x'))
      return at
    })
    await expect(fs.access(seen)).rejects.toMatchObject({code: 'ENOENT'})
    expect(path.dirname(seen)).toBe(systemFolders.temporaryRoot)
  })

  test('is gone where its use has failed, and what it links to is not', async () => {
    await fs.writeFile(path.join(folder, 'kept'), 'x')
    let seen = ''
    const failing = systemFolders.temporary(async at => {
      seen = at
      await systemFolders.link(folder, path.join(at, 'a/link'))
      expect(await fs.readFile(path.join(at, 'a/link/kept'), 'utf8')).toBe('x')
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    await expect(fs.access(seen)).rejects.toMatchObject({code: 'ENOENT'})
    expect(await fs.readFile(path.join(folder, 'kept'), 'utf8')).toBe('x')
  })
})

describe('a file that is written in pieces', () => {
  test('is there whole, in folders that were not there, in place of what was', async () => {
    const file = path.join(folder, 'a/b')
    await systemFolders.write(file, pieces('old'))
    await systemFolders.write(file, pieces('one', 'two'))
    expect(await fs.readFile(file, 'utf8')).toBe('onetwo')
    expect((await fs.stat(file)).mode & 0o111).toBe(0)
  })

  test('can be run where it is a program', async () => {
    const file = path.join(folder, 'program')
    await systemFolders.write(file, pieces('#!/bin/sh\n'), {executable: true})
    expect((await fs.stat(file)).mode & 0o777).toBe(0o755)
  })

  test('leaves what was there, and nothing beside it, where the pieces end too early', async () => {
    const file = path.join(folder, 'file')
    await systemFolders.write(file, pieces('old'))
    await expect(systemFolders.write(file, pieces('new', new Error('broken')))).rejects.toThrow('broken')
    expect(await fs.readFile(file, 'utf8')).toBe('old')
    expect(await fs.readdir(folder)).toEqual(['file'])
  })
})

test('the room on a disk is told for folders that are not there yet', async () => {
  const here = await systemFolders.freeBytes(folder)
  const there = await systemFolders.freeBytes(path.join(folder, 'a/b/c'))
  expect(here).toBeGreaterThan(0)
  expect(there).toBeGreaterThan(0)
})
