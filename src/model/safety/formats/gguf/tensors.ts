import {formatCount} from '../../../../core/quantity.ts'
import type {Work} from '../../limits.ts'
import {Malformed, OverLimit} from '../../malformed.ts'
import {quote, type Rule} from '../../observation.ts'
import type {Cursor} from '../cursor.ts'
import {rules} from './rules.ts'
import {type GgmlType, ggmlTypes} from './types.ts'

/** What a file says of one tensor. */
export interface TensorInfo {
  readonly name: string
  /** Offset of this description in the file. */
  readonly at: number
  /** Fastest first, as ggml counts them. */
  readonly dims: readonly bigint[]
  readonly type: number
  /** From the beginning of the data. */
  readonly offset: bigint
}

/** A tensor that lies where it should. */
export interface PlacedTensor {
  readonly name: string
  readonly type: GgmlType
  readonly dims: readonly number[]
  /** Offsets in the file. */
  readonly begin: number
  readonly end: number
}

const mostTensors = 250_000
/** GGML_MAX_DIMS. */
const maxDims = 4
/** GGML_MAX_NAME is 64; builds for pictures set it to 128. */
const longestName = 1024

export async function readTensorInfos(
  cursor: Cursor,
  {count, little, work}: {count: number; little: boolean; work: Work},
): Promise<TensorInfo[]> {
  if (count > mostTensors) {
    throw new OverLimit('work', `It claims ${formatCount(count)} tensors; ${formatCount(mostTensors)} are read.`)
  }
  const infos: TensorInfo[] = []
  for (let index = 0; index < count; index++) {
    work.step()
    const at = cursor.at
    await cursor.need(8)
    const length = cursor.size(little)
    if (length > longestName) throw new Malformed(`A tensor's name claims ${length} bytes.`, at)
    await cursor.need(length + 4)
    const name = utf8.decode(cursor.take(length))
    const dimCount = cursor.u32(little)
    if (dimCount > maxDims)
      throw new Malformed(`The tensor ${quote(name)} has ${dimCount} dimensions; ggml has ${maxDims}.`, at)
    await cursor.need(dimCount * 8 + 12)
    const dims = Array.from({length: dimCount}, () => cursor.i64(little))
    infos.push({name, at, dims, type: cursor.u32(little), offset: cursor.u64(little)})
  }
  return infos
}

interface Seen {
  readonly rule: Rule
  readonly what: string
  readonly at: number
}

/**
 * Where each tensor lies. ggml has them in the order of their descriptions, each at the next multiple of the alignment
 * (`gguf_init_from_file`).
 */
export function placeTensors(
  infos: readonly TensorInfo[],
  {dataStart, fileSize, alignment}: {dataStart: number; fileSize: number; alignment: number},
): {placed: readonly PlacedTensor[]; seen: readonly Seen[]} {
  const placed: PlacedTensor[] = []
  const seen: Seen[] = []
  const names = new Set<string>()
  const padding = BigInt(alignment)
  let expected = 0n
  let isCertain = true
  for (const {name, at, dims, type: typeId, offset} of infos) {
    if (names.has(name)) seen.push({rule: rules.name, what: `The tensor ${quote(name)} stands twice.`, at})
    names.add(name)
    const type = ggmlTypes.get(typeId)
    if (!type) {
      seen.push({rule: rules.type, what: `The tensor ${quote(name)} has the type ${typeId}.`, at})
      isCertain = false
      continue
    }
    const size = sizeOf(dims, type)
    if (typeof size !== 'bigint') {
      seen.push({rule: size.rule, what: `The tensor ${quote(name)} (${shapeOf(dims)}, ${type.name}) ${size.says}.`, at})
      isCertain = false
      continue
    }
    if (isCertain && offset !== expected) {
      const what = `The tensor ${quote(name)} is said to begin at ${offset} of the data; the one before ends at ${expected}.`
      seen.push({rule: rules.offset, what, at})
      // One sentence is enough: every tensor behind it is off, too.
      isCertain = false
    }
    const end = BigInt(dataStart) + offset + size
    if (end > BigInt(fileSize)) {
      const what = `The tensor ${quote(name)} (${shapeOf(dims)}, ${type.name}) ends at byte ${end}; the file has ${fileSize}.`
      seen.push({rule: rules.bounds, what, at})
    } else {
      placed.push({name, type, dims: dims.map(Number), begin: dataStart + Number(offset), end: Number(end)})
    }
    expected = ((offset + size + padding - 1n) / padding) * padding
  }
  return {placed, seen}
}

/** Bytes of a tensor, as `ggml_nbytes` counts them in 64 bits. */
function sizeOf(dims: readonly bigint[], type: GgmlType): bigint | {readonly rule: Rule; readonly says: string} {
  let elements = 1n
  for (const dim of dims) {
    if (dim < 0n) return {rule: rules.overflow, says: 'has a negative dimension'}
    elements *= dim
    if (elements >= 2n ** 63n) return {rule: rules.overflow, says: 'has more elements than 64 bits count'}
  }
  const [row = 1n] = dims
  if (row % BigInt(type.block) !== 0n) {
    return {rule: rules.block, says: `has rows of ${row} elements, in blocks of ${type.block}`}
  }
  const bytes = (elements / BigInt(type.block)) * BigInt(type.bytes)
  return bytes < 2n ** 63n ? bytes : {rule: rules.overflow, says: 'has more bytes than 64 bits count'}
}

function shapeOf(dims: readonly bigint[]): string {
  return dims.length === 0 ? 'a scalar' : dims.join(' x ')
}

const utf8 = new TextDecoder('utf-8', {ignoreBOM: true})
