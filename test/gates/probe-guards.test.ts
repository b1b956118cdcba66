import {describe, expect, test} from 'vitest'
import {UserError} from '../../src/core/failure.ts'
import {probeGuards} from '../../src/gates/probe-guards.ts'
import type {PlannedGuard} from '../../src/rollout/guards.ts'
import type {GuardReading} from '../../src/telemetry/source.ts'
import {v1} from '../rollout/world.ts'

const guards: readonly PlannedGuard[] = ['errors', 'value'].map(name => ({
  name,
  query: {kind: 'share', name, of: 'requests_total', bad: 'code="500"'},
  tests: [{kind: 'share-at-most', limit: 0.01, alpha: 0.01}],
}))

const counted = (n: number): GuardReading => ({kind: 'counted', candidate: {p: {n, bad: 0}}, stable: {}})
const absent = (detail: string, more: object = {}): GuardReading => ({kind: 'no-data', detail, ...more})
const probe = (readings: Readonly<Record<string, GuardReading>>) => probeGuards(guards, readings, v1)

describe('a guard that the release in production can never answer', () => {
  test('is refused with what is missing, in words about that release', () => {
    const detail = 'candidate v1 has no bucket of seconds at or above the limit 0.3 (largest bound 0.25)'
    const refused = () => probe({errors: counted(5), value: absent(detail, {unanswerable: true})})
    expect(refused).toThrow(UserError)
    expect(refused).toThrow(
      expect.objectContaining({
        code: 'telemetry/guard-unanswerable',
        message:
          'Guard "value" can never be answered: v1 has no bucket of seconds at or above the limit 0.3 (largest bound 0.25).',
      }),
    )
  })

  test('is refused when its metric is nowhere, while another guard counts what it serves', () => {
    const nowhere = absent('candidate v1 has no series valeu_sum (p)', {candidate: {p: {n: 0, sum: 0}}})
    expect(() => probe({errors: counted(20), value: nowhere})).toThrow(
      expect.objectContaining({
        code: 'telemetry/guard-without-data',
        message: expect.stringContaining(
          'Guard "value" has nothing to count, while other guards count the requests of v1',
        ),
      }),
    )
  })
})

test('events that nobody counts yet are a doubt for a person, not a refusal', () => {
  const value: GuardReading = {
    kind: 'counted',
    candidate: {p: {n: 9, bad: 0}},
    stable: {},
    assumedZero: 'incidents_total',
  }
  expect(probe({errors: counted(900), value})).toMatchObject([
    {
      verdict: 'warn',
      reason: 'telemetry/events-not-seen-yet',
      subject: 'value',
      what: 'v1 does not export incidents_total yet, which counts as zero events.',
    },
  ])
})

describe('nothing is refused', () => {
  test.each<[string, Readonly<Record<string, GuardReading>>]>([
    ['where all guards are counted', {errors: counted(900), value: counted(1)}],
    ['where nobody has been served yet', {errors: counted(19), value: absent('no series')}],
    [
      'where one replica has not counted yet',
      {errors: counted(900), value: absent('p2', {candidate: {p: {n: 9, sum: 1}}})},
    ],
    ['where the source does not answer', {errors: counted(900), value: {kind: 'query-failed', detail: 'down'}}],
    ['where it speaks of alerts', {errors: counted(900), value: {kind: 'alerts', firing: ['Slow']}}],
    ['where it says nothing', {}],
  ])('%s', (_, readings) => {
    expect(probe(readings)).toEqual([])
  })

  test('before the first release, which nobody can ask', () => {
    expect(probeGuards(guards, {errors: absent('x', {unanswerable: true})}, null)).toEqual([])
  })
})
