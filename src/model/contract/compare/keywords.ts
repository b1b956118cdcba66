import type {Alternative} from './alternative.ts'
import type {Located} from './located.ts'

export function typesOf(keyword: unknown): ReadonlySet<string> | null {
  if (typeof keyword === 'string') return new Set([keyword])
  if (!Array.isArray(keyword)) return null
  return new Set(keyword.filter(type => typeof type === 'string'))
}

/** Numbers of this form have no fraction. */
export function isWhole({whole, parts}: Alternative): boolean {
  return whole || numbersIn(parts, 'multipleOf').some(Number.isInteger)
}

export function numbersIn(parts: readonly Located[], keyword: string): readonly number[] {
  return parts.flatMap(part => {
    const value = typeof part.schema === 'boolean' ? undefined : part.schema[keyword]
    return typeof value === 'number' ? [value] : []
  })
}

export function stringsIn(schema: Located['schema'], keyword: string): readonly string[] {
  if (typeof schema === 'boolean') return []
  const value = schema[keyword]
  return Array.isArray(value) ? value.filter(item => typeof item === 'string') : []
}

/** Whether numbers without a fraction are among the types or not: of numbers some are allowed. */
export function takes(types: ReadonlySet<string>, type: Alternative['type']): boolean {
  return types.has(type) || (type === 'number' && types.has('integer'))
}
