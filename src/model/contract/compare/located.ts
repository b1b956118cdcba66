import type {CompiledSchema} from '../compile.ts'
import {isSchema, isSchemaObject, type Schema, schemaList, step} from '../schema.ts'

/** A whole contract, for references within it and for questions about single values. */
export interface Document {
  readonly root: Schema
  readonly compiled: CompiledSchema
}

/** A schema with its place: several of them together allow what each of them allows. */
export interface Located {
  readonly document: Document
  /** JSON pointer without the leading `#`, written as in an URI. */
  readonly pointer: string
  readonly schema: Schema
}

export function rootOf(document: Document): Located {
  return {document, pointer: '', schema: document.root}
}

export function listBelow(at: Located, keyword: string): readonly Located[] {
  if (typeof at.schema === 'boolean') return []
  return schemaList(at.schema[keyword]).map((schema, index) => ({
    ...at,
    pointer: step(at.pointer, keyword, index),
    schema,
  }))
}

export function allows({document, pointer}: Located, value: unknown): boolean {
  return document.compiled.allows(pointer, value)
}

/** What `$ref` points to: `#`, `#/a/pointer` or `#anchor`. Null where it points to nothing, or into a part with its own base. */
export function resolve(at: Located, reference: string): Located | null {
  const fragment = decodeURIComponent(reference.slice(1))
  if (fragment !== '' && !fragment.startsWith('/')) return findAnchor(rootOf(at.document), fragment)
  let found: unknown = at.document.root
  let pointer = ''
  for (const key of fragment.split('/').slice(1)) {
    const name = key.replaceAll('~1', '/').replaceAll('~0', '~')
    if (Array.isArray(found)) found = found[Number(name)]
    else if (isSchemaObject(found)) found = Object.hasOwn(found, name) ? found[name] : undefined
    else return null
    pointer = step(pointer, name)
  }
  return isSchema(found) ? {document: at.document, pointer, schema: found} : null
}

function findAnchor(at: Located, anchor: string): Located | null {
  const {schema} = at
  if (typeof schema === 'boolean') return null
  if (schema.$anchor === anchor) return at
  for (const [key, value] of Object.entries(schema)) {
    if (valueKeywords.has(key)) continue
    const found = findIn(value, {...at, pointer: step(at.pointer, key)}, anchor)
    if (found) return found
  }
  return null
}

function findIn(value: unknown, at: Located, anchor: string): Located | null {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      const found = findIn(item, {...at, pointer: step(at.pointer, index)}, anchor)
      if (found) return found
    }
    return null
  }
  return isSchemaObject(value) ? findAnchor({...at, schema: value}, anchor) : null
}

/** Keywords that hold values and no schemas. */
const valueKeywords: ReadonlySet<string> = new Set(['const', 'enum', 'default', 'examples', 'example'])
