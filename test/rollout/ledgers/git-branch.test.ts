import {createHash} from 'node:crypto'
import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import {openGitBranch} from '../../../src/github/git-branch.ts'
import {ledgerBranch, openGitBranchLedger} from '../../../src/rollout/ledgers/git-branch.ts'
import {describeLedger, heldEvent, heldEvents, type LedgerStore} from '../../contracts/ledger.ts'
import {connect, patientClock} from '../../fakes/github/connection.ts'
import type {FaultAct} from '../../fakes/github/fault.ts'
import {type FakeGitHub, startFakeGitHub} from '../../fakes/github/server.ts'
import {branchDamages, damageNames, historyFiles} from './branch-history.ts'

const branch = 'slipway/credit/production'

function openLedger(fake: FakeGitHub, token = fake.token) {
  const clock = patientClock()
  return openGitBranchLedger(openGitBranch(connect(fake, {token, clock}), branch, clock))
}

describeLedger('a git branch', damageNames, async (): Promise<LedgerStore> => {
  const fake = await startFakeGitHub()
  return {
    open: () => openLedger(fake),
    loseNextAnswer: () => fake.fail({method: 'PATCH', path: '/git/refs/', act: {kind: 'act-and-drop'}}),
    async crashMidway() {
      const tree = await fake.repository.writeTree([], null)
      const by = {name: 'killed', email: 'killed@example.com', seconds: 0}
      await fake.repository.writeCommit({tree, parents: [], message: 'never referred to', by})
    },
    async writeHistory(events) {
      await fake.commit(branch, historyFiles(events))
    },
    cost: () => ({
      operations: fake.requests.length,
      bytesWritten: fake.requests.reduce((sum, {body}) => sum + JSON.stringify(body ?? '').length, 0),
    }),
    damages: branchDamages(fake.repository, branch),
    async close() {
      await fake.stop()
      expect(fake.violations).toEqual([])
    },
  }
})

