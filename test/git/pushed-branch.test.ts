import {chmod, mkdir, readdir, readFile, rm, writeFile} from 'node:fs/promises'
import * as path from 'node:path'
import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import type {GitBranch} from '../../src/git/branch.ts'
import {systemExec} from '../../src/runtime/exec.ts'
import {type GitServer, gitServerIsHere, startGitServer} from './git-server.ts'
import {createRemoteWorld, loseAnswer, type RemoteWorld} from './remote-world.ts'

const name = 'slipway/credit/notes'

let world: RemoteWorld
beforeEach(async () => {
  world = await createRemoteWorld()
})
afterEach(() => world.close())

const open = (options: Parameters<RemoteWorld['open']>[0] = {}): GitBranch => world.open(options).branch(name)

async function mustCommit(
  branch: GitBranch,
  files: Record<string, string>,
  expectedHead: string | null,
  message = 'Write',
): Promise<string> {
  const outcome = await branch.commit({files, message, expectedHead})
  expect(outcome.kind).toBe('committed')
  return outcome.kind === 'committed' ? outcome.commit : ''
}

describe('a branch by git push as a store', () => {
  test('keeps files that a later change does not name, in folders of any depth', async () => {
    const branch = open()
    const first = await mustCommit(branch, {'a.txt': 'one', 'deep/er/b.txt': 'größer ✓'}, null)
    const second = await mustCommit(branch, {'a.txt': 'two', 'deep/c.txt': ''}, first)
    for (const at of [branch, open()]) {
      const snapshot = at.at(second)
      expect(await snapshot.readText('a.txt')).toBe('two')
      expect(await snapshot.readText('deep/er/b.txt')).toBe('größer ✓')
      expect(await snapshot.readText('deep/c.txt')).toBe('')
      expect((await snapshot.list('deep')).map(({name, kind}) => [name, kind])).toEqual([
        ['c.txt', 'file'],
        ['er', 'folder'],
      ])
      expect((await snapshot.list('')).map(each => each.name)).toEqual(['a.txt', 'deep'])
      expect(await at.at(first).readText('a.txt')).toBe('one')
      expect(await snapshot.parent()).toBe(first)
      expect(await at.at(first).parent()).toBeNull()
    }
  })

  test('has no head, no file and no folder where there is none', async () => {
    const branch = open()
    expect(await branch.head()).toBeNull()
    const commit = await mustCommit(branch, {'a.txt': 'one'}, null)
    expect(await branch.at(commit).readText('b.txt')).toBeNull()
    expect(await branch.at(commit).readText('b/c.txt')).toBeNull()
    expect(await branch.at(commit).readText('a.txt/c.txt')).toBeNull()
    expect(await branch.at(commit).list('b')).toEqual([])
  })

  test('is not taken in by another branch whose name ends in its own', async () => {
    await world.repository.git([
      'update-ref',
      `refs/heads/x/refs/heads/${name}`,
      await world.repository.commitFiles('main', {a: 'b'}, 'x'),
    ])
    expect(await open().head()).toBeNull()
  })

  test.each([
    ['many lines, quotes and a dash', 'Hold: "why"\n\n- because\nfrom 0000\n'],
    ['what looks like the end of a message', 'a\ndata 3\nxyz\ndone\n'],
    ['a character that git cannot keep', 'before\0after'],
    ['nothing', ''],
    ['another script', '保留: 原因'],
  ])('a message is kept as it is, whatever it is made of: %s', async (_, message) => {
    await mustCommit(open(), {'a.txt': 'done\nreset x\n'}, null, message)
    // `git log` ends a message with one line feed, and the fixture takes it off.
    const kept = await world.repository.git(['log', '-1', '--format=%B', name])
    expect(kept).toBe(message.replace('\0', '').trim())
    expect(await world.repository.git(['show', `${name}:a.txt`])).toBe('done\nreset x')
  })

  test('a repository that a strict server checks object by object is sound', async () => {
    await world.repository.git(['config', 'receive.fsckObjects', 'true'])
    const branch = open()
    await mustCommit(branch, {'b/c': '2'}, await mustCommit(branch, {a: '1', 'b/b': '2'}, null))
    expect(await world.repository.git(['fsck', '--strict', '--no-dangling'])).toBe('')
  })

  test('an address that the user’s configuration rewrites is the rewritten one', async () => {
    await writeFile(
      path.join(world.folder, '.gitconfig'),
      `[url "${world.remoteFolder}"]\n\tinsteadOf = https://git.example.com/a.git\n`,
    )
    await mustCommit(open({remote: 'https://git.example.com/a.git'}), {'a.txt': 'one'}, null)
    expect(await world.repository.git(['show', `${name}:a.txt`])).toBe('one')
  })

  test('a hook of the remote that refuses is quoted, with the way out, and nothing is tried again', async () => {
    const hook = path.join(world.remoteFolder, 'hooks/pre-receive')
    await writeFile(hook, '#!/bin/sh\necho "no branches but main, please" >&2\nexit 1\n')
    await chmod(hook, 0o755)
    await expect(open().commit({files: {a: '1'}, message: 'x', expectedHead: null})).rejects.toMatchObject({
      name: 'UserError',
      code: 'git/push-refused',
      message: expect.stringMatching(/pre-receive hook declined.*no branches but main, please/),
      hint: expect.stringContaining('slipway/**'),
    })
    expect(world.runs.filter(([, command]) => command === 'push')).toHaveLength(1)
    await rm(hook)
    await mustCommit(open(), {a: '1'}, null)
  })

  test('a remote whose branch is locked at this moment is asked again', async () => {
    const lock = path.join(world.remoteFolder, `refs/heads/${name}.lock`)
    await mkdir(path.dirname(lock), {recursive: true})
    await writeFile(lock, '')
    world.fail('ls-remote', async really => {
      await rm(lock, {force: true})
      return really()
    })
    await mustCommit(open(), {a: '1'}, null)
    expect(world.runs.filter(([, command]) => command === 'push')).toHaveLength(2)
  })

  test('a push whose answer is lost is a success, also where others have written behind it', async () => {
    const branch = open()
    const first = await mustCommit(branch, {a: '1'}, null)
    world.fail('push', async really => {
      const lost = await loseAnswer(really)
      const other = open()
      await mustCommit(other, {b: '1'}, await other.head())
      return lost
    })
    const second = await mustCommit(branch, {a: '2'}, first)
    expect(await world.repository.resolve(`${name}^`)).toBe(second)
    expect(await world.repository.git(['rev-list', '--count', name])).toBe('3')
  })

  test('a lock that stays on the remote is a failure that may be tried again, never a success', async () => {
    const lock = path.join(world.remoteFolder, `refs/heads/${name}.lock`)
    await mkdir(path.dirname(lock), {recursive: true})
    await writeFile(lock, '')
    const change = {files: {a: '1'}, message: 'x', expectedHead: null}
    await expect(open().commit(change)).rejects.toMatchObject({code: 'git/contended', retryable: true})
    expect(await open().head()).toBeNull()
  })

  test('is reached by ssh with the user’s own command', async () => {
    // What ssh does on the other machine: it hands the last argument to a shell.
    const ssh = path.join(world.folder, 'ssh')
    await writeFile(ssh, `#!/bin/sh\necho "$@" >> ${world.folder}/ssh.log\nfor last; do :; done\nexec sh -c "$last"\n`)
    await chmod(ssh, 0o755)
    world.env.GIT_SSH_COMMAND = ssh
    const remote = `git@git.example.com:${world.remoteFolder}`
    const commit = await mustCommit(open({remote}), {'a.txt': 'one'}, null)
    expect(await open({remote}).at(commit).readText('a.txt')).toBe('one')
    expect(await readFile(path.join(world.folder, 'ssh.log'), 'utf8')).toContain('git@git.example.com git-receive-pack')
  })

  test('by an ssh that does not get in says what it said, and what to give it', async () => {
    world.env.GIT_SSH_COMMAND = 'sh -c "echo Permission denied \\(publickey\\). >&2; exit 255" --'
    await expect(open({remote: 'git@git.example.com:records.git'}).head()).rejects.toMatchObject({
      code: 'git/access-denied',
      message: expect.stringContaining('Permission denied (publickey).'),
      hint: expect.stringContaining('ssh key'),
    })
  })

  test('a repository that is no repository is told so, and how to name one', async () => {
    await expect(open({remote: path.join(world.folder, 'nothing.git')}).head()).rejects.toMatchObject({
      code: 'git/remote-not-found',
      hint: expect.stringContaining('records.remote'),
    })
  })
})

