import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {usualLimits, Work} from '../../../src/model/safety/limits.ts'
import {siblingsOf} from '../../../src/model/safety/siblings.ts'
import {systemFiles} from '../../../src/runtime/files.ts'

let root = ''

beforeAll(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'siblings-'))
  fs.mkdirSync(path.join(root, 'model/onnx'), {recursive: true})
  fs.writeFileSync(path.join(root, 'secret'), 'outside')
  fs.writeFileSync(path.join(root, 'model/weights.bin'), 'data')
  fs.writeFileSync(path.join(root, 'model/onnx/more.bin'), 'more data')
  fs.linkSync(path.join(root, 'secret'), path.join(root, 'model/hard'))
  fs.symlinkSync('../secret', path.join(root, 'model/soft'))
  fs.symlinkSync('..', path.join(root, 'model/up'))
})
afterAll(() => fs.rmSync(root, {recursive: true, force: true}))

describe('a file of a model finds those beside it', () => {
  test.each([
    ['more.bin', {kind: 'file', path: 'onnx/more.bin', size: 9, hardLinks: 1}],
    ['./more.bin', {kind: 'file', path: 'onnx/more.bin', size: 9, hardLinks: 1}],
    ['../weights.bin', {kind: 'file', path: 'weights.bin', size: 4, hardLinks: 1}],
    ['../hard', {kind: 'file', path: 'hard', size: 7, hardLinks: 2}],
    ['..', {kind: 'folder'}],
    ['../onnx', {kind: 'folder'}],
    ['other.bin', {kind: 'absent'}],
    ['more.bin/inside', {kind: 'absent'}],
    ['../soft', {kind: 'link'}],
    ['../up/secret', {kind: 'link'}],
  ])('%s', async (asked, found) => {
    const siblings = siblingsOf(systemFiles, path.join(root, 'model'), 'onnx/model.onnx', new Work())
    expect(await siblings.find(asked)).toEqual(found)
  })

  test.each([
    '../../secret',
    '../../model/weights.bin',
    '/etc/passwd',
    'C:\\x',
    'file:///etc/passwd',
    'a\0b',
    '..\\secret',
  ])('%j is outside of the model', async asked => {
    const siblings = siblingsOf(systemFiles, path.join(root, 'model'), 'onnx/model.onnx', new Work())
    expect(await siblings.find(asked)).toEqual({kind: 'outside'})
    expect(await siblings.open(asked, async bytes => bytes.size)).toBeNull()
  })

  test('reads a sibling, and nothing that a link leads to', async () => {
    const siblings = siblingsOf(systemFiles, path.join(root, 'model'), 'model.onnx', new Work())
    expect(await siblings.open('weights.bin', async bytes => bytes.size)).toBe(4)
    expect(await siblings.open('soft', async bytes => bytes.size)).toBeNull()
  })

  test('a file that points to others without end comes to an end', async () => {
    const work = new Work({...usualLimits, steps: 4096})
    const siblings = siblingsOf(systemFiles, path.join(root, 'model'), 'model.onnx', work)
    const looks = async () => {
      for (let index = 0; index < 10; index++) await siblings.find(`absent${index}`)
    }
    await expect(looks()).rejects.toMatchObject({limit: 'work'})
  })

  test('where the model is one file, nothing beside it belongs to it', async () => {
    const siblings = siblingsOf(systemFiles, null, 'model.onnx', new Work())
    expect(await siblings.find('weights.bin')).toEqual({kind: 'outside'})
  })
})
