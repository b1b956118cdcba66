/**
 * A log of Inspect as JSON (inspect_ai, EvalLog): each scorer with its metrics, of which "stderr" is the standard error
 * of the others. Logs in the form ".eval" are archives: `inspect log convert --to json` makes them readable.
 */
import {UserError} from '../../core/failure.ts'
import {undefinedBecause} from '../inference/estimate.ts'
import type {Entry, MetricsFormat} from './format.ts'
import {rootOf} from './generic.ts'
import {at, isMap, listAt, mapAt, type Node, type NodeMap, numberAt, textAt} from './node.ts'
import {readNumber} from './number-text.ts'
import {isShareOf} from './uncertainty.ts'

export const inspect: MetricsFormat = {
  tool: 'inspect',
  title: 'a log of Inspect',
  knownBy: '"status" beside "eval" with a "task"',
  recognises: content => {
    const root = rootOf(content)
    return textAt(root, 'status') !== undefined && textAt(root, 'eval', 'task') !== undefined
  },
  read: (content, {path}) => {
    const root = rootOf(content)
    const status = at(root, 'invalidated') === true ? 'invalidated' : textAt(root, 'status')
    if (status !== 'success') {
      throw new UserError('model/metrics-run-unfinished', `${path}: the evaluation's status is "${status}".`, {
        hint: 'An evaluation that did not finish has measured only a part: run it again.',
      })
    }
    const scores = (listAt(root, 'results', 'scores') ?? []).filter(isMap)
    return {run: null, entries: scores.flatMap(score => readScore(root, score))}
  },
}

function readScore(root: Node, score: NodeMap): readonly Entry[] {
  const metrics = mapAt(score, 'metrics') ?? new Map<string, Node>()
  const stderr = numberAt(metrics, 'stderr', 'value')
  const n = numberAt(score, 'scored_samples') ?? numberAt(root, 'results', 'completed_samples')
  const absent = unanswered(root, score)
  return [...metrics].flatMap(([metric, node]): readonly Entry[] => {
    const reading = readNumber(at(node, 'value') ?? null)
    if (reading === null || metric === 'stderr') return []
    const share = metric === 'accuracy' && isShareOf(reading.value, stderr, n)
    return [
      {
        name: `${textAt(score, 'name') ?? 'score'}.${metric}`,
        alias: metric,
        value: absent ?? reading.value,
        dataset: datasetOf(root, n),
        ...(n === undefined ? {} : {n}),
        ...(stderr === undefined || metrics.size > 2 ? {} : {stderr}),
        ...(share ? {share: true} : {}),
      },
    ]
  })
}

/** Samples that broke off are left out of the values, and are hardly those that the model answers best. */
function unanswered(root: Node, score: NodeMap) {
  const total = numberAt(root, 'results', 'total_samples') ?? 0
  const left = Math.max(
    total - (numberAt(root, 'results', 'completed_samples') ?? total),
    numberAt(score, 'unscored_samples') ?? 0,
  )
  if (total === 0) return undefinedBecause('model/reported-no-samples', 'the evaluation had no sample.')
  if (left === 0) return undefined
  return undefinedBecause('model/reported-samples-missing', `${left} of the ${total} samples have no score.`)
}

function datasetOf(root: Node, n: number | undefined): Readonly<Record<string, string>> {
  const name = textAt(root, 'eval', 'dataset', 'name')
  const version = at(root, 'eval', 'task_version')
  return {
    ...(name === undefined ? {} : {name}),
    ...(typeof version === 'number' || typeof version === 'string' ? {'task version': String(version)} : {}),
    ...(n === undefined ? {} : {samples: String(n)}),
  }
}
