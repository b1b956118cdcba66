import {describe, expect, test} from 'vitest'
import {ledgerSchemaVersion} from '../../../src/rollout/events.ts'
import {parseEvent} from '../../../src/rollout/ledgers/event-schema.ts'
import {heldEvent} from '../../contracts/ledger.ts'

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

describe('an event from a ledger', () => {
  test('is taken as it was written', () => expect(parseEvent(heldEvent('1'), 'here')).toEqual(heldEvent('1')))

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
    ['a time that is none', {...heldEvent('1'), at: 'yesterday'}, 'ledger/unreadable'],
    ['a counter that began at no time', look({n: 1, bad: 0, beganAt: 'yesterday'}), 'ledger/unreadable'],
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
