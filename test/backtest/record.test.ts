import {describe, expect, test} from 'vitest'
import {type Recorded, recordTrace} from '../../src/backtest/record.ts'
import type {Series} from '../../src/telemetry/source.ts'
import {environment} from '../rollout/world.ts'
import {counts, minute, start} from './lines.ts'

const policy = environment()

/** What the counters of one process of each version showed at a look. */
function seen(look: number, candidate: Series, stable: Series, weightPercent = 10): Recorded {
  const reading = {guards: {errors: {kind: 'counted' as const, candidate, stable}}}
  return {at: start + look * 5 * minute, weightPercent, reading}
}

const pod = (n: number, bad: number) => ({pod: {n, bad}})

describe('a recorded trace', () => {
  test('has the differences between two readings; the first one is the base line', () => {
    const lines = recordTrace(policy, [
      seen(0, pod(0, 0), pod(5000, 50)),
      seen(1, pod(100, 1), pod(5900, 52)),
      seen(2, pod(210, 4), pod(6800, 60)),
    ])
    expect(lines.map(({at, weightPercent, guards}) => [at, weightPercent, guards.errors])).toEqual([
      [start + 5 * minute, 10, {candidate: counts(100, 1), stable: counts(900, 2)}],
      [start + 10 * minute, 10, {candidate: counts(110, 3), stable: counts(900, 8)}],
    ])
  })

  test('counts a process that was restarted from nothing, and no request twice', () => {
    const lines = recordTrace(policy, [
      seen(0, pod(0, 0), pod(5000, 50)),
      seen(1, pod(100, 1), pod(5900, 52)),
      seen(2, pod(30, 2), pod(6800, 60)),
    ])
    expect(lines[1]?.guards.errors?.candidate).toEqual(counts(30, 2))
  })

  test('says of a reading that failed that it failed, and counts its requests at the next one', () => {
    const failed: Recorded = {
      ...seen(1, {}, {}),
      reading: {guards: {errors: {kind: 'query-failed', detail: 'status 503'}}},
    }
    const lines = recordTrace(policy, [seen(0, pod(0, 0), pod(5000, 50)), failed, seen(2, pod(210, 4), pod(6800, 60))])
    expect(lines[0]).toMatchObject({guards: {}, absent: {errors: {kind: 'query-failed', detail: 'status 503'}}})
    expect(lines[1]?.guards.errors).toEqual({candidate: counts(210, 4), stable: counts(1800, 10)})
  })

  test('takes the weights as they were', () => {
    const lines = recordTrace(policy, [
      seen(0, pod(0, 0), pod(5000, 50), 5),
      seen(1, pod(50, 1), pod(5900, 52), 5),
      seen(2, pod(500, 4), pod(6400, 60), 50),
    ])
    expect(lines.map(({weightPercent}) => weightPercent)).toEqual([5, 50])
  })

  test('of a time in which nothing was measured is refused, and says why', () => {
    const silent = (look: number): Recorded => ({
      ...seen(look, {}, {}),
      reading: {guards: {errors: {kind: 'no-data', detail: 'no series with version="v2"'}}},
    })
    const refused = (said: string) =>
      expect.objectContaining({code: 'export-trace/nothing-measured', message: expect.stringContaining(said)})
    expect(() => recordTrace(policy, [silent(0), silent(1)])).toThrow(refused('no series with version="v2"'))
    expect(() => recordTrace(policy, [silent(0)])).toThrow(refused('fewer than two readings'))
    expect(() => recordTrace(policy, [])).toThrow(refused('no reading was taken'))
  })
})
