import {assertNever} from '../../../core/assert.ts'
import type {TensorEntry} from '../format.ts'

/** What the values of one tensor come to. Complex numbers count as two values. */
export interface WeightTally {
  /** Values that were looked at: scales alone, where a quantised type has nothing else that can be NaN. */
  readonly values: number
  readonly nan: number
  readonly infinite: number
  /** Every value is 0 or -0. Never said of a tensor without values, or of one whose type has no zero. */
  readonly isZero: boolean
}

/** Counts values chunk by chunk, cut anywhere. */
export interface TallyRun {
  add(chunk: Uint8Array): void
  readonly tally: WeightTally
}

/** How values of a type are told apart by their bits. */
type Kind =
  /** IEEE 754 and its like: an exponent of ones is infinite, or NaN with a fraction. */
  | {readonly kind: 'words'; readonly bytes: 2 | 4 | 8; readonly exponent: number; readonly sign: number}
  /** One byte per value, each of the 256 with its meaning. */
  | {readonly kind: 'bytes'; readonly meaning: Uint8Array}
  /** Blocks of a quantised type: half-precision scales at fixed offsets. */
  | {readonly kind: 'blocks'; readonly bytes: number; readonly scales: readonly number[]}
  /** The same with scales of one byte. */
  | {
      readonly kind: 'byte blocks'
      readonly bytes: number
      readonly scales: readonly number[]
      readonly meaning: Uint8Array
    }
  /** Nothing can be NaN; only zeros are looked for. */
  | {readonly kind: 'plain'}

/**
 * Opens a tally for a type, as safetensors or ggml names it. Null for a type whose values are not understood here.
 * Values are little-endian, as in every format that is read.
 */
export function openTally(dtype: TensorEntry['dtype']): TallyRun | null {
  const kind = kinds.get(dtype)
  if (!kind) return null
  switch (kind.kind) {
    case 'words':
      return wordTally(kind)
    case 'bytes':
      return new ByteTally(kind.meaning)
    case 'blocks':
      return new BlockTally(kind.bytes, kind.scales)
    case 'byte blocks':
      return new ByteBlockTally(kind.bytes, kind.scales, kind.meaning)
    case 'plain':
      return new PlainTally()
    default:
      return assertNever(kind)
  }
}

/** Whether values of a type can be NaN or infinite at all. A type that is not understood can. */
export function canBeNan(dtype: TensorEntry['dtype']): boolean {
  return kinds.get(dtype)?.kind !== 'plain' && !valueless.has(dtype)
}

/** Types that hold texts or handles. */
const valueless = new Set(['STRING', 'RESOURCE', 'VARIANT'])

const zero = 1
const finite = 0
const infinite = 2
const nan = 3

/** Meaning of each byte of an 8-bit type. */
function byteMeanings(meaningOf: (byte: number) => number): Uint8Array {
  return Uint8Array.from({length: 256}, (_, byte) => meaningOf(byte))
}

