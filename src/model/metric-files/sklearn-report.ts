/**
 * `classification_report(..., output_dict=True)` of scikit-learn (sklearn/metrics/_classification.py): one mapping for
 * each class, one for each average, and `accuracy`; "micro avg" stands in its place where `labels` are a subset.
 */
import {unanswerable, undefinedBecause} from '../inference/estimate.ts'
import type {Entry, MetricsFormat} from './format.ts'
import {rootOf} from './generic.ts'
import {isMap, type Node, type NodeMap, numberAt} from './node.ts'
import {readNumber} from './number-text.ts'

export const sklearnReport: MetricsFormat = {
  tool: 'sklearn-report',
  title: 'a classification_report of scikit-learn',
  knownBy: '"macro avg" and "weighted avg" with precision, recall, f1-score and support',
  recognises: content => ['macro avg', 'weighted avg'].every(key => isScores(mapOf(rootOf(content))?.get(key))),
  read: content => ({run: null, entries: readReport(mapOf(rootOf(content)) ?? new Map())}),
}

function mapOf(root: Node): NodeMap | undefined {
  return isMap(root) ? root : undefined
}

const scoreNames = ['precision', 'recall', 'f1-score', 'support'] as const

function isScores(node: Node | undefined): node is NodeMap {
  return isMap(node) && scoreNames.every(name => node.has(name))
}

function readReport(root: NodeMap): readonly Entry[] {
  const rows = numberAt(root, 'weighted avg', 'support')
  const instead = root.has('micro avg') && !root.has('accuracy') ? [withoutAccuracy] : []
  const found = [...root].flatMap(([key, node]): readonly Entry[] => {
    if (isScores(node)) return readScores(key, node, averages.has(key))
    const reading = readNumber(node)
    if (reading === null) return []
    const share = key === 'accuracy' && rows !== undefined ? ({n: rows, share: true} as const) : {}
    return [{name: key, value: reading.value, ...share}]
  })
  // Reports of two models can be compared where they are of equally many rows.
  const dataset = rows === undefined ? {} : {dataset: {rows: String(rows)}}
  return [...found, ...instead].map(entry => ({...entry, ...dataset}))
}

const withoutAccuracy: Entry = {
  name: 'accuracy',
  value: unanswerable(
    'model/reported-not-available',
    'the report has "micro avg" in its place, because its labels are a subset of the classes, or a row may have several.',
  ),
}

const averages = new Set(['micro avg', 'macro avg', 'weighted avg', 'samples avg'])

function readScores(key: string, scores: NodeMap, isAverage: boolean): readonly Entry[] {
  const support = numberAt(scores, 'support')
  return scoreNames.flatMap(name => {
    const value = readNumber(scores.get(name) ?? null)?.value
    if (value === undefined) return []
    const alias = name === 'f1-score' ? {alias: `${key}.f1`} : {}
    const entry: Entry = {name: `${key}.${name}`, value, ...alias}
    if (isAverage || name === 'support' || support === undefined) return [entry]
    // zero_division writes a number where there is none: no row of the class, no recall.
    if (support === 0 && name !== 'precision') return [{...entry, value: noRows(key)}]
    return [name === 'recall' ? {...entry, n: support, share: true} : entry]
  })
}

function noRows(key: string) {
  return undefinedBecause(
    'model/reported-no-samples',
    `no row has the class "${key}", and the number stands for "undefined".`,
  )
}
