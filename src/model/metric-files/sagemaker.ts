/**
 * `evaluation.json` of SageMaker pipelines and Model Monitor: groups such as "regression_metrics", each value in a
 * mapping of its own. "standard_deviation" is the spread of the rows in AWS's own examples (np.std(y_test - predictions))
 * and that of the value in Model Monitor's reports: it cannot be used as either.
 */
import type {Entry, MetricsFormat} from './format.ts'
import {rootOf} from './generic.ts'
import {isMap, type Node, type NodeMap, numberAt} from './node.ts'
import {readNumber} from './number-text.ts'

export const sagemaker: MetricsFormat = {
  tool: 'sagemaker',
  title: 'an evaluation.json of SageMaker',
  knownBy:
    '"regression_metrics", "binary_classification_metrics" or "multiclass_classification_metrics" with "value" in them',
  recognises: content => groupsOf(rootOf(content)).some(([, group]) => [...group.values()].some(hasValue)),
  read: content => {
    const root = rootOf(content)
    const n = numberAt(root, 'dataset', 'item_count')
    const rows = n === undefined ? {} : {n}
    return {run: null, entries: groupsOf(root).flatMap(([name, group]) => readGroup(name, group, rows))}
  },
}

function groupsOf(root: Node): readonly (readonly [string, NodeMap])[] {
  if (!isMap(root)) return []
  return [...root].flatMap(([key, node]) =>
    /^(?:regression|(?:binary|multiclass|multi_label)_classification|forecasting)_metrics$/.test(key) && isMap(node)
      ? [[key, node] as const]
      : [],
  )
}

function hasValue(node: Node): node is NodeMap {
  return isMap(node) && node.has('value')
}

function readGroup(group: string, metrics: NodeMap, rows: {readonly n?: number}): readonly Entry[] {
  return [...metrics].flatMap(([name, node]) => {
    const reading = hasValue(node) ? readNumber(node.get('value') ?? null) : null
    if (reading === null) return []
    const spread = numberAt(node, 'standard_deviation')
    const note =
      spread === undefined
        ? {}
        : {
            note: `The file writes a standard deviation of ${spread} beside it, of the rows or of the value: it is not used.`,
          }
    return [{name: `${group}.${name}`, alias: name, value: reading.value, ...rows, ...note}]
  })
}
