import {describe, expect, test} from 'vitest'
import {commands} from '../../src/cli/commands.ts'
import {main} from '../../src/cli/main.ts'
import {version} from '../../src/core/version.ts'
import {createDownloads} from '../../src/runtime/download.ts'
import {systemFolders} from '../../src/runtime/folders.ts'
import {createHttp} from '../../src/runtime/http.ts'
import type {Runtime} from '../../src/runtime/runtime.ts'
import {fakeClock} from '../fakes/clock.ts'
import {memoryFiles} from '../model/memory-files.ts'

/** A machine with nothing on it but these files. */
function machine(files: Readonly<Record<string, string>> = {}) {
  const out: string[] = []
  const warnings: string[] = []
  const clock = fakeClock()
  const runtime: Runtime = {
    clock,
    folders: systemFolders,
    host: {system: 'linux', processor: 'x64'},
    downloads: createDownloads(),
    files: memoryFiles(files),
    http: createHttp(clock),
    exec: {run: () => Promise.reject(new Error('no program is started here'))},
    log: {info: () => {}, debug: () => {}, warning: message => void warnings.push(message)},
    env: {},
    newId: () => 'id',
  }
  const terminal = {out: (text: string) => void out.push(text), color: false, width: 100}
  return {warnings, said: () => out.join(''), run: (...argv: string[]) => main(argv, terminal, runtime)}
}

describe('slipway on the command line', () => {
  test.each([[[]], [['--help']], [['help']]])('lists every command for %j', async argv => {
    const {said, run} = machine()
    expect(await run(...argv)).toBe(0)
    for (const {name} of commands) expect(said()).toMatch(new RegExp(`^  ${name} +\\S`, 'm'))
    expect(said()).toContain('Exit code: 0 pass or warn, 1 fail, 2 inconclusive, 3 error.')
  })

  test('tells its version', async () => {
    const {said, run} = machine()
    expect(await run('--version')).toBe(0)
    expect(said()).toBe(`${version}\n`)
  })

  test('guesses what a mistyped command was meant to be', async () => {
    const {said, warnings, run} = machine()
    expect(await run('validat')).toBe(3)
    expect(warnings).toEqual(['There is no command "validat". Did you mean "validate"? See slipway --help.'])
    expect(said()).toBe('')
  })

  test.each(commands.map(({name}) => name))('explains %s without doing it', async name => {
    const {said, warnings, run} = machine()
    expect(await run(name, '--help')).toBe(0)
    expect(said()).toMatch(new RegExp(`^slipway ${name}: `))
    expect(warnings).toEqual([])
  })

  test('answers a failure with its message, what to do, and its code on stderr', async () => {
    const {said, warnings, run} = machine()
    expect(await run('validate')).toBe(3)
    expect(warnings).toEqual([
      'There is no config at "slipway.yml".\nWrite one with `slipway init`, or give its path with `config`.\n(config/not-found)',
    ])
    expect(said()).toBe('')
  })

  test('calls what it did not foresee a defect of its own', async () => {
    const {warnings, run} = machine({'slipway.yml': 'version: 1'})
    // The files of this machine cannot be written: init has no answer to that.
    expect(await run('init', '--folder', 'new')).toBe(3)
    expect(warnings[0]).toMatch(/^This is a defect of Slipway, please report it: /)
  })
})
