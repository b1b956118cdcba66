import {assertNever} from '../../../core/assert.ts'
import type {TensorEntry} from '../format.ts'
import {type NumberType, numberTypes} from './number-types.ts'

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

/**
 * Opens a tally for a type, as safetensors or ggml names it. Null for a type whose values are not understood here.
 * Values are little-endian, as in every format that is read.
 */
export function openTally(dtype: TensorEntry['dtype']): TallyRun | null {
  const kind = numberTypes.get(dtype)
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

function wordTally({bytes, exponent, sign}: Extract<NumberType, {kind: 'words'}>): TallyRun {
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
