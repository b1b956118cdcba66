import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import type {GitBranch} from '../../src/git/branch.ts'
import {openGitBranch} from '../../src/github/git-branch.ts'
import {connect, patientClock} from '../fakes/github/connection.ts'
import type {FaultAct} from '../fakes/github/fault.ts'
import {type FakeGitHub, startFakeGitHub} from '../fakes/github/server.ts'

let fake: FakeGitHub
let branch: GitBranch

function open(): GitBranch {
  const clock = patientClock()
  return openGitBranch(connect(fake, {clock}), 'slipway/credit/notes', clock)
}

async function mustCommit(files: Record<string, string>, expectedHead: string | null, from = branch): Promise<string> {
  const outcome = await from.commit({files, message: 'Write', expectedHead})
  expect(outcome.kind).toBe('committed')
  return outcome.kind === 'committed' ? outcome.commit : ''
}

beforeEach(async () => {
  fake = await startFakeGitHub()
  branch = open()
})
afterEach(async () => {
  await fake.stop()
  expect(fake.violations).toEqual([])
})

describe('a branch as a store', () => {
  test('keeps files that a later change does not name, in folders of any depth', async () => {
    const first = await mustCommit({'a.txt': 'one', 'deep/er/b.txt': 'größer ✓'}, null)
    const second = await mustCommit({'a.txt': 'two', 'deep/c.txt': ''}, first)
    const snapshot = branch.at(second)
    expect(await snapshot.readText('a.txt')).toBe('two')
    expect(await snapshot.readText('deep/er/b.txt')).toBe('größer ✓')
    expect(await snapshot.readText('deep/c.txt')).toBe('')
    expect((await snapshot.list('deep')).map(({name, kind}) => [name, kind])).toEqual([
      ['c.txt', 'file'],
      ['er', 'folder'],
    ])
    expect(await branch.at(first).readText('a.txt')).toBe('one')
    expect(await snapshot.parent()).toBe(first)
    expect(await branch.at(first).parent()).toBeNull()
  })

  test('has no head, no file and no folder where there is none', async () => {
    expect(await branch.head()).toBeNull()
    const commit = await mustCommit({'a.txt': 'one'}, null)
    expect(await branch.at(commit).readText('b.txt')).toBeNull()
    expect(await branch.at(commit).readText('b/c.txt')).toBeNull()
    expect(await branch.at(commit).list('b')).toEqual([])
  })

  test('reads what it has read before without asking again', async () => {
    const commit = await mustCommit({'a.txt': 'one'}, null)
    await branch.at(commit).readText('a.txt')
    const before = fake.requests.length
    await branch.at(commit).readText('a.txt')
    expect(fake.requests).toHaveLength(before)
  })

  test('asks again after an answer that failed', async () => {
    const commit = await mustCommit({'a.txt': 'one'}, null)
    const reader = open().at(commit)
    fake.fail({path: '/git/commits/', times: 4, act: {kind: 'refuse', status: 503}})
    await expect(reader.readText('a.txt')).rejects.toMatchObject({code: 'github/unavailable'})
    expect(await reader.readText('a.txt')).toBe('one')
  })

  test('git itself refuses a change that would undo another one', async () => {
    const first = await mustCommit({'a.txt': 'one'}, null)
    const second = await mustCommit({'a.txt': 'two'}, first, open())
    expect(await branch.commit({files: {'a.txt': 'late'}, message: 'Late', expectedHead: first})).toEqual({
      kind: 'conflict',
    })
    expect(await branch.commit({files: {'a.txt': 'new'}, message: 'New', expectedHead: null})).toEqual({
      kind: 'conflict',
    })
    expect(await branch.head()).toBe(second)
    expect(fake.transcript()).toMatch(/PATCH .*heads\/slipway\/credit\/notes -> 422/)
  })

  const lost: [string, FaultAct][] = [
    ['a lost connection', {kind: 'act-and-drop'}],
    ['a server error', {kind: 'act-and-fail', status: 500}],
  ]
  test.each(lost)('a change is known to be in after %s, even when others built on it', async (_, act) => {
    const first = await mustCommit({'a.txt': 'one'}, null)
    fake.fail({method: 'PATCH', path: '/git/refs/', act})
    fake.fail({
      method: 'GET',
      path: '/git/ref/',
      act: {
        kind: 'first',
        run: async () => {
          const other = open()
          for (const name of ['b.txt', 'c.txt']) await mustCommit({[name]: 'other'}, await other.head(), other)
        },
      },
    })
    const mine = await mustCommit({'a.txt': 'mine'}, first)
    expect(await fake.repository.git(['rev-list', '--count', 'slipway/credit/notes'])).toBe('4')
    expect(await fake.repository.resolve('slipway/credit/notes~2')).toBe(mine)
  })

  test('a change that did not get in before others is a conflict after a lost connection', async () => {
    const first = await mustCommit({'a.txt': 'one'}, null)
    fake.fail({
      method: 'PATCH',
      path: '/git/refs/',
      act: {kind: 'drop'},
    })
    fake.fail({
      method: 'GET',
      path: '/git/ref/',
      act: {
        kind: 'first',
        run: async () => {
          await mustCommit({'b.txt': 'other'}, first, open())
        },
      },
    })
    expect(await branch.commit({files: {'a.txt': 'mine'}, message: 'Mine', expectedHead: first})).toEqual({
      kind: 'conflict',
    })
    expect(await branch.at((await branch.head()) ?? '').readText('a.txt')).toBe('one')
  })

  test('gives up with GitHub’s words when the update keeps failing, and changed nothing', async () => {
    const first = await mustCommit({'a.txt': 'one'}, null)
    fake.fail({method: 'PATCH', path: '/git/refs/', times: 4, act: {kind: 'refuse', status: 503, message: 'Down'}})
    await expect(branch.commit({files: {'a.txt': 'two'}, message: 'Two', expectedHead: first})).rejects.toMatchObject({
      code: 'github/unavailable',
      message: expect.stringContaining('Down'),
    })
    expect(await fake.repository.resolve('slipway/credit/notes')).toBe(first)
  })

  test('a lost answer of an object that was written is repeated without harm', async () => {
    fake.fail({method: 'POST', path: '/git/trees', act: {kind: 'act-and-drop'}})
    fake.fail({method: 'POST', path: '/git/commits', act: {kind: 'act-and-fail', status: 502}})
    const commit = await mustCommit({'a.txt': 'one'}, null)
    expect(await fake.repository.resolve('slipway/credit/notes')).toBe(commit)
  })

  test('a replica that stays behind is believed in the end, so that a branch moved back by hand is seen', async () => {
    const first = await mustCommit({'a.txt': 'one'}, null)
    await mustCommit({'a.txt': 'two'}, first)
    await fake.repository.git(['update-ref', 'refs/heads/slipway/credit/notes', first])
    expect(await branch.head()).toBe(first)
  })
})
