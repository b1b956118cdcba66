import {describe, expect, test} from 'vitest'
import type {EventOf} from '../../../src/rollout/events.ts'
import {measured} from '../../../src/rollout/evolve/evolve-measured.ts'
import {runRollout} from '../../../src/rollout/run.ts'
import type {RolloutState} from '../../../src/rollout/state.ts'
import {rolloutOf, scope, started, until} from '../world.ts'

const minute = 60_000

/** v2 has had 5% for ten minutes; its process `v2` has counted 30 requests. */
async function atFivePercent(): Promise<RolloutState> {
  const world = await started({traffic: {perSecond: 20, bad: {}}})
  await runRollout(world.ports, scope, until(world, 10))
  const rollout = rolloutOf(world)
  return {...rollout, snapshot: {errors: {candidate: {v2: {n: 30, bad: 0}}, stable: {v1: {n: 900, bad: 0}}}}}
}

const counts = (n: number) => ({n, bad: 0, suspect: 0})

/** A look at which v1 counted 500 requests more and v2 none, with the counter of v2 where it was. */
function silent(rollout: RolloutState, rest: Partial<EventOf<'measured'>> = {}): EventOf<'measured'> {
  return {
    type: 'measured',
    schemaVersion: 2,
    id: 'look',
    at: '2026-01-01T00:15:00.000Z',
    by: 'anna',
    rollout: rollout.id,
    weightPercent: 5,
    guards: {errors: {candidate: counts(0), stable: counts(500)}},
    absent: {},
    snapshot: {errors: {candidate: {v2: {n: 30, bad: 0}}, stable: {v1: {n: 1400, bad: 0}}}},
    notes: [],
    ...rest,
  }
}

function silenceAfter(rollout: RolloutState, ...looks: readonly EventOf<'measured'>[]): RolloutState['silence'] {
  let next = rollout
  const from = rollout.watchedAt ?? 0
  for (const [index, look] of looks.entries()) next = measured(next, look, from + (index + 1) * minute)
  return next.silence
}

test('a candidate without requests is silent since the last look that heard it', async () => {
  const rollout = await atFivePercent()
  expect(silenceAfter(rollout, silent(rollout), silent(rollout))).toEqual({
    looks: 2,
    stableRequests: 500,
    since: rollout.watchedAt,
  })
})

test('what the first look counted may have been served before the weight was in force: it is held against nobody', async () => {
  const rollout = await atFivePercent()
  const nothing = {errors: {candidate: counts(0), stable: counts(0)}}
  expect(silenceAfter(rollout, silent(rollout))).toMatchObject({looks: 1, stableRequests: 0})
  expect(silenceAfter(rollout, silent(rollout), silent(rollout, {guards: nothing}))).toMatchObject({stableRequests: 0})
})

describe('a candidate whose counts are left out is not silent', () => {
  test.each([
    ['it began anew, and its counter is lower', {v2: {n: 4, bad: 0}}],
    ['it grew, and its requests were not counted at this look', {v2: {n: 31, bad: 0}}],
    ['another process of it is seen for the first time', {v2: {n: 30, bad: 0}, 'v2/b': {n: 12, bad: 0}}],
  ])('%s', async (_, candidate) => {
    const rollout = await atFivePercent()
    const stable = {v1: {n: 1400, bad: 0}}
    const heard = silent(rollout, {snapshot: {errors: {candidate, stable}}})
    expect(silenceAfter(rollout, silent(rollout), heard)).toEqual({looks: 0, stableRequests: 0, since: null})
  })

  test('a part of it is missing from the answer: that look says nothing either way', async () => {
    const rollout = await atFivePercent()
    const partial = silent(rollout, {partial: {errors: 'series v2/b is gone'}})
    expect(silenceAfter(rollout, silent(rollout), partial)).toMatchObject({looks: 1})
    expect(silenceAfter(rollout, partial)).toEqual({looks: 0, stableRequests: 0, since: null})
  })
})

describe('while its share may not be in force, a candidate without requests is not silent', () => {
  const foreign = {kind: 'holding', reason: 'rollout/weight-changed-by-someone-else', why: 'x', since: 0} as const
  const intent = {id: 'i', since: 0, failures: 0}
  test.each<[string, Partial<RolloutState>]>([
    ['somebody else has set another weight', {phase: foreign}],
    [
      'somebody else has replaced the candidate',
      {phase: {...foreign, reason: 'rollout/target-changed-by-someone-else'}},
    ],
    ['a person has said that the weight shall be set again', {reassert: true}],
    [
      'its mirroring is being ended',
      {weightPercent: 0, mirrorPercent: 50, intent: {...intent, act: {kind: 'mirror', percent: 0, stage: 0}}},
    ],
  ])('%s', async (_, change) => {
    const rollout = {...(await atFivePercent()), ...change}
    expect(silenceAfter(rollout, silent(rollout), silent(rollout))).toEqual({looks: 0, stableRequests: 0, since: null})
  })

  test('the next weight that is on its way doubts nothing: the present one is in force until then', async () => {
    const act = {kind: 'set-weight', weightPercent: 50, stage: 1} as const
    const rollout = {...(await atFivePercent()), intent: {...intent, act}}
    expect(silenceAfter(rollout, silent(rollout))).toMatchObject({looks: 1})
  })
})
