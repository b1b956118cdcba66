import {isUtf8} from 'node:buffer'
import {booleanCell, numberCell, stringCell} from '../cells.ts'
import type {Leaf} from './leaf.ts'
import type {Physical} from './pages.ts'

/** Values as text: value k is bytes[starts[k]] up to bytes[ends[k]]. */
export interface Texts {
  readonly bytes: Uint8Array
  readonly starts: Int32Array
  readonly ends: Int32Array
}

/** Values as doubles; `rounded[k]` is 1 where a whole number is not what the double says. Null: none is. */
export interface Numbers {
  readonly values: Float64Array
  readonly rounded: Uint8Array | null
}

/** The type that a value has as a cell of JSON. */
export function cellTypeOf(leaf: Leaf): number {
  switch (leaf.kind) {
    case 'boolean':
      return booleanCell
    case 'integer':
    case 'float':
    case 'decimal':
      return numberCell
    case 'string':
    case 'date':
    case 'timestamp':
    case 'time':
    case 'int96':
    case 'uuid':
    case 'binary':
      return stringCell
  }
}

/**
 * Values as text, exactly: whole numbers with all digits, decimals with the digits of their scale, floats with the fewest
 * digits that give the same float, times in ISO 8601 with all digits that the column has.
 */
export function textsOf(physical: Physical, leaf: Leaf): Texts {
  switch (leaf.kind) {
    case 'string':
      return checkedTexts(bytesOf(physical))
    case 'boolean':
      return writtenTexts(valuesOf(physical), (values, index) => (values.flag(index) ? 'true' : 'false'))
    case 'integer':
      return physical.form === 'int32' && leaf.signed
        ? smallIntegers(physical.values)
        : writtenTexts(valuesOf(physical), (values, index) => String(values.integer(index, leaf.signed)))
    case 'float':
      return writtenTexts(valuesOf(physical), (values, index) => floatText(values, index))
    case 'decimal':
      return writtenTexts(valuesOf(physical), (values, index) => decimalText(values.integer(index, true), leaf.scale))
    case 'date':
      return writtenTexts(valuesOf(physical), (values, index) => dateText(values.integer(index, true)))
    case 'timestamp':
      return writtenTexts(valuesOf(physical), (values, index) =>
        timestampText(values.integer(index, true), leaf.digits, leaf.utc),
      )
    case 'time':
      return writtenTexts(valuesOf(physical), (values, index) => timeText(values.integer(index, true), leaf.digits))
    case 'int96':
      return writtenTexts(valuesOf(physical), (values, index) => timestampText(values.int96Nanos(index), 9, false))
    case 'uuid':
      return writtenTexts(valuesOf(physical), (values, index) => uuidText(values.hex(index)))
    case 'binary':
      throw new Error(`bytes of the type ${leaf.name} are no text`)
  }
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

/** Reads single values of any physical form. */
interface Values {
  readonly length: number
  flag(index: number): boolean
  integer(index: number, signed: boolean): bigint
  float(index: number): number
  int96Nanos(index: number): bigint
  hex(index: number): string
  /** Whether floats have 32 bits. */
  readonly single: boolean
}

function valuesOf(physical: Physical): Values {
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

function bytesOf(physical: Physical): Texts {
  if (physical.form === 'bytes') return physical
  throw new Error(`a column of texts has values of the type ${physical.form}`)
}

/** Texts without the mark of one may be any bytes. */
function checkedTexts(texts: Texts): Texts {
  const {bytes, starts, ends} = texts
  for (let index = 0; index < starts.length; index++) {
    const start = starts[index] ?? 0
    const end = ends[index] ?? 0
    for (let at = start; at < end; at++) {
      if ((bytes[at] ?? 0) < 128) continue
      if (!isUtf8(bytes.subarray(start, end))) throw new Error('a text is not UTF-8')
      break
    }
  }
  return texts
}

function writtenTexts(values: Values, textOf: (values: Values, index: number) => string): Texts {
  const {length} = values
  const starts = new Int32Array(length)
  const ends = new Int32Array(length)
  const texts: string[] = new Array(length)
  let at = 0
  for (let index = 0; index < length; index++) {
    // ASCII: as many bytes as characters.
    const text = textOf(values, index)
    texts[index] = text
    starts[index] = at
    at += text.length
    ends[index] = at
  }
  return {bytes: Buffer.from(texts.join(''), 'latin1'), starts, ends}
}

/** The usual ids and classes, digit by digit. */
function smallIntegers(values: Int32Array): Texts {
  const {length} = values
  const starts = new Int32Array(length)
  const ends = new Int32Array(length)
  const bytes = new Uint8Array(length * 11)
  let at = 0
  for (let index = 0; index < length; index++) {
    const value = values[index] ?? 0
    starts[index] = at
    if (value < 0) bytes[at++] = 45
    let left = Math.abs(value)
    let digits = 1
    for (let power = 10; power <= left; power *= 10) digits++
    at += digits
    for (let place = at - 1; digits > 0; digits--, place--) {
      const next = Math.floor(left / 10)
      bytes[place] = 48 + left - next * 10
      left = next
    }
    ends[index] = at
  }
  return {bytes, starts, ends}
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

function floatText(values: Values, index: number): string {
  const value = values.float(index)
  if (!values.single || !Number.isFinite(value)) return String(value)
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits))
    if (Math.fround(short) === value) return String(short)
  }
  return String(Number(value.toPrecision(9)))
}

function decimalText(unscaled: bigint, scale: number): string {
  if (scale === 0) return String(unscaled)
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, '0')
  return `${unscaled < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`
}

function dateText(days: bigint): string {
  return new Date(Number(days) * 86_400_000).toISOString().slice(0, -'T00:00:00.000Z'.length)
}

function timestampText(value: bigint, digits: 3 | 6 | 9, utc: boolean): string {
  const perSecond = 10n ** BigInt(digits)
  const fraction = ((value % perSecond) + perSecond) % perSecond
  const seconds = (value - fraction) / perSecond
  const text = new Date(Number(seconds) * 1000).toISOString().slice(0, -'.000Z'.length)
  return `${text}.${String(fraction).padStart(digits, '0')}${utc ? 'Z' : ''}`
}

function timeText(value: bigint, digits: 3 | 6 | 9): string {
  return timestampText(value, digits, false).slice('1970-01-01T'.length)
}

function uuidText(hex: string): string {
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
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

/** The values of a dictionary at the given places. */
export function textsAt({bytes, starts, ends}: Texts, indexes: Int32Array): Texts {
  const size = starts.length
  const pickedStarts = new Int32Array(indexes.length)
  const pickedEnds = new Int32Array(indexes.length)
  for (let row = 0; row < indexes.length; row++) {
    const index = checkedIndex(indexes[row] ?? 0, size)
    pickedStarts[row] = starts[index] ?? 0
    pickedEnds[row] = ends[index] ?? 0
  }
  return {bytes, starts: pickedStarts, ends: pickedEnds}
}

export function numbersAt({values, rounded}: Numbers, indexes: Int32Array): Numbers {
  const picked = new Float64Array(indexes.length)
  for (let row = 0; row < indexes.length; row++) {
    picked[row] = values[checkedIndex(indexes[row] ?? 0, values.length)] ?? Number.NaN
  }
  return {values: picked, rounded: rounded === null ? null : Uint8Array.from(indexes, index => rounded[index] ?? 0)}
}

export function checkedIndex(index: number, size: number): number {
  if (index >= 0 && index < size) return index
  throw new Error('a value is not in the dictionary of its column')
}
