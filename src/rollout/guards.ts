/** The guards of a plan: what to measure, and which questions to ask of it, each with its share of the false-abort rate. */

import type {
  AlertGuard,
  CountGuard,
  DistributionGuard,
  GuardConfig,
  MeanGuard,
  QuantileGuard,
  RolloutConfig,
  ShareGuard,
} from '../config/rollout-schema.ts'
import {assertNever, invariant} from '../core/assert.ts'
import {UserError} from '../core/failure.ts'
import {formatShare} from '../core/quantity.ts'
import type {GuardQuery} from '../telemetry/source.ts'

/** `threshold`: no statistics, on request; compares what was counted at this weight with the limit. */
export type Method = 'sequential' | 'threshold'

interface Judged {
  /** This test's share of the false-abort rate; 0 for a test by threshold. */
  readonly alpha: number
  /** Absent in ledgers from before there was a choice: sequential. */
  readonly method?: Method
}

/** One question about live requests. */
export type GuardTest =
  /** Share of bad requests at most `limit`, a fraction. */
  | ({readonly kind: 'share-at-most'; readonly limit: number} & Judged)
  /** Share of bad requests at most `times` that of the stable release. */
  | ({readonly kind: 'share-at-most-times-stable'; readonly times: number} & Judged)
  /** At least the fraction `quantile` of requests within `limitSeconds`. */
  | ({readonly kind: 'quantile-at-most'; readonly quantile: number; readonly limitSeconds: number} & Judged)
  /** Share of requests slower than `limitSeconds` at most `times` that of the stable release. */
  | ({readonly kind: 'slow-at-most-times-stable'; readonly times: number; readonly limitSeconds: number} & Judged)
  /** Mean at least, or at most, `limit`. Values lie in [low, high]. */
  | ({readonly kind: 'mean-at-least' | 'mean-at-most'; readonly limit: number} & Bounds & Judged)
  /** Mean lower, or higher, than the stable release's by at most the fraction `fraction` of it. */
  | ({readonly kind: 'mean-may-lose' | 'mean-may-grow'; readonly fraction: number} & Bounds & Judged)
  /** At most `limit` events in the whole rollout; no statistics, so no share of alpha. */
  | {readonly kind: 'events-at-most'; readonly limit: number}
  /** Rate of events per request at most `times` that of the stable release. */
  | ({readonly kind: 'events-at-most-times-stable'; readonly times: number} & Judged)
  /** No alert begins to fire while the candidate has traffic. */
  | {readonly kind: 'no-alert'}
  /** The two distributions differ by at most `distance` (Kolmogorov). */
  | ({readonly kind: 'distribution-may-shift'; readonly distance: number} & Judged)

interface Bounds {
  readonly low: number
  readonly high: number
}

export interface PlannedGuard {
  readonly name: string
  readonly query: GuardQuery
  readonly tests: readonly GuardTest[]
}

export type MeanTest = Extract<GuardTest, {readonly low: number}>

export function isMeanTest(test: GuardTest): test is MeanTest {
  return 'low' in test
}

/** The share of requests that a test allows to be bad; null for a test that is no fixed limit of a share. */
export function allowedShare(test: GuardTest): number | null {
  if (test.kind === 'share-at-most') return test.limit
  return test.kind === 'quantile-at-most' ? 1 - test.quantile : null
}

/** Whether the test compares with the stable release, and so says nothing where only one of the two has requests. */
export function isComparison(test: GuardTest): boolean {
  switch (test.kind) {
    case 'share-at-most-times-stable':
    case 'slow-at-most-times-stable':
    case 'mean-may-lose':
    case 'mean-may-grow':
    case 'events-at-most-times-stable':
    case 'distribution-may-shift':
      return true
    case 'share-at-most':
    case 'quantile-at-most':
    case 'mean-at-least':
    case 'mean-at-most':
    case 'events-at-most':
    case 'no-alert':
      return false
    default:
      return assertNever(test)
  }
}

