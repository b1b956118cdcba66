import {quote} from '../../observation.ts'
import {type Dtype, isDtype} from './dtypes.ts'
import {BadHeader, type JsonBytes} from './json-bytes.ts'

/** One weight in a safetensors file. Offsets are relative to the end of the header, in bytes. */
export interface Tensor {
  readonly name: string
  readonly dtype: Dtype
  readonly shape: readonly number[]
  readonly begin: number
  readonly end: number
}

/** One entry of a header. */
export type Entry =
  | {readonly kind: 'tensor'; readonly tensor: Tensor}
  /** Texts of at most 4 KiB each; longer ones are checked and not kept. */
  | {readonly kind: 'metadata'; readonly metadata: ReadonlyMap<string, string>}
  /** The object is closed. */
  | {readonly kind: 'end'}

const longestName = 4096
const longestMetadata = 4096
/** NumPy ends at 64. */
const mostDims = 64

const openBrace = 0x7b
const closeBrace = 0x7d
const openBracket = 0x5b
const closeBracket = 0x5d
const comma = 0x2c
const colon = 0x3a
const quotation = 0x22

/**
 * Reads the next entry of a header, from the brace or the comma before it on. Keeps nothing: where it asks for more
 * bytes, the same entry is read again from its beginning.
 * @throws BadHeader, MoreNeeded
 */
export function readEntry(json: JsonBytes, isFirst: boolean): Entry {
  if (!isNext(json, isFirst)) return {kind: 'end'}
  const name = readKey(json)
  if (name === '__metadata__') return {kind: 'metadata', metadata: readMetadata(json)}
  return {kind: 'tensor', tensor: readTensor(name, json)}
}

/** Whether an object goes on: its first entry, or one behind a comma. */
function isNext(json: JsonBytes, isFirst: boolean): boolean {
  if (isFirst) {
    json.expect(openBrace)
    return !json.accept(closeBrace)
  }
  if (json.accept(comma)) return true
  json.expect(closeBrace)
  return false
}

function readKey(json: JsonBytes): string {
  if (json.peek() >= 0x80) throw new BadHeader('header-not-utf8', 'The header is not UTF-8 text.')
  const key = json.text(longestName)
  if (key === null) throw new BadHeader('tensor-malformed', `A name has more than ${longestName} bytes.`)
  json.expect(colon)
  return key
}

/** Another key of an object, which must not have stood there before. */
function readNewKey(json: JsonBytes, seen: Set<string>): string {
  const key = readKey(json)
  if (seen.has(key)) throw new BadHeader('duplicate-key', `The header names ${quote(key)} twice.`)
  seen.add(key)
  return key
}

function readMetadata(json: JsonBytes): ReadonlyMap<string, string> {
  const metadata = new Map<string, string>()
  const next = json.peek()
  if (next !== openBrace && next !== -1) throw new BadHeader('metadata-malformed', '__metadata__ is not an object.')
  const seen = new Set<string>()
  while (isNext(json, seen.size === 0)) {
    const key = readNewKey(json, seen)
    if (json.peek() !== quotation) throw new BadHeader('metadata-malformed', '__metadata__ holds more than texts.')
    const text = json.text(longestMetadata)
    if (text !== null) metadata.set(key, text)
  }
  return metadata
}

function readTensor(name: string, json: JsonBytes): Tensor {
  const next = json.peek()
  if (next !== openBrace && next !== -1) {
    throw new BadHeader('tensor-malformed', `${quote(name)} is not described by an object.`)
  }
  let dtype: Dtype | null = null
  let shape: readonly number[] | null = null
  let offsets: readonly number[] | null = null
  const seen = new Set<string>()
  while (isNext(json, seen.size === 0)) {
    const key = readNewKey(json, seen)
    if (key === 'dtype') dtype = readDtype(name, json)
    else if (key === 'shape') shape = readSizes(name, json)
    else if (key === 'data_offsets') offsets = readSizes(name, json)
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

function readDtype(name: string, json: JsonBytes): Dtype {
  const dtype = json.peek() === quotation ? json.text(64) : null
  if (dtype !== null && isDtype(dtype)) return dtype
  const shown = dtype === null ? 'no type that is a short text' : `the type ${quote(dtype)}`
  throw new BadHeader('unknown-dtype', `${quote(name)} has ${shown}.`)
}

function readSizes(name: string, json: JsonBytes): readonly number[] {
  const fault = () =>
    new BadHeader('tensor-malformed', `${quote(name)} has a shape or offsets that are no list of sizes.`)
  if (!json.accept(openBracket)) throw fault()
  const sizes: number[] = []
  if (json.accept(closeBracket)) return sizes
  do {
    const size = json.size()
    if (size === null || sizes.length === mostDims) throw fault()
    sizes.push(size)
  } while (json.accept(comma))
  json.expect(closeBracket)
  return sizes
}