describe('the copy of the remote', () => {
  test('is made in a folder of its own, and never in one that holds something else', async () => {
    await mkdir(path.join(world.folder, 'project'))
    await writeFile(path.join(world.folder, 'project/train.py'), 'print()')
    await expect(open({machine: 'project'}).head()).rejects.toMatchObject({
      code: 'records/folder-in-use',
      message: expect.stringContaining('train.py'),
    })
    expect(await readdir(path.join(world.folder, 'project'))).toEqual(['train.py'])
  })

  test('may be deleted at any time', async () => {
    const commit = await mustCommit(open({machine: 'one'}), {'a.txt': 'one'}, null)
    await rm(path.join(world.folder, 'one'), {recursive: true})
    const again = open({machine: 'one'})
    expect(await again.at(commit).readText('a.txt')).toBe('one')
    await mustCommit(again, {'a.txt': 'two'}, commit)
  })

  test('serves two remotes without mixing them up', async () => {
    await mustCommit(open({machine: 'one'}), {'a.txt': 'one'}, null)
    const other = path.join(world.folder, 'other.git')
    await world.repository.git(['init', '--quiet', '--bare', other])
    const branch = open({machine: 'one', remote: other})
    expect(await branch.head()).toBeNull()
    const commit = await mustCommit(branch, {'b.txt': 'two'}, null)
    expect((await branch.at(commit).list('')).map(each => each.name)).toEqual(['b.txt'])
  })

  test('is waited for while another process holds its lock', async () => {
    const commit = await mustCommit(open(), {'a.txt': 'one'}, null)
    const branch = open({machine: 'one'})
    await branch.head()
    const lock = path.join(world.folder, 'one/shallow.lock')
    await writeFile(lock, '')
    world.fail('fetch', async really => {
      const first = await really()
      await rm(lock)
      return first
    })
    expect(await branch.at(commit).readText('a.txt')).toBe('one')
  })

  test('with a lock that a killed process has left is told as such, with the folder that may be deleted', async () => {
    const commit = await mustCommit(open(), {'a.txt': 'one'}, null)
    const branch = open({machine: 'one'})
    await branch.head()
    await writeFile(path.join(world.folder, 'one/shallow.lock'), '')
    await expect(branch.at(commit).readText('a.txt')).rejects.toMatchObject({
      code: 'git/copy-locked',
      message: expect.stringContaining('one/shallow.lock'),
      hint: expect.stringContaining('delete'),
    })
  })

  test('is packed by git from time to time, and keeps what is in use', async () => {
    const branch = open({machine: 'one'})
    let head = await mustCommit(branch, {'a.txt': '0'}, null)
    for (let index = 1; index < 3; index++) head = await mustCommit(branch, {'a.txt': `${index}`}, head)
    expect(world.runs.filter(([, command]) => command === 'gc')).toHaveLength(1)
    await world.repository.git(['--git-dir', path.join(world.folder, 'one'), 'gc', '--quiet', '--prune=now'])
    expect(await branch.at(head).readText('a.txt')).toBe('2')
    await mustCommit(branch, {'a.txt': 'more'}, head)
  })
})

