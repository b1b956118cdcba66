import {describe, expect, test} from 'vitest'
import {holdReason} from '../../../src/rollout/decide/holds.ts'
import {endOfDwell} from '../../../src/rollout/decide/stage-end.ts'
import {guardsAsked, isAskedAt, ofAsked} from '../../../src/rollout/judge/asked.ts'
import {judgeGuard} from '../../../src/rollout/judge.ts'
import {planSchema} from '../../../src/rollout/ledgers/plan-schema.ts'
import {questionsOf} from '../../../src/rollout/plan/assumed.ts'
import {expectedDetection, smallestDetectable} from '../../../src/rollout/plan/detection.ts'
import {secondsToSafety} from '../../../src/rollout/plan/power.ts'
import type {RolloutPorts} from '../../../src/rollout/ports.ts'
import {tick} from '../../../src/rollout/run/tick.ts'
import {runRollout} from '../../../src/rollout/run.ts'
import {planRollout} from '../../../src/rollout/stages.ts'
import type {Source} from '../../../src/telemetry/source.ts'
import {actsOf, environment, eventsOf, rolloutOf, scope, started, until, v1, v2, type World} from '../world.ts'
import {guardOf, look, safety, standingAfter} from '../world-of-guards.ts'

const share = {of: 'http_requests_total', bad: 'code=~"5.."'}
const copies = {of: 'slipway_mirror_requests_total', bad: 'result="different"'}
const config = environment({
  stages: [
    {mirror: '100%', for: '1h'},
    {weight: '50%', for: '1h'},
  ],
  bake: '30m',
  guards: [
    {name: 'errors', share, 'at-most': '1%'},
    {name: 'answers', share: copies, 'at-most': '1%', while: 'mirroring'},
  ],
})
const capabilities = {granularityPercent: 1, observesWeight: true, observesReadiness: true, mirrors: true}
const plan = planRollout({environment: config, candidate: v2, stable: v1, capabilities, policyLoosened: false})
const [, answers] = plan.guards
const healthy = {perSecond: 20, bad: {v1: 0.002, v2: 0.002}}

/** Whose page tells nothing of copies. */
function withoutCopies({ports}: World): RolloutPorts {
  const gone = {kind: 'no-data', detail: 'nobody exports it'} as const
  const source: Source = {
    kind: 'fake',
    async read(queries, versions) {
      const {guards} = await ports.source.read(queries, versions)
      return {guards: {...guards, ...(queries.some(({name}) => name === 'answers') ? {answers: gone} : {})}}
    },
  }
  return {...ports, source}
}

test.each([
  ['before the first stage, for the base line', -1, ['errors', 'answers']],
  ['while requests are mirrored', 0, ['errors', 'answers']],
  ['at a weight', 1, ['errors']],
  ['in the bake', 2, ['errors']],
])('which guards are asked %s', (_, stage, names) => {
  expect(guardsAsked({plan, stage}).map(({name}) => name)).toEqual(names)
  expect(ofAsked({plan, stage}, {errors: 1, answers: 2}).map(([name]) => name)).toEqual(names)
})

test('the ledger keeps which guards are of copies, and reads plans from before there were any', () => {
  expect(planSchema.parse(JSON.parse(JSON.stringify(plan))).guards).toEqual(plan.guards)
  const {whileMirroring: _, ...old} = answers ?? plan.guards[0] ?? {}
  const read = planSchema.parse(JSON.parse(JSON.stringify({...plan, guards: [old]})))
  expect(isAskedAt(read.guards[0] ?? {}, {weightPercent: 50})).toBe(true)
})

