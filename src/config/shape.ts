/** Looks into a zod schema: which keys it knows, which branch of a union a value means. For messages and for the reference. */
import * as z from 'zod'

/** The schema below `optional`, `default`, `prefault` and transforms: what a person writes. */
export function written(schema: unknown): unknown {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) {
    return written(schema.unwrap())
  }
  return schema instanceof z.ZodPipe ? written(schema.in) : schema
}

/** Whether the schema marks a part of the design that is refused until it works. */
export function isUnbuilt(schema: unknown): boolean {
  const bare = written(schema)
  return bare instanceof z.ZodType && bare.meta()?.not !== undefined
}

export function isRequired(schema: unknown): boolean {
  return schema instanceof z.ZodType && !schema.safeParse(undefined).success
}

/** Keys of a mapping with their schemas, in the order of the schema; of a union, those of the branch that `value` means. */
export function fieldsOf(schema: unknown, value: unknown): ReadonlyMap<string, unknown> {
  const bare = written(branchOf(schema, value))
  return bare instanceof z.ZodObject ? new Map(Object.entries(bare.shape)) : new Map()
}

/** The schema of one step below `schema`, for the value that stands there. */
export function stepInto(schema: unknown, step: string | number, value: unknown): unknown {
  const bare = written(branchOf(schema, value))
  if (bare instanceof z.ZodArray) return bare.element
  if (bare instanceof z.ZodRecord) return bare.valueType
  return bare instanceof z.ZodObject ? bare.shape[step] : undefined
}

/** All branches of nested unions, flat and with their transforms; a schema that is no union is its own single branch. */
export function branchesOf(schema: unknown): readonly unknown[] {
  const bare = written(schema)
  return bare instanceof z.ZodUnion ? bare.options.flatMap(option => branchesOf(option)) : [schema]
}

/**
 * The branch of a union that `value` means; undefined when that cannot be told. Mappings are told apart by `kind` where
 * the union has it, else by a key that one branch alone needs: `metric`, `fairness`, `share`. Other values, and the only
 * mapping among them, by their type.
 */
export function branchOf(schema: unknown, value: unknown): unknown {
  const bare = written(schema)
  if (!(bare instanceof z.ZodUnion)) return schema
  const branches = branchesOf(bare)
  if (!isMapping(value)) return branches.find(branch => acceptsType(written(branch), value))
  if (bare instanceof z.ZodDiscriminatedUnion) {
    const key = bare.def.discriminator
    return branches.find(branch => isAccepted(shapeOf(branch)[key], value[key]))
  }
  const mappings = branches.filter(branch => written(branch) instanceof z.ZodObject)
  if (mappings.length === 1) return mappings[0]
  return branches.find(branch => ownKeys(branch, branches).some(key => Object.hasOwn(value, key)))
}

/** Keys that `branch` needs and no other branch knows: what a person recognises it by. */
export function ownKeys(branch: unknown, branches: readonly unknown[]): readonly string[] {
  const shape = shapeOf(branch)
  const others = branches.filter(other => other !== branch).map(shapeOf)
  return Object.keys(shape).filter(key => isRequired(shape[key]) && others.every(other => !Object.hasOwn(other, key)))
}

function shapeOf(schema: unknown): Readonly<Record<string, unknown>> {
  const bare = written(schema)
  return bare instanceof z.ZodObject ? bare.shape : {}
}

export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function acceptsType(branch: unknown, value: unknown): boolean {
  if (branch instanceof z.ZodNumber) return typeof value === 'number'
  if (branch instanceof z.ZodString) return typeof value === 'string'
  if (branch instanceof z.ZodBoolean) return typeof value === 'boolean'
  return branch instanceof z.ZodArray && Array.isArray(value)
}

function isAccepted(schema: unknown, value: unknown): boolean {
  return schema instanceof z.ZodType && schema.safeParse(value).success
}
