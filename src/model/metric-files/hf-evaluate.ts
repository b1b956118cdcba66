/** What `evaluate.save` of Hugging Face evaluate writes: values, beside names with "_" that say how they came about. */
import type {MetricsFormat} from './format.ts'
import {entriesOf, rootOf} from './generic.ts'
import {isMap, type Node} from './node.ts'

export const hfEvaluate: MetricsFormat = {
  tool: 'hf-evaluate',
  title: 'a result of Hugging Face evaluate',
  knownBy: '"_evaluate_version"',
  recognises: content => isResult(rootOf(content)),
  read: content => ({run: null, entries: entriesOf(rootOf(content)).filter(({name}) => !name.startsWith('_'))}),
}

function isResult(root: Node): boolean {
  return isMap(root) && root.has('_evaluate_version')
}
