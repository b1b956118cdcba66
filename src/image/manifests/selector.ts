/** Label selectors, as Kubernetes reads them (k8s.io/apimachinery, meta/v1, LabelSelector). */
import {itemsAt, type Tree, textAt, textsAt} from './tree.ts'

/** An empty selector takes everything; an absent one nothing, and an operator that is not known nothing either. */
export function selects(selector: Tree | undefined, labels: ReadonlyMap<string, string>): boolean {
  if (selector?.kind !== 'mapping') return false
  const wanted = selector.entries.get('matchLabels')
  if (wanted?.kind === 'mapping') {
    for (const [key, value] of wanted.entries) if (labels.get(key) !== textAt(value)) return false
  }
  return itemsAt(selector, 'matchExpressions').every(expression => holds(expression, labels))
}

function holds(expression: Tree, labels: ReadonlyMap<string, string>): boolean {
  const label = labels.get(textAt(expression, 'key') ?? '')
  const values = textsAt(expression, 'values')
  switch (textAt(expression, 'operator')) {
    case 'In':
      return label !== undefined && values.includes(label)
    case 'NotIn':
      return label === undefined || !values.includes(label)
    case 'Exists':
      return label !== undefined
    case 'DoesNotExist':
      return label === undefined
    default:
      return false
  }
}
