/** What one process says about one question, and the words for what it does not say. Shared by the kinds of questions. */
import type {ProcessSamples} from './counters.ts'
import {describeSeries, type Sample} from './exposition.ts'
import type {Matchers} from './matchers.ts'
import type {Counter} from './source.ts'

/** A counter, or why there is none. */
export type Count =
  | {readonly kind: 'counted'; readonly counter: Counter}
  /** The process has no such metric at all, as client libraries do before the first request: it stands at `zero`. */
  | {readonly kind: 'not-begun'; readonly detail: string; readonly zero: Counter | null}
  /** What it has can never answer the question. */
  | {readonly kind: 'unanswerable'; readonly detail: string}
  /** What it has is wrong. */
  | {readonly kind: 'failed'; readonly detail: string}

export function counted(counter: Counter): Count {
  return {kind: 'counted', counter}
}

export function notBegun(metric: string, zero: Counter | null): Count {
  return {kind: 'not-begun', detail: `has no series ${metric}`, zero}
}

export function unanswerable(detail: string): Count {
  return {kind: 'unanswerable', detail}
}

export function failed(detail: string): Extract<Count, {kind: 'failed'}> {
  return {kind: 'failed', detail}
}

export function samplesOf(metric: string, {samples}: ProcessSamples): readonly Sample[] {
  return samples.filter(sample => sample.name === metric)
}

/** Why `metric` is no counter; undefined where it is one, or nothing says its type. */
export function notACounter(metric: string, {types}: ProcessSamples): string | undefined {
  // OpenMetrics names the family without the suffix of its samples.
  const type = types.get(metric) ?? types.get(metric.replace(/_total$/, ''))
  const fits = type === undefined || ['counter', 'unknown', 'untyped'].includes(type)
  return fits ? undefined : `has ${metric} as a ${type}, not a counter`
}

/** The label that no sample has. As PromQL reads it, it is empty and the matcher never holds: a guard that can never fire. */
export function labelMissing(matchers: Matchers, samples: readonly Sample[]): string | undefined {
  return matchers.labels.find(label => !samples.some(sample => sample.labels.has(label)))
}

/** The tests downstream count requests: a half request or NaN is no count. */
export function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0
}

export function notACount(sample: Sample): Extract<Count, {kind: 'failed'}> {
  return failed(`${describeSeries(sample)} is ${sample.value}, not a whole number of requests`)
}

/** The sum of whole counts, or what is wrong with one of them. */
export function sumOfCounts(samples: readonly Sample[]): number | Extract<Count, {kind: 'failed'}> {
  let sum = 0
  for (const sample of samples) {
    if (!isCount(sample.value)) return notACount(sample)
    sum += sample.value
  }
  return sum
}
