import {formatCount} from '../../../core/quantity.ts'
import type {Bytes} from '../../../runtime/files.ts'
import {type Artifact, sliceOf} from '../artifact.ts'
import type {Format, Reading, Sample, Scan, TensorEntry} from '../format.ts'
import {Malformed} from '../malformed.ts'
import {quote, type Rule} from '../observation.ts'
import {Cursor} from './cursor.ts'
import {arrayBytes, type NumpyType, shapeOf, typeOfDescriptor} from './numpy/dtype.ts'
import {type Literal, parseLiteral} from './numpy/literal.ts'

const objectArray: Rule = {
  id: 'numpy-object-array',
  title: 'A NumPy array of Python objects',
  means: 'note',
  why: 'Its elements are a pickle, which np.load runs only with allow_pickle=True.',
  remedy: 'Save arrays of numbers or texts: array.astype(...) before np.save.',
}

const unknownType: Rule = {
  id: 'numpy-type-unknown',
  title: 'A NumPy array of an unknown type',
  means: 'unsure',
  why: 'How long its data is, and whether a pickle stands in its place, follows from the type.',
  remedy: 'Save the array again with np.save.',
}

const trailingBytes: Rule = {
  id: 'numpy-trailing-bytes',
  title: 'Bytes behind a NumPy array',
  means: 'look',
  why: 'A second np.load of the same open file reads them, and takes them for a pickle where it may.',
  remedy: 'Save the array again with np.save, or several of them with np.savez.',
}

export const numpyRules: readonly Rule[] = [objectArray, unknownType, trailingBytes]

/**
 * Arrays as `np.save` writes them, several of them in one file too: a magic number, a version, a header that is a Python
 * literal, and the data. Format: NumPy enhancement proposal 1 and `numpy/lib/_format_impl.py`, versions 1.0 to 3.0.
 */
export const numpy: Format = {
  name: 'NumPy array',
  recognise: ({head}: Sample) => isArray(head),
  read: readArrays,
}

/** Whether the bytes start with the magic number of `.npy` files. */
export function isArray(head: Uint8Array): boolean {
  return magic.every((byte, index) => head[index] === byte)
}

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]

/** `numpy.lib.format` refuses longer ones: `ast.literal_eval` of a hostile header may bring Python down. */
const maxHeaderBytes = 10_000

interface Header {
  readonly descriptor: Literal
  readonly type: NumpyType | null
  readonly shape: readonly number[]
  /** Offset of the first byte of the data. */
  readonly dataStart: number
}

async function readArrays(artifact: Artifact, scan: Scan): Promise<Reading> {
  const {bytes, path} = artifact
  const tensors: TensorEntry[] = []
  const cursor = new Cursor(bytes)
  let arrays = 0
  for (; arrays === 0 || (await anotherFollows(cursor)); arrays++) {
    if (arrays > 0) scan.work.member()
    const header = await readHeader(cursor)
    if (header.type === null || header.type.objects) {
      await scan.tensors(artifact, tensors)
      return readObjects(header, artifact, scan)
    }
    const end = endOfData(header, header.type, bytes)
    tensors.push(tensorOf(header, {name: `array ${arrays}`, end, bytes}))
    cursor.seek(end)
  }
  await scan.tensors(artifact, tensors)
  const {at} = cursor
  if (at < bytes.size) {
    const what = `${formatCount(bytes.size - at)} bytes follow the data of its ${arrays === 1 ? 'array' : `${arrays} arrays`}.`
    scan.see({rule: trailingBytes, what, place: {path, byte: at}, sure: 'certain'})
    await scan.inside(artifact, `bytes from ${at} on`, sliceOf(bytes, at, bytes.size), 'numpy')
  }
  return {is: arrays === 1 ? describe(tensors[0]) : `NumPy file, ${formatCount(arrays)} arrays`, holds: 'weights'}
}

async function anotherFollows(cursor: Cursor): Promise<boolean> {
  if (cursor.left < magic.length) return false
  await cursor.need(magic.length)
  const {at} = cursor
  const found = isArray(cursor.take(magic.length))
  cursor.seek(at)
  return found
}

