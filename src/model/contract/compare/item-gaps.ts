import type {SchemaObject} from '../schema.ts'
import type {Alternative} from './alternative.ts'
import {evaluatesElsewhere, itemIn, prefixLength} from './children.ts'
import {type Context, type Gap, gap, unclear} from './gap.ts'
import {numbersIn} from './keywords.ts'
import type {Located} from './located.ts'

/** Arrays that the form allows and the schema does not. */
export function itemGaps(
  {parts}: Alternative,
  outer: Located,
  schema: SchemaObject,
  {path, descend}: Context,
): readonly Gap[] {
  const {minItems, maxItems, uniqueItems} = schema
  const fewest = Math.max(0, ...numbersIn(parts, 'minItems'))
  const most = Math.min(Number.POSITIVE_INFINITY, ...numbersIn(parts, 'maxItems'))
  const gaps: Gap[] = []
  if (typeof minItems === 'number' && fewest < minItems) {
    gaps.push(gap(path, 'minItems', `lists of fewer than ${minItems} entries`))
  }
  if (typeof maxItems === 'number' && most > maxItems) {
    gaps.push(gap(path, 'maxItems', `lists of more than ${maxItems} entries`))
  }
  const unique = parts.some(part => typeof part.schema !== 'boolean' && part.schema.uniqueItems === true)
  if (uniqueItems === true && !unique && most > 1)
    gaps.push(gap(path, 'uniqueItems', 'lists in which an entry repeats'))

  const named = Math.max(0, prefixLength(outer), ...parts.map(prefixLength))
  for (let index = 0; index < Math.min(named, most); index++) {
    const inner = parts.flatMap(part => itemIn(part, index))
    for (const target of itemIn(outer, index)) gaps.push(...descend(inner, target, `${path}[${index}]`))
  }
  if (most > named) {
    const inner = parts.flatMap(part => itemIn(part, 'rest'))
    for (const target of itemIn(outer, 'rest')) gaps.push(...descend(inner, target, `${path}[*]`))
  }
  const {unevaluatedItems} = schema
  if (unevaluatedItems !== undefined && unevaluatedItems !== true) {
    const plain = !evaluatesElsewhere(schema) && 'items' in schema
    if (!plain) gaps.push(unclear(path, 'unevaluatedItems', 'entries that no other keyword speaks of'))
  }
  return gaps
}
