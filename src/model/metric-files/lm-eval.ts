/**
 * `results_<time>.json` of lm-evaluation-harness: values of each task under "metric,filter" (before 0.4: "metric"), with
 * their standard errors, direction and number of documents. Groups of tasks stand among the tasks. Text such as " - sums"
 * is an indented title, and "N/A" is a standard error that was not computed.
 */
import {undefinedBecause} from '../inference/estimate.ts'
import type {Entry, MetricsFormat} from './format.ts'
import {rootOf} from './generic.ts'
import {at, isMap, mapAt, type Node, type NodeMap, numberAt, textAt} from './node.ts'
import {readNumber} from './number-text.ts'
import {isShareOf} from './uncertainty.ts'

export const lmEval: MetricsFormat = {
  tool: 'lm-eval',
  title: 'results of lm-evaluation-harness',
  knownBy: '"results" by task, beside "versions" and "config" or "configs"',
  recognises: content => isResults(rootOf(content)),
  read: content => {
    const root = rootOf(content)
    const tasks = [...(mapAt(root, 'results') ?? new Map<string, Node>())]
    return {run: null, entries: tasks.flatMap(([task, values]) => (isMap(values) ? readTask(root, task, values) : []))}
  },
}

function isResults(root: Node): boolean {
  const tasks = mapAt(root, 'results')
  return (
    tasks !== undefined &&
    mapAt(root, 'versions') !== undefined &&
    (mapAt(root, 'config') !== undefined || mapAt(root, 'configs') !== undefined) &&
    [...tasks.values()].every(isMap)
  )
}

function readTask(root: Node, task: string, values: NodeMap): readonly Entry[] {
  return [...values].flatMap(([key, node]): readonly Entry[] => {
    const [metric = key, filter] = key.split(',', 2)
    if (notMetrics.has(metric) || metric.endsWith('_stderr')) return []
    const reading = readNumber(node)
    if (reading === null) return []
    const n =
      numberAt(root, 'n-samples', task, 'effective') ??
      numberAt(values, 'sample_count', key) ??
      numberAt(values, 'sample_len')
    const stderr = numberAt(values, filter === undefined ? `${metric}_stderr` : `${metric}_stderr,${filter}`)
    const higher = at(root, 'higher_is_better', task, metric)
    const note = limitNote(root, task)
    return [
      {
        part: task,
        name: key,
        alias: metric,
        value:
          n === 0
            ? undefinedBecause('model/reported-no-samples', `the task "${task}" had no document.`)
            : reading.value,
        ...(typeof higher === 'boolean' ? {better: higher ? 'more' : 'less'} : {}),
        ...(n === undefined ? {} : {n}),
        ...(stderr === undefined ? {} : {stderr}),
        ...(shares.test(metric) && isShareOf(reading.value, stderr, n) ? {share: true} : {}),
        ...(note === undefined ? {} : {note}),
        dataset: datasetOf(root, task, n),
      },
    ]
  })
}

const notMetrics = new Set(['alias', 'name', 'sample_len', 'sample_count', 'samples', ' ', ''])

/** Names of means over documents that are each right or wrong. */
const shares = /^(?:acc|acc_norm|exact_match|em|pass@1)$/

function limitNote(root: Node, task: string): string | undefined {
  const [original, effective] = [
    numberAt(root, 'n-samples', task, 'original'),
    numberAt(root, 'n-samples', task, 'effective'),
  ]
  if (original === undefined || effective === undefined || effective >= original) return undefined
  return `It was measured on ${effective} of the task's ${original} documents (--limit).`
}

/** Two values of a task can be compared where its version, its examples and its documents are the same. */
function datasetOf(root: Node, task: string, n: number | undefined): Readonly<Record<string, string>> {
  const version = at(root, 'versions', task)
  const hash = textAt(root, 'task_hashes', task)
  const shots = numberAt(root, 'n-shot', task)
  return {
    ...(version === undefined || version === null ? {} : {'task version': versionText(version)}),
    ...(hash === undefined ? {} : {'task hash': hash}),
    ...(shots === undefined ? {} : {'few-shot examples': String(shots)}),
    ...(n === undefined ? {} : {documents: String(n)}),
  }
}

/** Written as a number or as a text, 1.0 and "1.0" are the same version. */
function versionText(version: Node): string {
  const text = typeof version === 'string' ? version.trim() : String(version)
  return text !== '' && Number.isFinite(Number(text)) ? String(Number(text)) : text
}