describe('a guard of copies', () => {
  test('is not read, and holds nothing, once the mirroring is over', async () => {
    const world = await started({traffic: healthy, guards: ['errors', 'answers']}, config)
    await runRollout(world.ports, scope, until(world, 61))
    // The counters of copies are gone from the page with the copies.
    const {result} = await runRollout(withoutCopies(world), scope, until(world, 180))
    expect(result).toMatchObject({verdict: 'pass', reason: 'rollout/promoted'})
    expect(eventsOf(world, 'held')).toEqual([])
    const looks = eventsOf(world, 'measured').filter(({weightPercent}) => weightPercent > 0)
    expect(looks.length).toBeGreaterThan(10)
    for (const {guards, absent} of looks) {
      expect(Object.keys(guards)).toEqual(['errors'])
      expect(absent).toEqual({})
    }
  })

  test.each([
    ['gave nothing', 'no-data', 'errors', 'rollout/no-traffic'],
    ['gave nothing', 'no-data', 'answers', undefined],
    ['could not be asked', 'query-failed', 'errors', 'rollout/telemetry-unavailable'],
    ['could not be asked', 'query-failed', 'answers', undefined],
  ] as const)('%s (%s) at the last look before the first weight: %s, %s', async (_, kind, guard, reason) => {
    const world = await started({traffic: healthy, guards: ['errors', 'answers']}, config)
    await runRollout(world.ports, scope, until(world, 62))
    const rollout = rolloutOf(world)
    if (!rollout.lastLook) throw new Error('an hour has its looks')
    expect(rollout.weightPercent).toBe(50)
    const lastLook = {...rollout.lastLook, absent: {[guard]: {kind, detail: 'gone'}}}
    const target = {kind: 'read', state: world.ports.target.state} as const
    const facts = {target, missingEvidence: [], current: v1, overtaken: false}
    expect(holdReason({...rollout, lastLook}, facts, rollout.lastLook.at)?.reason).toBe(reason)
  })

  test.each([
    ['errors', 'rollout/incomplete-measurement'],
    ['answers', 'rollout/stage-passed'],
  ])('missed a series at the last look before the first weight: %s, %s', async (guard, reason) => {
    const world = await started({traffic: healthy, guards: ['errors', 'answers']}, config)
    await runRollout(world.ports, scope, until(world, 110))
    const rollout = rolloutOf(world)
    if (!rollout.lastLook) throw new Error('an hour has its looks')
    const seenInPart = {...rollout, lastLook: {...rollout.lastLook, partial: {[guard]: 'b is missing'}}}
    expect(endOfDwell(seenInPart, rollout.dwellEndsAt ?? Number.NaN)).toMatchObject({reason})
  })

  test('still holds where it is asked and does not answer', async () => {
    const world = await started({traffic: healthy, guards: ['errors', 'answers']}, config)
    await runRollout(world.ports, scope, until(world, 10))
    const {result} = await tick(withoutCopies(world), scope)
    expect(result).toMatchObject({verdict: 'inconclusive', reason: 'rollout/no-traffic'})
    expect(actsOf(world)).toEqual(['deploy v2', 'mirror 100% of the requests'])
  })

  test('does not let the mirroring end without evidence of its own', async () => {
    const world = await started({traffic: healthy, guards: ['errors']}, config)
    const {result} = await runRollout(world.ports, scope, until(world, 180))
    expect(result.verdict).toBe('inconclusive')
    expect(rolloutOf(world)).toMatchObject({stage: 0, weightPercent: 0})
  })

  const guard = {...guardOf('share', {kind: 'share-at-most', limit: 0.01, alpha: 0.01}), whileMirroring: true} as const
  const mirrored = {...look([0, 2000], [0, 2000]), weightPercent: 0}

  test('says at a weight what it showed of the copies, and asks for no more', () => {
    const standing = standingAfter(guard, [mirrored])
    expect(judgeGuard(guard, standing, {weightPercent: 0}, safety)).toMatchObject({isAsked: true, safe: true})
    const later = judgeGuard(guard, standing, {weightPercent: 50}, safety)
    expect(later).toMatchObject({isAsked: false, safe: true, harmful: null})
    expect(later.here.candidate.n).toBe(2000)
    // What was let pass without having been shown is not called shown afterwards.
    const short = standingAfter(guard, [{...look([0, 20], [0, 20]), weightPercent: 0}])
    expect(judgeGuard(guard, short, {weightPercent: 50}, safety)).toMatchObject({isAsked: false, safe: false})
  })

  test('aborts at a weight for what the copies showed', () => {
    const standing = standingAfter(guard, [{...look([200, 2000], [0, 2000]), weightPercent: 0}])
    expect(judgeGuard(guard, standing, {weightPercent: 50}, safety).harmful).not.toBeNull()
  })

  test('is planned for with the copies alone', () => {
    const [question] = questionsOf(answers ?? guard)
    if (!question) throw new Error('a share guard asks one question')
    const course = {stages: plan.stages, tickMs: plan.tickMs, traffic: 20}
    expect(smallestDetectable(question, 0, course)).not.toBeNull()
    expect(smallestDetectable(question, 1, course)).toBeNull()
    expect(secondsToSafety(question, {weightPercent: 50, dwellMs: 1}, plan.safety, 20)).toBe(0)
    expect(expectedDetection(question, 4, course)).toMatchObject({exposed: 0})
    expect(expectedDetection(question, 4, {...course, stages: plan.stages.slice(1)})).toBeNull()
  })
})
