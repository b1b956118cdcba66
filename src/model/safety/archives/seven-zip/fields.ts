import {Malformed} from '../../malformed.ts'

/**
 * Fields of a 7z header (7-Zip's DOC/7zFormat.txt). Counts are compared with what is left of the header before anything
 * is made of them: each thing that is counted takes at least one bit of it.
 */
export class Fields {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  get left(): number {
    return this.#bytes.length - this.#at
  }

  byte(): number {
    const value = this.#bytes[this.#at]
    if (value === undefined) throw new Malformed('The header ends too early.')
    this.#at++
    return value
  }

  take(count: number): Uint8Array {
    if (count > this.left) throw new Malformed('The header ends too early.')
    this.#at += count
    return this.#bytes.subarray(this.#at - count, this.#at)
  }

  u32(): number {
    const [a = 0, b = 0, c = 0, d = 0] = this.take(4)
    return (a | (b << 8) | (c << 16) | (d << 24)) >>> 0
  }

  /** Ones at the front of the first byte count the bytes that follow; its other bits are the highest. */
  number(): number {
    const first = this.byte()
    let value = 0
    let mask = 0x80
    for (let index = 0; index < 8; index++) {
      if ((first & mask) === 0) return checked(value + (first & (mask - 1)) * 256 ** index)
      value += this.byte() * 256 ** index
      mask >>= 1
    }
    return checked(value)
  }

  /** A number of things that each take some bytes of the header. */
  count(bytesEach = 1): number {
    const value = this.number()
    if (value * bytesEach <= this.left) return value
    throw new Malformed(`The header counts ${value} things in ${this.left} bytes.`)
  }

  /** One bit each, from the highest of a byte. */
  bits(count: number): readonly boolean[] {
    const bytes = this.take(Math.ceil(count / 8))
    return Array.from({length: count}, (_, index) => ((bytes[index >> 3] ?? 0) & (0x80 >> (index & 7))) !== 0)
  }

  /** The same, where one byte may say that all of them are set. */
  bitsOrAll(count: number): readonly boolean[] {
    if (this.byte() === 0) return this.bits(count)
    return new Array<boolean>(count).fill(true)
  }

  /** @throws Malformed where something else stands there */
  expect(id: number, what: string): void {
    const found = this.byte()
    if (found !== id) throw new Malformed(`The header has ${found} where ${what} should be.`)
  }
}

function checked(value: number): number {
  if (Number.isSafeInteger(value)) return value
  throw new Malformed('A number of the header is larger than any file.')
}
