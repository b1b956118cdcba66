import {createHash} from 'node:crypto'
import * as fs from 'node:fs/promises'
import {tmpdir} from 'node:os'
import * as path from 'node:path'
import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import type {ToolsConfig} from '../../../src/config/image-schema.ts'
import {findTool} from '../../../src/image/tools/find.ts'
import type {Pins} from '../../../src/image/tools/pins.ts'
import {runTool} from '../../../src/image/tools/run.ts'
import {silentLog} from '../../../src/runtime/log.ts'
import {type Answer, type FileServer, serveFiles} from '../../fakes/file-server.ts'
import {scannerPorts} from '../../fakes/scanner-ports.ts'
import {tarGz} from '../../fakes/tar-gz.ts'

const program = '#!/bin/sh\necho "Version: 0.74.0"\n'
const release = tarGz([
  {name: 'LICENSE', content: 'Apache-2.0'},
  {name: 'trivy', content: program},
  {name: 'contrib/trivy', content: 'not this one'},
])
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

let folder = ''
let server: FileServer
beforeEach(async () => {
  folder = await fs.mkdtemp(path.join(tmpdir(), 'slipway-tools-'))
  await serve(release)
})
afterEach(async () => {
  await server.close()
  await fs.rm(folder, {recursive: true})
})

async function serve(answer: Answer) {
  await server?.close()
  server = await serveFiles({'/trivy.tar.gz': {redirectTo: '/objects/1'}, '/objects/1': answer})
}

function pinned(pin = sha256(release)): Pins {
  const releaseOf = (version: string) => ({
    version,
    machines: new Map([['linux/x64', {url: `${server.url}/trivy.tar.gz`, sha256: pin}]]),
  })
  return {trivy: [releaseOf('0.74.0'), releaseOf('0.72.0'), releaseOf('0.69.4')], grype: []}
}

const warnings: string[] = []
const ports = scannerPorts({env: {PATH: process.env.PATH}, log: {...silentLog, warning: text => warnings.push(text)}})

function find(change: Partial<ToolsConfig> = {}, pins = pinned(), own = ports) {
  return findTool('trivy', {from: 'download', folder: path.join(folder, 'tools'), ...change}, own, pins)
}

describe('a scanner that is downloaded', () => {
  test('is the program of the release, with the version that was pinned, and runs', async () => {
    const tool = await find()
    expect(tool.version).toBe('0.74.0')
    expect(await fs.readFile(tool.program, 'utf8')).toBe(program)
    const {stdout} = await runTool(
      {
        tool: 'trivy',
        program: tool.program,
        args: ['--version'],
        env: {PATH: process.env.PATH ?? ''},
        folder,
        timeoutMs: 10_000,
        maxOutputBytes: 1000,
        shown: 'trivy --version',
        hint: '',
      },
      ports,
    )
    expect(stdout).toBe('Version: 0.74.0\n')
  })

  test('is downloaded once, from where the release’s page leads', async () => {
    const first = await find()
    expect(await find()).toEqual(first)
    expect(server.requests).toEqual(['/trivy.tar.gz', '/objects/1'])
  })

  test.each([
    ['0.72.0', '0.72.0'],
    ['v0.72.0', '0.72.0'],
    [undefined, '0.74.0'],
  ])('is of the version %s where that is asked for', async (trivy, version) => {
    expect((await find({...(trivy === undefined ? {} : {trivy})})).version).toBe(version)
  })

  test('is found from any folder', async () => {
    expect(path.isAbsolute((await find({folder: path.relative(process.cwd(), folder)})).program)).toBe(true)
  })

  test('is whole, also where it is larger than what is read at once', async () => {
    // Numbers in a sequence that gzip cannot shorten: real programs come in many pieces as well.
    const large = Buffer.alloc(5_000_000)
    for (let at = 0, state = 1; at < large.length; at += 4) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
      large.writeUInt32LE(state, at)
    }
    const archive = tarGz([{name: 'LICENSE'}, {name: 'trivy', content: large}, {name: 'README.md'}], {level: 1})
    await serve(archive)
    const pins = pinned(sha256(archive))
    expect((await fs.readFile((await find({}, pins)).program)).equals(large)).toBe(true)
    await find({}, pins)
    expect(server.requests).toHaveLength(2)
  })

  test('leaves nothing else in its folder', async () => {
    const {program: at} = await find()
    const kept = await fs.readdir(folder, {recursive: true})
    const name = path.basename(path.dirname(at))
    expect(kept.sort()).toEqual(['tools', `tools/${name}`, `tools/${name}.tar.gz`, `tools/${name}/trivy`])
  })
})