/** FP8 as in arXiv:2209.05433 (E4M3, E5M2), the FNUZ kinds of arXiv:2206.02915, and E8M0 of the OCP MX specification. */
const kinds = new Map<string, Kind>([
  ['F16', {kind: 'words', bytes: 2, exponent: 0x7c00, sign: 0x8000}],
  ['BF16', {kind: 'words', bytes: 2, exponent: 0x7f80, sign: 0x8000}],
  ['F32', {kind: 'words', bytes: 4, exponent: 0x7f80_0000, sign: 0x8000_0000}],
  ['C64', {kind: 'words', bytes: 4, exponent: 0x7f80_0000, sign: 0x8000_0000}],
  ['F64', {kind: 'words', bytes: 8, exponent: 0x7ff0_0000, sign: 0x8000_0000}],
  ['C128', {kind: 'words', bytes: 8, exponent: 0x7ff0_0000, sign: 0x8000_0000}],
  [
    'F8_E4M3',
    {
      kind: 'bytes',
      meaning: byteMeanings(byte => ((byte & 0x7f) === 0x7f ? nan : (byte & 0x7f) === 0 ? zero : finite)),
    },
  ],
  [
    'F8_E5M2',
    {
      kind: 'bytes',
      meaning: byteMeanings(byte => {
        const magnitude = byte & 0x7f
        if (magnitude === 0) return zero
        return magnitude > 0x7c ? nan : magnitude === 0x7c ? infinite : finite
      }),
    },
  ],
  ['F8_E4M3FNUZ', {kind: 'bytes', meaning: byteMeanings(byte => (byte === 0x80 ? nan : byte === 0 ? zero : finite))}],
  ['F8_E5M2FNUZ', {kind: 'bytes', meaning: byteMeanings(byte => (byte === 0x80 ? nan : byte === 0 ? zero : finite))}],
  ['F8_E8M0', {kind: 'bytes', meaning: byteMeanings(byte => (byte === 0xff ? nan : finite))}],
  ...['I8', 'U8', 'I16', 'U16', 'I32', 'U32', 'I64', 'U64', 'BOOL', 'I4', 'U4', 'I2', 'U2'].map(
    (name): [string, Kind] => [name, {kind: 'plain'}],
  ),
  // Two or more values in a byte, each with a sign of its own: a byte of negative zeros counts as a value.
  ...['F4', 'F6_E2M3', 'F6_E3M2'].map((name): [string, Kind] => [name, {kind: 'plain'}]),
  // ggml-common.h: where the half-precision scales and minima stand in a block.
  ['Q4_0', {kind: 'blocks', bytes: 18, scales: [0]}],
  ['Q4_1', {kind: 'blocks', bytes: 20, scales: [0, 2]}],
  ['Q5_0', {kind: 'blocks', bytes: 22, scales: [0]}],
  ['Q5_1', {kind: 'blocks', bytes: 24, scales: [0, 2]}],
  ['Q8_0', {kind: 'blocks', bytes: 34, scales: [0]}],
  ['Q2_K', {kind: 'blocks', bytes: 84, scales: [80, 82]}],
  ['Q3_K', {kind: 'blocks', bytes: 110, scales: [108]}],
  ['Q4_K', {kind: 'blocks', bytes: 144, scales: [0, 2]}],
  ['Q5_K', {kind: 'blocks', bytes: 176, scales: [0, 2]}],
  ['Q6_K', {kind: 'blocks', bytes: 210, scales: [208]}],
  ['IQ2_XXS', {kind: 'blocks', bytes: 66, scales: [0]}],
  ['IQ2_XS', {kind: 'blocks', bytes: 74, scales: [0]}],
  ['IQ2_S', {kind: 'blocks', bytes: 82, scales: [0]}],
  ['IQ3_XXS', {kind: 'blocks', bytes: 98, scales: [0]}],
  ['IQ3_S', {kind: 'blocks', bytes: 110, scales: [0]}],
  ['IQ1_S', {kind: 'blocks', bytes: 50, scales: [0]}],
  ['IQ4_NL', {kind: 'blocks', bytes: 18, scales: [0]}],
  ['IQ4_XS', {kind: 'blocks', bytes: 136, scales: [0]}],
  ['TQ1_0', {kind: 'blocks', bytes: 54, scales: [52]}],
  ['TQ2_0', {kind: 'blocks', bytes: 66, scales: [64]}],
  ['Q1_0', {kind: 'blocks', bytes: 18, scales: [0]}],
  // OCP MX 1.0: one E8M0 scale for 32 values; NVFP4: four unsigned E4M3 scales for 64.
  [
    'MXFP4',
    {kind: 'byte blocks', bytes: 17, scales: [0], meaning: byteMeanings(byte => (byte === 0xff ? nan : finite))},
  ],
  [
    'NVFP4',
    {
      kind: 'byte blocks',
      bytes: 36,
      scales: [0, 1, 2, 3],
      meaning: byteMeanings(byte => ((byte & 0x7f) === 0x7f ? nan : byte === 0 ? zero : finite)),
    },
  ],
])

/** Collects what is left of a value at the end of a chunk. */
abstract class WholeUnits implements TallyRun {
  readonly #unit: number
  readonly #rest: Uint8Array
  #held = 0

