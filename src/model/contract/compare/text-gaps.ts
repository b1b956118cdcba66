import type {SchemaObject} from '../schema.ts'
import type {Alternative} from './alternative.ts'
import {type Gap, gap, unclear} from './gap.ts'
import {numbersIn} from './keywords.ts'
import {numberFormats} from './number-gaps.ts'

/** Strings that the form allows and the schema does not. Patterns and formats are compared as they are written. */
export function textGaps({parts}: Alternative, schema: SchemaObject, path: string): readonly Gap[] {
  const {minLength, maxLength} = schema
  const shortest = Math.max(0, ...numbersIn(parts, 'minLength'))
  const longest = Math.min(Number.POSITIVE_INFINITY, ...numbersIn(parts, 'maxLength'))
  const said = (keyword: string) =>
    new Set(
      parts
        .flatMap(part => (typeof part.schema === 'boolean' ? [] : [part.schema[keyword]]))
        .filter(value => value !== undefined),
    )
  const gaps: Gap[] = []
  if (typeof minLength === 'number' && shortest < minLength) {
    gaps.push(gap(path, 'minLength', `strings of fewer than ${minLength} characters`))
  }
  if (typeof maxLength === 'number' && longest > maxLength) {
    gaps.push(gap(path, 'maxLength', `strings of more than ${maxLength} characters`))
  }
  for (const keyword of ['pattern', 'format'] as const) {
    const asked = schema[keyword]
    if (typeof asked !== 'string' || said(keyword).has(asked) || (keyword === 'format' && numberFormats.has(asked)))
      continue
    const values = keyword === 'pattern' ? `strings that do not match ${asked}` : `strings that are no ${asked}`
    // Another pattern or format may allow no more than this one does.
    const free = said('pattern').size + said('format').size === 0
    gaps.push(free ? gap(path, keyword, values) : unclear(path, keyword, values))
  }
  return gaps
}
