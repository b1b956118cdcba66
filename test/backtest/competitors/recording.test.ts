import {describe, expect, test} from 'vitest'
import {recordingOf} from '../../../src/backtest/competitors/recording.ts'
import type {GuardTest, PlannedGuard} from '../../../src/rollout/guards.ts'
import {errorsGuard, traceOf} from '../lines.ts'

const bounds = {low: 0, high: 10, alpha: 0.01}
const guardOf = (...tests: readonly GuardTest[]): PlannedGuard => ({...errorsGuard({}), tests})
const trace = traceOf([
  [
    [100, 3],
    [200, 2],
  ],
  [
    [0, 0],
    [200, 2],
  ],
  null,
])

describe('the threshold that another tool would be given', () => {
  test.each([
    ['a share', {kind: 'share-at-most', limit: 0.01, alpha: 0.01}, 'errors <= 0.01', [0.03, Number.NaN, null]],
    [
      'a quantile, as the share that is slower',
      {kind: 'quantile-at-most', quantile: 0.95, limitSeconds: 0.12, alpha: 0.01},
      'errors over 0.12 s <= 0.05',
      [0.03, Number.NaN, null],
    ],
    [
      'a comparison, as a ratio of two queries',
      {kind: 'share-at-most-times-stable', times: 1.5, alpha: 0.01},
      'errors / stable <= 1.5',
      [3, Number.NaN, null],
    ],
    [
      'a mean that may lose',
      {kind: 'mean-may-lose', fraction: 0.05, ...bounds},
      'errors / stable >= 0.95',
      [3, Number.NaN, null],
    ],
    ['events, as their sum so far', {kind: 'events-at-most', limit: 5}, 'errors so far <= 5', [3, 3, null]],
    ['alerts, as their number', {kind: 'no-alert'}, 'errors firing <= 0', [null, null, null]],
  ] as const)('%s', (_, asked, condition, values) => {
    const [check] = recordingOf(trace, [guardOf(asked)]).checks
    expect(check?.condition).toBe(condition)
    expect(check?.values).toEqual(values)
  })

  test('is the absolute one alone where a guard has both', () => {
    const {checks} = recordingOf(trace, [errorsGuard({limit: 0.01, times: 1.5})])
    expect(checks.map(({condition}) => condition)).toEqual(['errors <= 0.01'])
  })

  test('does not exist for a distribution: the guard is named as not asked', () => {
    const {checks, comparisons, unasked} = recordingOf(trace, [
      guardOf({kind: 'distribution-may-shift', distance: 0.1, alpha: 0.01}),
    ])
    expect({checks, comparisons, unasked}).toEqual({checks: [], comparisons: [], unasked: ['errors']})
  })
})
