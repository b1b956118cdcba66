import {describe, expect, test} from 'vitest'
import {SystemError} from '../../../src/core/failure.ts'
import {parseEvent} from '../../../src/rollout/ledgers/event-schema.ts'
import {startRollout} from '../../../src/rollout/run/start.ts'
import {tick} from '../../../src/rollout/run/tick.ts'
import {runRollout} from '../../../src/rollout/run.ts'
import {correctionOf} from '../../../src/rollout/sequential/dispersion.ts'
import {stateOf} from '../../../src/rollout/state.ts'
import type {GuardQuery, PastInterval, Source} from '../../../src/telemetry/source.ts'
import {createWorld, environment, eventsOf, passing, release, rolloutOf, scope, v1, v2} from '../world.ts'
import {pastOfClusters} from '../world-of-pasts.ts'

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

describe('a source that remembers the stable release', () => {
  const sessions = {name: 'sessions', share: {of: 'r', bad: 'x="1"', session: 's'}, 'at-most': '1%'}
  const errors = {name: 'errors', share: {of: 'r', bad: 'x="1"'}, 'at-most': '1%'}
  const asking = environment({guards: [errors, sessions]})
  const input = {environment: asking, candidate: v2, stable: v1}

  /** A world whose source answers like this; `asked` is what it was asked. */
  function remembering(answer: NonNullable<Source['past']>) {
    const world = createWorld({traffic: {perSecond: 20, bad: {v2: 0.1}}})
    const asked: {queries: readonly string[]; version: string; interval: PastInterval}[] = []
    const past = (queries: readonly GuardQuery[], version: string, interval: PastInterval) => {
      asked.push({queries: queries.map(({name}) => name), version, interval})
      return answer(queries, version, interval)
    }
    const said: string[] = []
    const log = {...world.ports.log, info: (text: string) => void said.push(text)}
    return {...world, ports: {...world.ports, log, source: {...world.ports.source, past}}, asked, said}
  }

  test('is asked once, about the last six hours, and only where errors are corrected for clusters', async () => {
    const {ports, asked} = remembering(async () => [])
    const now = ports.clock.now().getTime()
    await startRollout(ports, scope, input)
    expect(asked).toEqual([
      {queries: ['errors'], version: 'v1', interval: {from: now - 6 * 3_600_000, to: now, stepMs: 300_000}},
    ])
  })

  test('spares the first rollout its time of caution, and the ledger says what is known', async () => {
    const world = remembering(async (_, __, {from}) => pastOfClusters(71, 1, 3, from))
    await startRollout(world.ports, scope, input)
    const [event] = eventsOf(world, 'rollout-started')
    expect(event?.past).toMatchObject({spanMs: 71 * 300_000, clusters: {errors: {pairs: 70}}})
    expect(parseEvent(JSON.parse(JSON.stringify(event)), 'here')).toEqual(event)
    const {guards} = rolloutOf(world)
    expect([guards.errors, guards.sessions].map(each => each?.dispersion.pairs)).toEqual([70, 0])
    expect(guards.errors && correctionOf(guards.errors.dispersion).factor).toBe(1)
  })

  test('is not asked where the rollout before knows as much', async () => {
    const {ports, asked} = remembering(async (_, __, {from}) => pastOfClusters(72, 1, 3, from))
    for (let attempt = 0; attempt < 2; attempt++) {
      await startRollout(ports, scope, input)
      await runRollout(ports, scope, {until: Date.parse('2026-01-04T00:00:00.000Z')})
    }
    expect(eventsOf({ports, evidence: []}, 'rollout-ended')).toHaveLength(2)
    expect(asked).toHaveLength(1)
  })

  test.each<[string, NonNullable<Source['past']>, string]>([
    ['remembers nothing', async () => [], ''],
    [
      'does not answer',
      () =>
        Promise.reject(new SystemError('prometheus/timeout', 'No answer.', {system: 'prometheus', retryable: true})),
      'How errors of v1 cluster is learned during the rollout: No answer.',
    ],
  ])('that %s keeps no rollout from its start', async (_, answer, said) => {
    const world = remembering(answer)
    const {result} = await startRollout(world.ports, scope, input)
    expect(result.reason).toBe('rollout/started')
    expect(eventsOf(world, 'rollout-started')[0]).not.toHaveProperty('past')
    expect(rolloutOf(world).guards.errors?.dispersion.pairs).toBe(0)
    expect(world.said.join()).toBe(said)
  })

  test('whose answer cannot be is an error of ours, and starts nothing', async () => {
    const {ports} = remembering(() => Promise.reject(new TypeError('no such thing')))
    await expect(startRollout(ports, scope, input)).rejects.toThrow(TypeError)
    expect(ports.ledger.events).toEqual([])
  })

  test('is not asked for a first release, which nothing is compared with', async () => {
    const {ports, asked} = remembering(async () => [])
    const first = createWorld({stable: null})
    await startRollout({...ports, target: first.ports.target}, scope, {environment: asking, candidate: v2})
    expect(ports.ledger.events).toHaveLength(1)
    expect(asked).toEqual([])
  })
})
