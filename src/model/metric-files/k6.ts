/**
 * The end-of-test summary of k6, in its three shapes: `--summary-export` (numbers of a metric beside its thresholds; there
 * `true` means that a threshold was crossed), `handleSummary` (`type`, `values`, `thresholds: {…: {ok}}`), and
 * `--new-machine-readable-summary` (a list of metrics; no thresholds).
 * k6 writes 0 for a metric without samples (grafana/k6#1346, #2540), and its own thresholds pass on it.
 */
import {undefinedBecause} from '../inference/estimate.ts'
import type {Direction} from './direction.ts'
import type {Entry, MetricsFormat} from './format.ts'
import {rootOf} from './generic.ts'
import {isMap, listAt, mapAt, type Node, type NodeMap, numberAt, textAt} from './node.ts'
import {readNumber} from './number-text.ts'

export const k6: MetricsFormat = {
  tool: 'k6',
  title: 'a summary of k6',
  knownBy: '"root_group" beside "metrics", or "results" with lists of metrics beside "metadata" of k6',
  recognises: content => metricsOf(rootOf(content)) !== undefined,
  read: content => {
    const metrics = metricsOf(rootOf(content)) ?? new Map<string, NodeMap>()
    return {
      run: null,
      entries: [...readThresholds(metrics), ...[...metrics].flatMap(([name, metric]) => readMetric(name, metric))],
    }
  },
}

function metricsOf(root: Node): ReadonlyMap<string, NodeMap> | undefined {
  const metrics = mapAt(root, 'metrics')
  if (metrics !== undefined && mapAt(root, 'root_group') !== undefined) {
    return new Map([...metrics].flatMap(([name, metric]) => (isMap(metric) ? [[name, metric] as const] : [])))
  }
  const list = listAt(root, 'results', 'metrics')
  if (list === undefined || textAt(root, 'metadata', 'k6_version') === undefined) return undefined
  return new Map(
    [...list, ...(listAt(root, 'results', 'checks', 'metrics') ?? [])].flatMap(metric => {
      const name = textAt(metric, 'name')
      return isMap(metric) && name !== undefined ? [[name, metric] as const] : []
    }),
  )
}

function readMetric(name: string, metric: NodeMap): readonly Entry[] {
  const values = mapAt(metric, 'values') ?? metric
  if (samplesOfRate(values) !== null) return readRate(name, values)
  const silent = isSilent(metric)
  return [...values].flatMap(([key, node]) => {
    const reading = key === 'thresholds' || typeof node === 'string' ? null : readNumber(node)
    if (reading === null) return []
    const alias = otherPercentile(key)
    const value = silent ? noSamples(name) : reading.value
    return [{name: `${name}.${key}`, value, ...(alias === undefined ? {} : {alias: `${name}.${alias}`})}]
  })
}

/** `p(95)` is `p95` in the machine-readable shape. */
function otherPercentile(key: string): string | undefined {
  const [, old, now] = /^(?:p\((\d+(?:\.\d+)?)\)|p(\d+(?:\.\d+)?))$/.exec(key) ?? []
  return old === undefined ? now && `p(${now})` : `p${old}`
}

/** `rate` (handleSummary, machine-readable) or `value` (--summary-export): the share of samples that were true. */
function readRate(name: string, values: NodeMap): readonly Entry[] {
  const samples = samplesOfRate(values) ?? 0
  const key = values.has('rate') ? 'rate' : 'value'
  const better = rateDirections.get(name)
  const entry: Entry = {
    name: `${name}.${key}`,
    alias: `${name}.${key === 'rate' ? 'value' : 'rate'}`,
    value: (samples === 0 ? undefined : numberAt(values, key)) ?? noSamples(name),
    ...(better === undefined ? {} : {better}),
    ...(samples === 0 ? {} : {n: samples, share: true}),
  }
  return [entry, {name: `${name}.samples`, value: samples}]
}

/** k6's own rates: https://grafana.com/docs/k6/latest/using-k6/metrics/reference/ */
const rateDirections: ReadonlyMap<string, Direction> = new Map([
  ['checks', 'more'],
  ['checks_succeeded', 'more'],
  ['checks_failed', 'less'],
  ['http_req_failed', 'less'],
])

/** Null for a metric that is no rate. */
function samplesOfRate(values: NodeMap): number | null {
  if (numberAt(values, 'matches') !== undefined) return numberAt(values, 'total') ?? null
  const [passes, fails] = [numberAt(values, 'passes'), numberAt(values, 'fails')]
  return passes === undefined || fails === undefined ? null : passes + fails
}

/** Without samples: a rate of nothing, or times that are all exactly 0. */
function isSilent(metric: NodeMap): boolean {
  const values = mapAt(metric, 'values') ?? metric
  const samples = samplesOfRate(values)
  if (samples !== null) return samples === 0
  if (!values.has('avg') || !values.has('max')) return false
  return [...values].every(([, value]) => typeof value !== 'number' || value === 0)
}

function noSamples(name: string) {
  return undefinedBecause('model/reported-no-samples', `k6 took no sample of ${name}, and writes 0 for that.`)
}

/** How many thresholds were crossed; nothing where there is none. One that looked at no sample was not kept. */
function readThresholds(metrics: ReadonlyMap<string, NodeMap>): readonly Entry[] {
  const thresholds = [...metrics].flatMap(([name, metric]) => {
    const exported = !metric.has('values')
    return [...(mapAt(metric, 'thresholds') ?? [])].map(([, threshold]) => ({
      name,
      crossed: exported ? threshold === true : !(isMap(threshold) && threshold.get('ok') === true),
      silent: isSilent(metric),
    }))
  })
  if (thresholds.length === 0) return []
  const crossed = thresholds.filter(each => each.crossed).length
  const silent = thresholds.find(each => each.silent)
  const value = crossed === 0 && silent ? noSamples(silent.name) : crossed
  return [{name: 'thresholds.crossed', value, better: 'less', n: thresholds.length}]
}
