import {Buffer} from 'node:buffer'
import {Malformed} from '../malformed.ts'

/** Thrown where an argument ends beyond the window: the run fetches more, and the machine runs the opcode again. */
export class Starved extends Error {
  override readonly name = 'Starved'
}

/** Thrown where an argument ends beyond the file. */
export class Truncated extends Error {
  override readonly name = 'Truncated'
}

/** An argument that begins inside a frame and ends behind it, or a frame that opens inside another. */
export interface Crossing {
  /** Offset where the argument begins. */
  readonly at: number
  readonly frameEnd: number
  readonly by: 'argument' | 'frame'
  /** Whether CPython, reading from a file, would lose the rest of the frame and see another stream. */
  readonly loses: boolean
}

/** Longer texts are skipped, and only their beginning is kept. */
export const keptSigns = 4096
const starved = new Starved()
const longLine = 1024 * 1024

/**
 * The bytes of a pickle through a window. What is asked for is there, or it throws `Starved` before anything has
 * happened. A frame only bounds what an argument may span: CPython's C unpickler reads on behind it.
 */
export class Input {
  readonly size: number
  /** Offsets where an argument crosses a frame and that is known: here the frame has been cut off. */
  readonly #cuts: ReadonlySet<number>
  readonly crossings: Crossing[] = []
  bytes: Buffer = Buffer.alloc(0)
  /** Offset of the window's first byte. */
  start = 0
  /** Index in the window; beyond its end after a skip. */
  i = 0
  frameEnd = Number.POSITIVE_INFINITY
  /** Index of the opcode that is being run. */
  op = 0
  /** Bytes that the next window needs, from the opcode on. */
  needed = 1
  /** A line that is longer than a window: where it begins, and where its line feed stands; -1 until somebody looks. */
  lineFrom = -1
  lineTo = -1
  /** The line that `line` found: index of its first byte, and its length without the line feed. */
  lineAt = 0
  lineLength = 0
  /** Index up to which arguments need no second look: the end of the window, or of the frame. */
  soft = 0

  constructor(size: number, cuts: ReadonlySet<number>) {
    this.size = size
    this.#cuts = cuts
  }

  load(window: Uint8Array, start: number, at: number): void {
    this.bytes = Buffer.from(window.buffer, window.byteOffset, window.byteLength)
    this.start = start
    this.i = at - start
    this.#soften()
  }

  get at(): number {
    return this.start + this.i
  }

  u8(): number {
    if (this.i + 1 > this.soft) this.#reach(1)
    return this.bytes[this.i++] ?? 0
  }

  u16(): number {
    if (this.i + 2 > this.soft) this.#reach(2)
    const {bytes, i} = this
    this.i += 2
    return (bytes[i] ?? 0) | ((bytes[i + 1] ?? 0) << 8)
  }

  i32(): number {
    if (this.i + 4 > this.soft) this.#reach(4)
    const {bytes, i} = this
    this.i += 4
    return (bytes[i] ?? 0) | ((bytes[i + 1] ?? 0) << 8) | ((bytes[i + 2] ?? 0) << 16) | ((bytes[i + 3] ?? 0) << 24)
  }

  u32(): number {
    return this.i32() >>> 0
  }

  /** @throws Malformed beyond 2^63, as CPython; beyond 2^53 no file is that long */
  u64(): number {
    if (this.i + 8 > this.soft) this.#reach(8)
    const low = this.bytes.readUInt32LE(this.i)
    const high = this.bytes.readUInt32LE(this.i + 4)
    this.i += 8
    if (high >= 2 ** 31) throw new Malformed('A size is beyond 2^63.', this.at - 8)
    return high * 2 ** 32 + low
  }

  f64(): number {
    if (this.i + 8 > this.soft) this.#reach(8)
    const value = this.bytes.readDoubleBE(this.i)
    this.i += 8
    return value
  }

  /** Makes the first bytes of an argument of `length` bytes readable at `i`, up to `keptSigns`. */
  claim(length: number, copied: 'read at once' | 'read in parts' = 'read at once'): void {
    if (this.i + length <= this.soft) return
    this.#bound(length, copied === 'read at once')
    const wanted = Math.min(length, keptSigns)
    if (this.i + wanted > this.bytes.length) this.#starve(wanted)
  }

  /** Finds the line feed that ends the argument here, sets `lineAt` and `lineLength`, and passes it. */
  line(): void {
    const from = this.at
    const end = this.lineFrom === from && this.lineTo !== -1 ? this.lineTo : this.#lineEnd()
    const isCut = end >= this.size
    this.lineLength = end - from
    const whole = isCut ? this.lineLength : this.lineLength + 1
    if (this.i + whole > this.soft) this.#bound(whole, true)
    if (this.i + Math.min(this.lineLength, keptSigns) > this.bytes.length) this.#starve(keptSigns)
    this.lineAt = this.i
    this.i += whole
  }

  /** Whether the line that was read last ended with the file instead of a line feed. */
  get lineWasCut(): boolean {
    return this.start + this.lineAt + this.lineLength >= this.size
  }

  /** The C unpickler keeps an outer frame where the inner one fits, and reads on behind it where not. */
  openFrame(length: number): void {
    const {at, frameEnd} = this
    if (frameEnd !== Number.POSITIVE_INFINITY && at < frameEnd && !this.#cuts.has(at)) {
      this.crossings.push({at, frameEnd, by: 'frame', loses: at + length > frameEnd})
      return
    }
    this.frameEnd = at + length
    this.#soften()
  }

  closeFrame(): void {
    this.frameEnd = Number.POSITIVE_INFINITY
    this.#soften()
  }

  #lineEnd(): number {
    const found = this.bytes.indexOf(0x0a, this.i)
    if (found !== -1) return this.start + found
    if (this.start + this.bytes.length >= this.size) return this.size
    const have = Math.max(0, this.bytes.length - this.i)
    if (have > longLine) {
      this.lineFrom = this.at
      this.lineTo = -1
    }
    return this.#starve(2 * have)
  }

  #reach(count: number): void {
    this.#bound(count, true)
    if (this.i + count > this.bytes.length) this.#starve(count)
  }

  /** Looks whether an argument of so many bytes stays inside the frame, and inside the file. */
  #bound(length: number, atOnce: boolean): void {
    const {at, frameEnd} = this
    if (at >= frameEnd) {
      this.closeFrame()
    } else if (at + length > frameEnd) {
      if (!this.#cuts.has(at)) this.crossings.push({at, frameEnd, by: 'argument', loses: atOnce})
      this.closeFrame()
    }
    if (at + length > this.size) throw new Truncated()
  }

  #starve(count: number): never {
    this.needed = this.i - this.op + count + 64
    throw starved
  }

  #soften(): void {
    this.soft = Math.min(this.bytes.length, this.frameEnd - this.start)
  }
}