  constructor(unit: number) {
    this.#unit = unit
    this.#rest = new Uint8Array(unit)
  }

  abstract get tally(): WeightTally
  /** @param chunk whole units */
  protected abstract count(chunk: Uint8Array): void

  add(chunk: Uint8Array): void {
    let start = 0
    if (this.#held > 0) {
      start = Math.min(this.#unit - this.#held, chunk.length)
      this.#rest.set(chunk.subarray(0, start), this.#held)
      this.#held += start
      if (this.#held < this.#unit) return
      this.count(this.#rest)
    }
    const end = chunk.length - ((chunk.length - start) % this.#unit)
    if (end > start) this.count(chunk.subarray(start, end))
    this.#rest.set(chunk.subarray(end))
    this.#held = chunk.length - end
  }
}

function wordTally({bytes, exponent, sign}: Extract<Kind, {kind: 'words'}>): TallyRun {
  switch (bytes) {
    case 2:
      return new HalfTally(exponent, sign)
    case 4:
      return new SingleTally()
    case 8:
      return new DoubleTally()
    default:
      return assertNever(bytes)
  }
}

class HalfTally extends WholeUnits {
  #values = 0
  #nan = 0
  #infinite = 0
  #bits = 0
  readonly #exponent: number
  readonly #magnitude: number

  constructor(exponent: number, sign: number) {
    super(2)
    this.#exponent = exponent
    this.#magnitude = 0xffff ^ sign
  }

  get tally(): WeightTally {
    const isZero = this.#values > 0 && (this.#bits & this.#magnitude) === 0
    return {values: this.#values, nan: this.#nan, infinite: this.#infinite, isZero}
  }

  protected count(chunk: Uint8Array): void {
    const words = new Uint16Array(...aligned(chunk, 2))
    const exponent = this.#exponent
    const magnitude = this.#magnitude
    let bits = 0
    let special = 0
    let infinities = 0
    for (let index = 0; index < words.length; index++) {
      const word = words[index] ?? 0
      bits |= word
      if ((word & exponent) !== exponent) continue
      special++
      if ((word & magnitude) === exponent) infinities++
    }
    this.#bits |= bits
    this.#values += words.length
    this.#infinite += infinities
    this.#nan += special - infinities
  }
}

class SingleTally extends WholeUnits {
  #values = 0
  #nan = 0
  #infinite = 0
  #bits = 0

  constructor() {
    super(4)
  }

  get tally(): WeightTally {
    const isZero = this.#values > 0 && (this.#bits & 0x7fff_ffff) === 0
    return {values: this.#values, nan: this.#nan, infinite: this.#infinite, isZero}
  }

  protected count(chunk: Uint8Array): void {
    // Signed words stay small integers in V8.
    const words = new Int32Array(...aligned(chunk, 4))
    let bits = 0
    let special = 0
    let infinities = 0
    for (let index = 0; index < words.length; index++) {
      const word = words[index] ?? 0
      bits |= word
      if ((word & 0x7f80_0000) !== 0x7f80_0000) continue
      special++
      if ((word & 0x7fff_ffff) === 0x7f80_0000) infinities++
    }
    this.#bits |= bits
    this.#values += words.length
    this.#infinite += infinities
    this.#nan += special - infinities
  }
}

class DoubleTally extends WholeUnits {
  #values = 0
  #nan = 0
  #infinite = 0
  #bits = 0

  constructor() {
    super(8)
  }

  get tally(): WeightTally {
    return {
      values: this.#values,
      nan: this.#nan,
      infinite: this.#infinite,
      isZero: this.#values > 0 && this.#bits === 0,
    }
  }

  protected count(chunk: Uint8Array): void {
    const words = new Int32Array(...aligned(chunk, 4))
    let bits = 0
    let special = 0
    let infinities = 0
    for (let index = 0; index < words.length; index += 2) {
      const low = words[index] ?? 0
      const high = words[index + 1] ?? 0
      bits |= low | (high & 0x7fff_ffff)
      if ((high & 0x7ff0_0000) !== 0x7ff0_0000) continue
      special++
      if ((high & 0x000f_ffff) === 0 && low === 0) infinities++
    }
    this.#bits |= bits
    this.#values += words.length / 2
    this.#infinite += infinities
    this.#nan += special - infinities
  }
}

/** Types of one byte. */
class ByteTally implements TallyRun {
  readonly #meaning: Uint8Array
  readonly #counts = new Float64Array(4)

  constructor(meaning: Uint8Array) {
    this.#meaning = meaning
  }

  get tally(): WeightTally {
    return tallyOf(this.#counts)
  }

  add(chunk: Uint8Array): void {
    const histogram = new Uint32Array(256)
    for (let index = 0; index < chunk.length; index++) {
      const byte = chunk[index] ?? 0
      histogram[byte] = (histogram[byte] ?? 0) + 1
    }
    for (let byte = 0; byte < 256; byte++) {
      const meaning = this.#meaning[byte] ?? 0
      this.#counts[meaning] = (this.#counts[meaning] ?? 0) + (histogram[byte] ?? 0)
    }
  }
}

/** Types of which only zeros are asked: done with the first byte that is none. Counts bytes. */
class PlainTally implements TallyRun {
  #values = 0
  #isZero = true

  get tally(): WeightTally {
    return {values: this.#values, nan: 0, infinite: 0, isZero: this.#isZero && this.#values > 0}
  }

  add(chunk: Uint8Array): void {
    this.#values += chunk.length
    if (this.#isZero) this.#isZero = chunk.every(byte => byte === 0)
  }
}

class BlockTally extends WholeUnits {
  readonly #block: number
  readonly #scales: readonly number[]
  #values = 0
  #nan = 0
  #infinite = 0
  #bits = 0

  constructor(block: number, scales: readonly number[]) {
    super(block)
    this.#block = block
    this.#scales = scales
  }

  /** A block whose scales are all zero holds nothing but zeros. */
  get tally(): WeightTally {
    const isZero = this.#values > 0 && (this.#bits & 0x7fff) === 0
    return {values: this.#values, nan: this.#nan, infinite: this.#infinite, isZero}
  }

  protected count(chunk: Uint8Array): void {
    for (const offset of this.#scales) {
      for (let at = offset; at < chunk.length; at += this.#block) {
        const half = (chunk[at] ?? 0) | ((chunk[at + 1] ?? 0) << 8)
        this.#bits |= half
        this.#values++
        if ((half & 0x7c00) !== 0x7c00) continue
        if ((half & 0x3ff) === 0) this.#infinite++
        else this.#nan++
      }
    }
  }
}

class ByteBlockTally extends WholeUnits {
  readonly #block: number
  readonly #scales: readonly number[]
  readonly #meaning: Uint8Array
  readonly #counts = new Float64Array(4)

  constructor(block: number, scales: readonly number[], meaning: Uint8Array) {
    super(block)
    this.#block = block
    this.#scales = scales
    this.#meaning = meaning
  }

  get tally(): WeightTally {
    return tallyOf(this.#counts)
  }

  protected count(chunk: Uint8Array): void {
    for (const offset of this.#scales) {
      for (let at = offset; at < chunk.length; at += this.#block) {
        const meaning = this.#meaning[chunk[at] ?? 0] ?? 0
        this.#counts[meaning] = (this.#counts[meaning] ?? 0) + 1
      }
    }
  }
}

/** @param counts of values by their meaning */
function tallyOf([others = 0, zeros = 0, infinities = 0, nans = 0]: Float64Array): WeightTally {
  const values = others + zeros + infinities + nans
  return {values, nan: nans, infinite: infinities, isZero: values > 0 && zeros === values}
}

/** A chunk as typed arrays need it: at a multiple of the word. Copied only where it lies askew. */
function aligned(chunk: Uint8Array, bytes: number): [ArrayBufferLike, number, number] {
  const {buffer, byteOffset, length} = chunk.byteOffset % bytes === 0 ? chunk : chunk.slice()
  return [buffer, byteOffset, length / bytes]
}
