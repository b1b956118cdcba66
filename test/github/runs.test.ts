import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import {readApprovals} from '../../src/github/approvals.ts'
import {readFileAt} from '../../src/github/contents.ts'
import {dispatchWorkflow} from '../../src/github/dispatch.ts'
import {cutText} from '../../src/github/limits.ts'
import {connect} from '../fakes/github/connection.ts'
import {type FakeGitHub, startFakeGitHub} from '../fakes/github/server.ts'
import type {FakeDispatch} from '../fakes/github/world.ts'

let fake: FakeGitHub
let started: FakeDispatch[]

beforeEach(async () => {
  started = []
  fake = await startFakeGitHub({
    onDispatch: dispatch => {
      started.push(dispatch)
    },
  })
})
afterEach(async () => {
  await fake.stop()
  expect(fake.violations).toEqual([])
})

describe('the successor of a run', () => {
  const rollout = {workflow: 'rollout.yml', ref: 'main', inputs: {rollout: 'rollout-1'}}

  beforeEach(async () => {
    await fake.commit('main', {
      '.github/workflows/rollout.yml': 'on: workflow_dispatch',
      '.github/workflows/check.yml': 'on: pull_request',
    })
  })

  test('is started with its inputs, and its address is known', async () => {
    const run = await dispatchWorkflow(connect(fake), rollout)
    expect(run).toEqual({runId: started[0]?.runId, url: expect.stringContaining(`/actions/runs/${run.runId}`)})
    expect(started).toMatchObject([rollout])
  })

  test('is asked for again when the answer is lost: two do no harm, none would end the chain', async () => {
    fake.fail({method: 'POST', path: '/dispatches', act: {kind: 'act-and-drop'}})
    await dispatchWorkflow(connect(fake), rollout)
    expect(started.map(({inputs}) => inputs)).toEqual([rollout.inputs, rollout.inputs])
  })

  test.each([
    ['a workflow that nobody may start', {workflow: 'check.yml'}, 'github/workflow-not-dispatchable'],
    ['a branch that is not there', {ref: 'gone'}, 'github/workflow-not-dispatchable'],
    ['a workflow that is not there', {workflow: 'gone.yml'}, 'github/not-found'],
  ])('is refused with a way out for %s', async (_, changes, code) => {
    await expect(dispatchWorkflow(connect(fake), {...rollout, ...changes})).rejects.toMatchObject({
      name: 'UserError',
      code,
      hint: expect.any(String),
    })
    expect(started).toEqual([])
  })

  test('without actions: write is an error that names the permission: the chain would end unseen', async () => {
    const token = fake.issueToken({login: 'github-actions[bot]', permissions: {actions: 'read'}})
    await expect(dispatchWorkflow(connect(fake, {token}), rollout)).rejects.toMatchObject({
      code: 'github/permission-missing',
      permission: 'actions: write',
    })
  })
})

describe('the approvals of a run', () => {
  test('say who answered what for which environment', async () => {
    const review = {runId: 42, login: 'mona', environments: ['production'], comment: 'go'}
    fake.state.approvals.push({...review, state: 'approved'}, {...review, runId: 43, state: 'rejected'})
    expect(await readApprovals(connect(fake), 42)).toEqual({
      kind: 'read',
      approvals: [{state: 'approved', by: 'mona', environments: ['production'], comment: 'go'}],
    })
  })

  test('are none where nobody reviewed', async () => {
    expect(await readApprovals(connect(fake), 42)).toEqual({kind: 'read', approvals: []})
  })

  test('that the token may not read are not taken for none', async () => {
    const token = fake.issueToken({login: 'github-actions[bot]', permissions: {}})
    expect(await readApprovals(connect(fake, {token}), 42)).toMatchObject({
      kind: 'not-permitted',
      permission: 'actions: read',
    })
  })
})

describe('a file at a ref', () => {
  test('is read as of that commit, not as it is now', async () => {
    const before = await fake.commit('main', {'services/credit/slipway.yml': 'version: 1 # größer'})
    await fake.commit('main', {'services/credit/slipway.yml': 'version: 2'})
    const github = connect(fake)
    expect(await readFileAt(github, 'services/credit/slipway.yml', before)).toBe('version: 1 # größer')
    expect(await readFileAt(github, 'services/credit/slipway.yml', 'main')).toBe('version: 2')
  })

  test('that does not exist is null', async () => {
    await fake.commit('main', {'README.md': 'hello'})
    expect(await readFileAt(connect(fake), 'slipway.yml', 'main')).toBeNull()
  })

  test.each(['gone', 'f'.repeat(40)])(
    'of the ref "%s", which does not exist, is not taken for a missing file',
    async ref => {
      await fake.commit('main', {'README.md': 'hello'})
      await expect(readFileAt(connect(fake), 'slipway.yml', ref)).rejects.toMatchObject({code: 'github/ref-not-found'})
    },
  )

  test.each([
    ['a folder', 'docs'],
    ['a file over 1 MB', 'large.yml'],
  ])('that is %s is refused, not read as empty', async (_, path) => {
    await fake.commit('main', {'docs/a.md': 'a', 'large.yml': 'x'.repeat(1024 * 1024 + 1)})
    await expect(readFileAt(connect(fake), path, 'main')).rejects.toMatchObject({code: 'github/not-a-file'})
  })
})

describe('text that is cut', () => {
  test.each([
    ['short', 5, 'short'],
    ['longer', 5, 'long…'],
    ['abc😀', 5, 'abc😀'],
    ['abc😀x', 5, 'abc…'],
    ['', 5, ''],
  ])('"%s" within %i is "%s": never longer, never half a character', (text, limit, expected) => {
    expect(cutText(text, limit)).toBe(expected)
  })
})
