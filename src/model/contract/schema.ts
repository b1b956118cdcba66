/** A JSON Schema (draft 2020-12) as it was parsed: nothing is known about its keywords yet. */
export type Schema = boolean | SchemaObject
export type SchemaObject = Readonly<Record<string, unknown>>

export function isSchema(value: unknown): value is Schema {
  return typeof value === 'boolean' || isSchemaObject(value)
}

export function isSchemaObject(value: unknown): value is SchemaObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Schemas below a keyword that holds a list of them. */
export function schemaList(value: unknown): readonly Schema[] {
  return Array.isArray(value) ? value.filter(isSchema) : []
}

/** One step of a JSON pointer (RFC 6901), written so that it may stand in the fragment of an URI. */
export function step(pointer: string, ...keys: readonly (string | number)[]): string {
  const escaped = keys.map(key => encodeURIComponent(String(key).replaceAll('~', '~0').replaceAll('/', '~1')))
  return [pointer, ...escaped].join('/')
}
