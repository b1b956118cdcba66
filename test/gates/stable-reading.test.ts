import {describe, expect, test} from 'vitest'
import {SystemError, UserError} from '../../src/core/failure.ts'
import {readStable} from '../../src/gates/stable-reading.ts'
import type {PlannedGuard} from '../../src/rollout/guards.ts'
import type {Source} from '../../src/telemetry/source.ts'
import {v1} from '../rollout/world.ts'

const guards: readonly PlannedGuard[] = [
  {
    name: 'alerts',
    query: {kind: 'alert', name: 'alerts', matchers: 'severity="critical"'},
    tests: [{kind: 'no-alert'}],
  },
]
const failing = (error: Error): Source => ({kind: 'double', read: async () => Promise.reject(error)})

describe('a look at the release that serves', () => {
  test('asks all guards of that release alone', async () => {
    const source: Source = {
      kind: 'double',
      read: async (queries, versions) => {
        expect([queries.map(({name}) => name), versions]).toEqual([['alerts'], {candidate: 'v1', stable: null}])
        return {guards: {alerts: {kind: 'alerts', firing: []}}}
      },
    }
    expect(await readStable(guards, source, v1)).toEqual({alerts: {kind: 'alerts', firing: []}})
  })

  test('is empty where nothing serves yet, and nobody is asked', async () => {
    expect(await readStable(guards, failing(new UserError('telemetry/token-missing', 'No token.')), null)).toEqual({})
  })

  test('says for each guard that the source does not answer, and does not fail by it', async () => {
    const silent = new SystemError('prometheus/timeout', 'No answer.', {system: 'prometheus', retryable: true})
    expect(await readStable(guards, failing(silent), v1)).toEqual({
      alerts: {kind: 'query-failed', detail: 'No answer.'},
    })
  })

  test('says what the config gets wrong', async () => {
    const wrong = new UserError('telemetry/token-missing', 'No token.')
    await expect(readStable(guards, failing(wrong), v1)).rejects.toBe(wrong)
  })
})
