import {formatCount} from '../../../../core/quantity.ts'
import type {Bytes} from '../../../../runtime/files.ts'
import type {Work} from '../../limits.ts'
import {OverLimit} from '../../malformed.ts'
import {quote} from '../../observation.ts'
import {Cursor} from '../cursor.ts'
import {BadHeader, JsonBytes} from './json-bytes.ts'
import type {HeaderFault} from './rules.ts'

/** One weight in a safetensors file. Offsets are relative to the end of the header, in bytes. */
export interface Tensor {
  readonly name: string
  readonly dtype: Dtype
  readonly shape: readonly number[]
  readonly begin: number
  readonly end: number
}

export type SafetensorsAnswer =
  | {
      readonly kind: 'valid'
      /** In the order of their bytes. */
      readonly tensors: readonly Tensor[]
      /** Metadata of at most 4 KiB each; longer ones are checked and not kept. */
      readonly metadata: ReadonlyMap<string, string>
      /** Offset of the first byte behind the header. */
      readonly dataStart: number
    }
  | {readonly kind: 'malformed'; readonly fault: HeaderFault; readonly what: string}

/** Bits of one element. The list of the reference implementation, safetensors 0.6. */
const bitsOf = {
  BOOL: 8,
  F4: 4,
  F6_E2M3: 6,
  F6_E3M2: 6,
  U8: 8,
  I8: 8,
  F8_E5M2: 8,
  F8_E4M3: 8,
  F8_E8M0: 8,
  F8_E4M3FNUZ: 8,
  F8_E5M2FNUZ: 8,
  I16: 16,
  U16: 16,
  F16: 16,
  BF16: 16,
  I32: 32,
  U32: 32,
  F32: 32,
  C64: 64,
  F64: 64,
  I64: 64,
  U64: 64,
} as const

export type Dtype = keyof typeof bitsOf

/** The reference implementation refuses longer headers. */
const maxHeaderBytes = 100_000_000
/** More than any file has (some thousands are usual): what is kept of a hostile header stays below 100 MB. */
const mostTensors = 250_000
const longestName = 4096
const mostNameBytes = 32 * 2 ** 20
const longestMetadata = 4096
const mostMetadata = 4096
/** NumPy ends at 64. */
const mostDims = 64

/**
 * Checks a safetensors file from its header, as strictly as the Rust reference (and its format description): 8 bytes
 * length, a JSON object without duplicate keys, `__metadata__` of texts, known types, offsets that cover the buffer
 * from 0 without hole or overlap, sizes that agree with shapes, and no byte after the last tensor. The weights
 * themselves are not read, and the header only through a window.
 * @throws OverLimit where it names more than is kept
 */
export async function readSafetensors(bytes: Bytes, work: Work): Promise<SafetensorsAnswer> {
  try {
    return await readHeader(bytes, work)
  } catch (error) {
    if (error instanceof BadHeader) return {kind: 'malformed', fault: error.fault, what: error.message}
    throw error
  }
}

type Valid = Extract<SafetensorsAnswer, {kind: 'valid'}>

async function readHeader(bytes: Bytes, work: Work): Promise<Valid> {
  if (bytes.size < 8) throw new BadHeader('truncated', `The file has ${bytes.size} bytes; a header length needs 8.`)
  const cursor = new Cursor(bytes)
  await cursor.need(8)
  const length = cursor.u64()
  if (length > maxHeaderBytes) throw new BadHeader('header-too-large', `The header claims ${length} bytes.`)
  if (length < 2) throw new BadHeader('header-too-small', `The header claims ${length} bytes.`)
  const dataStart = 8 + Number(length)
  if (dataStart > bytes.size) {
    throw new BadHeader('truncated', `The header claims ${length} bytes; the file has ${bytes.size - 8} after it.`)
  }
  await cursor.need(1)
  if (cursor.u8() !== openBrace) throw new BadHeader('header-not-an-object', 'The header does not start with "{".')
  cursor.seek(8)
  const {tensors, metadata} = await readEntries(new JsonBytes(cursor, dataStart), work)
  const ordered = checkLayout(tensors, bytes.size - dataStart)
  return {kind: 'valid', tensors: ordered, metadata, dataStart}
}

const openBrace = 0x7b
const closeBrace = 0x7d
const openBracket = 0x5b
const closeBracket = 0x5d
const comma = 0x2c
const colon = 0x3a
const quotation = 0x22

async function readEntries(json: JsonBytes, work: Work): Promise<{tensors: Tensor[]; metadata: Map<string, string>}> {
  const tensors: Tensor[] = []
  const metadata = new Map<string, string>()
  const names = new Set<string>()
  let nameBytes = 0
  for await (const name of keysOf(json, names, longestName)) {
    work.step()
    nameBytes += name.length
    if (tensors.length === mostTensors || nameBytes > mostNameBytes) {
      throw new OverLimit(
        'work',
        `Its header names more than ${formatCount(mostTensors)} tensors, or longer ones than are read.`,
      )
    }
    if (name === '__metadata__') await readMetadata(json, metadata)
    else tensors.push(await readTensor(name, json))
  }
  if ((await json.peek()) !== -1)
    throw new BadHeader('header-malformed', 'Something stands behind the object of the header.')
  return {tensors, metadata}
}

