import {decimalText} from './decimal-text.ts'
import type {Physical} from './encodings.ts'
import type {Leaf} from './leaf.ts'
import {checkedIndex, valuesOf} from './values.ts'

/** Values as doubles; `rounded[k]` is 1 where a whole number is not what the double says. Null: none is. */
export interface Numbers {
  readonly values: Float64Array
  readonly rounded: Uint8Array | null
}

/** Values as doubles; only for kinds that are numbers. */
export function numbersOf(physical: Physical, leaf: Leaf): Numbers {
  if (leaf.kind === 'integer' && physical.form === 'int64') return wideIntegers(physical.halves, leaf.signed)
  const source = valuesOf(physical)
  const values = new Float64Array(source.length)
  if (leaf.kind === 'integer' && physical.form === 'int32') {
    for (let index = 0; index < values.length; index++) {
      const value = physical.values[index] ?? 0
      values[index] = leaf.signed ? value : value >>> 0
    }
  } else if (leaf.kind === 'decimal') {
    for (let index = 0; index < values.length; index++) {
      values[index] = Number(decimalText(source.integer(index, true), leaf.scale))
    }
  } else {
    for (let index = 0; index < values.length; index++) values[index] = source.float(index)
  }
  return {values, rounded: null}
}

/** Points in time in milliseconds since 1970; null for kinds that are none. */
export function instantsOf(physical: Physical, leaf: Leaf): Float64Array | null {
  const source = valuesOf(physical)
  const read = (each: (index: number) => number) =>
    Float64Array.from({length: source.length}, (_, index) => each(index))
  switch (leaf.kind) {
    case 'date':
      return read(index => Number(source.integer(index, true)) * 86_400_000)
    case 'timestamp': {
      const unit = 10n ** BigInt(leaf.digits - 3)
      return read(index => {
        const value = source.integer(index, true)
        return Number(value / unit) + Number(value % unit) / Number(unit)
      })
    }
    case 'int96':
      return read(index => Number(source.int96Nanos(index) / 1000n) / 1000)
    default:
      return null
  }
}

/** The values of a dictionary at the given places. */
export function numbersAt({values, rounded}: Numbers, indexes: Int32Array): Numbers {
  const picked = new Float64Array(indexes.length)
  for (let row = 0; row < indexes.length; row++) {
    picked[row] = values[checkedIndex(indexes[row] ?? 0, values.length)] ?? Number.NaN
  }
  return {values: picked, rounded: rounded === null ? null : Uint8Array.from(indexes, index => rounded[index] ?? 0)}
}

function wideIntegers(halves: Int32Array, signed: boolean): Numbers {
  const length = halves.length / 2
  const values = new Float64Array(length)
  let rounded: Uint8Array | null = null
  for (let index = 0; index < length; index++) {
    const low = (halves[2 * index] ?? 0) >>> 0
    const high = halves[2 * index + 1] ?? 0
    const value = (signed ? high : high >>> 0) * 4_294_967_296 + low
    values[index] = value
    if (value >= -9_007_199_254_740_991 && value <= 9_007_199_254_740_991) continue
    const exact = (BigInt(signed ? high : high >>> 0) << 32n) + BigInt(low)
    values[index] = Number(exact)
    if (BigInt(Number(exact)) === exact) continue
    rounded ??= new Uint8Array(length)
    rounded[index] = 1
  }
  return {values, rounded}
}
