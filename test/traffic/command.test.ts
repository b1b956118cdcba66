import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import * as path from 'node:path'
import {fileURLToPath} from 'node:url'
import {describe, expect, test} from 'vitest'
import type {TargetConfig} from '../../src/config/schema.ts'
import {SystemError, UserError} from '../../src/core/failure.ts'
import type {Exec, ExecOptions, ExecResult} from '../../src/runtime/exec.ts'
import {silentLog} from '../../src/runtime/log.ts'
import {systemRuntime} from '../../src/runtime/runtime.ts'
import {openCommand} from '../../src/traffic/command.ts'
import {describeTarget, releaseOf} from '../contracts/target.ts'

type CommandConfig = Extract<TargetConfig, {kind: 'command'}>

const runtime = systemRuntime(silentLog)
const script = fileURLToPath(new URL('programs/traffic-state.ts', import.meta.url))

// Scripts that do not mirror pass it in test/examples/feature-flag.test.ts.
describeTarget('the user’s own scripts', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'slipway-command-'))
  const act = (...rest: string[]) => [process.execPath, script, path.join(folder, 'state.json'), ...rest]
  const target = openCommand(
    {
      ...config,
      read: act('read'),
      deploy: act('deploy', '{version}'),
      'set-weight': act('set-weight', '{weight}'),
      promote: act('promote', '{version}'),
      restore: act('restore', '{version}'),
      mirror: act('mirror', '{percent}'),
    },
    runtime,
  )
  return {target, close: () => rm(folder, {recursive: true})}
})

const config: CommandConfig = {
  kind: 'command',
  read: ['read'],
  deploy: ['deploy', '{version}', '--model={model}', '--image={image}'],
  'set-weight': ['set-weight', '{weight}'],
  promote: ['promote', '{version}'],
  restore: ['restore', '{version}'],
  env: [],
  timeout: 20_000,
  granularity: 0.5,
}
const v1 = releaseOf('v1', '1')

const ended: ExecResult = {
  exitCode: 0,
  stdout: '',
  stderr: '',
  timedOut: false,
  outputTooLarge: false,
  notFound: false,
}

/** Programs that end as `result` says, and remember how they were called. */
function programs(result: Partial<ExecResult>) {
  const calls: {argv: readonly string[]; options: ExecOptions | undefined}[] = []
  const exec: Exec = {
    run: async (argv, options) => {
      calls.push({argv, options})
      return {...ended, ...result}
    },
  }
  return {exec, calls}
}

const env = {PATH: '/bin', HOME: '/home/me', GITHUB_TOKEN: 'secret', KUBECONFIG: '/k'}

