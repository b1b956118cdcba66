import * as fs from 'node:fs/promises'
import {tmpdir} from 'node:os'
import * as path from 'node:path'
import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import {findTool} from '../../../src/image/tools/find.ts'
import {systemFiles} from '../../../src/runtime/files.ts'
import {silentLog} from '../../../src/runtime/log.ts'
import {scannerPorts} from '../../fakes/scanner-ports.ts'

let folder = ''
beforeEach(async () => {
  folder = await fs.mkdtemp(path.join(tmpdir(), 'slipway-known-bad-'))
})
afterEach(() => fs.rm(folder, {recursive: true}))

/** A program that leaves a trace when it is run, and carries the flags of its linker as Go programs do. */
async function program(flags: string, {at = 'trivy', padding = 0} = {}): Promise<void> {
  const script = `#!/bin/sh\ntouch "${folder}/was-run"\necho "Version: dev"\nexit 0\n`
  const file = path.join(folder, at)
  await fs.mkdir(path.dirname(file), {recursive: true})
  await fs.writeFile(file, Buffer.concat([Buffer.from(script), Buffer.alloc(padding, '#'), Buffer.from(flags)]))
  await fs.chmod(file, 0o755)
}

function find(PATH = `${folder}/empty:${folder}:/usr/bin:/bin`) {
  const tools = {from: 'path', folder: '.slipway/tools'} as const
  return findTool('trivy', tools, scannerPorts({env: {PATH}}))
}

const flags = (version: string) =>
  `build\t-ldflags="-s -w -extldflags '-static' -X github.com/aquasecurity/trivy/pkg/version/app.ver=${version}"\n`

describe('a release that an intruder made', () => {
  test.each(['0.69.4', '0.69.5', '0.69.6'])('is refused before it is run: %s', async version => {
    await program(flags(version))
    await expect(find()).rejects.toMatchObject({
      code: 'image/scanner-malicious',
      hint: expect.stringContaining('rotate'),
    })
    expect(await fs.readdir(folder)).toEqual(['trivy'])
  })

  // Files are read in pieces of one mebibyte.
  test.each([-200, -150, -120, -90, -60, -10, 0, 10])('is seen across two pieces of the file: %i', async offset => {
    await program(flags('0.69.4'), {padding: 1024 * 1024 + offset})
    await expect(find()).rejects.toMatchObject({code: 'image/scanner-malicious'})
  })

  test.each(['0.69.3', '0.69.40', '0.70.0', '10.69.4'])('is not seen in %s', async version => {
    await program(flags(version))
    expect(await find()).toEqual({program: 'trivy', version: 'dev'})
  })

  test('is looked for in the program that would be run, not in another of that name', async () => {
    await program(flags('0.70.0'))
    await program(flags('0.69.4'), {at: 'later/trivy'})
    expect((await find(`${folder}:${folder}/later:/usr/bin:/bin`)).version).toBe('dev')
    await expect(find(`${folder}/later:${folder}:/usr/bin:/bin`)).rejects.toMatchObject({
      code: 'image/scanner-malicious',
    })
  })

  test.each(['exists', 'stream'] as const)(
    'cannot be looked for where nobody may read, and is still refused by its word: %s',
    async port => {
      await program(flags('0.70.0'))
      const denied = () => {
        throw new Error('EACCES: permission denied')
      }
      const said: string[] = []
      const ports = scannerPorts({
        files: {...systemFiles, [port]: denied},
        env: {PATH: `${folder}:/usr/bin:/bin`},
        log: {...silentLog, debug: text => said.push(text)},
      })
      const tools = {from: 'path', folder: '.slipway/tools'} as const
      expect((await findTool('trivy', tools, ports)).version).toBe('dev')
      expect(said).toEqual([expect.stringContaining('EACCES')])
    },
  )
})
