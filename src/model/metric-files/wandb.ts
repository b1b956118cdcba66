/** `wandb-summary.json` of Weights & Biases: the last value of each name; what begins with "_" is bookkeeping. */
import {leavesOf, nameOf} from './flatten.ts'
import type {MetricsFormat} from './format.ts'
import {rootOf} from './generic.ts'
import {isMap, type Node, type NodeMap} from './node.ts'

export const wandb: MetricsFormat = {
  tool: 'wandb',
  title: 'a run summary of Weights & Biases',
  knownBy: '"_wandb", or "_step" with "_timestamp"',
  recognises: content => {
    const root = rootOf(content)
    return isMap(root) && (isMap(root.get('_wandb')) || (root.has('_step') && root.has('_timestamp')))
  },
  read: content => ({
    run: null,
    entries: leavesOf(withoutBookkeeping(rootOf(content))).map(leaf => ({name: nameOf(leaf), value: leaf.value})),
  }),
}

/** Pictures, tables and histograms carry a "_type" and are no metrics. */
function withoutBookkeeping(root: Node): Node {
  if (!isMap(root)) return root
  const kept: NodeMap = new Map(
    [...root].filter(([key, node]) => !key.startsWith('_') && !(isMap(node) && node.has('_type'))),
  )
  return kept
}
