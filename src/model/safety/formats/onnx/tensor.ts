import {assertNever} from '../../../../core/assert.ts'
import type {Work} from '../../limits.ts'
import {Malformed} from '../../malformed.ts'
import {type Field, type Message, numberOf} from '../protobuf.ts'
import {isKnown, tensorFields} from './fields.ts'

/** A TensorProto: what it says, and where its elements lie; they are not read. */
export interface OnnxTensor {
  readonly name: string
  /** Offset of its message in the file. */
  readonly at: number
  /** `TensorProto.DataType`. */
  readonly type: number
  readonly dims: readonly bigint[]
  /** What holds its elements in the model itself, in order. */
  readonly held: readonly Held[]
  /** Its `data_location` is EXTERNAL. */
  readonly isExternal: boolean
  /** `external_data`, in order: keys may stand twice. */
  readonly external: readonly (readonly [key: string, value: string])[]
  readonly unknownBytes: number
}

/** One field of elements. `count` of values for what is not fixed in size. */
export interface Held {
  readonly field:
    | 'float_data'
    | 'int32_data'
    | 'string_data'
    | 'int64_data'
    | 'raw_data'
    | 'double_data'
    | 'uint64_data'
  readonly start: number
  readonly end: number
  readonly count: number
  /** Its values lie in one piece. */
  readonly isWhole: boolean
}

const heldIn = new Map<number, Held['field']>([
  [4, 'float_data'],
  [5, 'int32_data'],
  [6, 'string_data'],
  [7, 'int64_data'],
  [9, 'raw_data'],
  [10, 'double_data'],
  [11, 'uint64_data'],
])

/** ONNX itself has no limit; NumPy ends at 64 dimensions, and a hostile list has no end. */
const maxDims = 64
const maxEntries = 64

export async function readTensor(message: Message, at: number, work: Work): Promise<OnnxTensor> {
  let name = ''
  let type = 0
  let isExternal = false
  let unknownBytes = 0
  const dims: bigint[] = []
  const held: Held[] = []
  const external: [string, string][] = []
  for (let field = await message.next(); field; field = await message.next()) {
    if (!isKnown(tensorFields, field)) {
      unknownBytes += field.end - field.start
      continue
    }
    const holder = heldIn.get(field.number)
    if (holder !== undefined) {
      await hold(held, holder, field, message)
    } else if (field.number === 1) {
      for (const dim of await message.integers(field, maxDims)) dims.push(dim)
      if (dims.length > maxDims) throw new Malformed(`A tensor has more than ${maxDims} dimensions.`, at)
    } else if (field.number === 2) {
      type = numberOf(field)
    } else if (field.number === 8) {
      name = await message.text(field)
    } else if (field.number === 13) {
      work.step()
      if (external.length === maxEntries) throw new Malformed(`A tensor has more than ${maxEntries} external_data.`, at)
      external.push(await readEntry(message.open(field)))
    } else if (field.number === 14) {
      isExternal = numberOf(field) === 1
    }
  }
  return {name, at, type, dims, held, isExternal, external, unknownBytes}
}

/** `StringStringEntryProto`; of a key that stands twice in an entry, the last counts, as protobuf has it. */
export async function readEntry(message: Message): Promise<[key: string, value: string]> {
  let key = ''
  let value = ''
  for (let field = await message.next(); field; field = await message.next()) {
    if (field.number === 1 && field.type === 'bytes') key = await message.text(field)
    else if (field.number === 2 && field.type === 'bytes') value = await message.text(field)
  }
  return [key, value]
}

/**
 * Notes one field of elements. Repeated numbers may come in several fields, and one by one without packing: protobuf
 * joins them. Of several raw_data it keeps the last, which no honest writer relies on: they stay apart.
 */
async function hold(held: Held[], name: Held['field'], field: Field, message: Message): Promise<void> {
  const last = held.at(-1)
  const {start, end} = field
  const count = await countOf(name, field, message)
  if (last?.field === name && name !== 'raw_data') {
    held[held.length - 1] = {...last, end, count: last.count + count, isWhole: false}
    return
  }
  if (held.length === 16) throw new Malformed('A tensor holds its data in more than 16 places.', field.at)
  held.push({field: name, start, end, count, isWhole: field.type === 'bytes'})
}

async function countOf(name: Held['field'], field: Field, message: Message): Promise<number> {
  if (field.type !== 'bytes') return 1
  const size = field.end - field.start
  switch (name) {
    case 'raw_data':
      return size
    case 'string_data':
      return 1
    case 'float_data':
      return Math.floor(size / 4)
    case 'double_data':
      return Math.floor(size / 8)
    case 'int32_data':
    case 'int64_data':
    case 'uint64_data':
      return message.countIntegers(field)
    default:
      return assertNever(name)
  }
}

/** Elements by shape; null where it is negative or beyond 2^53. */
export function elementsOf(dims: readonly bigint[]): number | null {
  let elements = 1n
  for (const dim of dims) {
    if (dim < 0n) return null
    elements *= dim
    if (elements > 2n ** 64n) return null
  }
  return elements <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(elements) : null
}

export interface ElementType {
  /** As safetensors names it, or ONNX where that has no name. */
  readonly dtype: string
  /** Bits of one element in `raw_data`. */
  readonly bits: number
  /** The field that holds it where that is not `raw_data`, and how many of its values make up how many elements. */
  readonly field: Held['field']
  readonly values: number
  readonly perElements: number
}

/** `TensorProto.DataType` by number; null for a type that ONNX 1.23 does not have. STRING has no size: bits 0. */
export function elementTypeOf(type: number): ElementType | null {
  return elementTypes.get(type) ?? null
}

const entry = (dtype: string, bits: number, field: Held['field'], values = 1, perElements = 1): ElementType => ({
  dtype,
  bits,
  field,
  values,
  perElements,
})

const elementTypes = new Map<number, ElementType>([
  [1, entry('F32', 32, 'float_data')],
  [2, entry('U8', 8, 'int32_data')],
  [3, entry('I8', 8, 'int32_data')],
  [4, entry('U16', 16, 'int32_data')],
  [5, entry('I16', 16, 'int32_data')],
  [6, entry('I32', 32, 'int32_data')],
  [7, entry('I64', 64, 'int64_data')],
  [8, entry('STRING', 0, 'string_data')],
  [9, entry('BOOL', 8, 'int32_data')],
  [10, entry('F16', 16, 'int32_data')],
  [11, entry('F64', 64, 'double_data')],
  [12, entry('U32', 32, 'uint64_data')],
  [13, entry('U64', 64, 'uint64_data')],
  [14, entry('C64', 64, 'float_data', 2)],
  [15, entry('C128', 128, 'double_data', 2)],
  [16, entry('BF16', 16, 'int32_data')],
  [17, entry('F8_E4M3', 8, 'int32_data')],
  [18, entry('F8_E4M3FNUZ', 8, 'int32_data')],
  [19, entry('F8_E5M2', 8, 'int32_data')],
  [20, entry('F8_E5M2FNUZ', 8, 'int32_data')],
  [21, entry('U4', 4, 'int32_data', 1, 2)],
  [22, entry('I4', 4, 'int32_data', 1, 2)],
  [23, entry('F4', 4, 'int32_data', 1, 2)],
  [24, entry('F8_E8M0', 8, 'int32_data')],
  [25, entry('U2', 2, 'int32_data', 1, 4)],
  [26, entry('I2', 2, 'int32_data', 1, 4)],
  [27, entry('F6_E2M3', 6, 'int32_data')],
  [28, entry('F6_E3M2', 6, 'int32_data')],
])
