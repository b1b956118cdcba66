/** CRC-64 of ECMA-182, reflected, as xz uses it (xz-file-format 1.2.1, section 6). In two halves of 32 bits. */
export class Crc64 {
  #low = 0xffffffff
  #high = 0xffffffff

  add(bytes: Uint8Array): void {
    let low = this.#low
    let high = this.#high
    for (let at = 0; at < bytes.length; at++) {
      const index = (low ^ (bytes[at] ?? 0)) & 255
      low = ((low >>> 8) | (high << 24)) ^ (lowTable[index] ?? 0)
      high = (high >>> 8) ^ (highTable[index] ?? 0)
    }
    this.#low = low
    this.#high = high
  }

  /** Eight bytes, the lowest first. */
  get bytes(): Uint8Array {
    const view = new DataView(new ArrayBuffer(8))
    view.setUint32(0, ~this.#low >>> 0, true)
    view.setUint32(4, ~this.#high >>> 0, true)
    return new Uint8Array(view.buffer)
  }
}

const lowTable = new Int32Array(256)
const highTable = new Int32Array(256)
for (let index = 0; index < 256; index++) {
  let low = index
  let high = 0
  for (let bit = 0; bit < 8; bit++) {
    const odd = low & 1
    low = (low >>> 1) | (high << 31)
    high >>>= 1
    if (odd === 1) {
      low ^= 0xd7870f42
      high ^= 0xc96c5795
    }
  }
  lowTable[index] = low
  highTable[index] = high
}
