import {createHash} from 'node:crypto'
import {existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import * as path from 'node:path'
import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import {main} from '../../src/cli/main.ts'
import {silentLog} from '../../src/runtime/log.ts'
import {systemRuntime} from '../../src/runtime/runtime.ts'
import {goodWeights, pickleCalling} from './bad-input/inspected.ts'

let folder: string
const at = (name: string) => path.join(folder, name)
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'slipway-inspect-'))
  mkdirSync(at('model/sub'), {recursive: true})
  writeFileSync(at('model/model.safetensors'), goodWeights)
  writeFileSync(at('model/sub/größe 1.txt'), 'x\n')
})
afterEach(() => rmSync(folder, {recursive: true}))

async function inspect(...argv: readonly string[]): Promise<{code: number; said: string}> {
  const out: string[] = []
  const say = (text: string) => void out.push(text)
  const code = await main(
    ['inspect', ...argv],
    {out: say, fail: say, color: false, width: 100},
    systemRuntime(silentLog),
  )
  return {code, said: out.join('')}
}

describe('slipway inspect', () => {
  test('says of weights that nothing runs', async () => {
    const {code, said} = await inspect(at('model'))
    expect(code).toBe(0)
    expect(said).toMatch(/^✓ pass {2}Model files {2}model\/passed\n2 files/)
  })

  test('names the files of a model of one file by its name', async () => {
    const {code, said} = await inspect(at('model/model.safetensors'), '--json')
    expect({code, service: JSON.parse(said).service}).toEqual({code: 0, service: 'model.safetensors'})
  })

  test.each([
    ['a folder', 'model'],
    ['a file', 'model/model.safetensors'],
  ])('looks at what a link leads to that is named itself: %s', async (_, target) => {
    symlinkSync(target, at('current'))
    expect(await inspect(at('current'))).toMatchObject({code: 0})
    writeFileSync(at('model/model.safetensors'), pickleCalling('os', 'system', 'true'))
    expect(await inspect(at('current'))).toMatchObject({code: 1})
  })

  test('takes a path that begins with a dash behind --', async () => {
    const before = process.cwd()
    symlinkSync('model', at('-model'))
    process.chdir(folder)
    try {
      expect(await inspect('--', '-model')).toMatchObject({code: 0})
    } finally {
      process.chdir(before)
    }
  })

  test('writes a manifest as sha256sum prints it, and that the next inspection holds the model to', async () => {
    expect(await inspect(at('model'), '--manifest', at('model.sha256'))).toMatchObject({code: 0})
    const digest = (name: string) =>
      `${createHash('sha256')
        .update(readFileSync(at(`model/${name}`)))
        .digest('hex')}  ${name}\n`
    expect(readFileSync(at('model.sha256'), 'utf8')).toBe(digest('model.safetensors') + digest('sub/größe 1.txt'))
    const config = {
      version: 1,
      service: 'zoo',
      model: {files: at('model'), safety: {manifest: at('model.sha256')}},
      validation: {metrics: at('m.json'), gates: [{reported: 'accuracy', 'at-least': 0}]},
    }
    writeFileSync(at('slipway.yml'), JSON.stringify(config))
    expect((await inspect('--config', at('slipway.yml'))).said).toContain('have the digests that the manifest gives')
    writeFileSync(at('model/sub/größe 1.txt'), 'y\n')
    expect(await inspect('--config', at('slipway.yml'))).toMatchObject({code: 1})
  })

  test('writes manifest and SARIF of a model that fails too', async () => {
    writeFileSync(at('model/a.pkl'), pickleCalling('os', 'system', 'true'))
    expect(await inspect(at('model'), '--manifest', at('out/m'), '--sarif', at('out/s'))).toMatchObject({code: 1})
    expect(readFileSync(at('out/m'), 'utf8').split('\n')).toHaveLength(4)
    const {runs} = JSON.parse(readFileSync(at('out/s'), 'utf8'))
    expect(runs[0].results[0]).toMatchObject({ruleId: 'model/pickle-runs', level: 'error'})
  })

  test('writes nothing of a model that could not be judged', async () => {
    mkdirSync(at('none'))
    expect(await inspect(at('none'), '--manifest', at('m'), '--sarif', at('s'))).toMatchObject({code: 3})
    expect([existsSync(at('m')), existsSync(at('s'))]).toEqual([false, false])
  })

  test('blocks nothing that could be judged under --formats report, and says it all the same', async () => {
    writeFileSync(at('model/a.pkl'), pickleCalling('os', 'system', 'true'))
    const {code, said} = await inspect(at('model'), '--formats', 'report')
    expect(code).toBe(0)
    expect(said).toContain('calls `os.system` with "true"')
  })
})
