/** From the samples of processes to the counters of a guard. Pure, and the same for every source. */

import {assertNever} from '../core/assert.ts'
import {beginningOf} from './beginnings.ts'
import {countByBucket, countSlow, describeBounds, sameBounds} from './buckets.ts'
import type {Sample} from './exposition.ts'
import {type Matchers, parseMatchers} from './matchers.ts'
import {countMean} from './means.ts'
import {type Count, samplesOf} from './process-count.ts'
import {countEvents, countShare} from './requests.ts'
import type {BucketCounter, Counter, GuardQuery, GuardReading, Series} from './source.ts'

/** Older samples are no data. Three missed scrapes at the usual slowest interval of one minute. */
export const maxSampleAgeSeconds = 180

/** What one process says at one time. All its counters began with it and end with it. */
export interface ProcessSamples {
  /** Names this very process: its address, and when it began. After a restart it is another one. */
  readonly process: string
  /** When it began, in milliseconds since 1970; absent when nothing says so. */
  readonly beganAt?: number
  /** When its newest sample was taken, in milliseconds since 1970; absent where its page was read just now. */
  readonly sampledAt?: number
  readonly samples: readonly Sample[]
  /** Types as the page says them; empty where the source does not know. */
  readonly types: ReadonlyMap<string, string>
}

/** What is known of one release. `absence` says in words why there is nothing, when there is nothing. */
export interface Arm {
  readonly version: string
  readonly processes: readonly ProcessSamples[]
  readonly absence?: string
}

type QueryOf<K extends GuardQuery['kind']> = Extract<GuardQuery, {kind: K}>

/** A guard's question with its matchers read, so that a config that cannot be read fails before anything is asked. */
export type Question = CountedQuestion | (QueryOf<'alert'> & {readonly holds: Matchers})

/** What is answered by counters of the two releases. */
export type CountedQuestion =
  | (QueryOf<'share'> & {readonly matchers: Matchers})
  | QueryOf<'quantile'>
  | QueryOf<'mean'>
  /** `matchers` is null where every event counts. */
  | (QueryOf<'events'> & {readonly matchers: Matchers | null})
  | QueryOf<'distribution'>

/** @throws UserError `telemetry/matchers-malformed` */
export function readQuestion(query: Exclude<GuardQuery, {kind: 'alert'}>): CountedQuestion
export function readQuestion(query: GuardQuery): Question
export function readQuestion(query: GuardQuery): Question {
  switch (query.kind) {
    case 'share':
      return {...query, matchers: parseMatchers(query.bad)}
    case 'events':
      return {...query, matchers: query.where === undefined ? null : parseMatchers(query.where)}
    case 'alert':
      return {...query, holds: parseMatchers(query.matchers)}
    case 'quantile':
    case 'mean':
    case 'distribution':
      return query
    default:
      return assertNever(query)
  }
}

export function isCounted(question: Question): question is CountedQuestion {
  return question.kind !== 'alert'
}

/** Names of all metrics that answer `question`, also those that only explain why there is no answer. */
export function metricsOf(question: Question): readonly string[] {
  switch (question.kind) {
    case 'share':
      return [question.of]
    case 'quantile':
    case 'distribution':
      return [`${question.histogram}_bucket`, `${question.histogram}_count`, question.histogram]
    case 'mean': {
      const {of, squares} = question
      return [`${of}_sum`, `${of}_count`, of, ...(squares === undefined ? [] : [squares])]
    }
    case 'events':
      return [question.of, question.per]
    case 'alert':
      return []
    default:
      return assertNever(question)
  }
}

/** Both arms of one guard. `stable` is null when there is no stable release. */
export function countGuard(question: CountedQuestion, candidate: Arm, stable: Arm | null): GuardReading {
  const ours = countArm(question, candidate, 'candidate')
  const theirs: ArmCount = stable === null ? {kind: 'counted', series: {}} : countArm(question, stable, 'stable')
  // A side that is wrong is worse news than a side that is silent, and one that can never speak is worse than silence.
  for (const arm of [ours, theirs]) if (arm.kind === 'query-failed') return arm
  const both = {candidate: seriesOf(ours), stable: seriesOf(theirs)}
  const absences = [ours, theirs].filter(arm => arm.kind === 'no-data')
  const absent = absences.find(arm => arm.unanswerable) ?? absences[0]
  if (absent) {
    const {kind, detail, unanswerable} = absent
    return {kind, detail, ...(unanswerable ? {unanswerable} : {}), ...both}
  }
  const differ = differentBuckets(both)
  if (differ !== undefined) return {kind: 'no-data', detail: differ, unanswerable: true}
  const assumedZero = question.kind === 'events' && !exports(question.of, candidate, stable) ? question.of : undefined
  return {kind: 'counted', ...both, ...(assumedZero === undefined ? {} : {assumedZero})}
}

