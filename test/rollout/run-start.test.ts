import {describe, expect, test} from 'vitest'
import {runRollout} from '../../src/rollout/run.ts'
import {startRollout} from '../../src/rollout/run-start.ts'
import {stateOf} from '../../src/rollout/state.ts'
import {tick} from '../../src/rollout/tick.ts'
import {createWorld, environment, passing, release, scope, v1, v2} from './world.ts'

const config = environment()

describe('what may start', () => {
  test('the release to go back to is pinned by its digests before anything moves', async () => {
    const {ports} = createWorld()
    const {report} = await startRollout(ports, scope, {environment: config, candidate: v2, stable: v1})
    expect(ports.ledger.events).toMatchObject([{type: 'rollout-started', candidate: v2, stable: v1}])
    expect(ports.target.state.candidate).toBeNull()
    expect(report.summary).toContain('A rollback restores v1')
  })

  test('a release without evidence is refused, with what is missing, and leaves no trace', async () => {
    const {ports} = createWorld()
    const v3 = release('v3')
    const {result, next} = await startRollout(ports, scope, {environment: config, candidate: v3, stable: v1})
    expect(result).toMatchObject({verdict: 'fail', reason: 'rollout/evidence-missing'})
    expect(result.summary).toContain(v3.model)
    expect(next).toEqual({kind: 'done'})
    expect(ports.ledger.events).toEqual([])
  })

  test('evidence that fails is no evidence', async () => {
    const {ports, evidence} = createWorld()
    evidence.push({
      ...passing('model', v2.model),
      verdict: 'fail',
      reason: 'model/worse',
      at: '2026-01-02T00:00:00.000Z',
    })
    const {result} = await startRollout(ports, scope, {environment: config, candidate: v2, stable: v1})
    expect(result).toMatchObject({verdict: 'fail', reason: 'rollout/evidence-missing'})
  })

  test('a release with an image needs evidence for the image too', async () => {
    const {ports} = createWorld()
    const candidate = {...v2, image: release('image').model}
    const {result} = await startRollout(ports, scope, {environment: config, candidate, stable: v1})
    expect(result.summary).toContain('No image evidence')
  })

  test('the same release again continues its rollout', async () => {
    const {ports} = createWorld()
    await startRollout(ports, scope, {environment: config, candidate: v2, stable: v1})
    const again = await startRollout(ports, scope, {environment: config, candidate: v2, stable: v1})
    expect(again.result).toMatchObject({verdict: 'inconclusive', reason: 'rollout/in-progress'})
    expect(ports.ledger.events).toHaveLength(1)
  })

  test('after an abort the same release may be tried again, with fresh evidence', async () => {
    const {ports} = createWorld({traffic: {perSecond: 20, bad: {v2: 0.1}}})
    for (let attempt = 0; attempt < 2; attempt++) {
      await startRollout(ports, scope, {environment: config, candidate: v2, stable: v1})
      const {result} = await runRollout(ports, scope, {until: Date.parse('2026-01-04T00:00:00.000Z')})
      expect(result).toMatchObject({reason: 'rollout/share-above-limit'})
    }
    expect(ports.ledger.events.filter(event => event.type === 'rollout-ended')).toHaveLength(2)
  })

  test('the stable release of the ledger is used, whatever the caller names', async () => {
    const {ports, evidence} = createWorld({traffic: {perSecond: 20, bad: {}}})
    await startRollout(ports, scope, {environment: config, candidate: v2, stable: v1})
    await runRollout(ports, scope, {until: Date.parse('2026-01-04T00:00:00.000Z')})
    const v3 = release('v3')
    evidence.push(passing('model', v3.model))
    await startRollout(ports, scope, {environment: config, candidate: v3, stable: v1})
    expect(stateOf(ports.ledger.events).rollout).toMatchObject({candidate: v3, stable: v2})
  })

  const v2Renamed = {...v1, version: 'v2'}
  const v1Rebuilt = {...v2, version: 'v1'}
  test.each([
    ['the bytes that serve already', {candidate: v2Renamed, stable: v1}, 'rollout/nothing-to-roll-out'],
    ['other bytes under the version that serves', {candidate: v1Rebuilt, stable: v1}, 'rollout/version-reused'],
    ['an environment whose release nobody names', {candidate: v2}, 'rollout/stable-unknown'],
    [
      'a stable release that does not serve',
      {candidate: v2, stable: release('v0')},
      'rollout/target-changed-by-someone-else',
    ],
  ])('is refused, and leaves no trace: %s', async (_, input, code) => {
    const {ports, evidence} = createWorld()
    evidence.push(passing('model', v1.model))
    const start = startRollout(ports, scope, {environment: config, ...input})
    await expect(start).rejects.toMatchObject({name: 'UserError', code})
    expect(ports.ledger.events).toEqual([])
  })

  test('a second release while one is under way is refused with the holder', async () => {
    const {ports, evidence} = createWorld()
    const v3 = release('v3')
    evidence.push(passing('model', v3.model))
    await startRollout(
      ports,
      {...scope, by: 'https://example.com/run/1'},
      {environment: config, candidate: v2, stable: v1},
    )
    await tick(ports, scope)
    const {length} = ports.ledger.events
    await expect(startRollout(ports, scope, {environment: config, candidate: v3})).rejects.toMatchObject({
      code: 'rollout/already-running',
      message: expect.stringMatching(/v2.*running.*https:\/\/example\.com\/run\/1/),
    })
    expect(ports.ledger.events).toHaveLength(length)
  })

  test('of two that start at the same time one wins, and the other is told', async () => {
    const {ports, evidence} = createWorld()
    const v3 = release('v3')
    evidence.push(passing('model', v3.model))
    const starts = [v2, v3].map(candidate => startRollout(ports, scope, {environment: config, candidate, stable: v1}))
    const outcomes = await Promise.allSettled(starts)
    expect(outcomes.map(({status}) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(ports.ledger.events).toHaveLength(1)
  })

  test('a weight that the target cannot set is refused before anything moves', async () => {
    const {ports} = createWorld()
    const fine = environment({stages: [{weight: '2.5%', for: '1h'}]})
    const start = startRollout(ports, scope, {environment: fine, candidate: v2, stable: v1})
    await expect(start).rejects.toMatchObject({
      code: 'rollout/weight-too-fine',
      message: expect.stringContaining('2.5%'),
    })
    expect(ports.ledger.events).toEqual([])
  })
})
