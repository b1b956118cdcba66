import {formatCount} from '../../../core/quantity.ts'
import type {Artifact} from '../artifact.ts'
import type {Format, Reading, Scan, TensorEntry} from '../format.ts'
import {OverLimit} from '../malformed.ts'
import {quote, type Rule} from '../observation.ts'
import {FlatBuffer, type FlatTable} from './flatbuffer.ts'
import {customOperator, delegateOperator, sightOfCustom} from './tflite/operators.ts'
import {rules} from './tflite/rules.ts'

/**
 * TensorFlow Lite (LiteRT): a FlatBuffer with the mark `TFL3` (tensorflow/lite/schema/schema.fbs, version 3). Files that
 * tell about the model are often put behind it as a ZIP.
 */
export const tflite: Format = {
  name: 'TFLite',
  with: ['ZIP'],
  recognise: ({head}) => head[4] === 0x54 && head[5] === 0x46 && head[6] === 0x4c && head[7] === 0x33,
  read: readTflite,
}

const mostParts = 250_000

type See = (rule: Rule, what: string, byte: number) => void

async function readTflite(artifact: Artifact, scan: Scan): Promise<Reading> {
  const {bytes, path} = artifact
  const see: See = (rule, what, byte) => scan.see({rule, what, place: {path, byte}, sure: 'certain'})
  const model = await new FlatBuffer(bytes, scan.work).root()
  const codes = await readCodes(model, see)
  const buffers = await readBuffers(model, bytes.size, see)
  const tensors: TensorEntry[] = []
  let operators = 0
  for await (const graph of model.tables(2)) {
    for await (const tensor of graph.tables(0)) {
      if (tensors.length === mostParts) throw tooMany('tensors')
      tensors.push(await readTensor(tensor, {buffers, artifact, see}))
    }
    for await (const operator of graph.tables(3)) {
      operators++
      await checkOperator(operator, {codes, fileSize: bytes.size, see})
    }
  }
  await scan.tensors(
    artifact,
    tensors.filter(({data}) => data !== null),
  )
  const count = tensors.filter(({data}) => data !== null).length
  const is = `TFLite, ${formatCount(operators)} operator${operators === 1 ? '' : 's'}, ${formatCount(count)} tensor${count === 1 ? '' : 's'}`
  return {is, holds: 'weights'}
}

/** The operators that the model uses. @returns how many */
async function readCodes(model: FlatTable, see: See): Promise<number> {
  let count = 0
  for await (const code of model.tables(1)) {
    if (count++ === mostParts) throw tooMany('operators')
    // Codes beyond 127 stand in a field of their own, since schema version 3a.
    const builtin = Math.max(await code.u8(0), await code.i32(3))
    if (builtin === delegateOperator) see(rules.compiled, 'It was saved with a delegate.', code.at)
    if (builtin !== customOperator) continue
    const name = await code.text(1)
    const sight = sightOfCustom(name)
    if (sight) see(sight.rule, `Its operator ${quote(name)} ${sight.says}.`, code.at)
  }
  return count
}

/** Where the bytes of a tensor stand; null for none. */
type Place = {readonly begin: number; readonly end: number} | null

async function readBuffers(model: FlatTable, fileSize: number, see: See): Promise<readonly Place[]> {
  const places: Place[] = []
  for await (const buffer of model.tables(4)) {
    if (places.length === mostParts) throw tooMany('buffers')
    const inside = await buffer.vector(0, 1)
    // Files beyond 2 GB put the bytes behind the FlatBuffer; 0 and 1 say that they do not.
    const offset = await buffer.u64(1)
    const size = await buffer.u64(2)
    if (offset > 1 && offset + size > fileSize) {
      const what = `Buffer ${places.length} has bytes ${offset} to ${offset + size}; the file has ${fileSize}.`
      see(rules.buffer, what, buffer.at)
      places.push(null)
    } else if (offset > 1) places.push({begin: offset, end: offset + size})
    else places.push(inside && inside.length > 0 ? {begin: inside.start, end: inside.start + inside.length} : null)
  }
  return places
}

/** Types by number: names of safetensors, and bits of one element; 0 where it is not said by the shape. */
const types: readonly (readonly [dtype: string, bits: number])[] = [
  ['F32', 32],
  ['F16', 16],
  ['I32', 32],
  ['U8', 8],
  ['I64', 64],
  ['STRING', 0],
  ['BOOL', 8],
  ['I16', 16],
  ['C64', 64],
  ['I8', 8],
  ['F64', 64],
  ['C128', 128],
  ['U64', 64],
  ['RESOURCE', 0],
  ['VARIANT', 0],
  ['U32', 32],
  ['U16', 16],
  ['I4', 4],
  ['BF16', 16],
]

interface TensorAround {
  readonly buffers: readonly Place[]
  readonly artifact: Artifact
  readonly see: See
}

async function readTensor(tensor: FlatTable, {buffers, artifact, see}: TensorAround): Promise<TensorEntry> {
  const name = await tensor.text(3)
  const [dtype, bits] = types[await tensor.u8(1)] ?? ['unknown', 0]
  const shape = await readShape(tensor, artifact)
  const index = await tensor.u32(2)
  const data = buffers[index] ?? null
  if (index >= buffers.length && index !== 0) {
    see(rules.index, `The tensor ${quote(name)} has buffer ${index} of ${buffers.length}.`, tensor.at)
  }
  const isSparse = await tensor.has(6)
  const elements = shape.reduce((product, size) => product * size, 1)
  const needed = Math.ceil((elements * bits) / 8)
  if (data !== null && bits > 0 && !isSparse && needed !== data.end - data.begin) {
    const what = `The tensor ${quote(name)} (${dtype}) needs ${needed} bytes by its shape, and has ${data.end - data.begin}.`
    see(rules.size, what, tensor.at)
  }
  return {name, dtype, shape, data: data && {...data, bytes: artifact.bytes}}
}

async function readShape(tensor: FlatTable, {bytes}: Artifact): Promise<readonly number[]> {
  const vector = await tensor.vector(0, 4)
  if (vector === null) return []
  // More dimensions than any kernel takes (8) mean nothing; the size check fails on them.
  const length = Math.min(vector.length, 64)
  const content = await bytes.slice(vector.start, vector.start + 4 * length)
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength)
  return Array.from({length}, (_, index) => view.getInt32(4 * index, true))
}

interface OperatorAround {
  readonly codes: number
  readonly fileSize: number
  readonly see: See
}

async function checkOperator(operator: FlatTable, {codes, fileSize, see}: OperatorAround): Promise<void> {
  const code = await operator.u32(0)
  if (code >= codes) see(rules.index, `An operator has code ${code} of ${codes}.`, operator.at)
  const offset = await operator.u64(9)
  const size = await operator.u64(10)
  if (offset > 1 && offset + size > fileSize) {
    see(rules.buffer, `The options of an operator end at byte ${offset + size}; the file has ${fileSize}.`, operator.at)
  }
}

function tooMany(what: string): OverLimit {
  return new OverLimit('work', `It has more than ${formatCount(mostParts)} ${what}.`)
}