/** What stands behind the header is looked at as a pickle, to the end of the file. */
async function readObjects({type, descriptor, dataStart}: Header, artifact: Artifact, scan: Scan): Promise<Reading> {
  const {path, bytes} = artifact
  const place = {path, byte: dataStart}
  if (type) {
    scan.see({rule: objectArray, what: 'Its elements are Python objects, stored as a pickle.', place, sure: 'certain'})
  } else {
    const written = typeof descriptor === 'string' ? quote(descriptor) : 'a structure that NumPy does not write'
    scan.see({rule: unknownType, what: `The type of its elements is ${written}.`, place, sure: 'certain'})
  }
  if (dataStart === bytes.size) throw new Malformed('It ends behind the header of an array of objects.', dataStart)
  await scan.inside(artifact, `bytes from ${dataStart} on`, sliceOf(bytes, dataStart, bytes.size), 'numpy')
  return {is: type ? 'NumPy array of Python objects' : 'NumPy array of an unknown type', holds: 'program'}
}

/** @throws Malformed where it is none that NumPy takes */
async function readHeader(cursor: Cursor): Promise<Header> {
  await cursor.need(magic.length + 2)
  cursor.skip(magic.length)
  const major = cursor.u8()
  const minor = cursor.u8()
  if (major < 1 || major > 3 || minor !== 0) {
    throw new Malformed(`Its version is ${major}.${minor}; NumPy knows 1.0, 2.0 and 3.0.`, cursor.at - 2)
  }
  await cursor.need(major === 1 ? 2 : 4)
  const length = major === 1 ? cursor.u16() : cursor.u32()
  if (length > maxHeaderBytes) {
    const limit = formatCount(maxHeaderBytes)
    throw new Malformed(`Its header has ${formatCount(length)} bytes; NumPy refuses more than ${limit}.`, cursor.at)
  }
  const headerAt = cursor.at
  await cursor.need(length)
  const text = decoded(cursor.take(length), {utf8: major === 3, at: headerAt})
  return {...readFields(parseLiteral(text), headerAt), dataStart: headerAt + length}
}

function decoded(bytes: Uint8Array, {utf8, at}: {utf8: boolean; at: number}): string {
  if (!utf8) return Buffer.from(bytes).toString('latin1')
  try {
    return new TextDecoder('utf-8', {fatal: true, ignoreBOM: true}).decode(bytes)
  } catch {
    throw new Malformed('Its header is not UTF-8 text.', at)
  }
}

function readFields(header: Literal, at: number): Omit<Header, 'dataStart'> {
  if (!(header instanceof Map)) throw new Malformed('Its header is not a dict.', at)
  const unknown = [...header.keys()].find(key => !['descr', 'fortran_order', 'shape'].includes(key))
  if (unknown !== undefined) throw new Malformed(`Its header has the unknown key ${quote(unknown)}.`, at)
  const descriptor = header.get('descr')
  if (descriptor === undefined) throw new Malformed('Its header names no type (descr).', at)
  if (typeof header.get('fortran_order') !== 'boolean') {
    throw new Malformed('Its header does not say with True or False whether it is in Fortran order.', at)
  }
  const shape = shapeOf(header.get('shape'))
  if (!shape) throw new Malformed('Its header has no shape that is a tuple of sizes.', at)
  return {descriptor, shape, type: typeOfDescriptor(descriptor)}
}

function endOfData({shape, dataStart}: Header, {itemBytes}: NumpyType, bytes: Bytes): number {
  const size = arrayBytes(shape, itemBytes)
  if (size === null) throw new Malformed('Its shape has more elements than can be counted.', dataStart)
  const left = bytes.size - dataStart
  if (size > left) {
    const [needed, held] = [formatCount(size), formatCount(left)]
    throw new Malformed(`Its shape and type need ${needed} bytes of data; ${held} follow the header.`, dataStart)
  }
  return dataStart + size
}

function tensorOf(
  {type, shape, dataStart}: Header,
  {name, end, bytes}: {name: string; end: number; bytes: Bytes},
): TensorEntry {
  const data = type?.littleEndian ? {begin: dataStart, end, bytes} : null
  return {name, dtype: type?.name ?? 'object', shape, data}
}

function describe(tensor: TensorEntry | undefined): string {
  return tensor ? `NumPy array, ${tensor.dtype}, ${tensor.shape.join(' × ') || 'one value'}` : 'NumPy array'
}
