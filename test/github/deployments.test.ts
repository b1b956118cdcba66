import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import {type DeploymentPhase, publishDeployment, type RolloutDeployment} from '../../src/github/deployments.ts'
import {connect} from '../fakes/github/connection.ts'
import {type FakeGitHub, startFakeGitHub} from '../fakes/github/server.ts'

let fake: FakeGitHub
let sha: string

beforeEach(async () => {
  fake = await startFakeGitHub()
  sha = await fake.commit('main', {'README.md': 'hello'})
})
afterEach(async () => {
  await fake.stop()
  expect(fake.violations).toEqual([])
})

function rolloutOf(version: string, changes: Partial<RolloutDeployment> = {}): RolloutDeployment {
  return {
    rollout: `rollout-${version}`,
    service: 'credit',
    environment: 'production',
    sha,
    release: {version, model: `sha256:${'1'.repeat(64)}`, image: `sha256:${'2'.repeat(64)}`},
    production: true,
    ...changes,
  }
}

function publish(rollout: RolloutDeployment, state: DeploymentPhase['state'], description = state as string) {
  return publishDeployment(connect(fake), rollout, {state, description})
}

function historyOf(index: number): (string | undefined)[] {
  return fake.state.deployments[index]?.statuses.map(({state}) => state) ?? []
}

describe('the deployment of a rollout', () => {
  test('names the release by its digests, and asks GitHub neither to merge nor to wait for checks', async () => {
    await publishDeployment(connect(fake), rolloutOf('v2'), {
      state: 'in_progress',
      description: '5% of requests for 2h',
      logUrl: 'https://github.com/acme/credit/actions/runs/42',
      environmentUrl: 'https://credit.example.com',
    })
    expect(fake.state.deployments).toMatchObject([
      {
        sha,
        environment: 'production',
        production: true,
        description: 'credit v2',
        payload: {
          slipway: {
            rollout: 'rollout-v2',
            service: 'credit',
            version: 'v2',
            model: `sha256:${'1'.repeat(64)}`,
            image: `sha256:${'2'.repeat(64)}`,
          },
        },
        statuses: [
          {
            state: 'in_progress',
            description: '5% of requests for 2h',
            logUrl: 'https://github.com/acme/credit/actions/runs/42',
            environmentUrl: 'https://credit.example.com',
          },
        ],
      },
    ])
    const created = fake.requests.find(({method, path}) => method === 'POST' && path.endsWith('/deployments'))
    expect(created?.body).toMatchObject({auto_merge: false, required_contexts: []})
  })

  test('gets a status when the phase changes, and none for a tick that changes nothing', async () => {
    const v2 = rolloutOf('v2')
    await publish(v2, 'queued', 'Waiting for @acme/ml')
    await publish(v2, 'in_progress', '5%')
    await publish(v2, 'in_progress', '5%')
    await publish(v2, 'in_progress', '25%')
    await publish(v2, 'success', '100%')
    expect(fake.state.deployments).toHaveLength(1)
    expect(fake.state.deployments[0]?.statuses.map(({description}) => description)).toEqual([
      'Waiting for @acme/ml',
      '5%',
      '25%',
      '100%',
    ])
  })

  test('retires the one that it replaced, which GitHub never does for production', async () => {
    await publish(rolloutOf('v1'), 'success')
    await publish(rolloutOf('v2'), 'in_progress')
    expect(historyOf(0)).toEqual(['success'])
    await publish(rolloutOf('v2'), 'success')
    expect(historyOf(0)).toEqual(['success', 'inactive'])
    expect(fake.state.deployments[0]?.statuses.at(-1)?.description).toBe('Replaced by v2')
    await publish(rolloutOf('v3'), 'success')
    expect([0, 1, 2].map(index => historyOf(index).at(-1))).toEqual(['inactive', 'inactive', 'success'])
    expect(historyOf(0)).toHaveLength(2)
  })

  test('that failed keeps saying so, and the one before it stays the active one', async () => {
    await publish(rolloutOf('v1'), 'success')
    await publish(rolloutOf('v2'), 'failure', 'errors above 0.1%: rolled back to v1')
    expect([0, 1].map(index => historyOf(index).at(-1))).toEqual(['success', 'failure'])
    await publish(rolloutOf('v3'), 'success')
    expect([0, 1, 2].map(index => historyOf(index).at(-1))).toEqual(['inactive', 'failure', 'success'])
  })

  test('leaves other services, other environments and other tools alone', async () => {
    await publish(rolloutOf('v9', {service: 'fraud'}), 'success')
    await publish(rolloutOf('v1', {environment: 'staging', production: false}), 'success')
    const login = 'somebody'
    const about = {sha, ref: 'main', environment: 'production', task: 'deploy', description: null, production: true}
    fake.state.deployments.push({id: 900, ...about, payload: 'not ours', login, statuses: []})
    await publish(rolloutOf('v2'), 'success')
    expect([0, 1, 2].map(historyOf)).toEqual([['success'], ['success'], []])
  })

  test('is recognised although GitHub gives its payload back as text', async () => {
    await publish(rolloutOf('v2'), 'in_progress')
    const [known] = fake.state.deployments
    if (known) fake.state.deployments[0] = {...known, payload: JSON.stringify(known.payload)}
    await publish(rolloutOf('v2'), 'success')
    expect(fake.state.deployments).toHaveLength(1)
  })

  test('cuts a description to the 140 characters that GitHub takes', async () => {
    await publish(rolloutOf('v2'), 'failure', 'x'.repeat(300))
    expect(fake.state.deployments[0]?.statuses[0]?.description).toBe(`${'x'.repeat(139)}…`)
    await publish(rolloutOf('v2'), 'failure', 'x'.repeat(300))
    expect(historyOf(0)).toHaveLength(1)
  })

  test('is made once although the answer is lost', async () => {
    fake.fail({method: 'POST', path: '/deployments', act: {kind: 'act-and-drop'}})
    expect(await publish(rolloutOf('v2'), 'in_progress')).toEqual({kind: 'published', url: null})
    expect(fake.state.deployments).toHaveLength(1)
  })

  test('without deployments: write is a notice for the caller, not a failure', async () => {
    const token = fake.issueToken({login: 'github-actions[bot]', permissions: {deployments: 'read'}})
    const phase = {state: 'queued', description: 'Waiting'} as const
    expect(await publishDeployment(connect(fake, {token}), rolloutOf('v2'), phase)).toMatchObject({
      kind: 'not-permitted',
      permission: 'deployments: write',
    })
  })
})
