import {importOf, type Value} from '../../pickle/value.ts'

/** A type of torch’s elements. */
export interface ElementType {
  /** As safetensors names it; torch’s own name for what safetensors has none. */
  readonly name: string
  readonly bytes: number
}

/**
 * The type of a storage by its class. `torch.load` itself looks at the name alone, whatever the module
 * (`serialization.py`, `StorageType`); only modules that torch writes are known here.
 */
export function typeOfStorage(value: Value | undefined): ElementType | null {
  const named = importOf(value)
  if (named === null || !storageModules.has(named.module)) return null
  return storageTypes.get(named.name) ?? null
}

/** The type that a `torch.dtype` names: `torch.float8_e4m3fn`. */
export function typeOfDtype(value: Value | undefined): ElementType | null {
  const named = importOf(value)
  return named?.module === 'torch' ? (dtypes.get(named.name) ?? null) : null
}

const storageModules: ReadonlySet<string> = new Set(['torch', 'torch.cuda', 'torch.storage'])

/** `torch/storage.py`, `_dtype_to_storage_type_map`, torch 2.15. */
const storageTypes: ReadonlyMap<string, ElementType> = new Map([
  ['DoubleStorage', {name: 'F64', bytes: 8}],
  ['FloatStorage', {name: 'F32', bytes: 4}],
  ['HalfStorage', {name: 'F16', bytes: 2}],
  ['BFloat16Storage', {name: 'BF16', bytes: 2}],
  ['LongStorage', {name: 'I64', bytes: 8}],
  ['IntStorage', {name: 'I32', bytes: 4}],
  ['ShortStorage', {name: 'I16', bytes: 2}],
  ['CharStorage', {name: 'I8', bytes: 1}],
  ['ByteStorage', {name: 'U8', bytes: 1}],
  ['BoolStorage', {name: 'BOOL', bytes: 1}],
  ['ComplexDoubleStorage', {name: 'complex128', bytes: 16}],
  ['ComplexFloatStorage', {name: 'C64', bytes: 8}],
  ['QInt8Storage', {name: 'qint8', bytes: 1}],
  ['QUInt8Storage', {name: 'quint8', bytes: 1}],
  ['QInt32Storage', {name: 'qint32', bytes: 4}],
  ['QUInt4x2Storage', {name: 'quint4x2', bytes: 1}],
  ['QUInt2x4Storage', {name: 'quint2x4', bytes: 1}],
  ['UntypedStorage', {name: 'U8', bytes: 1}],
])

/** `c10/core/ScalarType.h`, torch 2.15. */
const dtypes: ReadonlyMap<string, ElementType> = new Map([
  ['float64', {name: 'F64', bytes: 8}],
  ['float32', {name: 'F32', bytes: 4}],
  ['float16', {name: 'F16', bytes: 2}],
  ['bfloat16', {name: 'BF16', bytes: 2}],
  ['int64', {name: 'I64', bytes: 8}],
  ['int32', {name: 'I32', bytes: 4}],
  ['int16', {name: 'I16', bytes: 2}],
  ['int8', {name: 'I8', bytes: 1}],
  ['uint64', {name: 'U64', bytes: 8}],
  ['uint32', {name: 'U32', bytes: 4}],
  ['uint16', {name: 'U16', bytes: 2}],
  ['uint8', {name: 'U8', bytes: 1}],
  ['bool', {name: 'BOOL', bytes: 1}],
  ['complex32', {name: 'complex32', bytes: 4}],
  ['complex64', {name: 'C64', bytes: 8}],
  ['complex128', {name: 'complex128', bytes: 16}],
  ['float8_e4m3fn', {name: 'F8_E4M3', bytes: 1}],
  ['float8_e5m2', {name: 'F8_E5M2', bytes: 1}],
  ['float8_e4m3fnuz', {name: 'F8_E4M3FNUZ', bytes: 1}],
  ['float8_e5m2fnuz', {name: 'F8_E5M2FNUZ', bytes: 1}],
  ['float8_e8m0fnu', {name: 'F8_E8M0', bytes: 1}],
  ['float4_e2m1fn_x2', {name: 'float4_e2m1fn_x2', bytes: 1}],
  ['qint8', {name: 'qint8', bytes: 1}],
  ['quint8', {name: 'quint8', bytes: 1}],
  ['qint32', {name: 'qint32', bytes: 4}],
  ['quint4x2', {name: 'quint4x2', bytes: 1}],
  ['quint2x4', {name: 'quint2x4', bytes: 1}],
  ...[1, 2, 3, 4, 5, 6, 7].flatMap((bits): [string, ElementType][] => [
    [`uint${bits}`, {name: `uint${bits}`, bytes: 1}],
    [`int${bits}`, {name: `int${bits}`, bytes: 1}],
  ]),
  ['bits8', {name: 'bits8', bytes: 1}],
  ['bits16', {name: 'bits16', bytes: 2}],
])