/** Whether the test compares what was counted with its limit, without statistics, because the config asks for it. */
export function isThreshold(test: GuardTest): boolean {
  return 'method' in test && test.method === 'threshold'
}

/** Of a test before alpha is shared. */
type Unshared = GuardTest extends infer T ? (T extends GuardTest ? Omit<T, 'alpha' | 'method'> : never) : never
interface UnsharedGuard {
  readonly query: GuardQuery
  readonly tests: readonly Unshared[]
  readonly method: Method
}

/**
 * The false-abort rate is split evenly over all tests with statistics; the sum of alphas bounds the chance that any errs.
 * @throws UserError `rollout/limit-without-room`, `rollout/share-of-a-signed-mean`, `rollout/false-abort-rate-too-small`
 */
export function planGuards(rollout: RolloutConfig): PlannedGuard[] {
  const guards = rollout.guards.map(planGuard)
  const sharers = guards.flatMap(guard => guard.tests.filter(test => hasAlpha(test, guard.method))).length
  const alpha = sharers === 0 ? 0 : refuseUnderflow(rollout['false-abort-rate'] / sharers, sharers)
  return guards.map(({query, tests, method}) => ({
    name: query.name,
    query,
    tests: tests.map(test => withAlpha(test, method, alpha)),
  }))
}

/** A test whose e-value would have to exceed what a number can hold would never abort, and look as if it watched. */
function refuseUnderflow(alpha: number, sharers: number): number {
  if (Number.isFinite(1 / alpha)) return alpha
  throw new UserError(
    'rollout/false-abort-rate-too-small',
    `The false-abort rate, shared by ${sharers} tests, is ${alpha} each: no evidence could ever suffice.`,
    {hint: '1% is usual; 0.01% is strict.'},
  )
}

function hasAlpha({kind}: Unshared, method: Method): boolean {
  return method === 'sequential' && kind !== 'events-at-most' && kind !== 'no-alert'
}

function withAlpha(test: Unshared, method: Method, alpha: number): GuardTest {
  if (test.kind === 'events-at-most' || test.kind === 'no-alert') return test
  return method === 'threshold' ? {...test, alpha: 0, method} : {...test, alpha}
}

/** Which key makes a guard what it is. */
function planGuard(guard: GuardConfig): UnsharedGuard {
  if ('share' in guard) return planShareGuard(guard)
  if ('histogram' in guard) return planQuantileGuard(guard)
  if ('mean' in guard) return planMeanGuard(guard)
  if ('count' in guard) return planCountGuard(guard)
  if ('alert' in guard) return planAlertGuard(guard)
  if ('distribution' in guard) return planDistributionGuard(guard)
  return assertNever(guard)
}

function methodOf({statistics}: {readonly statistics: 'sequential' | 'none'}): Method {
  return statistics === 'none' ? 'threshold' : 'sequential'
}

function planShareGuard(guard: ShareGuard): UnsharedGuard {
  const {name, 'at-most': limit, 'at-most-times-stable': times} = guard
  return {
    query: {kind: 'share', name, ...guard.share},
    method: methodOf(guard),
    tests: [
      ...(limit === undefined ? [] : [{kind: 'share-at-most' as const, limit: refuseEdge(name, limit)}]),
      ...(times === undefined ? [] : [{kind: 'share-at-most-times-stable' as const, times}]),
    ],
  }
}

/** A limit of 0 % or 100 % is not a question about a rate: one bad request answers the first, none answers the second. */
function refuseEdge(guard: string, limit: number): number {
  if (limit > 0 && limit < 1) return limit
  throw new UserError('rollout/limit-without-room', `Guard "${guard}" has the limit ${formatShare(limit)}.`, {
    hint: 'A share must be more than 0% and less than 100% to be told apart from its limit; 0.01% is a strict limit.',
  })
}

