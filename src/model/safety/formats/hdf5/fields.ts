import {Malformed} from '../../malformed.ts'

/** How wide a file writes its offsets and lengths, in bytes (superblock fields "Size of Offsets" and "Size of Lengths"). */
export interface Widths {
  readonly offset: number
  readonly length: number
}

const utf8 = new TextDecoder('utf-8', {ignoreBOM: true})

/** Some bytes of an HDF5 file, read in order. All numbers of its metadata are little-endian. */
export class Fields {
  readonly widths: Widths
  readonly #bytes: Uint8Array
  readonly #origin: number
  #next = 0

  /** @param origin offset of the first byte in the file, for messages */
  constructor(bytes: Uint8Array, origin: number, widths: Widths) {
    this.#bytes = bytes
    this.#origin = origin
    this.widths = widths
  }

  /** Offset of the next byte in the file. */
  get at(): number {
    return this.#origin + this.#next
  }

  get left(): number {
    return this.#bytes.length - this.#next
  }

  u8(): number {
    return this.uint(1)
  }

  u16(): number {
    return this.uint(2)
  }

  u32(): number {
    return this.uint(4)
  }

  /** @throws Malformed beyond 2^53 */
  uint(width: number): number {
    const value = this.#number(width)
    if (!Number.isSafeInteger(value)) throw new Malformed(`It counts ${value} of something.`, this.at - width)
    return value
  }

  length(): number {
    return this.uint(this.widths.length)
  }

  /** An address, counted from the superblock; null for the undefined address (all bits set). */
  address(): number | null {
    const {offset} = this.widths
    const value = this.#number(offset)
    return value >= 2 ** (8 * offset) - 1 ? null : value
  }

  /** The same where something must stand. */
  definedAddress(what: string): number {
    const value = this.address()
    if (value === null) throw new Malformed(`The address of ${what} is undefined.`, this.at - this.widths.offset)
    return value
  }

  /** What is left, without passing it. */
  rest(): Uint8Array {
    return this.#bytes.subarray(this.#next)
  }

  take(count: number): Uint8Array {
    if (count > this.left) throw new Malformed(`A field ends ${count - this.left} bytes behind its block.`, this.at)
    this.#next += count
    return this.#bytes.subarray(this.#next - count, this.#next)
  }

  skip(count: number): void {
    this.take(count)
  }

  /** The next `count` bytes as fields of their own. */
  part(count: number): Fields {
    const {at} = this
    return new Fields(this.take(count), at, this.widths)
  }

  /** What the specification pads to a multiple of 8 bytes. */
  padded(count: number): Fields {
    const part = this.part(count)
    this.skip(Math.min(this.left, (8 - (count % 8)) % 8))
    return part
  }

  /** UTF-8 up to the first zero byte, or all of it; the zero is passed. */
  zeroEnded(): string {
    const rest = this.rest()
    const end = rest.indexOf(0)
    this.#next += end < 0 ? rest.length : end + 1
    return utf8.decode(end < 0 ? rest : rest.subarray(0, end))
  }

  text(count: number): string {
    return utf8.decode(this.take(count))
  }

  /** @throws Malformed where other signs stand: `OHDR`, `TREE` … */
  signature(signs: string): void {
    const {at} = this
    const seen = String.fromCharCode(...this.take(signs.length))
    if (seen !== signs) throw new Malformed(`The signature "${signs}" is missing.`, at)
  }

  version(what: string, ...known: readonly number[]): number {
    const version = this.u8()
    if (!known.includes(version)) throw new Malformed(`${what} has the unknown version ${version}.`, this.at - 1)
    return version
  }

  #number(width: number): number {
    let value = 0
    const bytes = this.take(width)
    for (let index = width - 1; index >= 0; index--) value = value * 256 + (bytes[index] ?? 0)
    return value
  }
}
