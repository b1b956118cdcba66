import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import * as path from 'node:path'
import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import {promoteCanaryAction} from '../../src/actions/promote-canary.inputs.ts'
import {promoteCanary} from '../../src/actions/promote-canary.ts'
import {SystemError} from '../../src/core/failure.ts'
import type {Session} from '../../src/gates/session.ts'
import {parseContext} from '../../src/github/context.ts'
import type {LedgerEvent, Unstamped} from '../../src/rollout/events.ts'
import type {Ledger} from '../../src/rollout/ledger.ts'
import {openDirectoryLedger} from '../../src/rollout/ledgers/directory.ts'
import {planRollout} from '../../src/rollout/stages.ts'
import {silentLog} from '../../src/runtime/log.ts'
import {systemRuntime} from '../../src/runtime/runtime.ts'
import {type FakeClock, fakeClock} from '../fakes/clock.ts'
import {connect} from '../fakes/github/connection.ts'
import {type FakeGitHub, startFakeGitHub} from '../fakes/github/server.ts'
import {environment, v1, v2} from '../rollout/world.ts'

/** Nothing answers at these addresses: a tick holds, and a job without minutes hands over at once. */
const config = (folder: string) => `version: 1
service: credit
model: {files: model/}
validation: {}
records: {kind: directory, path: ${JSON.stringify(folder)}}
environments:
  production:
    target: {kind: local, router: 'http://127.0.0.1:1'}
    telemetry: {kind: scrape, url: ['http://127.0.0.1:2/{version}']}
`
const workflow = 'on:\n  workflow_dispatch:\n'

let fake: FakeGitHub
let folder: string
let commit: string
let clock: FakeClock
let ledger: Ledger
beforeEach(async () => {
  fake = await startFakeGitHub()
  commit = await fake.commit('main', {'.github/workflows/slipway-rollout.yml': workflow})
  folder = await mkdtemp(path.join(tmpdir(), 'slipway-'))
  await writeFile(path.join(folder, 'slipway.yml'), config(folder))
  clock = fakeClock()
  ledger = openDirectoryLedger(path.join(folder, 'credit', 'production'), systemRuntime(silentLog).files)
})
afterEach(async () => {
  await fake.stop()
  await rm(folder, {recursive: true})
  expect(fake.violations).toEqual([])
})

async function rolloutStarted(): Promise<void> {
  const capabilities = {granularityPercent: 1, observesWeight: true, observesReadiness: true, mirrors: true}
  const plan = planRollout({environment: environment(), candidate: v2, stable: v1, capabilities, policyLoosened: false})
  await write({type: 'rollout-started', rollout: 'r1', candidate: v2, stable: v1, plan})
}

async function write(unstamped: Unstamped): Promise<void> {
  const {version, events} = await ledger.read()
  const stamp = {schemaVersion: 2, id: `test-${events.length}`, at: clock.now().toISOString(), by: 'test'}
  const event: LedgerEvent = {...unstamped, ...stamp}
  await ledger.append(event, version)
}

/** One run of the workflow: its page is the name under which it stands in the ledger. */
async function run(id: number, inputs: object, eventName = 'workflow_dispatch') {
  const context = parseContext(
    {
      GITHUB_REPOSITORY: 'acme/credit',
      GITHUB_RUN_ID: String(id),
      GITHUB_SHA: commit,
      GITHUB_EVENT_NAME: eventName,
      GITHUB_REF: 'refs/heads/main',
      GITHUB_ACTOR: 'mona',
    },
    '{}',
  )
  const send = async () => {
    throw new SystemError('router/unreachable', 'nothing answers', {system: 'router', retryable: true})
  }
  const runtime = {...systemRuntime(silentLog), clock, http: {send}}
  const session: Session = {runtime, github: {client: connect(fake), context}, by: `mona, run ${id}`}
  const given = promoteCanaryAction.inputs.parse({
    config: path.join(folder, 'slipway.yml'),
    request: 'continue',
    'max-minutes': '0',
    successor: 'slipway-rollout.yml',
    ...inputs,
  })
  return promoteCanary(given, session)
}

const eventsOf = async (type: string) => (await ledger.read()).events.filter(event => event.type === type)
const ticketsSent = () => fake.state.dispatches.map(({inputs}) => inputs.expect)