/** A page may name a counter and its type before anything is counted. */
function exports(metric: string, ...arms: readonly (Arm | null)[]): boolean {
  const family = metric.replace(/_total$/, '')
  return arms.some(arm =>
    arm?.processes.some(
      replica => samplesOf(metric, replica).length > 0 || replica.types.has(metric) || replica.types.has(family),
    ),
  )
}

type NoData = Extract<GuardReading, {kind: 'no-data'}>
type QueryFailed = Extract<GuardReading, {kind: 'query-failed'}>
type ArmCount =
  | {readonly kind: 'counted'; readonly series: Series}
  | (Pick<NoData, 'kind' | 'detail' | 'unanswerable'> & {readonly series: Series})
  | QueryFailed

function seriesOf(arm: ArmCount): Series {
  return arm.kind === 'query-failed' ? {} : arm.series
}

function countArm(question: CountedQuestion, arm: Arm, side: string): ArmCount {
  const who = `${side} ${arm.version}`
  const series: Record<string, Counter> = {}
  const [silent, unanswerable]: [string[], string[]] = [[], []]
  for (const replica of arm.processes) {
    const count = countProcess(question, replica)
    const detail = count.kind === 'counted' ? '' : `${who} ${count.detail} (${replica.process})`
    switch (count.kind) {
      case 'counted':
        series[replica.process] = stamped(count.counter, question, replica)
        break
      case 'not-begun':
        silent.push(detail)
        if (count.zero) series[replica.process] = stamped(count.zero, question, replica)
        break
      case 'unanswerable':
        unanswerable.push(detail)
        break
      case 'failed':
        return {kind: 'query-failed', detail: `${who}: ${count.detail} (${replica.process})`}
      default:
        return assertNever(count)
    }
  }
  if (arm.processes.length === 0) silent.push(`${who} has no data: ${arm.absence ?? 'no process was found'}`)
  else if (question.kind === 'events' && !arm.processes.some(replica => samplesOf(question.per, replica).length > 0)) {
    silent.push(`${who} has no series ${question.per}, so that nothing says what its events come from`)
  }
  if (unanswerable[0] !== undefined) return {kind: 'no-data', detail: unanswerable[0], unanswerable: true, series}
  // One replica that does not count would hide its share of bad requests.
  return silent[0] === undefined ? {kind: 'counted', series} : {kind: 'no-data', detail: silent[0], series}
}

function countProcess(question: CountedQuestion, replica: ProcessSamples): Count {
  switch (question.kind) {
    case 'share':
      return countShare(question, replica)
    case 'quantile':
      return countSlow(question, replica)
    case 'mean':
      return countMean(question, replica)
    case 'events':
      return countEvents(question, replica)
    case 'distribution':
      return countByBucket(question, replica)
    default:
      return assertNever(question)
  }
}

function stamped(counter: Counter, question: CountedQuestion, replica: ProcessSamples): Counter {
  const beganAt = beginningOf(question, replica)
  const {sampledAt} = replica
  return {...counter, ...(beganAt === undefined ? {} : {beganAt}), ...(sampledAt === undefined ? {} : {sampledAt})}
}

/** Distributions are compared bucket by bucket: all processes of both releases must have the same ones. */
function differentBuckets(arms: Readonly<Record<'candidate' | 'stable', Series>>): string | undefined {
  let first: {readonly counter: BucketCounter; readonly who: string} | undefined
  for (const side of ['candidate', 'stable'] as const) {
    for (const [process, counter] of Object.entries(arms[side])) {
      if (!('bounds' in counter)) continue
      const who = `${side} (${process})`
      first ??= {counter, who}
      if (sameBounds(first.counter.bounds, counter.bounds)) continue
      return `${first.who} and ${who} have different buckets: ${describeBounds(first.counter, counter)}. Give both releases the same ones`
    }
  }
  return undefined
}
