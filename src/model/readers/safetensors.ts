import type {ReasonCode} from '../../core/finding.ts'
import type {Bytes} from '../../runtime/files.ts'
import {type JsonProblem, parseStrictJson} from './strict-json.ts'

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
      readonly tensors: readonly Tensor[]
      readonly metadata: ReadonlyMap<string, string>
      /** Offset of the first byte behind the header. */
      readonly dataStart: number
    }
  | {readonly kind: 'malformed'; readonly reason: ReasonCode; readonly what: string}

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

/** The reference implementation refuses longer headers; it keeps the memory of a hostile file bounded. */
const maxHeaderBytes = 100_000_000

/**
 * Checks a safetensors file from its header, as strictly as the Rust reference (and its format description): 8 bytes
 * length, a JSON object without duplicate keys, `__metadata__` of texts, known types, offsets that cover the buffer
 * from 0 without hole or overlap, sizes that agree with shapes, and no byte after the last tensor. The weights
 * themselves are not read.
 */
export async function readSafetensors(bytes: Bytes): Promise<SafetensorsAnswer> {
  if (bytes.size < 8) return malformed('truncated', `The file has ${bytes.size} bytes; a header length needs 8.`)
  const head = await bytes.slice(0, 8)
  const length = new DataView(head.buffer, head.byteOffset, head.byteLength).getBigUint64(0, true)
  if (length > maxHeaderBytes) return malformed('header-too-large', `The header claims ${length} bytes.`)
  const headerBytes = Number(length)
  if (headerBytes < 2) return malformed('header-too-small', `The header claims ${headerBytes} bytes.`)
  if (8 + headerBytes > bytes.size) {
    return malformed('truncated', `The header claims ${headerBytes} bytes; the file has ${bytes.size - 8} after it.`)
  }
  const header = parseHeader(await bytes.slice(8, 8 + headerBytes))
  if (header.kind === 'malformed') return header
  return checkLayout({...header, dataStart: 8 + headerBytes}, bytes.size - 8 - headerBytes)
}

type Valid = Extract<SafetensorsAnswer, {kind: 'valid'}>
type Malformed = Extract<SafetensorsAnswer, {kind: 'malformed'}>

function malformed(what: string, sentence: string): Malformed {
  return {kind: 'malformed', reason: `model/safetensors-${what}`, what: sentence}
}

function parseHeader(bytes: Uint8Array): Omit<Valid, 'dataStart'> | Malformed {
  if (bytes[0] !== 0x7b) return malformed('header-not-an-object', 'The header does not start with "{".')
  let text: string
  try {
    text = new TextDecoder('utf-8', {fatal: true, ignoreBOM: true}).decode(bytes)
  } catch {
    return malformed('header-not-utf8', 'The header is not UTF-8 text.')
  }
  const parsed = parseStrictJson(text)
  if (parsed.kind === 'problem') return malformed(...jsonProblem(parsed))
  const entries = asObject(parsed.value)
  if (!entries) return malformed('header-not-an-object', 'The header is not a JSON object.')

  const metadata = new Map<string, string>()
  const tensors: Tensor[] = []
  for (const [name, value] of entries) {
    if (name === '__metadata__') {
      const pairs = asObject(value)
      if (!pairs) return malformed('metadata-malformed', '__metadata__ is not an object.')
      for (const [key, text] of pairs) {
        if (typeof text !== 'string') return malformed('metadata-malformed', '__metadata__ holds more than texts.')
        metadata.set(key, text)
      }
      continue
    }
    const tensor = parseTensor(name, value)
    if ('kind' in tensor) return tensor
    tensors.push(tensor)
  }
  return {kind: 'valid', tensors, metadata}
}

function jsonProblem({problem, at}: JsonProblem): [string, string] {
  if (problem === 'duplicate-key') return ['duplicate-key', `The header names a key twice, at character ${at}.`]
  if (problem === 'too-deep') return ['header-malformed', 'The header is nested deeper than a header can be.']
  return ['header-malformed', `The header is not JSON, from character ${at} on.`]
}

function parseTensor(name: string, value: unknown): Tensor | Malformed {
  const entries = asObject(value)
  if (!entries) return malformed('tensor-malformed', `"${name}" is not described by an object.`)
  const unknown = [...entries.keys()].find(key => key !== 'dtype' && key !== 'shape' && key !== 'data_offsets')
  if (unknown !== undefined) return malformed('tensor-malformed', `"${name}" has the unknown key "${unknown}".`)
  const dtype = entries.get('dtype')
  if (!isDtype(dtype)) return malformed('unknown-dtype', `"${name}" has the type ${JSON.stringify(dtype)}.`)
  const shape = asSizes(entries.get('shape'))
  if (!shape) return malformed('tensor-malformed', `"${name}" has a shape that is not a list of sizes.`)
  const offsets = asSizes(entries.get('data_offsets'))
  const [begin, end] = offsets ?? []
  if (begin === undefined || end === undefined || offsets?.length !== 2) {
    return malformed('tensor-malformed', `"${name}" has no pair of data_offsets.`)
  }
  return {name, dtype, shape, begin, end}
}

function checkLayout({tensors, metadata, dataStart}: Valid, bufferBytes: number): SafetensorsAnswer {
  const ordered = [...tensors].sort((a, b) => a.begin - b.begin || a.end - b.end)
  let covered = 0
  for (const tensor of ordered) {
    const {name, begin, end} = tensor
    if (begin > covered)
      return malformed('hole', `Bytes ${covered} to ${begin}, before "${name}", belong to no tensor.`)
    if (begin < covered) return malformed('overlap', `"${name}" starts at ${begin}, inside the tensor before it.`)
    if (end < begin) return malformed('tensor-malformed', `"${name}" ends at ${end}, before it starts at ${begin}.`)
    const size = bytesOf(tensor)
    if (size === null) return malformed('size-overflow', `"${name}" has more elements than can be counted.`)
    if (size !== end - begin) {
      return malformed('size-mismatch', `"${name}" needs ${size} bytes by its shape; its offsets span ${end - begin}.`)
    }
    covered = end
  }
  if (covered > bufferBytes) {
    return malformed('truncated', `The tensors need ${covered} bytes; the file holds ${bufferBytes} after the header.`)
  }
  if (covered < bufferBytes) {
    return malformed('trailing-bytes', `${bufferBytes - covered} bytes after the last tensor belong to nothing.`)
  }
  return {kind: 'valid', tensors: ordered, metadata, dataStart}
}

/** Bytes of a tensor by shape and type; null when they overflow or are not whole. */
function bytesOf({shape, dtype}: Tensor): number | null {
  let bits = BigInt(bitsOf[dtype])
  for (const size of shape) bits *= BigInt(size)
  if (bits % 8n !== 0n) return null
  const bytes = bits / 8n
  return bytes <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(bytes) : null
}

function asObject(value: unknown): Map<string, unknown> | null {
  return value instanceof Map ? value : null
}

/** Sizes as the format writes them: whole, not negative, exact. */
function asSizes(value: unknown): readonly number[] | null {
  if (!Array.isArray(value)) return null
  const sizes: number[] = []
  for (const size of value) {
    if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) return null
    sizes.push(size)
  }
  return sizes
}

function isDtype(value: unknown): value is Dtype {
  return typeof value === 'string' && Object.hasOwn(bitsOf, value)
}
