import {describe, expect, test} from 'vitest'
import {tellOfEnvironment} from './environment.ts'
import {onMain} from './story.ts'
import {expectTold} from './telling.ts'

const oneTick = {'max-minutes': '0'}
const long = {served: ['v1'], stages: ['{weight: 10%, for: 1h}', '{weight: 50%, for: 1h}']}

describe("a person's word", () => {
  test('is waited for where the plan asks for approval, and sets the rollout going', async () => {
    const story = await tellOfEnvironment('A release that needs approval', {...long, approvals: 'ml-leads'})
    await story.record('v2')
    const waiting = await story.start('v2')
    expect(waiting).toMatchObject({
      exitCode: 0,
      outputs: {verdict: 'inconclusive', phase: 'awaiting-approval', weight: '0'},
    })
    expect(story.github.state.deployments.at(-1)?.statuses.at(-1)).toMatchObject({state: 'queued'})
    expect(story.github.state.dispatches).toEqual([])
    expect(await story.traffic()).toEqual({stable: 'v1', candidate: null, weight: 0})
    const stranger = await story.ask('approve', {as: 'sales'})
    expect(stranger).toMatchObject({exitCode: 1, outputs: {verdict: 'error', reason: 'rollout/approval-not-needed'}})
    const approved = await story.ask('approve', {as: 'ml-leads'})
    expect(approved).toMatchObject({exitCode: 0, outputs: {phase: 'running', weight: '10'}})
    expect(story.github.state.dispatches).toHaveLength(1)
    await expectTold(story, 'approval')
  })

  test('that let the job run as a reviewer of its environment is not asked for twice', async () => {
    const story = await tellOfEnvironment('A release that a reviewer let through', {...long, approvals: 'ml-leads'})
    await story.record('v2')
    story.github.state.approvals.push({
      runId: 4711,
      state: 'approved',
      login: 'grace',
      environments: ['production'],
      comment: 'go',
    })
    const started = await story.start('v2', oneTick)
    expect(started).toMatchObject({exitCode: 0, outputs: {phase: 'running', weight: '10'}})
    await expectTold(story, 'approved-by-review')
  })

  test('pauses a rollout and lets it go on with the evidence that it has', async () => {
    const story = await tellOfEnvironment('Pause and resume', long)
    await story.record('v2')
    await story.start('v2', oneTick)
    const paused = await story.ask('pause', {why: 'a look at the complaints'})
    expect(paused).toMatchObject({exitCode: 0, outputs: {phase: 'paused', weight: '10'}})
    const resumed = await story.ask('resume', {why: 'they are about something else'})
    expect(resumed).toMatchObject({exitCode: 0, outputs: {phase: 'running', weight: '10'}})
    expect(story.github.state.dispatches.at(-1)?.inputs).toEqual({
      environment: 'production',
      request: 'continue',
      expect: expect.any(String),
    })
    await expectTold(story, 'pause-and-resume')
  })

  test('aborts a rollout, whatever the measurements say', async () => {
    const story = await tellOfEnvironment('An abort on request', long)
    await story.record('v2')
    await story.start('v2', oneTick)
    const aborted = await story.ask('abort', {why: 'the call centre is full'})
    expect(aborted).toMatchObject({outputs: {verdict: 'fail', reason: 'rollout/abort-requested', phase: 'aborted'}})
    expect(await story.traffic()).toEqual({stable: 'v1', candidate: null, weight: 0})
    await expectTold(story, 'abort')
  })

  test('cannot start a second release while one is on its way, and names who holds the environment', async () => {
    const story = await tellOfEnvironment('Two releases at once', long)
    await story.record('v2')
    await story.record('v6')
    await story.start('v2', oneTick)
    const before = await story.ledger()
    const second = await story.start('v6', oneTick)
    expect(second).toMatchObject({exitCode: 1, outputs: {verdict: 'error', reason: 'rollout/already-running'}})
    expect(second.summary).toContain('v2')
    expect(second.summary).toContain('mona')
    expect(await story.ledger()).toEqual(before)
    expect(await story.traffic()).toEqual({stable: 'v1', candidate: 'v2', weight: 10})
    await expectTold(story, 'second-release')
  })

  test('that gets in between two steps of another run is heard by it', async () => {
    const story = await tellOfEnvironment('A pause while another run writes', long)
    await story.record('v2')
    await story.start('v2', oneTick)
    const path = '/git/refs/heads/slipway/credit/production'
    const run = async () => {
      await story.ask('pause', {why: 'wait a moment'}, 'silently')
      story.say('While the next step runs, somebody asks to pause, and their run writes first.')
    }
    story.github.fail({method: 'PATCH', path, act: {kind: 'first', run}})
    const ended = await story.ask('continue', oneTick)
    expect(ended).toMatchObject({exitCode: 0, outputs: {phase: 'paused'}})
    const ledger = await story.ledger()
    expect(ledger.filter(message => message.startsWith('Request to pause'))).toHaveLength(1)
    expect(await story.traffic()).toEqual({stable: 'v1', candidate: 'v2', weight: 10})
    await expectTold(story, 'ledger-moved')
  })
})

describe('the watchdog', () => {
  test('leaves a rollout alone that a run is at work on', async () => {
    const story = await tellOfEnvironment('A watchdog beside a rollout', long)
    await story.record('v2')
    await story.start('v2', oneTick)
    const before = await story.ledger()
    const event = await onMain(story, 'schedule')
    const inputs = {request: 'continue', successor: 'slipway-rollout.yml'}
    const ended = await story.run('the watchdog', {action: 'promote-canary', event, inputs})
    expect(ended).toMatchObject({exitCode: 0, outputs: {phase: 'running', weight: '10'}})
    expect(await story.ledger()).toEqual(before)
    expect(story.github.state.dispatches).toHaveLength(1)
    await expectTold(story, 'watchdog')
  })
})
