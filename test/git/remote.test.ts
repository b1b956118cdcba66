import * as path from 'node:path'
import {describe, expect, test} from 'vitest'
import type {GitProgram} from '../../src/git/program.ts'
import {findRemote} from '../../src/git/remote.ts'
import type {ExecResult} from '../../src/runtime/exec.ts'

const said = (stdout: string, exitCode = 0, stderr = ''): ExecResult => ({
  exitCode,
  stdout,
  stderr,
  timedOut: false,
  outputTooLarge: false,
  notFound: false,
})

/** A git whose repository knows these remotes and this configuration. */
function gitWith({remotes = {}, config = ''}: {remotes?: Record<string, string>; config?: string} = {}): GitProgram {
  return {
    async run(args) {
      const [command, sub] = args
      if (command === 'remote') {
        const found = remotes[args.at(-1) ?? '']
        return found === undefined ? said('', 2, 'error: No such remote') : said(`${found}\n`)
      }
      if (command === 'config' && sub === '--local') return config === '' ? said('', 1) : said(config)
      if (command === 'config' && sub === '--get') return said('', 1)
      throw new Error(`unexpected: git ${args.join(' ')}`)
    },
  }
}

describe('the remote of the records', () => {
  test.each([
    ['https://git.example.com/a.git', 'https://git.example.com/a.git'],
    ['ssh://git@git.example.com:2222/a.git', 'ssh://git@git.example.com:2222/a.git'],
    ['git@git.example.com:ml/a.git', 'git@git.example.com:ml/a.git'],
    ['file:///srv/a.git', 'file:///srv/a.git'],
    ['/srv/a.git', '/srv/a.git'],
    ['./a.git', path.resolve('a.git')],
    ['../a.git', path.resolve('../a.git')],
    ['records/a.git', path.resolve('records/a.git')],
    ['./with:colon', path.resolve('with:colon')],
  ])('%s is taken as it is meant', async (remote, address) => {
    expect((await findRemote(gitWith(), {}, {remote})).address).toBe(address)
  })

  test('a word without a slash is a remote of the repository that we stand in', async () => {
    const git = gitWith({remotes: {origin: 'https://git.example.com/a.git'}})
    expect((await findRemote(git, {}, {remote: 'origin'})).address).toBe('https://git.example.com/a.git')
  })

  test('what that repository needs to reach it goes along, such as the token of a job’s checkout', async () => {
    const config = 'http.https://git.example.com/.extraheader\nAUTHORIZATION: basic abc\0credential.helper\n\0'
    const git = gitWith({remotes: {origin: 'https://git.example.com/a.git'}, config})
    expect((await findRemote(git, {}, {remote: 'origin'})).access.settings).toEqual([
      ['http.https://git.example.com/.extraheader', 'AUTHORIZATION: basic abc'],
      ['credential.helper', ''],
    ])
    const direct = await findRemote(git, {}, {remote: 'https://git.example.com/a.git'})
    expect(direct.access.settings).toEqual([])
  })

  test('a name that nobody knows is refused, with the other ways to name a remote', async () => {
    await expect(findRemote(gitWith(), {}, {remote: 'orgin'})).rejects.toMatchObject({
      name: 'UserError',
      code: 'git/remote-unknown',
      hint: expect.stringContaining('./records.git'),
    })
  })

  test.each([
    ['an option', '--upload-pack=touch /tmp/x'],
    ['a program to run', 'ext::sh -c "touch /tmp/x"'],
    ['a helper', 'fd::17'],
    ['two lines', 'https://git.example.com/a\n.git'],
  ])('an address that is more than an address is refused: %s', async (_, remote) => {
    const refusal = {name: 'UserError', code: 'git/remote-refused'}
    await expect(findRemote(gitWith(), {}, {remote})).rejects.toMatchObject(refusal)
    await expect(findRemote(gitWith({remotes: {origin: remote}}), {}, {remote: 'origin'})).rejects.toBeDefined()
  })

  test('a token is sent to its own host alone, as a password', async () => {
    const login = {user: 'git', token: 'abc'}
    const {access} = await findRemote(gitWith(), {}, {remote: 'https://git.example.com:8443/ml/a.git', login})
    // RFC 7617 §2: base64 of "git:abc".
    expect(access.settings).toEqual([
      ['http.https://git.example.com:8443/.extraHeader', 'Authorization: Basic Z2l0OmFiYw=='],
    ])
  })

  test.each(['git@git.example.com:a.git', './a.git'])(
    'a token for a remote without http is refused: %s',
    async remote => {
      const login = {user: 'git', token: 'abc'}
      await expect(findRemote(gitWith(), {}, {remote, login})).rejects.toMatchObject({
        code: 'git/remote-refused',
        hint: expect.stringContaining('token-env'),
      })
    },
  )

  test('ssh does not wait at a terminal for a password, unless the user has a command of their own', async () => {
    const remote = 'git@git.example.com:a.git'
    expect((await findRemote(gitWith(), {}, {remote})).access.env).toMatchObject({
      GIT_SSH_COMMAND: expect.stringContaining('BatchMode=yes'),
    })
    expect((await findRemote(gitWith(), {GIT_SSH_COMMAND: 'ssh -i key'}, {remote})).access.env).toEqual({})
    expect((await findRemote(gitWith(), {}, {remote: 'https://git.example.com/a.git'})).access.env).toEqual({})
  })

  test('people see the address without its secrets', async () => {
    const git = gitWith({remotes: {origin: 'https://anna:s3cret@git.example.com/a.git'}})
    expect((await findRemote(git, {}, {remote: 'origin'})).shown).toBe('https://***@git.example.com/a.git')
  })
})
