import {argumentsOf, asInteger, asTuple, importOf, Made, type Value} from '../../pickle/value.ts'
import {type StorageId, storageBehind} from './storage.ts'
import {type ElementType, typeOfDtype} from './types.ts'

/** A tensor as a pickle makes it: a view of a storage. Offset and strides count elements. */
export interface TensorView {
  readonly storage: StorageId
  readonly type: ElementType
  readonly offset: number
  readonly shape: readonly number[]
  readonly strides: readonly number[]
}

/**
 * The tensor that a call makes; null for any other call, and where its arguments are not those that torch writes. By
 * `torch/_utils.py` and `torch/_tensor.py` (`_rebuild_from_type_v2`) of torch 2.15.
 */
export function tensorOf(call: Value): TensorView | null {
  if (!(call instanceof Made)) return null
  const args = argumentsOf(call)
  const named = importOf(call.by)
  return args && named ? tensorMadeBy(`${named.module}.${named.name}`, args) : null
}

function tensorMadeBy(maker: string, args: readonly Value[]): TensorView | null {
  const [storage, offset, shape, strides] = args
  switch (maker) {
    case 'torch._utils._rebuild_tensor':
    case 'torch._utils._rebuild_tensor_v2':
    case 'torch._utils._rebuild_qtensor':
      return viewOf({storage, offset, shape, strides})
    case 'torch._utils._rebuild_tensor_v3':
      return viewOf({storage, offset, shape, strides, dtype: args[6]})
    case 'torch._tensor._rebuild_from_type_v2': {
      const [func, , inner] = args
      const named = importOf(func)
      const innerArgs = asTuple(inner)
      if (!named || !innerArgs || named.module !== 'torch._utils') return null
      return tensorMadeBy(`${named.module}.${named.name}`, innerArgs)
    }
    default:
      return null
  }
}

function viewOf(parts: {
  storage: Value | undefined
  offset: Value | undefined
  shape: Value | undefined
  strides: Value | undefined
  dtype?: Value | undefined
}): TensorView | null {
  const storage = storageBehind(parts.storage)
  const offset = asInteger(parts.offset)
  const shape = sizesOf(parts.shape)
  const strides = sizesOf(parts.strides)
  if (!storage || offset === null || !shape || !strides || offset < 0 || shape.length !== strides.length) return null
  const type = parts.dtype === undefined ? storage.type : typeOfDtype(parts.dtype)
  return type && {storage, type, offset, shape, strides}
}

/** A tuple of sizes, or `torch.Size` of one. */
function sizesOf(value: Value | undefined): readonly number[] | null {
  const items = asTuple(value)
  if (!items) {
    const [only, ...rest] = argumentsOf(value) ?? []
    return only === undefined || rest.length > 0 || value === only || !asTuple(only) ? null : sizesOf(only)
  }
  const sizes: number[] = []
  for (const item of items) {
    const size = asInteger(item)
    if (size === null || size < 0) return null
    sizes.push(size)
  }
  return sizes
}

/** Elements of the storage that a view reaches, from the storage’s first; 0 where it has none. */
export function reachOf({offset, shape, strides}: TensorView): number {
  if (shape.includes(0)) return 0
  return shape.reduce((last, size, axis) => last + (size - 1) * (strides[axis] ?? 0), offset) + 1
}

/** Whether the elements of a view stand side by side, in whatever order of its axes. */
export function isDense({shape, strides}: TensorView): boolean {
  const axes = shape.map((size, axis) => ({size, stride: strides[axis] ?? 0})).filter(({size}) => size !== 1)
  axes.sort((a, b) => a.stride - b.stride)
  let expected = 1
  for (const {size, stride} of axes) {
    if (stride !== expected) return false
    expected *= size
  }
  return true
}
