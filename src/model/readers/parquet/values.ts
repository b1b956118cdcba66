import type {Physical} from './encodings.ts'

/** Reads single values of any physical form. */
export interface Values {
  readonly length: number
  flag(index: number): boolean
  integer(index: number, signed: boolean): bigint
  float(index: number): number
  int96Nanos(index: number): bigint
  hex(index: number): string
  /** Whether floats have 32 bits. */
  readonly single: boolean
}

export function valuesOf(physical: Physical): Values {
  const wrong = (): never => {
    throw new Error(`a column of ${physical.form} has values of another type`)
  }
  const none = {flag: wrong, integer: wrong, float: wrong, int96Nanos: wrong, hex: wrong, single: false}
  switch (physical.form) {
    case 'boolean': {
      const {values} = physical
      return {...none, length: values.length, flag: index => values[index] === 1}
    }
    case 'int32': {
      const {values} = physical
      const integer = (index: number, signed: boolean) =>
        BigInt(signed ? (values[index] ?? 0) : (values[index] ?? 0) >>> 0)
      return {...none, length: values.length, integer}
    }
    case 'int64': {
      const {halves} = physical
      const integer = (index: number, signed: boolean) => {
        const high = BigInt(signed ? (halves[2 * index + 1] ?? 0) : (halves[2 * index + 1] ?? 0) >>> 0)
        return (high << 32n) + BigInt((halves[2 * index] ?? 0) >>> 0)
      }
      return {...none, length: halves.length / 2, integer}
    }
    case 'float': {
      const {values} = physical
      return {
        ...none,
        length: values.length,
        float: index => values[index] ?? Number.NaN,
        single: values instanceof Float32Array,
      }
    }
    case 'bytes': {
      const {bytes, starts, ends} = physical
      const part = (index: number) => bytes.subarray(starts[index] ?? 0, ends[index] ?? 0)
      return {
        ...none,
        length: starts.length,
        integer: index => bigEndian(part(index)),
        float: index => halfFloat(part(index)),
        int96Nanos: index => int96Nanos(part(index)),
        hex: index => Buffer.from(part(index)).toString('hex'),
      }
    }
  }
}

/** A two's complement number of any length, as decimals are stored. */
function bigEndian(bytes: Uint8Array): bigint {
  if (bytes.length === 0) return 0n
  return BigInt.asIntN(bytes.length * 8, BigInt(`0x${Buffer.from(bytes).toString('hex')}`))
}

/** Nanoseconds of the day (8 bytes), then the Julian day (4 bytes), little-endian; day 2440588 is 1970-01-01. */
function int96Nanos(bytes: Uint8Array): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return BigInt(view.getInt32(8, true) - 2_440_588) * 86_400_000_000_000n + view.getBigInt64(0, true)
}

/** IEEE 754 binary16, little-endian. */
function halfFloat(bytes: Uint8Array): number {
  const bits = (bytes[0] ?? 0) | ((bytes[1] ?? 0) << 8)
  const sign = bits >> 15 ? -1 : 1
  const exponent = (bits >> 10) & 31
  const fraction = bits & 1023
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25)
}

export function checkedIndex(index: number, size: number): number {
  if (index >= 0 && index < size) return index
  throw new Error('a value is not in the dictionary of its column')
}
