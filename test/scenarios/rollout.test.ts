import {describe, expect, test} from 'vitest'
import {tellOfEnvironment} from './environment.ts'
import {pullRequest} from './story.ts'
import {expectTold} from './telling.ts'

const oneTick = {'max-minutes': '0'}

describe('a rollout', () => {
  test('of a release without evidence is refused, and nothing moves', async () => {
    const story = await tellOfEnvironment('A release that nobody judged', {served: ['v1']})
    const before = await story.ledger()
    const ended = await story.start('v2')
    expect(ended).toMatchObject({
      exitCode: 1,
      outputs: {verdict: 'fail', reason: 'rollout/evidence-missing', phase: 'none', weight: '0'},
    })
    expect(await story.ledger()).toEqual(before)
    expect(await story.traffic()).toEqual({stable: 'v1', candidate: null, weight: 0})
    await expectTold(story, 'no-evidence')
  })

  test('goes from the first weight to all traffic over three runs, each of which starts exactly one other', async () => {
    const story = await tellOfEnvironment('A good release over three runs', {served: ['v1']})
    await story.record('v2')
    const first = await story.start('v2', oneTick)
    expect(first).toMatchObject({exitCode: 0, outputs: {verdict: 'inconclusive', phase: 'running', weight: '10'}})
    expect(story.github.state.dispatches).toMatchObject([
      {workflow: 'slipway-rollout.yml', inputs: {environment: 'production', request: 'continue'}},
    ])
    await story.dwell()
    const second = await story.ask('continue', oneTick)
    expect(second).toMatchObject({exitCode: 0, outputs: {phase: 'running', weight: '50'}})
    expect(story.github.state.dispatches).toHaveLength(2)
    await story.dwell()
    const third = await story.ask('continue', oneTick)
    expect(third).toMatchObject({
      exitCode: 0,
      outputs: {verdict: 'pass', reason: 'rollout/promoted', phase: 'promoted'},
    })
    expect(story.github.state.dispatches).toHaveLength(2)
    expect(await story.traffic()).toEqual({stable: 'v2', candidate: null, weight: 0})
    expect(story.github.state.deployments.at(-1)?.statuses.at(-1)).toMatchObject({state: 'success'})
    await expectTold(story, 'promoted-over-three-runs')
  })

  test('that fits into one job is carried through by one run', async () => {
    const story = await tellOfEnvironment('A good release in one job', {served: ['v1']})
    await story.record('v2')
    const ended = await story.start('v2')
    expect(ended).toMatchObject({exitCode: 0, outputs: {verdict: 'pass', reason: 'rollout/promoted', weight: '100'}})
    expect(story.github.state.dispatches).toEqual([])
    expect(await story.traffic()).toEqual({stable: 'v2', candidate: null, weight: 0})
    await expectTold(story, 'promoted-in-one-job')
  })

  test('of a release that fails requests is aborted at the next look, and the stable release has all traffic again', async () => {
    const story = await tellOfEnvironment('A release that fails requests', {
      served: ['v1'],
      stages: ['{weight: 10%, for: 1h}'],
    })
    await story.record('v6')
    await story.start('v6', oneTick)
    story.services.serve('v6', {requests: 200, failed: 30})
    story.say('v6 now fails 30 of 200 requests between two looks.')
    const ended = await story.ask('continue', oneTick)
    expect(ended).toMatchObject({
      exitCode: 1,
      outputs: {verdict: 'fail', reason: 'rollout/share-above-limit', phase: 'aborted', weight: '0'},
    })
    expect(await story.traffic()).toEqual({stable: 'v1', candidate: null, weight: 0})
    expect(story.github.state.checkRuns.at(-1)).toMatchObject({name: 'slipway / rollout', conclusion: 'failure'})
    expect(story.github.state.deployments.at(-1)?.statuses.at(-1)).toMatchObject({state: 'failure'})
    await expectTold(story, 'aborted')
  })

  test('that nobody measures holds, and says so', async () => {
    const story = await tellOfEnvironment('Metrics that went away', {
      served: ['v1'],
      stages: ['{weight: 10%, for: 1h}'],
    })
    await story.record('v2')
    await story.start('v2', oneTick)
    await story.services.stop()
    story.say('The metrics pages do not answer any more.')
    const ended = await story.ask('continue', oneTick)
    expect(ended).toMatchObject({outputs: {verdict: 'inconclusive', phase: 'holding', weight: '10'}})
    expect(await story.traffic()).toEqual({stable: 'v1', candidate: 'v2', weight: 10})
    await expectTold(story, 'not-measured')
  })
})

describe('the plan of a rollout', () => {
  test('stands in the pull request: stages, what they can detect, who must approve', async () => {
    const stages = ['{weight: 5%, for: 2h}', '{weight: 25%, for: 6h}']
    const story = await tellOfEnvironment('The plan in a pull request', {served: ['v1'], stages, approvals: 'ml-leads'})
    await story.commit('better', {'notes.md': 'A better model.'})
    const event = await pullRequest(story, 'better')
    const ended = await story.run('the plan', {action: 'plan-rollout', event})
    expect(ended.exitCode).toBe(0)
    for (const told of ['25%', 'ml-leads', 'v1', 'errors']) expect(ended.summary).toContain(told)
    expect(story.github.state.comments[0]?.body).toContain('slipway:section plan')
    await expectTold(story, 'plan')
  })
})
