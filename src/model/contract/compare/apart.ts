import {type Alternative, alternativesOf} from './alternative.ts'
import {namesIn, propertyIn} from './children.ts'
import {stringsIn, takes, typesOf} from './keywords.ts'
import {allows, type Located, listBelow, resolve} from './located.ts'

/** Shown that no value of this form fits: another type, or a property that tells the branches apart. */
export function isApart(inner: Alternative, branch: Located, takeStep: () => boolean, depth = 0): boolean {
  if (branch.schema === false) return true
  if (branch.schema === true || depth > 10 || !takeStep()) return false
  if (inner.values) return inner.values.every(value => !allows(branch, value))
  const {$ref, type} = branch.schema
  const target = typeof $ref === 'string' ? resolve(branch, $ref) : null
  if (target && isApart(inner, target, takeStep, depth + 1)) return true
  if (listBelow(branch, 'allOf').some(part => isApart(inner, part, takeStep, depth + 1))) return true
  const choices = [...listBelow(branch, 'anyOf')]
  if (choices.length > 0 && choices.every(part => isApart(inner, part, takeStep, depth + 1))) return true
  const types = typesOf(type)
  if (types && !takes(types, inner.type)) return true
  if ('const' in branch.schema || 'enum' in branch.schema) {
    const listed = Array.isArray(branch.schema.enum) ? branch.schema.enum : [branch.schema.const]
    if (listed.every(value => !inner.parts.every(part => allows(part, value)))) return true
  }
  return inner.type === 'object' && toldApart(inner, branch)
}

/** A property that every value of this form has, with one of few values, none of which the branch allows. */
function toldApart(inner: Alternative, branch: Located): boolean {
  const required = new Set(inner.parts.flatMap(({schema}) => stringsIn(schema, 'required')))
  return namesIn(branch).some(name => {
    if (!required.has(name)) return false
    const told = alternativesOf(inner.parts.flatMap(part => propertyIn(part, name)))
    const there = propertyIn(branch, name)
    return (
      told?.every(({values}) => values?.every(value => there.some(schema => !allows(schema, value))) ?? false) ?? false
    )
  })
}
