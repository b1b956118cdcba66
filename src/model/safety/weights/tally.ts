import {assertNever} from '../../../core/assert.ts'
import type {TensorEntry} from '../format.ts'
import {numberTypes} from './number-types.ts'
import {type TallyRun, type WeightTally, WholeUnits} from './tally-run.ts'
import {openWordTally} from './word-tally.ts'

/**
 * Opens a tally for a type, as safetensors or ggml names it. Null for a type whose values are not understood here.
 * Values are little-endian, as in every format that is read.
 */
export function openTally(dtype: TensorEntry['dtype']): TallyRun | null {
  const kind = numberTypes.get(dtype)
  if (!kind) return null
  switch (kind.kind) {
    case 'words':
      return openWordTally(kind)
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
