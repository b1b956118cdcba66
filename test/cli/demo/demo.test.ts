import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, describe, expect, test} from 'vitest'
import {runDemo} from '../../../src/cli/demo/demo.ts'
import {scenarios} from '../../../src/cli/demo/scenarios.ts'
import {silentLog} from '../../../src/runtime/log.ts'
import {systemRuntime} from '../../../src/runtime/runtime.ts'

const credit = join(import.meta.dirname, '../../../examples/credit')
const cli = [process.execPath, join(import.meta.dirname, 'scripted-cli.mjs')] as const
const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, {recursive: true, force: true})
})

/** A copy of the example whose command line answers as `answers` says; what is not named passes. */
function exampleWith(answers: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-example-'))
  folders.push(folder)
  cpSync(credit, folder, {recursive: true})
  writeFileSync(join(folder, 'answers.json'), JSON.stringify(answers))
  for (const version of ['v1', 'v2', 'v3', 'v4', 'v5', 'v6', 'v7']) {
    writeFileSync(join(folder, 'releases', version, 'image-digest.txt'), `sha256:${'0'.repeat(64)}\n`)
  }
  return folder
}

async function tell(answers: Readonly<Record<string, string>>, story = scenarios) {
  let text = ''
  const out = (more: string) => {
    text += more
  }
  const runtime = systemRuntime(silentLog)
  const exitCode = await runDemo({runtime, out, cli, example: exampleWith(answers), story, width: 400})
  const folder = /^Work folder: (.*)$/m.exec(text)?.[1] ?? ''
  folders.push(folder)
  return {exitCode, text, folder}
}

const asTold = {
  'validate v3': 'fail',
  'validate v4': 'fail',
  'scan v5': 'fail',
  'promote v3': 'refused',
  'promote v4': 'refused',
  'promote v5': 'refused',
  'promote v6': 'fail',
}

describe('the demo', () => {
  test('tells the story, survives the loss of a driver, and leaves a report', async () => {
    const {exitCode, text, folder} = await tell(asTold)
    expect(text).toContain('7 releases in')
    expect(exitCode).toBe(0)
    expect(text).toMatch(/v6 +rollout +\S* ?fail +rollout\/failed +(\d+) of \1 requests failed; about \d+ at 100 %/)
    expect(text).toContain('asked to promote it anyway: refused (rollout/evidence-missing)')
    expect(text).toContain('the process that drives the rollout is killed')
    const report = readFileSync(join(folder, 'report.md'), 'utf8')
    expect(report).toContain('The process that drove this rollout was killed')
    const commands = readFileSync(join(folder, 'commands.txt'), 'utf8').split('\n')
    expect(commands.filter(line => line === 'promote v7')).toHaveLength(2)
    expect(commands.filter(line => line.startsWith('scan releases/v3'))).toEqual([])
    const port = /127\.0\.0\.1:(\d+)/.exec(readFileSync(join(folder, 'slipway.demo.yml'), 'utf8'))?.[1]
    await expect(fetch(`http://127.0.0.1:${port}/state`), 'the router has ended').rejects.toThrow('fetch failed')
  })

  test('fails when a gate lets a bad release pass', async () => {
    const {exitCode, text} = await tell(
      {},
      scenarios.filter(({version}) => version === 'v3'),
    )
    expect(exitCode).toBe(1)
    expect(text).toContain('v3: expected the model gate to fail it, but rollout ended with pass (rollout/passed)')
  })

  test('ends everything that it started when it is interrupted in the middle of a rollout', async () => {
    const args = [join(import.meta.dirname, 'run-scripted.ts'), exampleWith(asTold), cli[1]]
    const child = spawn(process.execPath, args, {stdio: ['ignore', 'pipe', 'inherit']})
    let text = ''
    child.stdout.on('data', chunk => {
      const before = text
      text += chunk
      if (!before.includes('v2 at 50 %') && text.includes('v2 at 50 %')) child.kill('SIGINT')
    })
    expect(await once(child, 'exit')).toEqual([130, null])
    const folder = /^Work folder: (.*)$/m.exec(text)?.[1] ?? ''
    folders.push(folder)
    expect(readFileSync(join(folder, 'commands.txt'), 'utf8')).not.toContain('validate releases/v3')
    const port = /127\.0\.0\.1:(\d+)/.exec(readFileSync(join(folder, 'slipway.demo.yml'), 'utf8'))?.[1]
    await expect(fetch(`http://127.0.0.1:${port}/state`)).rejects.toThrow('fetch failed')
  })

  test('says what is missing where there is no example', async () => {
    const demo = runDemo({runtime: systemRuntime(silentLog), out: () => {}, cli, example: '/no/such/folder'})
    await expect(demo).rejects.toMatchObject({code: 'demo/example-missing'})
  })

  test('says why when the router does not start', async () => {
    const out = () => {}
    const broken = [process.execPath, '-e', 'console.error("port taken"); process.exit(3)', '--'] as const
    const before = exampleWith({})
    const demo = runDemo({runtime: systemRuntime(silentLog), out, cli: broken, example: before})
    await expect(demo).rejects.toMatchObject({code: 'router/not-started', hint: 'port taken'})
    expect(existsSync(before)).toBe(true)
  })
})
