/** What a hostile file says reaches the runner of an action as text: in its log, its annotations, its outputs, its summary. */
import {mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import * as path from 'node:path'
import {afterEach, beforeEach, expect, test, vi} from 'vitest'
import {publishToRunner} from '../../src/actions/publish-to-runner.ts'
import {validateModel} from '../../src/actions/validate-model.ts'
import {silentLog} from '../../src/runtime/log.ts'
import {systemRuntime} from '../../src/runtime/runtime.ts'
import {fakeClock} from '../fakes/clock.ts'

const payload = '\x1b[2J\n::error::owned\n##[error]owned%0A::stop-commands::x<script>alert(1)</script>|@octocat \u202e'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'slipway-action-'))
  mkdirSync(path.join(folder, 'model'))
  // A pickle that calls os.system with the payload, and a name that the runner would take for a command.
  const pickle = `cos\nsystem\n(V${payload.replaceAll('\n', '\\u000a')}\ntR.`
  writeFileSync(path.join(folder, 'model', 'a.pkl'), pickle.replaceAll('\u202e', '\\u202e'), 'latin1')
  writeFileSync(path.join(folder, 'model', '::error::owned##[error]owned'), Uint8Array.of(0, 1, 2, 3))
  writeFileSync(
    path.join(folder, 'slipway.yml'),
    JSON.stringify({
      version: 1,
      service: 'zoo',
      model: {files: path.join(folder, 'model')},
      validation: {metrics: path.join(folder, 'm.json'), gates: [{reported: 'accuracy', 'at-least': 0}]},
    }),
  )
  writeFileSync(path.join(folder, 'm.json'), '{"accuracy": 0.9}')
  for (const name of ['output', 'summary']) writeFileSync(path.join(folder, name), '')
  vi.stubEnv('GITHUB_OUTPUT', path.join(folder, 'output'))
  vi.stubEnv('GITHUB_STEP_SUMMARY', path.join(folder, 'summary'))
})
afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
  process.exitCode = 0
  rmSync(folder, {recursive: true})
})

test('no line of the log is a command but the annotation, which is one line; outputs and summary hold none', async () => {
  const logged: string[] = []
  vi.spyOn(process.stdout, 'write').mockImplementation(text => logged.push(String(text)) > 0)
  const env = {RUNNER_TEMP: folder, GITHUB_STEP_SUMMARY: path.join(folder, 'summary')}
  const runtime = {...systemRuntime(silentLog), clock: fakeClock(), env}
  const inputs = {config: path.join(folder, 'slipway.yml'), record: false, comment: false}
  const outcome = await validateModel(inputs, {runtime, github: null, by: 'mona'})
  await publishToRunner(outcome, runtime, true)
  vi.restoreAllMocks()

  const lines = logged.join('').split(/\r\n|\r|\n/)
  const commands = lines.filter(line => /^\s*::/.test(line))
  expect(commands).toHaveLength(1)
  expect(commands[0]).toMatch(/^::error::fail: /)
  // Read as the command that it begins with, and as no other (actions/runner, ActionCommandManager.cs).
  expect(lines.filter(line => line.includes('##[') && !commands.includes(line))).toEqual([])
  expect(lines.join('\n')).toContain('os.system')
  expect(lines.join('')).not.toMatch(/[\p{Cc}\p{Cf}]/u)

  const summary = readFileSync(path.join(folder, 'summary'), 'utf8')
  expect(summary).toContain('os.system')
  expect(summary).not.toMatch(/<script|@octocat|(?!\n)[\p{Cc}\u202e]/u)
  const outputs = readFileSync(path.join(folder, 'output'), 'utf8')
  expect(outputs).not.toContain('owned')

  for (const name of ['model-result.json', 'model.sarif', 'model-report.html']) {
    const text = readFileSync(path.join(folder, 'slipway', name), 'utf8')
    expect(text, name).toContain('os.system')
    expect(text, name).not.toMatch(/(?!\n)[\p{Cc}\u202e]/u)
  }
  expect(readFileSync(path.join(folder, 'slipway', 'model-report.html'), 'utf8')).not.toContain('<script')
})
