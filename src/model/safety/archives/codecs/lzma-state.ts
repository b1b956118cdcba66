import {Malformed} from '../../malformed.ts'
import {NotRead} from './codec.ts'
import type {Feed} from './feed.ts'
import {type History, pieceBytes} from './history.ts'

/** No symbol takes more bytes of input (LZMA SDK, LzmaDec.c: LZMA_REQUIRED_INPUT_MAX). */
export const symbolBytes = 20
/** The longest match. */
const longestMatch = 273

/** Matches that go back further are not followed. */
export const longestReach = 128 * 1024 * 1024

const states = 12
const positionStates = 16
const half = 1024

/** Lengths of matches: up to 9, up to 17, up to 273. */
interface LengthCoder {
  readonly choice: Uint16Array
  readonly low: Uint16Array
  readonly middle: Uint16Array
  readonly high: Uint16Array
}

/**
 * The decoder of LZMA (LZMA SDK 9.20 and later, lzma-specification.txt), which goes on where it stopped. The range coder
 * is brought to a whole byte after each bit, so that its end is known exactly.
 */
export class LzmaState {
  /** Whether the marker of the end has come. */
  ended = false
  #range = 0
  #code = 0
  #state = 0
  #rep0 = 0
  #rep1 = 0
  #rep2 = 0
  #rep3 = 0
  #lc = 0
  #lpMask = 0
  #pbMask = 0
  readonly #reach: number
  #literals = new Uint16Array(0)
  readonly #isMatch = new Uint16Array(states * positionStates)
  readonly #isRep = new Uint16Array(states)
  readonly #isRep0 = new Uint16Array(states)
  readonly #isRep1 = new Uint16Array(states)
  readonly #isRep2 = new Uint16Array(states)
  readonly #isRep0Long = new Uint16Array(states * positionStates)
  readonly #slots = new Uint16Array(4 * 64)
  readonly #distances = new Uint16Array(128)
  readonly #aligned = new Uint16Array(16)
  readonly #matchLength = lengthCoder()
  readonly #repLength = lengthCoder()
  /** Bytes written since the dictionary was emptied: the position that contexts and distances are counted by. */
  #written = 0

  /** @param reach size of the dictionary in bytes */
  constructor(reach: number) {
    this.#reach = reach
  }

  /** @param properties `(pb * 5 + lp) * 9 + lc`. @throws Malformed beyond 224 */
  setProperties(properties: number, byte: number): void {
    if (properties >= 225) throw new Malformed(`The properties of LZMA are ${properties}, and at most 224.`, byte)
    const lc = properties % 9
    const rest = (properties - lc) / 9
    const lp = rest % 5
    this.#lc = lc
    this.#lpMask = (1 << lp) - 1
    this.#pbMask = (1 << ((rest - lp) / 5)) - 1
    this.#literals = new Uint16Array(0x300 << (lc + lp))
    this.resetState()
  }

