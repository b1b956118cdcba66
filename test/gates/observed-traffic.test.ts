import {describe, expect, test} from 'vitest'
import {observeTraffic} from '../../src/gates/observed-traffic.ts'
import type {PlannedGuard} from '../../src/rollout/guards.ts'
import type {GuardQuery, Series, Source} from '../../src/telemetry/source.ts'
import {fakeClock} from '../fakes/clock.ts'
import {v1} from '../rollout/world.ts'

const errors: GuardQuery = {kind: 'share', name: 'errors', of: 'requests_total', bad: 'code="500"'}
const guardOf = (query: GuardQuery): PlannedGuard => ({name: query.name, query, tests: [{kind: 'no-alert'}]})

async function observe(looks: readonly (Series | null)[], queries: readonly GuardQuery[] = [errors]) {
  const left = [...looks]
  const asked: string[] = []
  const source: Source = {
    kind: 'double',
    read: async ([query]) => {
      asked.push(query?.name ?? '')
      const series = left.shift()
      return {guards: series ? {[query?.name ?? '']: {kind: 'counted', candidate: series, stable: {}}} : {}}
    },
  }
  return {perSecond: await observeTraffic(queries.map(guardOf), v1, {source, clock: fakeClock()}), asked}
}

const hour = 3_600_000

describe('requests per second', () => {
  test.each<[string, readonly (Series | null)[], number | null]>([
    ['between two looks: 100 more in 5 s', [{a: {n: 900, bad: 0}}, {a: {n: 1000, bad: 0}}], 20],
    [
      'between two samples, not between two looks: 150 more in 15 s',
      [{a: {n: 900, bad: 0, sampledAt: 1000}}, {a: {n: 1050, bad: 0, sampledAt: 16_000}}],
      10,
    ],
    [
      'on average since each process began, where no new sample came: 36,000 and 18,000 in an hour',
      [
        {a: {n: 36_000, bad: 0, sampledAt: hour, beganAt: 0}, b: {n: 18_000, bad: 0, sampledAt: hour, beganAt: 0}},
        {a: {n: 36_000, bad: 0, sampledAt: hour, beganAt: 0}, b: {n: 18_000, bad: 0, sampledAt: hour, beganAt: 0}},
      ],
      15,
    ],
    [
      'unknown where a process has hardly begun',
      [{a: {n: 9, bad: 0, sampledAt: 60_000, beganAt: 0}}, {a: {n: 9, bad: 0, sampledAt: 60_000, beganAt: 0}}],
      null,
    ],
    [
      'unknown where no sample came and nothing says when the process began',
      [{a: {n: 9, bad: 0, sampledAt: hour}}, {a: {n: 9, bad: 0, sampledAt: hour}}],
      null,
    ],
    ['unknown where nothing is counted', [null], null],
    ['unknown where nothing is counted the second time', [{a: {n: 9, bad: 0}}, null], null],
  ])('%s', async (_, looks, perSecond) => {
    expect(await observe(looks)).toMatchObject({perSecond})
  })

  test('are counted by a guard that counts requests: not sessions, and not alerts', async () => {
    const alerts: GuardQuery = {kind: 'alert', name: 'alerts', matchers: 'severity="critical"'}
    const sessions: GuardQuery = {...errors, name: 'sessions', session: 'sid'}
    expect(await observe([null], [alerts, sessions, errors])).toEqual({perSecond: null, asked: ['errors']})
    expect(await observe([null], [alerts, sessions])).toEqual({perSecond: null, asked: []})
  })
})
