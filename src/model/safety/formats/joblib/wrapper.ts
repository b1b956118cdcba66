import {Malformed} from '../../malformed.ts'
import {asInteger, asText, asTuple, attributeOf, classOf, Made, type Value} from '../../pickle/value.ts'
import {arrayBytes, type NumpyType} from '../numpy/dtype.ts'
import {typeOfPickled} from './pickled-dtype.ts'

/** What joblib puts into a pickle in the place of an array. */
export type ArrayWrapper =
  /** Since 0.10: the array’s bytes, or a pickle of its objects, follow in the stream. */
  | {readonly kind: 'in the stream'; readonly array: StreamedArray}
  /** Before: the array is a file beside it, `.npy` or a compressed one. */
  | {readonly kind: 'in a file'; readonly file: string}

export interface StreamedArray {
  readonly type: NumpyType
  readonly shape: readonly number[]
  readonly dataBytes: number
  /** Since 1.2 one byte says how many bytes of padding follow. */
  readonly padded: boolean
}

/**
 * What an object stands for that joblib’s unpickler replaces behind BUILD (`numpy_pickle.py`, `NumpyUnpickler.load_build`,
 * joblib 1.6; `numpy_pickle_compat.py` for 0.9). Null for any other object.
 * @throws Malformed for a wrapper that joblib does not write: where the stream goes on cannot be told
 */
export function wrapperOf(object: Value, at: number): ArrayWrapper | null {
  const named = classOf(object)
  if (!(object instanceof Made) || named === null) return null
  const {module, name} = named
  if (name === 'NumpyArrayWrapper' && isJoblib(module, 'numpy_pickle')) {
    return {kind: 'in the stream', array: streamedArray(object, at)}
  }
  if (!fileWrappers.has(name) || !(isJoblib(module, 'numpy_pickle') || isJoblib(module, 'numpy_pickle_compat'))) {
    return null
  }
  const file = asText(attributeOf(object, 'filename'))
  if (file === null) throw new Malformed(`A ${name} of joblib names no file.`, at)
  return {kind: 'in a file', file}
}

const fileWrappers: ReadonlySet<string> = new Set(['NDArrayWrapper', 'ZNDArrayWrapper'])

/** joblib itself, or the copy that scikit-learn brought before 0.23. */
function isJoblib(module: string, file: string): boolean {
  return module === `joblib.${file}` || module === `sklearn.externals.joblib.${file}`
}

function streamedArray(wrapper: Made, at: number): StreamedArray {
  const type = typeOfPickled(attributeOf(wrapper, 'dtype'))
  if (!type) throw new Malformed('An array of joblib has a type that NumPy does not write.', at)
  const shape = shapeOf(attributeOf(wrapper, 'shape'))
  if (!shape) throw new Malformed('An array of joblib has no shape that is a tuple of sizes.', at)
  const order = asText(attributeOf(wrapper, 'order'))
  if (order !== 'C' && order !== 'F') throw new Malformed('An array of joblib has no order C or F.', at)
  const dataBytes = arrayBytes(shape, type.itemBytes)
  if (dataBytes === null) throw new Malformed('An array of joblib has more elements than can be counted.', at)
  return {type, shape, dataBytes, padded: isPadded(attributeOf(wrapper, 'numpy_array_alignment_bytes'), at)}
}

function isPadded(alignment: Value | undefined, at: number): boolean {
  if (alignment === undefined || alignment === null) return false
  if (asInteger(alignment) === null) throw new Malformed('An array of joblib has an alignment that is no number.', at)
  return true
}

function shapeOf(value: Value | undefined): readonly number[] | null {
  const sizes: number[] = []
  for (const item of asTuple(value) ?? [null]) {
    const size = asInteger(item)
    if (size === null || size < 0) return null
    sizes.push(size)
  }
  return sizes
}
