import {Malformed} from '../../malformed.ts'
import {arrayBytes, type NumpyType, typeOfText} from '../numpy/dtype.ts'
import type {Token} from './walk.ts'

/** A value of a map, as far as an array could ask for it. */
export interface Part {
  readonly token: Token
  /** Short texts and bytes. */
  readonly text: string | null
  /** A short list of whole numbers from 0 on. */
  readonly sizes: readonly number[] | null
  /** A list that names the fields of a record. */
  readonly record: NumpyType | null
}

/** An array that msgpack-numpy, or spaCy's copy of it, makes of a map. */
export type NumpyArray =
  | NumpyNumbers
  /** Objects: their pickle stands in `data`. */
  | {readonly kind: 'pickle'; readonly begin: number; readonly end: number}

export interface NumpyNumbers {
  readonly kind: 'numbers'
  readonly dtype: string
  readonly shape: readonly number[]
  readonly littleEndian: boolean
  readonly data: {readonly begin: number; readonly end: number}
}

const arrayKeys: ReadonlySet<string> = new Set(['nd', 'type', 'kind', 'shape', 'data'])

export function isArrayKey(key: string): boolean {
  return arrayKeys.has(key)
}

/**
 * What `msgpack_numpy.decode` makes of a map with the key `nd` (0.4.8; srsly 2.5 leaves out the pickles): an array of
 * `type` and `shape`, a single number, or, of the kind `O`, what `pickle.loads` makes of its data. It takes any type that
 * NumPy parses, and of a type of objects the bytes for their addresses: only what NumPy writes is taken here. Null for other maps.
 * @throws Malformed where its parts contradict each other: NumPy would refuse
 */
export function numpyArray(fields: ReadonlyMap<string, Part>, at: number): NumpyArray | null {
  const nd = fields.get('nd')?.token
  const data = fields.get('data')?.token
  if (nd?.kind !== 'flag' || (data?.kind !== 'bytes' && data?.kind !== 'text')) return null
  const {begin, end} = data
  if (fields.get('kind')?.text === 'O') return {kind: 'pickle', begin, end}
  const shape = nd.value ? fields.get('shape')?.sizes : []
  if (!shape) throw new Malformed('An array in it has no shape.', at)
  const type = fields.get('type')
  const known = type?.record ?? typeOfText(type?.text ?? '')
  if (known === null || known.objects) {
    throw new Malformed('An array in it has a type that NumPy does not write, or one of objects.', at)
  }
  const needed = arrayBytes(shape, known.itemBytes)
  if (needed !== end - begin) {
    throw new Malformed(`An array in it needs ${needed ?? 'countless'} bytes, and has ${end - begin}.`, at)
  }
  return {kind: 'numbers', dtype: known.name, shape, littleEndian: known.littleEndian, data: {begin, end}}
}
