import {Malformed} from '../../malformed.ts'
import type {Fields} from './fields.ts'

/** Type of one element of a dataset or attribute (specification IV.A.2.d). */
export interface Datatype {
  readonly kind: 'integer' | 'float' | 'fixed text' | 'variable text' | 'variable list' | 'reference' | 'other'
  /** Of one element as it is stored, in bytes. */
  readonly size: number
  /** As safetensors writes it, `F32`; a word of its own for what safetensors has none. */
  readonly name: string
  readonly littleEndian: boolean
}

const classNames: readonly string[] = [
  'integer',
  'float',
  'time',
  'text',
  'bit field',
  'opaque',
  'compound',
  'reference',
  'enumeration',
  'variable length',
  'array',
  'complex',
]

/** @throws Malformed for classes beyond the specification */
export function parseDatatype(fields: Fields): Datatype {
  const first = fields.u8()
  const kind = first & 15
  const bits = fields.u8()
  fields.skip(2)
  const size = fields.u32()
  const littleEndian = (bits & 1) === 0
  const className = classNames[kind]
  if (className === undefined) throw new Malformed(`A datatype has the unknown class ${kind}.`, fields.at - 8)
  const other = {kind: 'other', size, name: className, littleEndian} as const
  switch (kind) {
    case 0:
      return {kind: 'integer', size, name: `${bits & 8 ? 'I' : 'U'}${size * 8}`, littleEndian}
    case 1:
      return {kind: 'float', size, name: floatName(fields, size), littleEndian}
    case 3:
      return {...other, kind: 'fixed text'}
    case 7:
      return {...other, kind: 'reference'}
    case 9:
      return {...other, kind: (bits & 15) === 1 ? 'variable text' : 'variable list'}
    default:
      return other
  }
}

/** IEEE formats by size; bfloat16 is told from half by its exponent of 8 bits. */
function floatName(fields: Fields, size: number): string {
  fields.skip(Math.min(5, fields.left))
  const exponentBits = fields.left > 0 ? fields.u8() : 0
  return size === 2 && exponentBits === 8 ? 'BF16' : `F${size * 8}`
}

/** Sizes of the dimensions; null for the null dataspace, which has no element (specification IV.A.2.b). */
export function parseDataspace(fields: Fields): readonly number[] | null {
  const version = fields.version('A dataspace', 1, 2)
  const rank = fields.u8()
  fields.skip(1)
  const type = fields.u8()
  if (version === 1) fields.skip(4)
  if (version === 2 && type === 2) return null
  return Array.from({length: rank}, () => fields.length())
}

/** Where the elements of a dataset stand (specification IV.A.2.i). */
export type Layout =
  | {readonly kind: 'compact'; readonly at: number; readonly size: number}
  | {readonly kind: 'contiguous'; readonly address: number | null; readonly size: number | null}
  | {readonly kind: 'chunked'}
  | {readonly kind: 'virtual'; readonly heap: number; readonly index: number}

/** @throws Malformed */
export function parseLayout(fields: Fields): Layout {
  const version = fields.version('A data layout', 1, 2, 3, 4, 5)
  if (version < 3) return parseOldLayout(fields)
  const kind = fields.u8()
  switch (kind) {
    case 0: {
      const size = fields.u16()
      return {kind: 'compact', at: fields.at, size}
    }
    case 1:
      return {kind: 'contiguous', address: fields.address(), size: fields.length()}
    case 2:
      return {kind: 'chunked'}
    case 3:
      return {kind: 'virtual', heap: fields.definedAddress('a virtual dataset'), index: fields.u32()}
    default:
      throw new Malformed(`A data layout has the unknown class ${kind}.`, fields.at - 1)
  }
}

function parseOldLayout(fields: Fields): Layout {
  const rank = fields.u8()
  const kind = fields.u8()
  fields.skip(5)
  if (kind === 2) return {kind: 'chunked'}
  if (kind === 1) return {kind: 'contiguous', address: fields.address(), size: null}
  if (kind !== 0) throw new Malformed(`A data layout has the unknown class ${kind}.`, fields.at - 6)
  fields.skip(4 * rank)
  const size = fields.u32()
  return {kind: 'compact', at: fields.at, size}
}

/** Numbers of the filters that a dataset's chunks go through (specification IV.A.2.l). */
export function parseFilters(fields: Fields): readonly number[] {
  const version = fields.version('A filter pipeline', 1, 2)
  const count = fields.u8()
  if (version === 1) fields.skip(6)
  const filters: number[] = []
  for (let index = 0; index < count; index++) {
    const id = fields.u16()
    const nameBytes = version === 1 || id >= 256 ? fields.u16() : 0
    fields.skip(2)
    const values = fields.u16()
    fields.skip(version === 1 ? Math.ceil(nameBytes / 8) * 8 : nameBytes)
    fields.skip(4 * values + (version === 1 && values % 2 === 1 ? 4 : 0))
    filters.push(id)
  }
  return filters
}
