/**
 * Classic histograms: requests above a limit, and requests by bucket. Pure. A quantile limit is a count above a bucket
 * bound; nothing is interpolated (a linear guess inside a bucket would decide about a release on requests that nobody
 * measured).
 */
import type {CountedQuestion, ProcessSamples} from './counters.ts'
import {describeSeries, type Sample} from './exposition.ts'
import {type Count, counted, failed, isCount, notACount, notBegun, samplesOf, unanswerable} from './process-count.ts'
import type {Counter} from './source.ts'

type QueryFailed = Extract<Count, {kind: 'failed'}>

export function countSlow(question: Extract<CountedQuestion, {kind: 'quantile'}>, replica: ProcessSamples): Count {
  const {histogram, limit} = question
  const shapes = readShapes(histogram, replica, {n: 0, bad: 0, suspect: 0})
  if ('kind' in shapes) return shapes
  let [n, bad, suspect] = [0, 0, 0]
  for (const shape of shapes) {
    const above = countAbove(shape, histogram, limit)
    if (typeof above === 'string') return unanswerable(above)
    n += shape.n
    bad += above.bad
    suspect += above.suspect
  }
  return counted({n, bad, suspect})
}

/** All label sets of a process together: they must have the same buckets to be one distribution. */
export function countByBucket(
  question: Extract<CountedQuestion, {kind: 'distribution'}>,
  replica: ProcessSamples,
): Count {
  const {histogram} = question
  const shapes = readShapes(histogram, replica, null)
  if ('kind' in shapes) return shapes
  const [first] = shapes
  if (first === undefined) return notBegun(`${histogram}_bucket`, null)
  if (first.bounds.length === 0) {
    return unanswerable(`has no bucket of ${histogram} but +Inf: nothing could show where its values lie`)
  }
  const other = shapes.find(shape => !sameBounds(shape.bounds, first.bounds))
  if (other) return unanswerable(`has ${histogram} with different buckets: ${describeBounds(first, other)}`)
  const cumulative = first.cumulative.map((_, index) =>
    shapes.reduce((sum, shape) => sum + (shape.cumulative[index] ?? 0), 0),
  )
  const buckets = cumulative.map((count, index) => count - (cumulative[index - 1] ?? 0))
  return counted({n: cumulative.at(-1) ?? 0, bounds: first.bounds, buckets})
}

export function sameBounds(ours: readonly number[], theirs: readonly number[]): boolean {
  return ours.length === theirs.length && ours.every((bound, index) => bound === theirs[index])
}

/** `0.1, 0.5 and 0.1, 0.25, 0.5` */
export function describeBounds(
  ...shapes: readonly [{readonly bounds: readonly number[]}, {readonly bounds: readonly number[]}]
): string {
  return shapes.map(({bounds}) => bounds.join(', ')).join(' and ')
}

interface Shape {
  readonly n: number
  /** Finite upper bounds, rising. */
  readonly bounds: readonly number[]
  /** Requests up to each bound, and all of them. */
  readonly cumulative: readonly number[]
}

/** The shape of each label set apart from `le`: a process may use other bounds for another handler. */
function readShapes(histogram: string, replica: ProcessSamples, zero: Counter | null): readonly Shape[] | Count {
  const buckets = samplesOf(`${histogram}_bucket`, replica)
  if (buckets.length === 0) return missingBuckets(histogram, replica, zero)
  const groups = new Map<string, Sample[]>()
  for (const bucket of buckets) {
    const key = JSON.stringify([...bucket.labels].filter(([label]) => label !== 'le').sort())
    const group = groups.get(key)
    if (group) group.push(bucket)
    else groups.set(key, [bucket])
  }
  const shapes: Shape[] = []
  for (const group of groups.values()) {
    const shape = readShape(group, histogram)
    if ('kind' in shape) return shape
    shapes.push(shape)
  }
  return shapes
}

function missingBuckets(histogram: string, replica: ProcessSamples, zero: Counter | null): Count {
  const plain = samplesOf(histogram, replica)
  if (plain.some(sample => sample.labels.has('quantile'))) {
    return unanswerable(`has ${histogram} as a summary; its quantiles cannot be counted: measure it as a histogram`)
  }
  if (plain.length > 0) {
    return unanswerable(
      `has ${histogram} without classic buckets; a native histogram is needed in its classic form too (always_scrape_classic_histograms)`,
    )
  }
  return notBegun(`${histogram}_bucket`, zero)
}

function readShape(group: readonly Sample[], histogram: string): Shape | QueryFailed {
  const rising = group
    .map(bucket => ({le: readBound(bucket.labels.get('le')), count: bucket.value, bucket}))
    .sort((a, b) => a.le - b.le)
  let below = 0
  for (const {le, count, bucket} of rising) {
    if (Number.isNaN(le)) return failed(`${describeSeries(bucket)} has no bound`)
    if (!isCount(count)) return notACount(bucket)
    if (count < below) {
      return failed(
        `the buckets of ${histogram} are not cumulative: ${describeSeries(bucket)} is less than the one below`,
      )
    }
    below = count
  }
  const all = rising.at(-1)
  if (all === undefined || all.le !== Number.POSITIVE_INFINITY)
    return failed(`${histogram}_bucket has no bucket le="+Inf"`)
  return {
    n: all.count,
    bounds: rising.slice(0, -1).map(({le}) => le),
    cumulative: rising.map(({count}) => count),
  }
}

/** Requests that were surely, and those that were perhaps slower than `limit`; in words, why that cannot be told. */
function countAbove(
  {n, bounds, cumulative}: Shape,
  histogram: string,
  limit: number,
): {readonly bad: number; readonly suspect: number} | string {
  const at = bounds.findIndex(bound => bound >= limit || isSame(bound, limit))
  const upper = bounds[at]
  if (upper === undefined) {
    return `has no bucket of ${histogram} at or above the limit ${limit} (largest bound ${bounds.at(-1) ?? 'none'}): nothing could show that it is broken. Add the bucket ${limit}`
  }
  const bad = n - (cumulative[at] ?? 0)
  if (isSame(upper, limit)) return {bad, suspect: bad}
  const below = cumulative[at - 1]
  if (below === undefined) {
    return `has no bucket of ${histogram} at or below the limit ${limit} (smallest bound ${upper}): nothing could show that it is kept. Add the bucket ${limit}`
  }
  return {bad, suspect: n - below}
}

function readBound(text: string | undefined): number {
  if (text === '+Inf' || text === 'Inf') return Number.POSITIVE_INFINITY
  return text === undefined || text.trim() === '' ? Number.NaN : Number(text)
}

/** `0.12` and `120ms` are the same bound, whatever the last bit of either says. */
function isSame(a: number, b: number): boolean {
  return Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b))
}
