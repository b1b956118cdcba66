import {describe, expect, test} from 'vitest'
import {decide} from '../../src/rollout/decide.ts'
import type {LedgerEvent} from '../../src/rollout/events.ts'
import {parseEvent} from '../../src/rollout/ledgers/event-schema.ts'
import {stateOf} from '../../src/rollout/state.ts'
import {v1, v2} from './world.ts'

const hour = 3_600_000
const begin = Date.parse('2026-01-01T00:00:00.000Z')

/** A ledger as the first version of the format has it, read through the door; times in hours after the start. */
function ledgerOfVersion1(events: readonly (readonly [hours: number, event: object])[]): LedgerEvent[] {
  return events.map(([hours, event], index) => {
    const at = new Date(begin + hours * hour).toISOString()
    return parseEvent({schemaVersion: 1, id: `e${index}`, at, by: 'anna', rollout: 'r1', ...event}, `event ${index}`)
  })
}

/** What the first version wrote: no preset, no bake, no deadline, no windows. */
const plan = {
  stages: [
    {weightPercent: 5, dwellMs: hour},
    {weightPercent: 50, dwellMs: hour},
  ],
  guards: [
    {
      name: 'errors',
      query: {kind: 'share', name: 'errors', of: 'requests_total', bad: 'code="500"'},
      tests: [{kind: 'share-at-most', limit: 0.01, alpha: 0.01}],
    },
  ],
  falseAbortRate: 0.01,
  safety: {margin: 2, risk: 0.05},
  whenEvidenceIsShort: 'extend',
  tickMs: 300_000,
  staleAfterMs: hour,
  approvals: [],
}

const counts = (n: number) => ({candidate: {n, bad: 0, suspect: 0}, stable: {n, bad: 0, suspect: 0}})
const look = (weightPercent: number, n: number) => ({
  type: 'measured',
  weightPercent,
  guards: {errors: counts(n)},
  absent: {},
  snapshot: {},
  notes: [],
})
const reason = {reason: 'rollout/candidate-ready', why: 'w'}
const toFirstStage = [
  [0, {type: 'rollout-started', candidate: v2, stable: v1, plan}],
  [0, {type: 'act-intended', act: {kind: 'deploy', release: v2}, ...reason}],
  [0, {type: 'act-confirmed', intent: 'e1'}],
  [0, look(0, 0)],
  [0, {type: 'act-intended', act: {kind: 'set-weight', weightPercent: 5, stage: 0}, ...reason}],
  [0, {type: 'act-confirmed', intent: 'e4'}],
] as const

describe('a ledger of the first version means what it meant', () => {
  const rolloutAfter = (events: readonly (readonly [number, object])[]) => {
    const {rollout} = stateOf(ledgerOfVersion1([...toFirstStage, ...events]))
    if (!rollout) throw new Error('no rollout')
    return rollout
  }
  const target = {
    stable: 'v1',
    candidate: 'v2',
    desiredWeightPercent: 5,
    observedWeightPercent: 5,
    candidateReady: true,
  }
  const facts = {target: {kind: 'read', state: target}, missingEvidence: [], current: v1, overtaken: false} as const

  test('its dwell ends when it ended, and a pause moves it', () => {
    expect(rolloutAfter([])).toMatchObject({stage: 0, phase: {kind: 'running'}, dwellEndsAt: begin + hour})
    const paused = rolloutAfter([
      [0.5, {type: 'requested', request: 'pause', why: 'lunch'}],
      [2.5, {type: 'requested', request: 'resume', why: 'back'}],
    ])
    expect(paused).toMatchObject({phase: {kind: 'running'}, dwellEndsAt: begin + 3 * hour})
  })

  test('an extension is one more dwell, and another hold comes after it', () => {
    const short = {type: 'evidence-was-short', stage: 0, answer: 'extend', guards: ['errors'], why: 'w'}
    const rollout = rolloutAfter([
      [1, look(5, 10)],
      [1, short],
    ])
    expect(rollout).toMatchObject({short: 'extended', dwellEndsAt: begin + 2 * hour})
    expect(decide(rollout, facts, begin + 2 * hour)).toMatchObject({kind: 'short', answer: 'hold'})
  })

  test('a silence of days does not end it: it never said how long one may be', () => {
    const rollout = rolloutAfter([[72, look(5, 5000)]])
    expect(rollout.unwatchedMs).toBeNull()
    expect(decide(rollout, facts, begin + 72 * hour)).toMatchObject({
      kind: 'act',
      act: {kind: 'set-weight', weightPercent: 50, stage: 1},
    })
  })

  test('its last stage is followed by the promotion: it knows no bake', () => {
    const rollout = rolloutAfter([
      [1, look(5, 5000)],
      [1, {type: 'act-intended', act: {kind: 'set-weight', weightPercent: 50, stage: 1}, ...reason}],
      [1, {type: 'act-confirmed', intent: 'e7'}],
      [2, look(50, 5000)],
    ])
    const at50 = {
      ...facts,
      target: {kind: 'read', state: {...target, desiredWeightPercent: 50, observedWeightPercent: 50}},
    } as const
    expect(decide(rollout, at50, begin + 2 * hour)).toMatchObject({kind: 'act', act: {kind: 'promote'}})
  })
})
