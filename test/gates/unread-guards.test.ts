import {describe, expect, test} from 'vitest'
import {unreadGuards} from '../../src/gates/unread-guards.ts'
import type {PlannedGuard} from '../../src/rollout/guards.ts'
import type {GuardReading} from '../../src/telemetry/source.ts'
import {v1} from '../rollout/world.ts'

const guards: readonly PlannedGuard[] = ['errors', 'slow', 'value'].map(name => ({
  name,
  query: {kind: 'share', name, of: 'requests_total', bad: 'code="500"'},
  tests: [{kind: 'share-at-most', limit: 0.01, alpha: 0.01}],
}))
const counted: GuardReading = {kind: 'counted', candidate: {p: {n: 9, bad: 0}}, stable: {}}
const failed = (detail: string): GuardReading => ({kind: 'query-failed', detail})

describe('guards that the source could not answer', () => {
  test('are said once for each reason, without taking the serving release for a candidate', () => {
    const down = failed('candidate v1: the page cannot be reached.')
    const found = unreadGuards(guards, {errors: down, slow: failed('the query timed out'), value: down}, v1)
    expect(found).toMatchObject([
      {
        verdict: 'warn',
        reason: 'plan/guard-not-read',
        subject: 'errors, value',
        what: 'Guards errors, value could not be read for v1, which serves: v1: the page cannot be reached.',
      },
      {subject: 'slow', what: 'Guard slow could not be read for v1, which serves: the query timed out.'},
    ])
    expect(found[0]?.why).toContain('rollout/telemetry-unavailable')
  })

  test('are none where all are counted, or wait for their first request', () => {
    const read = {errors: counted, slow: counted, value: {kind: 'no-data', detail: 'no series'}} as const
    expect(unreadGuards(guards, read, v1)).toEqual([])
  })

  test('are no news before the first release, which nobody can ask', () => {
    expect(unreadGuards(guards, {errors: failed('down')}, null)).toEqual([])
  })
})
