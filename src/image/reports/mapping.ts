/** Looking into JSON before its format is known. */
export type Mapping = Readonly<Record<string, unknown>>

/** A JSON object, and no list. */
export function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Undefined where `value` is no mapping, or has no text there of its own. */
export function textAt(value: unknown, key: string): string | undefined {
  const found = isMapping(value) && Object.hasOwn(value, key) ? value[key] : undefined
  return typeof found === 'string' ? found : undefined
}

/** As `textAt`, for a list. */
export function listAt(value: unknown, key: string): readonly unknown[] | undefined {
  const found = isMapping(value) && Object.hasOwn(value, key) ? value[key] : undefined
  return Array.isArray(found) ? found : undefined
}