function planQuantileGuard(guard: QuantileGuard): UnsharedGuard {
  const {name, histogram, 'at-most-times-stable': times} = guard
  const [quantile, limitMs] = quantileOf(guard)
  const limitSeconds = limitMs / 1000
  return {
    query: {kind: 'quantile', name, histogram, limit: limitSeconds},
    method: methodOf(guard),
    tests: [
      {kind: 'quantile-at-most', quantile, limitSeconds},
      ...(times === undefined ? [] : [{kind: 'slow-at-most-times-stable' as const, times, limitSeconds}]),
    ],
  }
}

function quantileOf({p50, p90, p95, p99}: QuantileGuard): readonly [quantile: number, limitMs: number] {
  if (p50 !== undefined) return [0.5, p50]
  if (p90 !== undefined) return [0.9, p90]
  if (p95 !== undefined) return [0.95, p95]
  invariant(p99 !== undefined, 'The config let a histogram guard through that has no quantile.')
  return [0.99, p99]
}

function planMeanGuard(guard: MeanGuard): UnsharedGuard {
  const {of, squares, between} = guard.mean
  const [low, high] = between
  const bounds = {low, high}
  const tests: Unshared[] = []
  for (const [key, kind] of [
    ['at-least', 'mean-at-least'],
    ['at-most', 'mean-at-most'],
  ] as const) {
    const limit = guard[key]
    if (limit !== undefined) tests.push({kind, limit: refuseOutside(guard.name, limit, bounds), ...bounds})
  }
  for (const [key, kind] of [
    ['may-lose', 'mean-may-lose'],
    ['may-grow', 'mean-may-grow'],
  ] as const) {
    const fraction = guard[key]
    if (fraction !== undefined) tests.push({kind, fraction: refuseNoChange(guard.name, fraction), ...bounds})
  }
  if (low < 0 && tests.some(test => test.kind === 'mean-may-lose' || test.kind === 'mean-may-grow')) {
    throw new UserError('rollout/share-of-a-signed-mean', `Guard "${guard.name}" has values down to ${low}.`, {
      hint: 'A share of a mean that may be negative or zero says nothing: use at-least or at-most, or a value that starts at 0.',
    })
  }
  return {
    query: {kind: 'mean', name: guard.name, of, ...(squares === undefined ? {} : {squares}), ...bounds},
    method: methodOf(guard),
    tests,
  }
}

function refuseOutside(guard: string, limit: number, {low, high}: Bounds): number {
  if (limit > low && limit < high) return limit
  throw new UserError('rollout/limit-without-room', `Guard "${guard}" has the limit ${limit}.`, {
    hint: `Its values lie between ${low} and ${high}: a limit must lie between them to say anything.`,
  })
}

/** Two releases that are alike could never be shown to differ by less than nothing; and no mean loses all of itself. */
function refuseNoChange(guard: string, fraction: number): number {
  if (fraction > 0 && fraction < 1) return fraction
  throw new UserError('rollout/limit-without-room', `Guard "${guard}" allows a change of ${formatShare(fraction)}.`, {
    hint: 'A change must be more than 0% and less than 100% to be told apart from none; 1% is strict.',
  })
}

function planCountGuard(guard: CountGuard): UnsharedGuard {
  const {name, count, 'at-most': limit, 'at-most-times-stable': times} = guard
  const {of, where, per} = count
  return {
    query: {kind: 'events', name, of, ...(where === undefined ? {} : {where}), per},
    method: 'sequential',
    tests: [
      ...(limit === undefined ? [] : [{kind: 'events-at-most' as const, limit}]),
      ...(times === undefined ? [] : [{kind: 'events-at-most-times-stable' as const, times}]),
    ],
  }
}

function planAlertGuard({name, alert}: AlertGuard): UnsharedGuard {
  return {query: {kind: 'alert', name, matchers: alert}, method: 'sequential', tests: [{kind: 'no-alert'}]}
}

function planDistributionGuard({name, distribution, 'may-shift': distance}: DistributionGuard): UnsharedGuard {
  return {
    query: {kind: 'distribution', name, histogram: distribution},
    method: 'sequential',
    tests: [{kind: 'distribution-may-shift', distance: refuseNoChange(name, distance)}],
  }
}
