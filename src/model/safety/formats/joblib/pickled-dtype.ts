import {argumentsOf, asInteger, asText, asTuple, importOf, Made, statesOf, type Value} from '../../pickle/value.ts'
import {type NumpyType, typeOfText} from '../numpy/dtype.ts'

/** `NPY_ITEM_HASOBJECT` of NumPy’s C headers, which is `dtype.hasobject`. */
const hasObjectFlag = 1

/**
 * The type that a pickled `numpy.dtype` stands for: `numpy.dtype('V12', False, True)` and its state
 * `(version, byte order, sub-array, names, fields, item bytes, alignment, flags[, metadata])`. Format: NumPy
 * `_core/src/multiarray/descriptor.c`, `arraydescr_reduce` and `arraydescr_setstate`, versions 3 and 4. Null for
 * everything that NumPy itself does not write.
 */
export function typeOfPickled(value: Value | undefined): NumpyType | null {
  if (!(value instanceof Made) || value.how !== 'call') return null
  const made = importOf(value.by)
  if (made?.module !== 'numpy' || made.name !== 'dtype') return null
  const type = typeOfCode(argumentsOf(value)?.[0])
  const states = statesOf(value)
  if (type === null || states.length > 1) return null
  const [state] = states
  return state === undefined ? type : withState(type, state)
}

/** `'f4'`, or the scalar class of a record. */
function typeOfCode(code: Value | undefined): NumpyType | null {
  const text = asText(code)
  if (text !== null) return /^[<>|=]/.test(text) ? null : typeOfText(text)
  const named = importOf(code)
  return named?.module === 'numpy' && (named.name === 'record' || named.name === 'void') ? typeOfText('V0') : null
}

function withState(type: NumpyType, state: Value): NumpyType | null {
  const parts = asTuple(state)
  if (parts?.length !== 8 && parts?.length !== 9) return null
  const [version, order, , , , elementBytes, , flagBits] = parts
  const known = asInteger(version)
  const [sign, bytes, flags] = [asText(order), asInteger(elementBytes), asInteger(flagBits)]
  if (known === null || known < 3 || known > 4 || sign === null || bytes === null || flags === null) return null
  if (!['<', '>', '=', '|'].includes(sign)) return null
  const objects = (flags & hasObjectFlag) !== 0
  const flexible = /^[|<>][SaUV]/.test(type.name)
  // An object that says it is none, or a number that says it is one: NumPy would take pointers from the file.
  if (!flexible && objects !== type.objects) return null
  // Only texts, bytes and records take their size from the state.
  const itemBytes = flexible ? bytes : type.itemBytes
  if (itemBytes < 0) return null
  const littleEndian = sign !== '>'
  const kind = type.name[1] ?? ''
  const name = !flexible ? type.name : kind === 'V' ? 'record' : `${kind}${itemBytes}`
  return {name, itemBytes, objects, littleEndian}
}
