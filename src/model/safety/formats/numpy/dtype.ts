import type {Literal, Sequence} from './literal.ts'

/** A NumPy type, as far as its bytes go. */
export interface NumpyType {
  /** As safetensors names it (`F32`); NumPy's own name for what safetensors has none: `<U12`, `record`. */
  readonly name: string
  readonly itemBytes: number
  /** Whether its elements are Python objects, or hold some: such arrays are stored as a pickle. */
  readonly objects: boolean
  /** Whether its elements stand in memory as on a little-endian machine. */
  readonly littleEndian: boolean
}

/** An element of a type may be large, an array of it never is; beyond it NumPy counts in C ints. */
const maxItemBytes = 2 ** 31 - 1
const maxFields = 10_000

/**
 * The type that `numpy.lib.format.descr_to_dtype` makes of a descriptor: a text such as `<f4`, a pair of a type and a
 * shape, or a list of fields. Null for what NumPy never writes into a header (`np.dtype` takes much more: `'i4,O'`), so
 * that nothing is guessed.
 */
export function typeOfDescriptor(descriptor: Literal): NumpyType | null {
  if (typeof descriptor === 'string') return typeOfText(descriptor)
  if (descriptor === null || typeof descriptor !== 'object' || !('items' in descriptor)) return null
  return descriptor.kind === 'tuple' ? subArray(descriptor) : record(descriptor)
}

/** Bytes of an array; null where they cannot be counted exactly. */
export function arrayBytes(shape: readonly number[], itemBytes: number): number | null {
  let bytes = BigInt(itemBytes)
  for (const size of shape) bytes *= BigInt(size)
  return bytes <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(bytes) : null
}

/** Sizes of a shape; null where one is not a whole number of at least 0. */
export function shapeOf(literal: Literal | undefined): readonly number[] | null {
  if (literal === null || typeof literal !== 'object' || !('items' in literal) || literal.kind !== 'tuple') return null
  const sizes: number[] = []
  for (const item of literal.items) {
    if (typeof item !== 'bigint' || item < 0n || item > BigInt(Number.MAX_SAFE_INTEGER)) return null
    sizes.push(Number(item))
  }
  return sizes
}

/** Kinds with the sizes in bytes that NumPy has of them, on any machine: long doubles have 12 or 16. */
const sizesOfKind: ReadonlyMap<string, readonly number[]> = new Map([
  ['b', [1]],
  ['i', [1, 2, 4, 8]],
  ['u', [1, 2, 4, 8]],
  ['f', [2, 4, 8, 12, 16]],
  ['c', [8, 16, 24, 32]],
  ['m', [8]],
  ['M', [8]],
])

/** A type by the text that `dtype.str` gives: byte order, kind, size, and a unit for dates. */
export function typeOfText(text: string): NumpyType | null {
  const [whole, order, kind = '', digits] = /^([<>|=]?)([biufcmMSaUVO])(\d{0,9})(?:\[[^\][]{0,32}\])?$/.exec(text) ?? []
  if (whole === undefined) return null
  if (whole.includes('[') && kind !== 'm' && kind !== 'M') return null
  const size = digits === '' ? null : Number(digits)
  return typeOfKind(kind, {size, littleEndian: order !== '>'})
}

/** @param size as the text writes it: characters for `U`, else bytes; null where none is written */
function typeOfKind(
  kind: string,
  {size, littleEndian}: {size: number | null; littleEndian: boolean},
): NumpyType | null {
  switch (kind) {
    case 'O':
      return size === null || size === 4 || size === 8
        ? {name: 'object', itemBytes: size ?? 8, objects: true, littleEndian}
        : null
    case 'S':
    case 'a':
    case 'V':
      return sized({name: `|${kind}${size ?? 0}`, itemBytes: size ?? 0, littleEndian})
    case 'U':
      return sized({name: `${littleEndian ? '<' : '>'}U${size ?? 0}`, itemBytes: 4 * (size ?? 0), littleEndian})
    default:
      return size !== null && sizesOfKind.get(kind)?.includes(size)
        ? sized({name: nameOf(kind, size), itemBytes: size, littleEndian: littleEndian || size === 1})
        : null
  }
}

function sized(type: Omit<NumpyType, 'objects'>): NumpyType | null {
  return type.itemBytes <= maxItemBytes ? {...type, objects: false} : null
}

function nameOf(kind: string, size: number): string {
  if (kind === 'b') return 'BOOL'
  if (kind === 'i' || kind === 'u' || (kind === 'f' && size <= 8)) return `${kind.toUpperCase()}${8 * size}`
  return kind === 'c' && size === 8 ? 'C64' : `${kind}${size}`
}

function subArray({items: [descriptor, shape, ...rest]}: Sequence): NumpyType | null {
  if (descriptor === undefined || shape === undefined || rest.length > 0) return null
  const type = typeOfDescriptor(descriptor)
  // One size may stand without its tuple: ('<f4', 3).
  const sizes = shapeOf(typeof shape === 'bigint' ? {kind: 'tuple', items: [shape]} : shape)
  return type && sizes && repeated(type, sizes)
}

/** A sub-array as a type of its own. */
export function repeated(type: NumpyType, shape: readonly number[]): NumpyType | null {
  const itemBytes = arrayBytes(shape, type.itemBytes)
  return itemBytes === null || itemBytes > maxItemBytes ? null : {...type, name: 'sub-array', itemBytes}
}

/** A list of fields: `(name, type)` or `(name, type, shape)`, one behind the other. */
function record({items}: Sequence): NumpyType | null {
  if (items.length > maxFields) return null
  let itemBytes = 0
  let objects = false
  let littleEndian = true
  for (const field of items) {
    const type = typeOfField(field)
    if (type === null) return null
    itemBytes += type.itemBytes
    objects ||= type.objects
    littleEndian &&= type.littleEndian
  }
  return itemBytes > maxItemBytes ? null : {name: 'record', itemBytes, objects, littleEndian}
}

function typeOfField(field: Literal): NumpyType | null {
  if (field === null || typeof field !== 'object' || !('items' in field) || field.kind !== 'tuple') return null
  const [name, descriptor, shape, ...rest] = field.items
  if (!isFieldName(name) || descriptor === undefined || rest.length > 0) return null
  return shape === undefined ? typeOfDescriptor(descriptor) : subArray({kind: 'tuple', items: [descriptor, shape]})
}

/** A name, or a title and a name. */
function isFieldName(name: Literal | undefined): boolean {
  if (typeof name === 'string') return true
  if (name === null || typeof name !== 'object' || !('items' in name) || name.kind !== 'tuple') return false
  return name.items.length === 2 && name.items.every(each => typeof each === 'string')
}
