/** Looking into JSON before its format is known. */
export type Mapping = Readonly<Record<string, unknown>>

export function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function textAt(value: unknown, key: string): string | undefined {
  const found = isMapping(value) && Object.hasOwn(value, key) ? value[key] : undefined
  return typeof found === 'string' ? found : undefined
}

export function listAt(value: unknown, key: string): readonly unknown[] | undefined {
  const found = isMapping(value) && Object.hasOwn(value, key) ? value[key] : undefined
  return Array.isArray(found) ? found : undefined
}
