import {formatCount} from '../../../../core/quantity.ts'
import {type Artifact, bytesOf} from '../../artifact.ts'
import type {Format, Reading, Scan, TensorEntry} from '../../format.ts'
import {Malformed} from '../../malformed.ts'
import {Cursor} from '../cursor.ts'
import {Message, numberOf} from '../protobuf.ts'
import {readTable} from './table.ts'

/**
 * The index of a TensorFlow checkpoint (`variables.index`): a sorted table of names, whose values say where each
 * tensor lies in the data files beside it. Source: tensorflow/core/util/tensor_bundle, tensor_bundle.proto.
 */
export const checkpointIndex: Format = {
  name: 'TensorFlow checkpoint index',
  recognise: ({tail}) => magic.every((byte, index) => tail[tail.length - magic.length + index] === byte),
  read: readIndex,
}

/** The last 8 bytes of a LevelDB table, little-endian: 0xdb4775248b80fb57. */
const magic = [0x57, 0xfb, 0x80, 0x8b, 0x24, 0x75, 0x47, 0xdb] as const

const maxShards = 100_000

async function readIndex(artifact: Artifact, scan: Scan): Promise<Reading> {
  const tensors: TensorEntry[] = []
  let shards = 1
  for await (const {key, value} of readTable(artifact.bytes, scan.work)) {
    if (key === '') shards = await readHeader(value, scan)
    else tensors.push({name: key, ...(await readEntry(value, scan)), data: null})
  }
  if (shards < 1 || shards > maxShards) throw new Malformed(`It claims ${shards} data files.`)
  await scan.tensors(artifact, tensors)
  const dataFiles = await findDataFiles(artifact, shards)
  const count = `${formatCount(tensors.length)} ${tensors.length === 1 ? 'tensor' : 'tensors'}`
  return {is: `TensorFlow checkpoint index, ${count}`, holds: 'weights', ...(dataFiles.length > 0 ? {dataFiles} : {})}
}

/** BundleHeaderProto: num_shards 1. */
async function readHeader(value: Uint8Array, scan: Scan): Promise<number> {
  const message = new Message(new Cursor(bytesOf(value)), scan.work)
  let shards = 0
  for (let field = await message.next(); field; field = await message.next()) {
    if (field.number === 1 && field.type === 'varint') shards = numberOf(field)
  }
  return shards
}

/** BundleEntryProto: dtype 1, shape 2 (TensorShapeProto: dim 2 (size 1)). */
async function readEntry(value: Uint8Array, scan: Scan): Promise<Pick<TensorEntry, 'dtype' | 'shape'>> {
  const message = new Message(new Cursor(bytesOf(value)), scan.work)
  let dtype = 'unknown'
  const shape: number[] = []
  for (let field = await message.next(); field; field = await message.next()) {
    if (field.number === 1 && field.type === 'varint') dtype = dtypes.get(field.low) ?? `DT_${field.low}`
    if (field.number !== 2 || field.type !== 'bytes') continue
    const dims = message.open(field)
    for (let dim = await dims.next(); dim; dim = await dims.next()) {
      if (dim.number === 2 && dim.type === 'bytes') shape.push(await readSize(dims.open(dim)))
    }
  }
  return {dtype, shape}
}

/** TensorShapeProto.Dim: size 1; zero is not written. */
async function readSize(dim: Message): Promise<number> {
  let size = 0
  for (let field = await dim.next(); field; field = await dim.next()) {
    if (field.number === 1 && field.type === 'varint') size = numberOf(field)
  }
  return size
}

/** types.proto. */
const dtypes: ReadonlyMap<number, string> = new Map([
  [1, 'F32'],
  [2, 'F64'],
  [3, 'I32'],
  [4, 'U8'],
  [5, 'I16'],
  [6, 'I8'],
  [7, 'text'],
  [8, 'C64'],
  [9, 'I64'],
  [10, 'BOOL'],
  [14, 'BF16'],
  [17, 'U16'],
  [19, 'F16'],
  [22, 'U32'],
  [23, 'U64'],
])

/** `variables.data-00000-of-00001` beside `variables.index`: nothing but numbers. */
async function findDataFiles({path, siblings}: Artifact, shards: number): Promise<readonly string[]> {
  const own = (path.at(-1) ?? '').split('/').at(-1) ?? ''
  if (siblings === null || !own.endsWith('.index')) return []
  const files: string[] = []
  for (let shard = 0; shard < shards; shard++) {
    const name = `${own.slice(0, -'.index'.length)}.data-${fiveDigits(shard)}-of-${fiveDigits(shards)}`
    const found = await siblings.find(name)
    if (found.kind === 'file') files.push(found.path)
    else if (found.kind === 'absent') break
  }
  return files
}

function fiveDigits(count: number): string {
  return String(count).padStart(5, '0')
}
