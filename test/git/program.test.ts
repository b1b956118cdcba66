import {describe, expect, test} from 'vitest'
import {openGitProgram} from '../../src/git/program.ts'
import type {Exec, ExecOptions, ExecResult} from '../../src/runtime/exec.ts'

const done: ExecResult = {exitCode: 0, stdout: '', stderr: '', timedOut: false, outputTooLarge: false, notFound: false}

async function seen(
  env: Record<string, string | undefined>,
  ...[args, options]: Parameters<ReturnType<typeof openGitProgram>['run']>
): Promise<{argv: readonly string[]; options: ExecOptions}> {
  const runs: {argv: readonly string[]; options: ExecOptions}[] = []
  const exec: Exec = {
    async run(argv, given = {}) {
      runs.push({argv, options: given})
      return done
    },
  }
  await openGitProgram({exec, env}).run(args, options)
  return runs[0] ?? {argv: [], options: {}}
}

describe('the git program', () => {
  test('answers in English, asks nobody, and runs no helper that an address could name', async () => {
    const {options} = await seen({LC_ALL: 'de_DE.UTF-8', LANG: 'de_DE.UTF-8'}, ['status'])
    expect(options.env).toMatchObject({
      LC_ALL: 'C',
      GIT_TERMINAL_PROMPT: '0',
      GIT_ALLOW_PROTOCOL: 'file:git:http:https:ssh',
    })
    expect(options.timeoutMs).toBeGreaterThan(0)
  })

  test('works on the repository that it is told, whatever the surrounding git says', async () => {
    const {argv, options} = await seen(
      {GIT_DIR: '/elsewhere', GIT_WORK_TREE: '/elsewhere', GIT_INDEX_FILE: '/elsewhere/index', GIT_TRACE: '1'},
      ['status'],
      {repository: '/copy'},
    )
    expect(argv).toContain('--git-dir=/copy')
    expect(Object.keys(options.env ?? {}).filter(name => /DIR|TREE|INDEX|TRACE/.test(name))).toEqual([])
  })

  test('keeps what says how a remote is reached', async () => {
    const env = {
      HOME: '/home/anna',
      SSH_AUTH_SOCK: '/agent',
      GIT_SSH_COMMAND: 'ssh -i key',
      GIT_ASKPASS: '/ask',
      https_proxy: 'p',
    }
    const {options} = await seen({...env, UNSET: undefined}, ['fetch'])
    expect(options.env).toMatchObject(env)
    expect(options.env).not.toHaveProperty('UNSET')
  })

  test('runs no hooks, whoever configured them', async () => {
    const {argv} = await seen({}, ['push'])
    expect(argv[argv.indexOf('core.hooksPath=/dev/null') - 1]).toBe('-c')
    expect(argv.indexOf('core.hooksPath=/dev/null')).toBeLessThan(argv.indexOf('push'))
  })

  test('hands secrets on where a list of processes does not show them, behind those that were there', async () => {
    const env = {GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'http.proxy', GIT_CONFIG_VALUE_0: 'p'}
    const {argv, options} = await seen(env, ['fetch'], {
      settings: [['http.https://a/.extraHeader', 'Authorization: x']],
    })
    expect(argv.join(' ')).not.toContain('Authorization')
    expect(options.env).toMatchObject({
      GIT_CONFIG_COUNT: '2',
      GIT_CONFIG_KEY_0: 'http.proxy',
      GIT_CONFIG_KEY_1: 'http.https://a/.extraHeader',
      GIT_CONFIG_VALUE_1: 'Authorization: x',
    })
  })
})
