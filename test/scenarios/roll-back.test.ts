import {describe, expect, test} from 'vitest'
import {tellOfEnvironment} from './environment.ts'
import {modelDigestIn} from './results.ts'
import {expectTold} from './telling.ts'

describe('a rollback', () => {
  test('in the middle of a rollout restores the stable release and ends the rollout', async () => {
    const stages = ['{weight: 10%, for: 1h}']
    const story = await tellOfEnvironment('A rollback under way', {served: ['v1'], stages})
    await story.record('v2')
    await story.start('v2', {'max-minutes': '0'})
    const ended = await story.rollBack({why: 'complaints'})
    expect(ended).toMatchObject({exitCode: 0, outputs: {verdict: 'pass', reason: 'rollout/restored', weight: '0'}})
    expect(await story.traffic()).toEqual({stable: 'v1', candidate: null, weight: 0})
    const late = await story.ask('continue', {'max-minutes': '0'})
    expect(late).toMatchObject({exitCode: 0, outputs: {verdict: 'not-applicable', reason: 'rollout/nothing-running'}})
    expect(await story.traffic()).toEqual({stable: 'v1', candidate: null, weight: 0})
    await expectTold(story, 'rolled-back-under-way')
  })

  test('goes to the version that a person names', async () => {
    const story = await tellOfEnvironment('A rollback by version', {served: ['v1', 'v2']})
    expect(await story.traffic()).toEqual({stable: 'v2', candidate: null, weight: 0})
    const unknown = await story.rollBack({to: 'v9'})
    expect(unknown).toMatchObject({exitCode: 1, outputs: {verdict: 'error', reason: 'rollout/release-unknown'}})
    expect(unknown.summary).toContain('v1, v2')
    const ended = await story.rollBack({to: 'v1', why: 'v2 is too strict'})
    expect(ended).toMatchObject({
      exitCode: 0,
      outputs: {verdict: 'pass', reason: 'rollout/restored', phase: 'none', weight: '0'},
    })
    expect(await story.traffic()).toEqual({stable: 'v1', candidate: null, weight: 0})
    expect(story.github.state.deployments.map(each => [each.description, each.statuses.at(-1)?.state])).toEqual([
      ['credit v1', 'success'],
      ['credit v2', 'inactive'],
    ])
    await expectTold(story, 'rolled-back-by-version')
  })

  test('works where the ledger cannot be read, when it is told the digests', async () => {
    const story = await tellOfEnvironment('A rollback without a ledger', {served: ['v1', 'v2']})
    const digest = modelDigestIn((await story.record('v1')).result)
    await story.github.commit('slipway/credit/production', {'state.json': '{"events": 1}'}, 'Tidy up')
    story.say('Somebody edits state.json in the branch of the ledger.')
    const lost = await story.rollBack()
    expect(lost).toMatchObject({exitCode: 1, outputs: {verdict: 'error', reason: 'rollout/release-unknown'}})
    const ended = await story.rollBack({to: 'v1', 'model-digest': digest, why: 'the ledger is broken'})
    expect(ended).toMatchObject({exitCode: 0, outputs: {verdict: 'warn', reason: 'rollout/restored-without-ledger'}})
    expect(await story.traffic()).toEqual({stable: 'v1', candidate: null, weight: 0})
    await expectTold(story, 'rolled-back-without-ledger')
  })
})