describe('a run whose time is up', () => {
  test('dispatches one successor, with the ticket that the ledger knows', async () => {
    await rolloutStarted()
    await run(1, {})
    const [handed] = await eventsOf('handed-over')
    expect(fake.state.dispatches).toMatchObject([
      {workflow: 'slipway-rollout.yml', inputs: {environment: 'production', request: 'continue', expect: handed?.id}},
    ])
    await run(2, {expect: handed?.id})
    expect(await eventsOf('taken-over')).toMatchObject([
      {by: 'mona, run 1', ticket: null},
      {by: 'mona, run 2', ticket: handed?.id},
    ])
    expect(fake.state.dispatches).toHaveLength(2)
  })

  test('a dispatch that GitHub doubles leaves one run that goes on', async () => {
    await rolloutStarted()
    await run(1, {})
    const [ticket] = ticketsSent()
    await run(2, {expect: ticket})
    const {length} = (await ledger.read()).events
    const twin = await run(3, {expect: ticket})
    expect(twin.goesOn).toBe(true)
    expect((await ledger.read()).events).toHaveLength(length)
    expect(fake.state.dispatches).toHaveLength(2)
  })

  test('a dispatch whose answer is lost is sent again with the same ticket', async () => {
    await rolloutStarted()
    fake.fail({method: 'POST', path: 'dispatches', act: {kind: 'act-and-drop'}})
    await run(1, {})
    const sent = ticketsSent()
    expect(sent).toHaveLength(2)
    expect(new Set(sent).size).toBe(1)
  })

  test('a dispatch that is lost is made good by the watchdog, and comes for nothing when it arrives after all', async () => {
    await rolloutStarted()
    await run(1, {})
    const [late] = ticketsSent()
    await run(2, {}, 'schedule')
    expect(await eventsOf('taken-over')).toHaveLength(1)
    clock.advance(61 * 60_000)
    await run(3, {}, 'schedule')
    expect((await eventsOf('taken-over')).at(-1)).toMatchObject({by: 'mona, run 3', ticket: null})
    const {length} = (await ledger.read()).events
    await run(4, {expect: late})
    expect((await ledger.read()).events).toHaveLength(length)
    expect(ticketsSent()).toHaveLength(2)
  })

  test('tickets that arrive out of order let the first one go on, and no other', async () => {
    await rolloutStarted()
    await run(1, {})
    await run(10, {request: 'pause', why: 'lunch'})
    await run(11, {request: 'resume', why: 'back'})
    const [first, second] = ticketsSent()
    await run(3, {expect: second})
    await run(2, {expect: first})
    expect((await eventsOf('taken-over')).map(({by}) => by)).toEqual(['mona, run 1', 'mona, run 3'])
  })

  test('is followed no faster than one run a tick, however short its time is', async () => {
    await rolloutStarted()
    const tickMs = 5 * 60_000
    const began = clock.now().getTime()
    await run(1, {})
    for (let id = 2; id <= 13; id++) {
      const ticket = ticketsSent().at(-1)
      await run(id, {expect: ticket, 'max-minutes': '1'})
    }
    expect(fake.state.dispatches).toHaveLength(13)
    expect(clock.now().getTime() - began).toBeGreaterThanOrEqual(12 * tickMs)
    // And no slower: each run makes one tick, a minute of patience with a router that does not answer included.
    expect(clock.now().getTime() - began).toBeLessThan(13 * (tickMs + 60_000))
  })

  test('has no successor to call where the rollout is over', async () => {
    await rolloutStarted()
    await write({
      type: 'rollout-ended',
      rollout: 'r1',
      outcome: 'aborted',
      reason: 'rollout/abort-requested',
      why: 'no',
    })
    const outcome = await run(1, {})
    expect(outcome.result).toMatchObject({verdict: 'not-applicable', reason: 'rollout/nothing-running'})
    expect(fake.state.dispatches).toEqual([])
  })
})

describe('a person’s word', () => {
  test('is not meant for the rollout after the one that it names', async () => {
    await rolloutStarted()
    await expect(run(1, {request: 'abort', why: 'alert', expect: 'r0'})).rejects.toMatchObject({
      code: 'rollout/request-outdated',
    })
    await run(2, {request: 'abort', why: 'alert', expect: 'r1'})
    expect(await eventsOf('requested')).toMatchObject([{request: 'abort', why: 'alert'}])
  })

  test('goes through a freeze only where that means something', async () => {
    await rolloutStarted()
    await expect(run(1, {request: 'resume', 'despite-freeze': 'true'})).rejects.toMatchObject({
      code: 'rollout/request-out-of-place',
    })
    expect(await eventsOf('requested')).toEqual([])
  })
})
