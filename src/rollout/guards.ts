/** The guards of a plan: what to measure, and which questions to ask of it, each with its share of the false-abort rate. */

import type {RolloutConfig} from '../config/rollout-schema.ts'
import {assertNever} from '../core/assert.ts'
import {UserError} from '../core/failure.ts'
import type {GuardQuery} from '../telemetry/source.ts'
import {planGuard, type Unshared} from './guard-from-config.ts'

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

export interface Bounds {
  readonly low: number
  readonly high: number
}

export interface PlannedGuard {
  readonly name: string
  readonly query: GuardQuery
  readonly tests: readonly GuardTest[]
  /** How many bad requests one cause is taken to bring, until the stable release shows it. Absent: five. */
  readonly clustersOf?: number
  /** Asked only while requests are mirrored, since it counts copies. Absent: at all stages. */
  readonly whileMirroring?: true
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

/**
 * The false-abort rate is split evenly over all tests with statistics; the sum of alphas bounds the chance that any errs.
 * @throws UserError `rollout/limit-without-room`, `rollout/share-of-a-signed-mean`, `rollout/false-abort-rate-too-small`
 */
export function planGuards(rollout: RolloutConfig): PlannedGuard[] {
  const guards = rollout.guards.map(planGuard)
  const sharers = guards.flatMap(guard => guard.tests.filter(test => hasAlpha(test, guard.method))).length
  const alpha = sharers === 0 ? 0 : refuseUnderflow(rollout['false-abort-rate'] / sharers, sharers)
  return guards.map(({query, tests, method, clustersOf, whileMirroring}) => ({
    name: query.name,
    query,
    tests: tests.map(test => withAlpha(test, method, alpha)),
    ...(clustersOf === undefined ? {} : {clustersOf}),
    ...(whileMirroring ? {whileMirroring} : {}),
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
