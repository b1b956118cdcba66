/**
 * JSON of Evidently, in both generations: since 0.7 "metric_name" (first "metric_id") with "value"; before, "metric" with
 * "result". Tests have a "status" in both. A drift that is a p-value is better when it is larger.
 */

import {failuresAmong} from './counts.ts'
import type {Direction} from './direction.ts'
import {leavesOf} from './flatten.ts'
import type {Entry, MetricsFormat} from './format.ts'
import {rootOf} from './generic.ts'
import {isMap, listAt, mapAt, type Node, type NodeMap, textAt} from './node.ts'

export const evidently: MetricsFormat = {
  tool: 'evidently',
  title: 'a report of Evidently',
  knownBy: '"metrics" with "metric_name" and "value" or with "metric" and "result", or "tests" with "status"',
  recognises: content => isReport(rootOf(content)),
  read: content => {
    const root = rootOf(content)
    const metrics = (listAt(root, 'metrics') ?? []).filter(isMap)
    return {run: null, entries: [...metrics.flatMap(readMetric), ...readTests(listAt(root, 'tests'))]}
  },
}

function isReport(root: Node): boolean {
  const [metrics, tests] = [listAt(root, 'metrics') ?? [], listAt(root, 'tests') ?? []]
  if (metrics.length + tests.length === 0) return false
  return (
    metrics.every(isMetric) &&
    tests.every(test => textAt(test, 'name') !== undefined && textAt(test, 'status') !== undefined)
  )
}

function isMetric(node: Node): boolean {
  if (textAt(node, 'metric_name') !== undefined || textAt(node, 'metric_id') !== undefined)
    return isMap(node) && node.has('value')
  return textAt(node, 'metric') !== undefined && mapAt(node, 'result') !== undefined
}

function readMetric(metric: NodeMap): readonly Entry[] {
  const name = textAt(metric, 'metric_name') ?? textAt(metric, 'metric_id')
  if (name !== undefined) {
    const better = isPValue(textAt(metric, 'config', 'method') ?? name) ? ({better: 'more'} as const) : {}
    return leavesOf(metric.get('value') ?? null).map(({path, value}) => ({
      name: [name, ...path].join('.'),
      value,
      ...better,
    }))
  }
  const result = mapAt(metric, 'result') ?? new Map<string, Node>()
  const column = textAt(result, 'column_name')
  const title = `${textAt(metric, 'metric') ?? ''}${column === undefined ? '' : `(${column})`}`
  return leavesOf(result).flatMap(({path, value}) => {
    const better = driftDirection(result, path)
    return [{name: [title, ...path].join('.'), value, ...(better === undefined ? {} : {better})}]
  })
}

/** `drift_score` beside the name of the test that gave it. */
function driftDirection(result: NodeMap, path: readonly string[]): Direction | undefined {
  if (path.at(-1) !== 'drift_score') return undefined
  const test = textAt(result, ...path.slice(0, -1), 'stattest_name')
  return test === undefined ? undefined : isPValue(test) ? 'more' : 'less'
}

function isPValue(method: string): boolean {
  return /p[_ -]?value/i.test(method)
}

/** What neither succeeded nor warned counts as failed: FAIL, ERROR, SKIPPED. */
function readTests(tests: readonly Node[] | undefined): readonly Entry[] {
  if (tests === undefined) return []
  const statuses = tests.map(test => textAt(test, 'status')?.toUpperCase() ?? '')
  const count = (...wanted: readonly string[]) => statuses.filter(status => wanted.includes(status)).length
  const warned = count('WARNING', 'WARN')
  const failed = statuses.length - warned - count('SUCCESS', 'PASS')
  return [
    {name: 'tests.total', value: statuses.length},
    {
      name: 'tests.failed',
      value: failuresAmong(statuses.length, failed, 0, 'test'),
      better: 'less',
      n: statuses.length,
    },
    {
      name: 'tests.warned',
      value: failuresAmong(statuses.length, warned, 0, 'test'),
      better: 'less',
      n: statuses.length,
    },
  ]
}