  resetState(): void {
    this.#state = 0
    this.#rep0 = this.#rep1 = this.#rep2 = this.#rep3 = 0
    for (const probabilities of [
      this.#literals,
      this.#isMatch,
      this.#isRep,
      this.#isRep0,
      this.#isRep1,
      this.#isRep2,
      this.#isRep0Long,
      this.#slots,
      this.#distances,
      this.#aligned,
      ...Object.values<Uint16Array>({...this.#matchLength}),
      ...Object.values<Uint16Array>({...this.#repLength}),
    ]) {
      probabilities.fill(half)
    }
  }

  /** Forgets what was written: matches do not reach back beyond. */
  resetDictionary(): void {
    this.#written = 0
  }

  /** Counts bytes that were written beside: stored chunks of LZMA2. */
  skip(count: number): void {
    this.#written += count
  }

  /** Starts the range coder from five bytes that are ready. @throws Malformed where the first is not zero */
  start(feed: Feed): void {
    const [first = 0, a = 0, b = 0, c = 0, d = 0] = feed.take(5)
    if (first !== 0) throw new Malformed('The range coder does not begin with a zero.', feed.position - 5)
    this.#range = 0xffffffff
    this.#code = ((a << 24) | (b << 16) | (c << 8) | d) >>> 0
  }

  /** Whether the range coder stands where an encoder ends. */
  get isFlushed(): boolean {
    return this.#code === 0
  }

  /**
   * Decodes while enough input is ready, up to `limit` bytes of output or a piece.
   * @returns bytes written. @throws Malformed
   */
  run(feed: Feed, history: History, limit: number): number {
    history.room(Math.min(limit, pieceBytes) + longestMatch)
    const from = history.at
    const stop = from + Math.min(limit, pieceBytes)
    const most = from + limit
    while (history.at < stop && (feed.ready >= symbolBytes || feed.isLast)) {
      const before = history.at
      if (this.#symbol(feed, history)) {
        this.ended = true
        break
      }
      this.#written += history.at - before
      if (history.at > most) throw new Malformed('A match goes beyond the end of its data.', feed.position)
    }
    return history.at - from
  }

  /** A literal or a match. True for the marker of the end. */
  #symbol(feed: Feed, history: History): boolean {
    const posState = this.#written & this.#pbMask
    const context = this.#state * positionStates + posState
    if (this.#bit(feed, this.#isMatch, context) === 0) {
      this.#literal(feed, history)
      return false
    }
    let length: number
    if (this.#bit(feed, this.#isRep, this.#state) === 0) {
      this.#rep3 = this.#rep2
      this.#rep2 = this.#rep1
      this.#rep1 = this.#rep0
      length = this.#length(feed, this.#matchLength, posState)
      this.#state = this.#state < 7 ? 7 : 10
      this.#rep0 = this.#distance(feed, length)
      if (this.#rep0 === 0xffffffff) return true
    } else if (this.#bit(feed, this.#isRep0, this.#state) === 0) {
      if (this.#bit(feed, this.#isRep0Long, context) === 0) {
        this.#state = this.#state < 7 ? 9 : 11
        this.#copy(feed, history, 1)
        return false
      }
      length = this.#length(feed, this.#repLength, posState)
      this.#state = this.#state < 7 ? 8 : 11
    } else {
      this.#swapReps(feed)
      length = this.#length(feed, this.#repLength, posState)
      this.#state = this.#state < 7 ? 8 : 11
    }
    this.#copy(feed, history, length + 2)
    return false
  }

  #literal(feed: Feed, history: History): void {
    const {at, buffer} = history
    const previous = this.#written === 0 ? 0 : (buffer[at - 1] ?? 0)
    const place = ((this.#written & this.#lpMask) << this.#lc) + (previous >> (8 - this.#lc))
    const base = 0x300 * place
    let symbol = 1
    if (this.#state >= 7) {
      this.#check(feed, this.#rep0)
      let match = buffer[at - this.#rep0 - 1] ?? 0
      while (symbol < 0x100) {
        const matchBit = (match >> 7) & 1
        match <<= 1
        const bit = this.#bit(feed, this.#literals, base + ((1 + matchBit) << 8) + symbol)
        symbol = (symbol << 1) | bit
        if (matchBit !== bit) break
      }
    }
    while (symbol < 0x100) symbol = (symbol << 1) | this.#bit(feed, this.#literals, base + symbol)
    history.put(symbol & 255)
    this.#state = this.#state < 4 ? 0 : this.#state < 10 ? this.#state - 3 : this.#state - 6
  }

  #swapReps(feed: Feed): void {
    let distance: number
    if (this.#bit(feed, this.#isRep1, this.#state) === 0) distance = this.#rep1
    else {
      if (this.#bit(feed, this.#isRep2, this.#state) === 0) distance = this.#rep2
      else {
        distance = this.#rep3
        this.#rep3 = this.#rep2
      }
      this.#rep2 = this.#rep1
    }
    this.#rep1 = this.#rep0
    this.#rep0 = distance
  }

  #length(feed: Feed, coder: LengthCoder, posState: number): number {
    if (this.#bit(feed, coder.choice, 0) === 0) return this.#tree(feed, coder.low, posState << 3, 3)
    if (this.#bit(feed, coder.choice, 1) === 0) return 8 + this.#tree(feed, coder.middle, posState << 3, 3)
    return 16 + this.#tree(feed, coder.high, 0, 8)
  }

  #distance(feed: Feed, length: number): number {
    const slot = this.#tree(feed, this.#slots, Math.min(length, 3) << 6, 6)
    if (slot < 4) return slot
    const direct = (slot >> 1) - 1
    const base = ((2 | (slot & 1)) << direct) >>> 0
    if (slot < 14) return base + this.#reverse(feed, this.#distances, base - slot, direct)
    const high = this.#direct(feed, direct - 4)
    return (base + high * 16 + this.#reverse(feed, this.#aligned, 0, 4)) >>> 0
  }

  /** Distance 0 is one byte back. */
  #copy(feed: Feed, history: History, length: number): void {
    this.#check(feed, this.#rep0)
    history.repeat(this.#rep0 + 1, length)
  }

  #check(feed: Feed, distance: number): void {
    if (distance < this.#written && distance < this.#reach) return
    if (distance >= longestReach && distance < this.#written) {
      throw new NotRead('A match goes back further than 128 MiB, which is not kept.', feed.position)
    }
    throw new Malformed('A match goes back before the beginning of the dictionary.', feed.position)
  }

  #tree(feed: Feed, probabilities: Uint16Array, base: number, bits: number): number {
    let symbol = 1
    for (let left = bits; left > 0; left--) symbol = (symbol << 1) | this.#bit(feed, probabilities, base + symbol)
    return symbol - (1 << bits)
  }

  #reverse(feed: Feed, probabilities: Uint16Array, base: number, bits: number): number {
    let node = 1
    let symbol = 0
    for (let index = 0; index < bits; index++) {
      const bit = this.#bit(feed, probabilities, base + node)
      node = (node << 1) | bit
      symbol |= bit << index
    }
    return symbol
  }

  #direct(feed: Feed, bits: number): number {
    let value = 0
    for (let left = bits; left > 0; left--) {
      this.#range >>>= 1
      const bit = this.#code >= this.#range ? 1 : 0
      if (bit === 1) this.#code -= this.#range
      value = value * 2 + bit
      if (this.#range < 0x1000000) this.#shift(feed)
    }
    return value
  }

  #bit(feed: Feed, probabilities: Uint16Array, index: number): number {
    const probability = probabilities[index] ?? 0
    const bound = (this.#range >>> 11) * probability
    let bit = 0
    if (this.#code < bound) {
      this.#range = bound
      probabilities[index] = probability + ((2048 - probability) >> 5)
    } else {
      this.#range -= bound
      this.#code -= bound
      probabilities[index] = probability - (probability >> 5)
      bit = 1
    }
    if (this.#range < 0x1000000) this.#shift(feed)
    return bit
  }

  #shift(feed: Feed): void {
    const next = feed.window[feed.at]
    if (next === undefined) throw new Malformed('The compressed data ends too early.', feed.position)
    feed.at++
    this.#range = (this.#range << 8) >>> 0
    this.#code = ((this.#code << 8) | next) >>> 0
  }
}

function lengthCoder(): LengthCoder {
  return {
    choice: new Uint16Array(2),
    low: new Uint16Array(positionStates * 8),
    middle: new Uint16Array(positionStates * 8),
    high: new Uint16Array(256),
  }
}
