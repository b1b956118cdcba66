/** A trace as thresholds and comparisons see it: one number a line, or one pair of numbers. Pure. */
import {assertNever} from '../../core/assert.ts'
import type {GuardTest, PlannedGuard} from '../../rollout/guards.ts'
import {areCounts, areMeans, type Tally} from '../../rollout/tally.ts'
import type {Trace, TraceLine} from '../trace.ts'

export interface Recording {
  readonly trace: Trace
  readonly checks: readonly Check[]
  readonly comparisons: readonly Comparison[]
  /** Guards that no threshold can ask for: the other tools have no such question. */
  readonly unasked: readonly string[]
}

/** A number held against a limit, as every tool with thresholds asks it. */
export interface Check {
  readonly guard: string
  /** `errors <= 0.01`. */
  readonly condition: string
  /** One value a line: null where nothing was measured, NaN for 0/0, which is what a query answers without requests. */
  readonly values: readonly (number | null)[]
  /** False for NaN, as a comparison is in every language. */
  isKept(value: number): boolean
}

/** The same number of both releases. */
export interface Comparison {
  readonly guard: string
  /** Which direction is the bad one. */
  readonly worse: 'higher' | 'lower'
  /** null where nothing was measured. */
  readonly lines: readonly ({readonly candidate: Tally; readonly stable: Tally} | null)[]
}

/**
 * Tools with thresholds compare with the stable release where nothing else is asked only: a ratio of two small counts is
 * above any limit in every other interval, and who uses such a tool with an absolute limit does not add one.
 */
export function recordingOf(trace: Trace, guards: readonly PlannedGuard[]): Recording {
  const checks = guards.flatMap(({name, tests}) => {
    const absolute = tests.filter(test => !isRelative(test))
    return (absolute.length > 0 ? absolute : tests).flatMap(test => checkOf(trace.lines, name, test) ?? [])
  })
  const comparisons = guards.flatMap(guard => comparisonOf(trace.lines, guard) ?? [])
  const asked = new Set([...checks, ...comparisons].map(({guard}) => guard))
  return {trace, checks, comparisons, unasked: guards.map(({name}) => name).filter(name => !asked.has(name))}
}

/** Average of a tally: a share of bad requests, or a mean. NaN without requests. */
export function rateOf(tally: Tally): number {
  if ('bad' in tally) return tally.bad / tally.n
  return 'sum' in tally ? tally.sum / tally.n : Number.NaN
}

function checkOf(lines: readonly TraceLine[], guard: string, test: GuardTest): Check | null {
  const rate = (line: TraceLine) => armRate(line, guard, 'candidate')
  const ratio = (line: TraceLine) => {
    const ours = rate(line)
    const theirs = armRate(line, guard, 'stable')
    return ours === null || theirs === null ? null : ours / theirs
  }
  const atMost = (name: string, limit: number, value: (line: TraceLine) => number | null): Check => ({
    guard,
    condition: `${name} <= ${limit}`,
    values: lines.map(value),
    isKept: seen => seen <= limit,
  })
  const atLeast = (name: string, limit: number, value: (line: TraceLine) => number | null): Check => ({
    guard,
    condition: `${name} >= ${limit}`,
    values: lines.map(value),
    isKept: seen => seen >= limit,
  })
  switch (test.kind) {
    case 'share-at-most':
      return atMost(guard, test.limit, rate)
    case 'quantile-at-most':
      // p95 <= T is the same as "at most 5 % take longer than T"; that is what the trace counts.
      return atMost(`${guard} over ${test.limitSeconds} s`, rounded(1 - test.quantile), rate)
    case 'share-at-most-times-stable':
    case 'slow-at-most-times-stable':
    case 'events-at-most-times-stable':
      return atMost(`${guard} / stable`, test.times, ratio)
    case 'mean-at-least':
      return atLeast(guard, test.limit, rate)
    case 'mean-at-most':
      return atMost(guard, test.limit, rate)
    case 'mean-may-lose':
      return atLeast(`${guard} / stable`, rounded(1 - test.fraction), ratio)
    case 'mean-may-grow':
      return atMost(`${guard} / stable`, rounded(1 + test.fraction), ratio)
    case 'events-at-most':
      return {...atMost(`${guard} so far`, test.limit, rate), values: totals(lines, guard)}
    case 'no-alert':
      return atMost(`${guard} firing`, 0, line => line.alerts[guard]?.length ?? null)
    case 'distribution-may-shift':
      return null
    default:
      return assertNever(test)
  }
}

function isRelative({kind}: GuardTest): boolean {
  return kind.endsWith('-times-stable') || kind === 'mean-may-lose' || kind === 'mean-may-grow'
}

/** 1 - 0.95 is 0.05, whatever the last bit says. */
function rounded(value: number): number {
  return Number(value.toPrecision(12))
}

function armRate(line: TraceLine, guard: string, side: 'candidate' | 'stable'): number | null {
  const arms = line.guards[guard]
  return arms ? rateOf(arms[side]) : null
}

/** Events of the candidate up to each line: what `increase()` over the whole rollout answers. */
function totals(lines: readonly TraceLine[], guard: string): (number | null)[] {
  let sum = 0
  return lines.map(line => {
    const arms = line.guards[guard]
    if (!arms || !areCounts(arms)) return null
    sum += arms.candidate.bad
    return sum
  })
}

function comparisonOf(lines: readonly TraceLine[], {name, tests}: PlannedGuard): Comparison | null {
  const worse = tests.map(directionOf).find(direction => direction !== null)
  if (!worse) return null
  return {
    guard: name,
    worse,
    lines: lines.map(line => {
      const arms = line.guards[name]
      return arms && (areCounts(arms) || areMeans(arms)) ? arms : null
    }),
  }
}

function directionOf({kind}: GuardTest): Comparison['worse'] | null {
  switch (kind) {
    case 'share-at-most':
    case 'share-at-most-times-stable':
    case 'quantile-at-most':
    case 'slow-at-most-times-stable':
    case 'mean-at-most':
    case 'mean-may-grow':
    case 'events-at-most-times-stable':
      return 'higher'
    case 'mean-at-least':
    case 'mean-may-lose':
      return 'lower'
    case 'events-at-most':
    case 'no-alert':
    case 'distribution-may-shift':
      return null
    default:
      return assertNever(kind)
  }
}