/** The keys of an object, each before its value is read. Bad UTF-8 where a key must be is said to be that. */
async function* keysOf(json: JsonBytes, seen: Set<string>, limit: number): AsyncGenerator<string> {
  await json.expect(openBrace)
  if (await json.accept(closeBrace)) return
  do {
    if ((await json.peek()) >= 0x80) throw new BadHeader('header-not-utf8', 'The header is not UTF-8 text.')
    const key = await json.text(limit)
    if (key === null) throw new BadHeader('tensor-malformed', `A name has more than ${limit} bytes.`)
    if (seen.has(key)) throw new BadHeader('duplicate-key', `The header names ${quote(key)} twice.`)
    seen.add(key)
    await json.expect(colon)
    yield key
  } while (await json.accept(comma))
  await json.expect(closeBrace)
}

async function readMetadata(json: JsonBytes, metadata: Map<string, string>): Promise<void> {
  if ((await json.peek()) !== openBrace) throw new BadHeader('metadata-malformed', '__metadata__ is not an object.')
  const keys = new Set<string>()
  for await (const key of keysOf(json, keys, longestName)) {
    if (keys.size > mostMetadata) {
      throw new OverLimit('work', `Its header has more than ${formatCount(mostMetadata)} metadata.`)
    }
    if ((await json.peek()) !== quotation)
      throw new BadHeader('metadata-malformed', '__metadata__ holds more than texts.')
    const text = await json.text(longestMetadata)
    if (text !== null) metadata.set(key, text)
  }
}

async function readTensor(name: string, json: JsonBytes): Promise<Tensor> {
  const next = await json.peek()
  if (next !== openBrace && next !== -1) {
    throw new BadHeader('tensor-malformed', `${quote(name)} is not described by an object.`)
  }
  let dtype: Dtype | null = null
  let shape: readonly number[] | null = null
  let offsets: readonly number[] | null = null
  for await (const key of keysOf(json, new Set(), longestName)) {
    if (key === 'dtype') dtype = await readDtype(name, json)
    else if (key === 'shape') shape = await readSizes(name, json)
    else if (key === 'data_offsets') offsets = await readSizes(name, json)
    else throw new BadHeader('tensor-malformed', `${quote(name)} has the unknown key ${quote(key)}.`)
  }
  if (dtype === null) throw new BadHeader('unknown-dtype', `${quote(name)} has no type.`)
  if (shape === null) throw new BadHeader('tensor-malformed', `${quote(name)} has no shape.`)
  const [begin, end] = offsets ?? []
  if (begin === undefined || end === undefined || offsets?.length !== 2) {
    throw new BadHeader('tensor-malformed', `${quote(name)} has no pair of data_offsets.`)
  }
  return {name, dtype, shape, begin, end}
}

async function readDtype(name: string, json: JsonBytes): Promise<Dtype> {
  const dtype = (await json.peek()) === quotation ? await json.text(64) : null
  if (dtype !== null && isDtype(dtype)) return dtype
  const shown = dtype === null ? 'no type that is a short text' : `the type ${quote(dtype)}`
  throw new BadHeader('unknown-dtype', `${quote(name)} has ${shown}.`)
}

async function readSizes(name: string, json: JsonBytes): Promise<readonly number[]> {
  const fault = () =>
    new BadHeader('tensor-malformed', `${quote(name)} has a shape or offsets that are no list of sizes.`)
  if (!(await json.accept(openBracket))) throw fault()
  const sizes: number[] = []
  if (await json.accept(closeBracket)) return sizes
  do {
    const size = await json.size()
    if (size === null || sizes.length === mostDims) throw fault()
    sizes.push(size)
  } while (await json.accept(comma))
  await json.expect(closeBracket)
  return sizes
}

function checkLayout(tensors: Tensor[], bufferBytes: number): readonly Tensor[] {
  const ordered = tensors.sort((a, b) => a.begin - b.begin || a.end - b.end)
  let covered = 0
  for (const tensor of ordered) {
    const {name, begin, end} = tensor
    if (begin > covered) {
      throw new BadHeader('hole', `Bytes ${covered} to ${begin}, before ${quote(name)}, belong to no tensor.`)
    }
    if (begin < covered) {
      throw new BadHeader('overlap', `${quote(name)} starts at ${begin}, inside the tensor before it.`)
    }
    if (end < begin) {
      throw new BadHeader('tensor-malformed', `${quote(name)} ends at ${end}, before it starts at ${begin}.`)
    }
    const size = sizeOf(tensor)
    if (size === null) throw new BadHeader('size-overflow', `${quote(name)} has more elements than can be counted.`)
    if (size !== end - begin) {
      const what = `${quote(name)} needs ${size} bytes by its shape; its offsets span ${end - begin}.`
      throw new BadHeader('size-mismatch', what)
    }
    covered = end
  }
  if (covered > bufferBytes) {
    const what = `The tensors need ${covered} bytes; the file holds ${bufferBytes} after the header.`
    throw new BadHeader('truncated', what)
  }
  if (covered < bufferBytes) {
    throw new BadHeader('trailing-bytes', `${bufferBytes - covered} bytes after the last tensor belong to nothing.`)
  }
  return ordered
}

/** Bytes of a tensor by shape and type; null when they overflow or are not whole. */
function sizeOf({shape, dtype}: Tensor): number | null {
  let bits = BigInt(bitsOf[dtype])
  for (const size of shape) {
    bits *= BigInt(size)
    if (bits > 2n ** 67n) return null
  }
  if (bits % 8n !== 0n) return null
  const bytes = bits / 8n
  return bytes <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(bytes) : null
}

function isDtype(value: string): value is Dtype {
  return Object.hasOwn(bitsOf, value)
}
