/** One guard of the config as questions to ask of live requests, before the false-abort rate is shared. */
import type {
  AlertGuard,
  CountGuard,
  DistributionGuard,
  GuardConfig,
  MeanGuard,
  QuantileGuard,
  ShareGuard,
} from '../config/guard-schema.ts'
import {assertNever, invariant} from '../core/assert.ts'
import {UserError} from '../core/failure.ts'
import {formatShare} from '../core/quantity.ts'
import type {GuardQuery} from '../telemetry/source.ts'
import type {Bounds, GuardTest, Method} from './guards.ts'

/** Of a test before alpha is shared. */
export type Unshared = GuardTest extends infer T ? (T extends GuardTest ? Omit<T, 'alpha' | 'method'> : never) : never
export interface UnsharedGuard {
  readonly query: GuardQuery
  readonly tests: readonly Unshared[]
  readonly method: Method
  readonly clustersOf?: number
  readonly whileMirroring?: true
}

/**
 * Which key makes a guard what it is.
 * @throws UserError `rollout/limit-without-room`, `rollout/share-of-a-signed-mean`
 */
export function planGuard(guard: GuardConfig): UnsharedGuard {
  const planned = guardOf(guard)
  const assumed = 'clusters-of' in guard ? guard['clusters-of'] : usualClusters
  return assumed === usualClusters ? planned : {...planned, clustersOf: assumed}
}

/** What a plan that says nothing assumes, as all plans did before it could be said. */
const usualClusters = 5

function guardOf(guard: GuardConfig): UnsharedGuard {
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
    ...(guard.while === 'mirroring' ? {whileMirroring: true as const} : {}),
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
    if (fraction !== undefined) tests.push({kind, fraction: refuseNoChange(guard.name, fraction, kind), ...bounds})
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

/** Two releases that are alike could never be shown to differ by less than nothing; and nothing loses all of itself. */
function refuseNoChange(guard: string, fraction: number, kind: GuardTest['kind']): number {
  if (fraction > 0 && (fraction < 1 || kind === 'mean-may-grow')) return fraction
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
    tests: [{kind: 'distribution-may-shift', distance: refuseNoChange(name, distance, 'distribution-may-shift')}],
  }
}
