import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import {deploymentPublisher} from '../../src/actions/deployment.ts'
import type {Session} from '../../src/gates/session.ts'
import {parseContext} from '../../src/github/context.ts'
import type {LedgerEvent, Unstamped} from '../../src/rollout/events.ts'
import {reportRollout} from '../../src/rollout/report/rollout-report.ts'
import {planRollout} from '../../src/rollout/stages.ts'
import {stateOf} from '../../src/rollout/state.ts'
import {systemRuntime} from '../../src/runtime/runtime.ts'
import {connect} from '../fakes/github/connection.ts'
import {type FakeGitHub, startFakeGitHub} from '../fakes/github/server.ts'
import {environment, scope, v1, v2} from '../rollout/world.ts'

let fake: FakeGitHub
let session: Session
beforeEach(async () => {
  fake = await startFakeGitHub()
  const GITHUB_SHA = await fake.commit('main', {'README.md': 'hello'})
  const run = {GITHUB_EVENT_NAME: 'workflow_dispatch', GITHUB_REF: 'refs/heads/main', GITHUB_ACTOR: 'mona'}
  const context = parseContext({GITHUB_REPOSITORY: 'acme/credit', GITHUB_RUN_ID: '7', GITHUB_SHA, ...run}, '{}')
  session = {runtime: systemRuntime(), github: {client: connect(fake), context}, by: 'mona'}
})
afterEach(async () => {
  await fake.stop()
  expect(fake.violations).toEqual([])
})

const plan = planRollout({
  environment: environment({}, {approvals: [{team: 'ml-leads'}]}),
  candidate: v2,
  stable: v1,
  capabilities: {granularityPercent: 1, observesWeight: true, observesReadiness: true, mirrors: true},
  policyLoosened: false,
})
const start: Unstamped = {type: 'rollout-started', rollout: 'r1', candidate: v2, stable: v1, plan}
const approved: Unstamped = {type: 'approved', rollout: 'r1', as: 'ml-leads'}
const ended = (outcome: 'promoted' | 'aborted'): Unstamped => ({
  type: 'rollout-ended',
  rollout: 'r1',
  outcome,
  reason: `rollout/${outcome}`,
  why: 'it was so',
})

/** What a run answers whose ledger has these events. */
function outcomeOf(unstamped: readonly Unstamped[], verdict: 'inconclusive' | 'not-applicable' = 'inconclusive') {
  const stamp = {schemaVersion: 1, at: '2026-01-01T00:00:00.000Z', by: 'mona'}
  const events = unstamped.map((event, index): LedgerEvent => ({...event, ...stamp, id: `e${index}`}))
  const headline = {verdict, reason: 'rollout/in-progress', why: 'It goes on.'} as const
  const state = stateOf(events)
  return reportRollout({scope, state, events, headline, next: {kind: 'done'}, now: 0, guards: 'shown'})
}

const statuses = () => fake.state.deployments.map(({statuses}) => statuses.map(({state}) => state))

describe('the deployment of a rollout', () => {
  test('waits in the queue for approval, then is in progress, then a success', async () => {
    const publish = deploymentPublisher(session, 'production')
    await publish(outcomeOf([start]))
    await publish(outcomeOf([start, approved]))
    await publish(outcomeOf([start, approved, ended('promoted')]))
    expect(statuses()).toEqual([['queued', 'in_progress', 'success']])
    expect(fake.state.deployments[0]?.statuses[0]?.description).toBe('v2 waits for approval by ml-leads')
  })

  test('is a failure when the rollout was aborted, and says why', async () => {
    await deploymentPublisher(session, 'production')(outcomeOf([start, ended('aborted')]))
    expect(fake.state.deployments[0]?.statuses).toMatchObject([
      {state: 'failure', description: 'v2 was aborted: it was so'},
    ])
  })

  test('gets no status while nothing changes: GitHub limits how many there may be', async () => {
    const publish = deploymentPublisher(session, 'production')
    await publish(outcomeOf([start]))
    const asked = fake.requests.length
    await publish(outcomeOf([start]))
    expect(fake.requests).toHaveLength(asked)
    expect(statuses()).toEqual([['queued']])
  })

  test('is left as it is by a run that found nothing to do', async () => {
    const events = [start, approved, ended('promoted')]
    await deploymentPublisher(session, 'production')(outcomeOf(events, 'not-applicable'))
    expect(fake.requests).toEqual([])
  })

  test('is production only where the environment is called so', async () => {
    await deploymentPublisher(session, 'staging')(outcomeOf([start]))
    expect(fake.state.deployments).toMatchObject([{environment: 'staging', production: false}])
  })
})
