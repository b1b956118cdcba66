/** An object of numbers, of no tool in particular: `metrics.json` as most projects write it. */
import type {Content} from './content.ts'
import {leavesOf, nameOf} from './flatten.ts'
import type {Entry, MetricsFormat} from './format.ts'
import {isMap, type Node} from './node.ts'

export const generic: MetricsFormat = {
  tool: 'generic',
  title: 'an object of numbers',
  knownBy: 'a JSON or YAML mapping with at least one number',
  recognises: content => content.kind === 'document' && isMap(content.root) && holdsNumber(content.root),
  read: content => ({run: null, entries: entriesOf(rootOf(content))}),
}

/** Nested names are joined with "."; lists are left out. */
export function entriesOf(root: Node): readonly Entry[] {
  return leavesOf(root).map(leaf => ({
    name: nameOf(leaf),
    value: leaf.value,
    ...(leaf.note === undefined ? {} : {note: leaf.note}),
  }))
}

/** The document; null of what is none. */
export function rootOf(content: Content): Node {
  return content.kind === 'document' ? content.root : null
}

/** A number in any form counts, NaN and "N/A" too: a file of nothing but NaN is a file of metrics. */
function holdsNumber(root: Node): boolean {
  return leavesOf(root).some(
    ({value}) =>
      typeof value === 'number' || value.verdict === 'inconclusive' || value.reason === 'model/reported-percent',
  )
}
