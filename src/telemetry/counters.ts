/**
 * From the samples of processes to the counters of a guard. Pure, and the same for every source.
 * A quantile limit is a count above a bucket bound; nothing is interpolated (a linear guess inside a bucket would decide
 * about a release on requests that nobody measured).
 */

import {beginningOf} from './beginnings.ts'
import {describeSeries, type Sample} from './exposition.ts'
import {type Matchers, parseMatchers} from './matchers.ts'
import type {Counter, GuardQuery, GuardReading, Series} from './source.ts'

/** What one process says at one time. All its counters began with it and end with it. */
export interface ProcessSamples {
  /** Names this very process: its address, and when it began. After a restart it is another one. */
  readonly process: string
  /** When it began, in milliseconds since 1970; absent when nothing says so. */
  readonly beganAt?: number
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

/** A guard's question with its matchers read, so that a config that cannot be read fails before anything is asked. */
export type Question =
  | (Extract<GuardQuery, {kind: 'share'}> & {readonly matchers: Matchers})
  | Extract<GuardQuery, {kind: 'quantile'}>

/** @throws UserError `telemetry/matchers-malformed` */
export function readQuestion(query: GuardQuery): Question {
  return query.kind === 'share' ? {...query, matchers: parseMatchers(query.bad)} : query
}

/** Names of all metrics that answer `question`, also those that only explain why there is no answer. */
export function metricsOf(question: Question): readonly string[] {
  switch (question.kind) {
    case 'share':
      return [question.of]
    case 'quantile':
      return [`${question.histogram}_bucket`, `${question.histogram}_count`, question.histogram]
  }
}

/** Both arms of one guard. `stable` is null when there is no stable release. */
export function countGuard(question: Question, candidate: Arm, stable: Arm | null): GuardReading {
  const ours = countArm(question, candidate, 'candidate')
  const theirs: ArmCount = stable === null ? {kind: 'counted', series: {}} : countArm(question, stable, 'stable')
  // A side that is wrong is worse news than a side that is silent.
  for (const arm of [ours, theirs]) if (arm.kind === 'query-failed') return arm
  const both = {candidate: seriesOf(ours), stable: seriesOf(theirs)}
  for (const arm of [ours, theirs]) if (arm.kind === 'no-data') return {kind: 'no-data', detail: arm.detail, ...both}
  return {kind: 'counted', ...both}
}

type ArmCount =
  | {readonly kind: 'counted'; readonly series: Series}
  | {readonly kind: 'no-data'; readonly detail: string; readonly series: Series}
  | QueryFailed
type QueryFailed = Extract<GuardReading, {kind: 'query-failed'}>

function seriesOf(arm: ArmCount): Series {
  return arm.kind === 'query-failed' ? {} : arm.series
}

function countArm(question: Question, arm: Arm, side: string): ArmCount {
  const who = `${side} ${arm.version}`
  const series: Record<string, Counter> = {}
  const silent: string[] = []
  for (const replica of arm.processes) {
    const counter = question.kind === 'share' ? countShare(question, replica) : countSlow(question, replica)
    if (typeof counter === 'string') silent.push(`${counter} (${replica.process})`)
    else if (!('kind' in counter)) series[replica.process] = withBeginning(counter, question, replica)
    else if (counter.kind === 'query-failed')
      return {...counter, detail: `${who}: ${counter.detail} (${replica.process})`}
    else {
      silent.push(`${counter.detail} (${replica.process})`)
      series[replica.process] = withBeginning({n: 0, bad: 0}, question, replica)
    }
  }
  if (arm.processes.length === 0) silent.push(`has no data: ${arm.absence ?? 'no process was found'}`)
  // One replica that does not count would hide its share of bad requests.
  return silent[0] === undefined ? {kind: 'counted', series} : {kind: 'no-data', detail: `${who} ${silent[0]}`, series}
}

function withBeginning(counter: Counter, question: Question, replica: ProcessSamples): Counter {
  const beganAt = beginningOf(question, replica)
  return beganAt === undefined ? counter : {...counter, beganAt}
}

/**
 * A counter, or in words what the process does not have, or what is wrong with what it has. `not-begun`: the process
 * has no such metric at all, as client libraries do before the first request.
 */
type Count = Counter | string | {readonly kind: 'not-begun'; readonly detail: string} | QueryFailed

function countShare({of, bad, matchers}: Extract<Question, {kind: 'share'}>, replica: ProcessSamples): Count {
  const samples = replica.samples.filter(sample => sample.name === of)
  if (samples.length === 0) return {kind: 'not-begun', detail: `has no series ${of}`}
  // OpenMetrics names the family without the suffix of its samples.
  const type = replica.types.get(of) ?? replica.types.get(of.replace(/_total$/, ''))
  if (type !== undefined && !['counter', 'unknown', 'untyped'].includes(type))
    return `has ${of} as a ${type}, not a counter`
  for (const label of matchers.labels) {
    // As PromQL reads it, an absent label is empty and the matcher never holds: a guard that can never fire.
    if (!samples.some(sample => sample.labels.has(label))) {
      return `has no series ${of} with the label ${label}, which the guard's ${bad} asks for`
    }
  }
  let n = 0
  let matched = 0
  for (const sample of samples) {
    if (!isCount(sample.value)) return notACount(sample)
    n += sample.value
    if (matchers.match(sample.labels)) matched += sample.value
  }
  return {n, bad: matched}
}

function countSlow({histogram, limit}: Extract<Question, {kind: 'quantile'}>, replica: ProcessSamples): Count {
  const buckets = replica.samples.filter(sample => sample.name === `${histogram}_bucket`)
  if (buckets.length === 0) return missingBuckets(histogram, replica)
  let n = 0
  let bad = 0
  let suspect = 0
  for (const distribution of distributions(buckets)) {
    const counter = countAbove(distribution, histogram, limit)
    if (typeof counter === 'string' || 'kind' in counter) return counter
    n += counter.n
    bad += counter.bad
    suspect += counter.suspect
  }
  return {n, bad, suspect}
}

function missingBuckets(histogram: string, replica: ProcessSamples): Count {
  if (replica.samples.some(sample => sample.name === histogram && sample.labels.has('quantile'))) {
    return `has ${histogram} as a summary; its quantiles cannot be counted: measure it as a histogram`
  }
  if (replica.samples.some(sample => sample.name === histogram)) {
    return `has ${histogram} without classic buckets; a native histogram is needed in its classic form too (always_scrape_classic_histograms)`
  }
  return {kind: 'not-begun', detail: `has no series ${histogram}_bucket`}
}

/** The buckets of each label set apart from `le`: a process may use other bounds for another handler. */
function distributions(buckets: readonly Sample[]): Iterable<readonly Sample[]> {
  const groups = new Map<string, Sample[]>()
  for (const bucket of buckets) {
    const key = JSON.stringify([...bucket.labels].filter(([label]) => label !== 'le').sort())
    groups.set(key, [...(groups.get(key) ?? []), bucket])
  }
  return groups.values()
}

function countAbove(
  buckets: readonly Sample[],
  histogram: string,
  limit: number,
): {n: number; bad: number; suspect: number} | string | QueryFailed {
  const bounds = buckets
    .map(bucket => ({le: readBound(bucket.labels.get('le')), count: bucket.value, bucket}))
    .sort((a, b) => a.le - b.le)
  let below = 0
  for (const {le, count, bucket} of bounds) {
    if (Number.isNaN(le)) return failed(`${describeSeries(bucket)} has no bound`)
    if (!isCount(count)) return notACount(bucket)
    if (count < below)
      return failed(
        `the buckets of ${histogram} are not cumulative: ${describeSeries(bucket)} is less than the one below`,
      )
    below = count
  }
  const all = bounds.at(-1)
  if (all === undefined || all.le !== Number.POSITIVE_INFINITY)
    return failed(`${histogram}_bucket has no bucket le="+Inf"`)
  const finite = bounds.slice(0, -1)
  const upper = finite.find(bound => bound.le >= limit || sameBound(bound.le, limit))
  if (upper === undefined) {
    return `has no bucket of ${histogram} at or above the limit ${limit} (largest bound ${finite.at(-1)?.le ?? 'none'}): nothing could show that it is broken. Add the bucket ${limit}`
  }
  if (sameBound(upper.le, limit)) return {n: all.count, bad: all.count - upper.count, suspect: all.count - upper.count}
  const lower = finite[finite.indexOf(upper) - 1]
  if (lower === undefined) {
    return `has no bucket of ${histogram} at or below the limit ${limit} (smallest bound ${upper.le}): nothing could show that it is kept. Add the bucket ${limit}`
  }
  return {n: all.count, bad: all.count - upper.count, suspect: all.count - lower.count}
}

function readBound(text: string | undefined): number {
  if (text === '+Inf' || text === 'Inf') return Number.POSITIVE_INFINITY
  return text === undefined || text.trim() === '' ? Number.NaN : Number(text)
}

/** `0.12` and `120ms` are the same bound, whatever the last bit of either says. */
function sameBound(a: number, b: number): boolean {
  return Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b))
}

/** The tests downstream count requests: a half request or NaN is no count. */
function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0
}

function notACount(sample: Sample) {
  return failed(`${describeSeries(sample)} is ${sample.value}, not a whole number of requests`)
}

function failed(detail: string): QueryFailed {
  return {kind: 'query-failed', detail}
}
