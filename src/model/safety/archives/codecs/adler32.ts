/** Adler-32 (RFC 1950, section 8.2). */
export class Adler32 {
  #low = 1
  #high = 0

  add(bytes: Uint8Array): void {
    let low = this.#low
    let high = this.#high
    for (let at = 0; at < bytes.length; ) {
      // The largest number of bytes after which neither sum exceeds 32 bits.
      const end = Math.min(at + 3800, bytes.length)
      for (; at < end; at++) {
        low += bytes[at] ?? 0
        high += low
      }
      low %= 65521
      high %= 65521
    }
    this.#low = low
    this.#high = high
  }

  get value(): number {
    return this.#high * 65536 + this.#low
  }
}
