import {describe, expect, test} from 'vitest'
import {ledgerSchemaVersion} from '../../../src/rollout/events.ts'
import {parseEvent} from '../../../src/rollout/ledgers/event-schema.ts'
import {planRollout} from '../../../src/rollout/stages.ts'
import {heldEvent} from '../../contracts/ledger.ts'
import {environment, release} from '../world.ts'

const look = (counter: object) => ({
  ...heldEvent('1'),
  type: 'measured',
  reason: undefined,
  why: undefined,
  weightPercent: 5,
  guards: {},
  absent: {},
  snapshot: {errors: {candidate: {a: counter}, stable: {}}},
  notes: [],
})

const pairs = {pairs: 70, chiSquare: 83.25}
const start = (past?: object) => ({
  schemaVersion: 2,
  id: 's',
  at: '2026-01-01T00:00:00.000Z',
  by: 'anna',
  type: 'rollout-started',
  rollout: 'r',
  candidate: release('v2'),
  stable: release('v1'),
  plan: planRollout({
    environment: environment(),
    candidate: release('v2'),
    stable: release('v1'),
    capabilities: {granularityPercent: 1, observesWeight: true, observesReadiness: true, mirrors: true},
    policyLoosened: false,
  }),
  ...(past === undefined ? {} : {past}),
})

describe('an event from a ledger', () => {
  test('is taken as it was written', () => expect(parseEvent(heldEvent('1'), 'here')).toEqual(heldEvent('1')))

  test.each([
    ['without a past, as older ledgers tell it', start()],
    ['with what the past of the stable release taught', start({spanMs: 21_600_000, clusters: {errors: pairs}})],
  ])('keeps a start %s', (_, given) => {
    const event = JSON.parse(JSON.stringify(given))
    expect(parseEvent(event, 'here')).toEqual(event)
  })

  const intent = {...heldEvent('1'), type: 'act-intended'}
  test.each([
    ['to mirror nothing before the first stage: a person ended what others had begun', {kind: 'mirror', percent: 0}],
    ['to take the weight away before the first stage', {kind: 'set-weight', weightPercent: 0}],
  ])('keeps an intent %s', (_, act) => {
    const event = {...intent, act: {...act, stage: -1}}
    expect(parseEvent(event, 'here')).toEqual(event)
  })

  test('keeps from when on a successor has something to do', () => {
    const event = {...heldEvent('1'), type: 'handed-over', reason: undefined, why: undefined, to: 'rollout.yml'}
    const due = JSON.parse(JSON.stringify({...event, due: '2026-01-01T00:05:00.000Z'}))
    expect(parseEvent(due, 'here')).toEqual(due)
    expect(() => parseEvent({...due, due: 'soon'}, 'here')).toThrow(
      expect.objectContaining({code: 'ledger/unreadable'}),
    )
  })

  test.each([
    ['with its beginning', {n: 1, bad: 0, suspect: 0, beganAt: 1_700_000_000_000}],
    ['whose beginning nobody knows', {n: 1, bad: 0}],
  ])('keeps a counter %s', (_, counter) => {
    const event = JSON.parse(JSON.stringify(look(counter)))
    expect(parseEvent(event, 'here')).toEqual(event)
  })

  test.each([
    ['a newer format', {...heldEvent('1'), schemaVersion: ledgerSchemaVersion + 1}, 'ledger/newer-version'],
    ['a newer format of unknown shape', {schemaVersion: 9, anything: true}, 'ledger/newer-version'],
    ['an unknown field', {...heldEvent('1'), more: 1}, 'ledger/unreadable'],
    ['an unknown type', {...heldEvent('1'), type: 'wished'}, 'ledger/unreadable'],
    ['a missing field', {...heldEvent('1'), why: undefined}, 'ledger/unreadable'],
    [
      'an intent at no stage',
      {...heldEvent('1'), type: 'act-intended', act: {kind: 'mirror', percent: 0, stage: -2}},
      'ledger/unreadable',
    ],
    ['a time that is none', {...heldEvent('1'), at: 'yesterday'}, 'ledger/unreadable'],
    ['a counter that began at no time', look({n: 1, bad: 0, beganAt: 'yesterday'}), 'ledger/unreadable'],
    ['a past of no time', start({spanMs: 0, clusters: {errors: pairs}}), 'ledger/unreadable'],
    ['a past of no guard', start({spanMs: 1}), 'ledger/unreadable'],
    ['a past of half a pair', start({spanMs: 1, clusters: {errors: {...pairs, pairs: 0.5}}}), 'ledger/unreadable'],
    [
      'a past of less than nothing',
      start({spanMs: 1, clusters: {errors: {...pairs, chiSquare: -1}}}),
      'ledger/unreadable',
    ],
    ['a past that says more', start({spanMs: 1, clusters: {errors: {...pairs, own: 1}}}), 'ledger/unreadable'],
    ['not an object', 'held', 'ledger/unreadable'],
    ['nothing', null, 'ledger/unreadable'],
    [
      'more bad requests than may be bad',
      {
        ...heldEvent('1'),
        type: 'measured',
        reason: undefined,
        why: undefined,
        weightPercent: 5,
        guards: {errors: {candidate: {n: 5, bad: 2, suspect: 1}, stable: {n: 0, bad: 0, suspect: 0}}},
        absent: {},
        snapshot: {},
        notes: [],
      },
      'ledger/unreadable',
    ],
  ])('is refused: %s', (_, value, code) => {
    expect(() => parseEvent(JSON.parse(JSON.stringify(value)), 'events/000007.json')).toThrow(
      expect.objectContaining({code, message: expect.stringContaining('events/000007.json')}),
    )
  })
})
