import {assertNever} from '../../../core/assert.ts'
import type {NumberType} from './number-types.ts'
import {type TallyRun, type WeightTally, WholeUnits} from './tally-run.ts'

/** Opens a tally for numbers of IEEE 754, and for those that are laid out like them. */
export function openWordTally({bytes, exponent, sign}: Extract<NumberType, {kind: 'words'}>): TallyRun {
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

/** What all values of a type have in common. The loops over them stand apart: each sees words of one width. */
abstract class WordTally extends WholeUnits {
  #values = 0
  #nan = 0
  #infinite = 0
  /** Of all values together: 0 where each of them is 0 or -0. */
  #magnitude = 0

  get tally(): WeightTally {
    const isZero = this.#values > 0 && this.#magnitude === 0
    return {values: this.#values, nan: this.#nan, infinite: this.#infinite, isZero}
  }

  /** @param special values whose exponent has every bit: NaN, and the infinities among them */
  protected record(values: number, seen: {magnitude: number; special: number; infinities: number}): void {
    this.#values += values
    this.#nan += seen.special - seen.infinities
    this.#infinite += seen.infinities
    this.#magnitude |= seen.magnitude
  }
}

class HalfTally extends WordTally {
  readonly #exponent: number
  readonly #mask: number

  constructor(exponent: number, sign: number) {
    super(2)
    this.#exponent = exponent
    this.#mask = 0xffff ^ sign
  }

  protected count(chunk: Uint8Array): void {
    const words = new Uint16Array(...aligned(chunk, 2))
    const exponent = this.#exponent
    const mask = this.#mask
    let bits = 0
    let special = 0
    let infinities = 0
    for (let index = 0; index < words.length; index++) {
      const word = words[index] ?? 0
      bits |= word
      if ((word & exponent) !== exponent) continue
      special++
      if ((word & mask) === exponent) infinities++
    }
    this.record(words.length, {magnitude: bits & mask, special, infinities})
  }
}

class SingleTally extends WordTally {
  constructor() {
    super(4)
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
    this.record(words.length, {magnitude: bits & 0x7fff_ffff, special, infinities})
  }
}

class DoubleTally extends WordTally {
  constructor() {
    super(8)
  }

  protected count(chunk: Uint8Array): void {
    const words = new Int32Array(...aligned(chunk, 4))
    let magnitude = 0
    let special = 0
    let infinities = 0
    for (let index = 0; index < words.length; index += 2) {
      const low = words[index] ?? 0
      const high = words[index + 1] ?? 0
      magnitude |= low | (high & 0x7fff_ffff)
      if ((high & 0x7ff0_0000) !== 0x7ff0_0000) continue
      special++
      if ((high & 0x000f_ffff) === 0 && low === 0) infinities++
    }
    this.record(words.length / 2, {magnitude, special, infinities})
  }
}

/** A chunk as typed arrays need it: at a multiple of the word. Copied only where it lies askew. */
function aligned(chunk: Uint8Array, bytes: number): [ArrayBufferLike, number, number] {
  const {buffer, byteOffset, length} = chunk.byteOffset % bytes === 0 ? chunk : chunk.slice()
  return [buffer, byteOffset, length / bytes]
}
