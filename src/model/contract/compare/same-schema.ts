import {isSchemaObject} from '../schema.ts'
import {type Located, resolve} from './located.ts'

/** Keywords that say nothing about which values are allowed. */
const annotations: ReadonlySet<string> = new Set([
  'title',
  'description',
  'default',
  'examples',
  'example',
  'deprecated',
  'readOnly',
  'writeOnly',
  '$comment',
  '$schema',
  '$id',
  '$defs',
  'definitions',
  '$anchor',
  'discriminator',
  'externalDocs',
  'xml',
  'contentEncoding',
  'contentMediaType',
  'contentSchema',
])

export function isAnnotation(keyword: string): boolean {
  return annotations.has(keyword) || keyword.startsWith('x-')
}

/**
 * Whether two schemas are written alike, whatever their annotations and the order of keys, references followed on both
 * sides. Alike means the same values; not alike means nothing.
 */
export function sameSchema(left: Located, right: Located): boolean {
  return same(left.schema, right.schema, {left, right, assumed: new Set()})
}

interface Context {
  readonly left: Located
  readonly right: Located
  /** Pairs of references that are being compared further up: alike, unless something else differs. */
  readonly assumed: Set<string>
}

function same(left: unknown, right: unknown, context: Context): boolean {
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((item, index) => same(item, right[index], context))
  }
  if (!isSchemaObject(left) || !isSchemaObject(right)) return Object.is(left, right)
  const keys = (schema: Readonly<Record<string, unknown>>) => Object.keys(schema).filter(key => !isAnnotation(key))
  const [ours, theirs] = [keys(left), keys(right)]
  return (
    ours.length === theirs.length &&
    ours.every(key => Object.hasOwn(right, key) && sameKeyword(key, left[key], right[key], context))
  )
}

function sameKeyword(key: string, left: unknown, right: unknown, context: Context): boolean {
  if (key === 'properties' || key === 'patternProperties' || key === 'dependentSchemas') {
    return sameMap(left, right, context)
  }
  if (key === 'const' || key === 'enum') return JSON.stringify(left) === JSON.stringify(right)
  if (key !== '$ref' || typeof left !== 'string' || typeof right !== 'string') return same(left, right, context)
  const pair = `${left} ${right}`
  if (context.assumed.has(pair)) return true
  context.assumed.add(pair)
  const [one, two] = [resolve(context.left, left), resolve(context.right, right)]
  return one !== null && two !== null && same(one.schema, two.schema, context)
}

/** Here keys are names of properties, and a property may be called `title`. */
function sameMap(left: unknown, right: unknown, context: Context): boolean {
  if (!isSchemaObject(left) || !isSchemaObject(right)) return false
  const names = Object.keys(left)
  return (
    names.length === Object.keys(right).length &&
    names.every(name => Object.hasOwn(right, name) && same(left[name], right[name], context))
  )
}