describe('a script', () => {
  test('gets its values as whole arguments, whatever they contain', async () => {
    const {exec, calls} = programs({})
    const target = openCommand(config, {exec, env})
    await target.deploy(v1)
    await target.setWeight(12.5)
    expect(calls.map(call => call.argv)).toEqual([
      ['deploy', 'v1', `--model=${v1.model}`, `--image=${v1.image}`],
      ['set-weight', '12.5'],
    ])
  })

  test('sees PATH, HOME and what the config names, and no token', async () => {
    const {exec, calls} = programs({})
    await openCommand({...config, env: ['KUBECONFIG']}, {exec, env}).promote(v1)
    expect(calls[0]?.options?.env).toEqual({PATH: '/bin', HOME: '/home/me', KUBECONFIG: '/k'})
  })

  test.each([
    [
      'does not exist',
      {notFound: true, exitCode: null, stderr: 'spawn ENOENT'},
      UserError,
      'traffic/command-not-found',
    ],
    ['exits with code 1', {exitCode: 1, stderr: 'no such service'}, SystemError, 'command/failed'],
    ['is ended by a signal', {exitCode: null}, SystemError, 'command/failed'],
    ['takes too long', {timedOut: true, exitCode: null}, SystemError, 'command/timed-out'],
    ['prints too much', {outputTooLarge: true, exitCode: null}, SystemError, 'command/output-too-large'],
  ])('that %s fails the act', async (_, result, kind, code) => {
    const target = openCommand(config, {...programs(result), env})
    const error = await target.promote(v1).catch((each: unknown) => each)
    expect(error).toBeInstanceOf(kind)
    expect(error).toMatchObject({code})
  })

  test('that fails is quoted, but not at any length', async () => {
    const target = openCommand(config, {...programs({exitCode: 3, stderr: `${'x'.repeat(5000)} the end`}), env})
    const error = await target.promote(v1).catch((each: unknown) => each)
    expect(error).toMatchObject({message: expect.stringMatching(/exited with code 3\. It said: …x{490,} the end$/)})
  })

  test('that hangs in a program of its own is ended in its time', {timeout: 20_000}, async () => {
    const target = openCommand({...config, read: ['/bin/sh', '-c', 'sleep 40; echo done'], timeout: 200}, runtime)
    await expect(target.read()).rejects.toMatchObject({code: 'command/timed-out', retryable: true})
  })

  test.each([
    ['answers with nothing', '', 'command/answer-malformed', /^target\.read printed nothing: that is not JSON\.$/],
    [
      'talks before it answers',
      "console.log('Reading …'); console.log('{}')",
      'command/answer-malformed',
      /"Reading … \{\}"/,
    ],
    ['answers with an HTML page', "console.log('<html>')", 'command/answer-malformed', /"<html>": that is not JSON/],
    [
      'answers with bytes',
      'process.stdout.write(Buffer.from([0, 1, 254, 27, 91]))',
      'command/answer-malformed',
      /that is not JSON/,
    ],
    ['answers and fails all the same', "console.log('{}'); process.exit(3)", 'command/failed', /exited with code 3\.$/],
    ['throws', "throw new Error('no kubeconfig')", 'command/failed', /It said: .*no kubeconfig/],
    ['kills itself', "process.kill(process.pid, 'SIGKILL')", 'command/failed', /was ended by a signal/],
  ])('that reads and really %s is refused in words', async (_, code, reason, message) => {
    const target = openCommand({...config, read: [process.execPath, '-e', code]}, runtime)
    await expect(target.read()).rejects.toMatchObject({code: reason, message: expect.stringMatching(message)})
  })

  test.each(['stdout', 'stderr'])(
    'that prints without end to %s is ended, and its output is not kept',
    async stream => {
      const flood = `const c = 'x'.repeat(65536); const go = () => { while (process.${stream}.write(c)); process.${stream}.once('drain', go) }; go()`
      const target = openCommand({...config, read: [process.execPath, '-e', flood]}, runtime)
      const error = await target.read().catch((each: unknown) => each)
      expect(error).toMatchObject({code: 'command/output-too-large', retryable: false})
      expect(String(error).length).toBeLessThan(1000)
    },
  )

  test('cannot speak to the terminal or to the workflow through an error', async () => {
    const said = {exitCode: 1, stderr: 'bad\n::set-env name=X::y\u001b[2J'}
    const error = await openCommand(config, {...programs(said), env})
      .promote(v1)
      .catch((each: unknown) => each)
    expect(error).toMatchObject({message: expect.stringMatching(/It said: bad ::set-env name=X::y \[2J$/)})
  })

  test('refuses a version that could be taken for an option or a path', async () => {
    const target = openCommand(config, {...programs({}), env})
    for (const version of ['--force', '../v1', 'v 1', '', '$(id)']) {
      await expect(target.promote({...v1, version})).rejects.toMatchObject({code: 'traffic/version-malformed'})
    }
  })

  test('that asks for an image is not run for a release without one', async () => {
    const {exec, calls} = programs({})
    const target = openCommand(config, {exec, env})
    await expect(target.deploy({version: 'v1', model: v1.model})).rejects.toMatchObject({code: 'traffic/no-image'})
    expect(calls).toEqual([])
  })
})

describe('without a script that deploys', () => {
  const {deploy: _, ...undeploying} = config
  const shows = (state: object) => programs({stdout: JSON.stringify({weight: 0, ready: true, ...state})})

  test.each([
    ['beside the stable one', {stable: 'v1', candidate: 'v2'}],
    ['as the stable one', {stable: 'v2', candidate: null}],
  ])('a release that is there already, %s, is deployed by looking', async (_, state) => {
    const {exec, calls} = shows(state)
    await openCommand(undeploying, {exec, env}).deploy(releaseOf('v2', '2'))
    expect(calls.map(call => call.argv)).toEqual([['read']])
  })

  test.each([
    ['another candidate', {stable: 'v1', candidate: 'v3'}, 'shows v1 and v3'],
    ['no candidate', {stable: 'v1', candidate: null}, 'shows v1,'],
    ['nothing', {stable: null, candidate: null}, 'shows nothing'],
  ])('a release that is not there is refused, with what is: %s', async (_, state, seen) => {
    const target = openCommand(undeploying, {...shows(state), env})
    await expect(target.deploy(releaseOf('v2', '2'))).rejects.toMatchObject({
      code: 'traffic/release-not-there',
      message: expect.stringContaining(seen),
      hint: expect.stringContaining('target.deploy'),
    })
  })
})

describe('what the read script prints', () => {
  const mirroring = {...config, mirror: ['mirror', '{percent}']}
  const read = (stdout: string, given = config) => openCommand(given, {...programs({stdout}), env}).read()

  test('becomes the state', async () => {
    expect(
      await read('{"stable": "v1", "candidate": "v2", "weight": 25, "ready": false, "detail": "1 of 2"}\n'),
    ).toEqual({
      stable: 'v1',
      candidate: 'v2',
      desiredWeightPercent: 25,
      observedWeightPercent: 25,
      candidateReady: false,
      stableReady: null,
      detail: '1 of 2',
    })
  })

  test('says how much is mirrored where a script can mirror, and has to say it there', async () => {
    const state = '{"stable": "v1", "candidate": "v2", "weight": 0, "mirror": 50, "ready": true}'
    expect(await read(state, mirroring)).toMatchObject({mirrorPercent: 50})
    expect(await read(state)).not.toHaveProperty('mirrorPercent')
    const silent = '{"stable": "v1", "candidate": "v2", "weight": 0, "ready": true}'
    await expect(read(silent, mirroring)).rejects.toMatchObject({
      code: 'command/answer-malformed',
      message: expect.stringContaining('"mirror" is missing'),
    })
  })

  test('is passed on at no length, and without what a log would take for a command', async () => {
    const state = {stable: 'v1', candidate: 'v2', weight: 0, ready: false}
    const said = async (detail: string) => (await read(JSON.stringify({...state, detail}))).detail
    expect(await said('1 of 2\n::error::no\u001b[2J')).toBe('1 of 2 ::error::no [2J')
    expect(await said(`${'x'.repeat(100_000)} the end`)).toMatch(/^…x{490,} the end$/)
  })

  test('may begin with a byte order mark', async () => {
    const state = '\uFEFF{"stable": "v1", "candidate": null, "weight": 0, "ready": true}'
    expect(await read(state)).toMatchObject({stable: 'v1'})
  })

  test('says nothing of a candidate’s readiness without a candidate', async () => {
    const state = await read('{"stable": "v1", "candidate": null, "weight": 0, "ready": true}')
    expect(state).toMatchObject({candidateReady: null, stableReady: true})
  })

  test.each([
    ['nothing', ''],
    ['words', 'weight is 25'],
    ['a number', '25'],
    ['no weight', '{"stable": "v1", "candidate": null, "ready": null}'],
    ['a weight in words', '{"stable": "v1", "candidate": "v2", "weight": "25", "ready": true}'],
    ['a weight above 100', '{"stable": "v1", "candidate": "v2", "weight": 250, "ready": true}'],
    ['an unknown key', '{"stable": "v1", "candidate": "v2", "weight": 25, "ready": true, "wieght": 5}'],
    ['a weight without a candidate', '{"stable": "v1", "candidate": null, "weight": 25, "ready": null}'],
    ['copies without a candidate', '{"stable": "v1", "candidate": null, "weight": 0, "mirror": 5, "ready": null}'],
    ['copies above 100', '{"stable": "v1", "candidate": "v2", "weight": 0, "mirror": 101, "ready": null}'],
    ['the stable release as candidate', '{"stable": "v1", "candidate": "v1", "weight": 25, "ready": true}'],
    ['a version without end', JSON.stringify({stable: 'v'.repeat(129), candidate: null, weight: 0, ready: null})],
    ['an empty version', '{"stable": "", "candidate": null, "weight": 0, "ready": null}'],
    ['two answers', '{"stable":"v1","candidate":null,"weight":0,"ready":null}{}'],
  ])('is refused when it is %s', async (_, stdout) => {
    await expect(read(stdout)).rejects.toMatchObject({code: 'command/answer-malformed', retryable: false})
  })
})

describe('a config that cannot work is refused before anything moves', () => {
  test.each([
    ['a placeholder that is misspelt', {'set-weight': ['w', '{wieght}']}, 'traffic/unknown-placeholder'],
    ['a placeholder of another act', {restore: ['r', '{weight}']}, 'traffic/unknown-placeholder'],
    ['a placeholder of another act in mirror', {mirror: ['m', '{weight}']}, 'traffic/unknown-placeholder'],
    ['a placeholder of none', {read: ['r', '{version}']}, 'traffic/unknown-placeholder'],
    ['a variable that is not set', {env: ['NOT_THERE']}, 'traffic/env-missing'],
  ])('%s', (_, change, code) => {
    expect(() => openCommand({...config, ...change}, {...programs({}), env})).toThrow(expect.objectContaining({code}))
  })
})