describe.skipIf(!gitServerIsHere)('a branch on a server with a password', () => {
  const token = 's3cret-token'
  let server: GitServer
  const serve = async (mayPush = true) => {
    server = await startGitServer(world.folder, {user: 'git', token, mayPush})
    return `${server.url}/remote.git`
  }
  afterEach(() => server.stop())

  test('is reached with the token, which no list of processes shows', async () => {
    const remote = await serve()
    await mustCommit(open({remote, login: {user: 'git', token}}), {'a.txt': 'one'}, null)
    expect(await world.repository.git(['show', `${name}:a.txt`])).toBe('one')
    const secrets = [token, Buffer.from(`git:${token}`).toString('base64')]
    expect(world.runs.flat().filter(arg => secrets.some(secret => arg.includes(secret)))).toEqual([])
  })

  test('is reached as the repository of the working directory reaches it, with a job’s own token', async () => {
    const remote = await serve()
    const checkout = path.join(world.folder, 'checkout')
    await systemExec.run(['git', 'init', '--quiet', checkout])
    const header = `AUTHORIZATION: basic ${Buffer.from(`git:${token}`).toString('base64')}`
    const configure = (...args: string[]) =>
      world.repository.git(['--git-dir', path.join(checkout, '.git'), 'config', ...args])
    await configure('remote.origin.url', remote)
    // As a checkout leaves it: in a file of its own, included where the repository is this one.
    await writeFile(path.join(world.folder, 'job.config'), `[http "${server.url}/"]\n\textraheader = ${header}\n`)
    await configure(`includeIf.gitdir:${checkout}/.git.path`, path.join(world.folder, 'job.config'))
    world.workingFolder = checkout
    await mustCommit(open({remote: 'origin'}), {'a.txt': 'one'}, null)
    expect(await world.repository.git(['show', `${name}:a.txt`])).toBe('one')
    expect(world.runs.flat().join(' ')).not.toContain(header)
    expect(await readdir(checkout)).toEqual(['.git'])
  })

  test('is reached with the user’s own credential helper', async () => {
    const remote = await serve()
    await writeFile(
      path.join(world.folder, '.gitconfig'),
      `[credential]\n\thelper = "!f() { echo username=git; echo password=${token}; }; f"\n`,
    )
    await mustCommit(open({remote}), {'a.txt': 'one'}, null)
    expect(await world.repository.resolve(name)).not.toBeNull()
  })

  test('the user’s own configuration changes nothing of what is written, and none of their hooks runs', async () => {
    const hooks = path.join(world.folder, 'hooks')
    await mkdir(hooks)
    for (const hook of ['pre-push', 'reference-transaction', 'post-checkout', 'pre-auto-gc']) {
      await writeFile(path.join(hooks, hook), `#!/bin/sh\ntouch ${world.folder}/hook-ran\nexit 1\n`)
      await chmod(path.join(hooks, hook), 0o755)
    }
    await writeFile(
      path.join(world.folder, '.gitconfig'),
      `[core]\n\thooksPath = ${hooks}\n\tautocrlf = true\n[commit]\n\tgpgSign = true\n[push]\n\tgpgSign = true\n\tfollowTags = true\n[init]\n\ttemplateDir = ${hooks}\n\tdefaultBranch = odd\n[user]\n\tname = somebody\n[fetch]\n\tprune = true\n[push]\n\tdefault = nothing\n`,
    )
    const options = {remote: await serve(), login: {user: 'git', token}}
    const commit = await mustCommit(open(options), {'a.txt': 'one\r\ntwo\n'}, null)
    expect(await open(options).at(commit).readText('a.txt')).toBe('one\r\ntwo\n')
    expect(await world.repository.git(['log', '--format=%an %ae', name])).toBe('Slipway slipway@localhost')
    expect(await readdir(world.folder)).not.toContain('hook-ran')
  })

  test.each([
    ['without a token', undefined],
    ['with a wrong one', {user: 'git', token: 'wrong'}],
  ])('refuses whoever comes %s, at once and with what to do', async (_, login) => {
    const remote = await serve()
    await expect(open({remote, ...(login ? {login} : {})}).head()).rejects.toMatchObject({
      name: 'UserError',
      code: 'git/access-denied',
      hint: expect.stringContaining('token-env'),
    })
  })

  test('that may be read and not written says so, and nothing is written', async () => {
    const remote = await serve(false)
    const branch = open({remote, login: {user: 'git', token}})
    expect(await branch.head()).toBeNull()
    const change = {files: {a: '1'}, message: 'x', expectedHead: null}
    await expect(branch.commit(change)).rejects.toMatchObject({name: 'UserError', code: 'git/access-denied'})
    expect(await world.repository.resolve(name)).toBeNull()
  })

  test('that is gone is a failure that may be tried again', async () => {
    const remote = await serve()
    await server.stop()
    await expect(open({remote}).head()).rejects.toMatchObject({
      name: 'SystemError',
      code: 'git/unreachable',
      retryable: true,
    })
  })

  test('a push whose answer breaks off, and whose look afterwards fails as well, says that it may be tried again', async () => {
    const remote = await serve()
    const branch = open({remote, login: {user: 'git', token}})
    await branch.head()
    world.fail('push', loseAnswer)
    world.fail('ls-remote', async really => {
      await server.stop()
      return really()
    })
    const change = {files: {a: '1'}, message: 'x', expectedHead: null}
    await expect(branch.commit(change)).rejects.toMatchObject({code: 'git/unreachable', retryable: true})
    expect(await world.repository.resolve(name)).not.toBeNull()
  })
})