describe('a ledger in a git branch', () => {
  let fake: FakeGitHub
  beforeEach(async () => {
    fake = await startFakeGitHub()
  })
  afterEach(async () => {
    await fake.stop()
    expect(fake.violations).toEqual([])
  })

  test('a person reads the rollout in the commits of the branch, one for each event', async () => {
    const ledger = openLedger(fake)
    const first = await ledger.append(heldEvent('1'), null)
    await ledger.append(heldEvent('2'), first.kind === 'appended' ? first.version : null)
    expect(await fake.repository.git(['log', '--format=%s', branch])).toBe('Hold: reason 2\nHold: reason 1')
    expect(ledger.location).toBe('branch slipway/credit/production of acme/credit')
  })

  test('the digest in state.json is what a person computes from the files', async () => {
    await openLedger(fake).append(heldEvent('1'), null)
    const state: unknown = JSON.parse(await fake.repository.git(['show', `${branch}:state.json`]))
    const events = await fake.repository.git(['show', `${branch}:events/0001.jsonl`])
    const digest = createHash('sha256').update(`${events}\n`).digest('hex')
    expect(state).toMatchObject({events: 1, digest: `sha256:${digest}`, last: {what: 'Hold: reason 1'}})
  })

  test('an environment called "evidence" is refused: its branch is taken by the evidence', () => {
    expect(() => ledgerBranch('credit', 'evidence')).toThrow(expect.objectContaining({code: 'ledger/reserved-name'}))
    expect(ledgerBranch('credit', 'production')).toBe(branch)
  })

  test('the branch has a root of its own, and the code stays as it was', async () => {
    const main = await fake.commit('main', {'README.md': 'code'})
    await openLedger(fake).append(heldEvent('1'), null)
    expect(await fake.repository.git(['rev-list', '--count', branch])).toBe('1')
    expect(await fake.repository.resolve('main')).toBe(main)
  })

  test('ten thousand events are read with a few dozen requests, and the next look costs one', async () => {
    const count = 10_000
    await fake.commit(branch, historyFiles(heldEvents(count)))
    const ledger = openLedger(fake)
    const {version, events} = await ledger.read()
    expect(events).toHaveLength(count)
    expect(events.at(-1)?.id).toBe(`event-${count - 1}`)
    // Ref, commit, two trees, state.json, and 20 files of 500 events.
    expect(fake.requests).toHaveLength(25)
    await ledger.read()
    expect(fake.requests).toHaveLength(26)
    expect((await ledger.append(heldEvent('next'), version)).kind).toBe('appended')
    expect(await fake.repository.git(['show', `${branch}:events/0021.jsonl`])).toBe(JSON.stringify(heldEvent('next')))
    expect((await openLedger(fake).read()).events).toHaveLength(count + 1)
  })

  test('a token without contents: write cannot append, is told which permission it lacks, and changes nothing', async () => {
    const reader = fake.issueToken({login: 'github-actions[bot]', permissions: {contents: 'read'}})
    const ledger = openLedger(fake, reader)
    await expect(ledger.append(heldEvent('1'), null)).rejects.toMatchObject({
      code: 'github/permission-missing',
      permission: 'contents: write',
    })
    expect(await fake.repository.resolve(branch)).toBeNull()
  })

  test.each([
    ['the first event, connection lost', null, {kind: 'act-and-drop'}],
    ['the first event, server error', null, {kind: 'act-and-fail', status: 502}],
    ['a later event, server error', 'first', {kind: 'act-and-fail', status: 500}],
    ['a later event, nothing done', 'first', {kind: 'drop'}],
  ] as const)('a lost answer neither loses nor doubles an event: %s', async (_, before, act) => {
    const ledger = openLedger(fake)
    const started = before === null ? null : await ledger.append(heldEvent(before), null)
    const version = started?.kind === 'appended' ? started.version : null
    fake.fail({method: version === null ? 'POST' : 'PATCH', path: '/git/refs', act})
    const outcome = await ledger.append(heldEvent('lost'), version)
    expect(outcome).toEqual({kind: 'appended', version: await fake.repository.resolve(branch)})
    const {events} = await openLedger(fake).read()
    expect(events.map(({id}) => id)).toEqual(before === null ? ['event-lost'] : [`event-${before}`, 'event-lost'])
  })

  const faults: [string, FaultAct][] = [
    ['connection lost before', {kind: 'drop'}],
    ['connection lost after', {kind: 'act-and-drop'}],
    ['server error before', {kind: 'refuse', status: 503}],
    ['server error after', {kind: 'act-and-fail', status: 502}],
    ['rate limit', {kind: 'refuse', status: 403, message: 'secondary rate limit', headers: {'retry-after': '1'}}],
  ]
  test.each(faults)('a fault at each request of a tick in turn leaves the history whole: %s', async (_, act) => {
    let expected: string[] = []
    for (let at = 0; ; at++) {
      const before = fake.requests.length
      fake.fail({path: '/', after: at, act})
      const ledger = openLedger(fake)
      const {version} = await ledger.read()
      const outcome = await ledger.append(heldEvent(`${at}`), version)
      const met = fake.requests.length - before > at
      fake.heal()
      expect(outcome).toEqual({kind: 'appended', version: await fake.repository.resolve(branch)})
      expected = [...expected, `event-${at}`]
      expect((await openLedger(fake).read()).events.map(({id}) => id)).toEqual(expected)
      if (!met) break
    }
    // A tick reads with six requests and appends with three.
    expect(expected.length).toBeGreaterThanOrEqual(9)
  })

  test('an answer that is lost while somebody else appends behind it is still recognised', async () => {
    const ledger = openLedger(fake)
    const first = await ledger.append(heldEvent('1'), null)
    const version = first.kind === 'appended' ? first.version : null
    fake.fail({method: 'PATCH', path: '/git/refs', act: {kind: 'act-and-drop'}})
    // The look that follows the lost answer comes after another writer's append.
    fake.fail({
      method: 'GET',
      path: '/git/ref/',
      act: {
        kind: 'first',
        run: async () => {
          const other = openLedger(fake)
          await other.append(heldEvent('other'), (await other.read()).version)
        },
      },
    })
    const outcome = await ledger.append(heldEvent('mine'), version)
    expect(outcome.kind).toBe('appended')
    const {events} = await openLedger(fake).read()
    expect(events.map(({id}) => id)).toEqual(['event-1', 'event-mine', 'event-other'])
    expect(outcome).toEqual({kind: 'appended', version: await fake.repository.resolve(`${branch}^`)})
  })

  test('a replica that lags behind does not make a writer forget its own event', async () => {
    const ledger = openLedger(fake)
    const first = await ledger.append(heldEvent('1'), null)
    await ledger.read()
    await ledger.append(heldEvent('2'), first.kind === 'appended' ? first.version : null)
    fake.fail({method: 'GET', path: '/git/ref/', act: {kind: 'stale'}})
    expect((await ledger.read()).events.map(({id}) => id)).toEqual(['event-1', 'event-2'])
  })

  test('a rule that protects the branch is named, with the way out', async () => {
    const first = await openLedger(fake).append(heldEvent('1'), null)
    const message = 'Repository rule violations found: Changes must be made through a pull request.'
    fake.fail({method: 'PATCH', path: '/git/refs', act: {kind: 'refuse', status: 422, message}})
    const version = first.kind === 'appended' ? first.version : null
    await expect(openLedger(fake).append(heldEvent('2'), version)).rejects.toMatchObject({
      code: 'github/branch-protected',
      hint: expect.stringContaining('slipway/**'),
    })
  })

  test('a branch that was deleted meanwhile is a conflict, not a new history', async () => {
    const ledger = openLedger(fake)
    const first = await ledger.append(heldEvent('1'), null)
    await fake.repository.git(['update-ref', '-d', `refs/heads/${branch}`])
    const outcome = await ledger.append(heldEvent('2'), first.kind === 'appended' ? first.version : null)
    expect(outcome).toEqual({kind: 'conflict'})
    expect(await ledger.read()).toEqual({version: null, events: []})
  })
})