describe('what was kept is not believed', () => {
  test('a program that somebody has changed is replaced by the one of the release', async () => {
    const {program: at} = await find()
    await fs.writeFile(at, '#!/bin/sh\necho "nothing found"\n')
    expect(await fs.readFile((await find()).program, 'utf8')).toBe(program)
    expect(server.requests).toHaveLength(2)
  })

  test('an archive that somebody has changed is downloaded again', async () => {
    const {program: at} = await find()
    const evil = tarGz([{name: 'trivy', content: 'evil'}])
    await fs.writeFile(`${path.dirname(at)}.tar.gz`, evil)
    await fs.writeFile(at, 'evil')
    expect(await fs.readFile((await find()).program, 'utf8')).toBe(program)
    expect(server.requests).toHaveLength(4)
  })
})

describe('what is not exactly what was pinned is not run', () => {
  test('a release whose bytes were replaced is deleted, and both sums are shown', async () => {
    const replaced = tarGz([{name: 'trivy', content: 'evil'}])
    await serve(replaced)
    await expect(find({}, pinned())).rejects.toMatchObject({
      name: 'SystemError',
      code: 'image/tool-checksum-wrong',
      retryable: false,
      message: expect.stringMatching(new RegExp(`${sha256(replaced)}.*${sha256(release)}`)),
    })
    expect(await fs.readdir(folder, {recursive: true})).toEqual(['tools'])
  })

  test.each<[string, Answer, string]>([
    ['a page that is not there', {status: 404}, '127.0.0.1/answer-refused'],
    ['a page that is down', {status: 503}, '127.0.0.1/answer-refused'],
    [
      'a connection that breaks',
      response => response.writeHead(200).write('x', () => response.destroy()),
      '127.0.0.1/unreachable',
    ],
    ['half of the archive', release.subarray(0, release.length / 2), 'image/tool-checksum-wrong'],
  ])('%s leaves nothing behind', async (_, answer, code) => {
    await serve(answer)
    await expect(find({}, pinned())).rejects.toMatchObject({name: 'SystemError', code})
    const left = await fs.readdir(folder, {recursive: true})
    expect(left.filter(each => each.includes('trivy'))).toEqual([])
  })

  test('a release without the program is a mistake of the list', async () => {
    const empty = tarGz([
      {name: 'bin/trivy', content: 'x'},
      {name: 'trivy', type: '2', linkTo: '/bin/sh'},
    ])
    await serve(empty)
    await expect(find({}, pinned(sha256(empty)))).rejects.toMatchObject({code: 'image/tool-malformed'})
  })
})

describe('what is not pinned is not downloaded', () => {
  test.each([
    ['another version', {trivy: '0.71.0'}, '0.74.0, 0.72.0', 'image/tool-not-pinned'],
    ['a version that is a path', {trivy: '../0.74.0'}, '0.74.0, 0.72.0', 'image/tool-not-pinned'],
    [
      'a version that an intruder made, although it is pinned',
      {trivy: '0.69.4'},
      'CVE-2026-33634',
      'image/scanner-malicious',
    ],
  ])('%s', async (_, change, words, code) => {
    await expect(find(change)).rejects.toMatchObject({name: 'UserError', code, hint: expect.stringContaining(words)})
    expect(server.requests).toEqual([])
  })

  test.each([
    ['win32', 'x64'],
    ['linux', 'riscv64'],
  ])('a program for %s on %s', async (system, processor) => {
    const elsewhere = scannerPorts({host: {system, processor}})
    await expect(find({}, pinned(), elsewhere)).rejects.toMatchObject({
      code: 'image/tool-not-pinned',
      message: `trivy 0.74.0 is not pinned for ${system}/${processor}.`,
      hint: expect.stringContaining('linux/x64'),
    })
  })

  test('a scanner of which nothing is pinned', async () => {
    const searching = findTool('grype', {from: 'download', folder}, ports, pinned())
    await expect(searching).rejects.toMatchObject({
      code: 'image/tool-not-pinned',
      hint: expect.stringContaining('none'),
    })
  })
})
