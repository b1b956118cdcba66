import {formatCount} from '../../../core/quantity.ts'
import type {Artifact} from '../artifact.ts'
import type {Format, Reading, Scan, TensorEntry} from '../format.ts'
import {quote, type Rule} from '../observation.ts'
import {sightsOfTemplate} from '../templates/jinja.ts'
import {Cursor} from './cursor.ts'
import {type Metadata, readMetadata} from './gguf/metadata.ts'
import {rules} from './gguf/rules.ts'
import {checkParts} from './gguf/split.ts'
import {type PlacedTensor, placeTensors, readTensorInfos} from './gguf/tensors.ts'

/**
 * GGUF 2 and 3 (docs/gguf.md of ggml, and gguf.cpp of llama.cpp where it is stricter): keys and values, descriptions of
 * tensors, aligned data. What can act in it is the chat template, which servers run; what can break a loader is every
 * number.
 */
export const gguf: Format = {
  name: 'GGUF',
  recognise: ({head}) => head[0] === 0x47 && head[1] === 0x47 && head[2] === 0x55 && head[3] === 0x46,
  read: readGguf,
}

const usualAlignment = 32
/** Real files have 32 or 64; llama.cpp refuses nothing, and overflows near 2^32. */
const largestAlignment = 2 ** 20
/** LLAMA_MAX_LAYERS. */
const mostLayers = 512

async function readGguf(artifact: Artifact, scan: Scan): Promise<Reading> {
  const {bytes, path} = artifact
  const see = (rule: Rule, what: string, byte: number) => scan.see({rule, what, place: {path, byte}, sure: 'certain'})
  const cursor = new Cursor(bytes)
  await cursor.need(8)
  cursor.skip(4)
  const written = cursor.u32()
  // The gguf package tells byte orders apart so: a version is small, and its bytes are all at one end.
  const little = (written & 0xffff) !== 0
  const version = little ? written : swap(written)
  if (version !== 2 && version !== 3) {
    see(rules.version, `It is GGUF version ${version}.`, 4)
    return {is: `GGUF version ${version}`, holds: 'container'}
  }
  if (!little) see(rules.bigEndian, 'It is big-endian.', 4)
  await cursor.need(16)
  const tensorCount = cursor.size(little)
  const keyCount = cursor.size(little)
  const metadata = await readMetadata(cursor, {count: keyCount, little, work: scan.work})
  judgeMetadata(metadata, see)
  const infos = await readTensorInfos(cursor, {count: tensorCount, little, work: scan.work})
  const alignment = alignmentOf(metadata, see)
  const dataStart = Math.ceil(cursor.at / alignment) * alignment
  const {placed, seen} = placeTensors(infos, {dataStart, fileSize: bytes.size, alignment})
  for (const {rule, what, at} of seen) see(rule, what, at)
  const behind =
    bytes.size - placed.reduce((end, tensor) => Math.max(end, tensor.end), infos.length > 0 ? dataStart : cursor.at)
  if (seen.length === 0 && behind >= alignment) {
    see(rules.trailing, `${formatCount(behind)} bytes behind the last tensor belong to none.`, bytes.size - behind)
  }
  await scan.tensors(
    artifact,
    placed.map(tensor => entryOf(tensor, artifact, little)),
  )
  const parts = Number(metadata.entries.get('split.count')?.value ?? 0)
  if (parts > 1) await checkParts(artifact, parts, scan)
  const count = `${formatCount(tensorCount)} tensor${tensorCount === 1 ? '' : 's'}`
  // A file of a tokenizer alone has no tensor.
  return {is: `GGUF, ${count}`, holds: tensorCount > 0 ? 'weights' : 'text'}
}

type See = (rule: Rule, what: string, byte: number) => void

function judgeMetadata({entries, duplicates, longTemplates}: Metadata, see: See): void {
  for (const {key, at} of duplicates) see(rules.key, `The key ${quote(key)} stands twice.`, at)
  for (const {key, at, bytes} of longTemplates)
    see(rules.template, `${quote(key)} has ${formatCount(bytes)} bytes.`, at)
  for (const [key, {value, at}] of entries) {
    if (typeof value === 'string' && key.startsWith('tokenizer.chat_template')) judgeTemplate(key, value, at, see)
    if (key.endsWith('.block_count') && Number(value) > mostLayers) {
      see(rules.layers, `${quote(key)} says ${value} layers.`, at)
    }
  }
}

function judgeTemplate(key: string, text: string, start: number, see: See): void {
  for (const {rule, what, at} of sightsOfTemplate(text)) {
    const byte = start + new TextEncoder().encode(text.slice(0, at)).length
    see(rule, `In ${quote(key)}: ${what}`, byte)
  }
}

function alignmentOf({entries}: Metadata, see: See): number {
  const entry = entries.get('general.alignment')
  if (!entry) return usualAlignment
  const {value, type, at} = entry
  const isPower =
    typeof value === 'number' && value > 0 && value <= largestAlignment && Number.isInteger(Math.log2(value))
  if (isPower && type === 4) return value
  const shown = typeof value === 'string' ? quote(value) : String(value)
  see(rules.alignment, `general.alignment is ${shown}; a power of two as uint32 is expected.`, at)
  return usualAlignment
}

function entryOf({name, type, dims, begin, end}: PlacedTensor, {bytes}: Artifact, little: boolean): TensorEntry {
  return {name, dtype: type.name, shape: dims.toReversed(), data: little ? {begin, end, bytes} : null}
}

function swap(value: number): number {
  return ((value >>> 24) | ((value >>> 8) & 0xff00) | ((value << 8) & 0xff0000) | (value << 24)) >>> 0
}
