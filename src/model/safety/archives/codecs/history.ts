import {Malformed} from '../../malformed.ts'

const growBytes = 64 * 1024
/** Output is handed on in pieces of about this size. */
export const pieceBytes = 256 * 1024

/**
 * What a decoder of the Lempel-Ziv family has written, as far back as matches may reach. It grows with the output and
 * never with what a header claims.
 */
export class History {
  buffer: Uint8Array = new Uint8Array(growBytes)
  /** Where the next byte is written. */
  at = 0
  /** Up to where the output was handed on. */
  #given = 0
  readonly #reach: number

  /** @param reach how far back a match may go, in bytes */
  constructor(reach: number) {
    this.#reach = reach
  }

  /** Makes room for `count` more bytes. To be called before they are written. */
  room(count: number): void {
    if (this.at + count <= this.buffer.length) return
    if (this.#given > this.#reach + pieceBytes) {
      // Only what a match can reach, and nobody has been given yet, has to stay.
      const drop = this.#given - this.#reach
      this.buffer.copyWithin(0, drop, this.at)
      this.at -= drop
      this.#given -= drop
      if (this.at + count <= this.buffer.length) return
    }
    const most = this.#reach + 4 * pieceBytes
    const larger = new Uint8Array(Math.max(Math.min(this.buffer.length * 2, most), this.at + count))
    larger.set(this.buffer.subarray(0, this.at))
    this.buffer = larger
  }

  /** Bytes that are written and not given yet. */
  get waiting(): number {
    return this.at - this.#given
  }

  /** What was written since the last call, as a copy. */
  give(): Uint8Array {
    const piece = this.buffer.slice(this.#given, this.at)
    this.#given = this.at
    return piece
  }

  write(bytes: Uint8Array): void {
    this.room(bytes.length)
    this.buffer.set(bytes, this.at)
    this.at += bytes.length
  }

  put(byte: number): void {
    this.buffer[this.at++] = byte
  }

  /**
   * Repeats `length` bytes from `distance` back; they may overlap what is written.
   * @throws Malformed where nothing was written that far back
   */
  repeat(distance: number, length: number): void {
    const {buffer} = this
    let to = this.at
    let from = to - distance
    if (from < 0) throw new Malformed(`A match goes back ${distance} bytes, before the beginning of the data.`)
    if (distance >= length) buffer.copyWithin(to, from, from + length)
    else if (distance === 1) buffer.fill(buffer[from] ?? 0, to, to + length)
    else for (let left = length; left > 0; left--) buffer[to++] = buffer[from++] ?? 0
    this.at += length
  }
}
