import type {Bytes} from '../../../../runtime/files.ts'
import type {TensorEntry} from '../../format.ts'
import type {Work} from '../../limits.ts'
import {Malformed} from '../../malformed.ts'
import {Cursor} from '../cursor.ts'
import {arrayBytes} from '../numpy/dtype.ts'
import {readSizes, readToken, textOf} from './walk.ts'

/** `flax.serialization._MsgpackExtType`. */
const ndarray = 1
const nativeComplex = 2
const scalar = 3

/** `dtype.name` of what JAX computes with: as safetensors names it, and bytes of an element. */
const types: ReadonlyMap<string, readonly [dtype: string, bytes: number]> = new Map([
  ['bool', ['BOOL', 1]],
  ['int4', ['I4', 1]],
  ['uint4', ['U4', 1]],
  ['int8', ['I8', 1]],
  ['uint8', ['U8', 1]],
  ['int16', ['I16', 2]],
  ['uint16', ['U16', 2]],
  ['int32', ['I32', 4]],
  ['uint32', ['U32', 4]],
  ['int64', ['I64', 8]],
  ['uint64', ['U64', 8]],
  ['float8_e4m3fn', ['F8_E4M3', 1]],
  ['float8_e5m2', ['F8_E5M2', 1]],
  ['float16', ['F16', 2]],
  ['bfloat16', ['BF16', 2]],
  ['float32', ['F32', 4]],
  ['float64', ['F64', 8]],
  ['complex64', ['C64', 8]],
  ['complex128', ['C128', 16]],
])

/** Longer than any name of a type. */
const textLimit = 64

/**
 * An array as Flax writes it (`flax.serialization._ndarray_to_bytes`): an extension whose content is again MessagePack,
 * a list of shape, name of the type, and bytes. `np.frombuffer` reads them, which makes no objects.
 * @returns null for an extension that Flax does not have
 * @throws Malformed where Flax would refuse
 */
export async function flaxTensor(
  {code, name, bytes, begin, end}: {code: number; name: string; bytes: Bytes; begin: number; end: number},
  work: Work,
): Promise<TensorEntry | 'number' | null> {
  if (code !== ndarray && code !== nativeComplex && code !== scalar) return null
  const cursor = new Cursor(bytes, begin, end)
  const parts = await readToken(cursor, work)
  if (code === nativeComplex) {
    if (parts.kind !== 'list' || parts.count !== 2)
      throw new Malformed('A complex number in it has no two parts.', begin)
    return 'number'
  }
  if (parts.kind !== 'list' || parts.count !== 3) return null
  const shape = await readSizes(cursor, work)
  if (shape === null) throw new Malformed('An array of Flax in it has no shape.', begin)
  const type = (await textOf(await readToken(cursor, work), cursor, textLimit)) ?? ''
  const data = await readToken(cursor, work)
  if ((data.kind !== 'bytes' && data.kind !== 'text') || cursor.left > 0) {
    throw new Malformed('An array of Flax in it has no bytes.', begin)
  }
  const known = types.get(type)
  if (known === undefined) throw new Malformed('An array of Flax in it has a type that JAX does not have.', begin)
  const [dtype, itemBytes] = known
  const needed = arrayBytes(shape, itemBytes)
  if (needed !== data.end - data.begin) {
    throw new Malformed(
      `An array of Flax needs ${needed ?? 'countless'} bytes, and has ${data.end - data.begin}.`,
      begin,
    )
  }
  // JAX keeps four bits in a byte of their own.
  const place = dtype === 'I4' || dtype === 'U4' ? null : {begin: data.begin, end: data.end, bytes}
  return {name, dtype, shape, data: place}
}
