const prime1 = 0x9e3779b1
const prime2 = 0x85ebca77
const prime3 = 0xc2b2ae3d
const prime4 = 0x27d4eb2f
const prime5 = 0x165667b1

/** xxHash of 32 bits with the seed 0, as LZ4 frames use it (xxhash_spec.md 0.1.1). */
export class Xxh32 {
  readonly #lanes = [(prime1 + prime2) | 0, prime2 | 0, 0, -prime1 | 0]
  readonly #rest = new Uint8Array(16)
  #restLength = 0
  #total = 0

  add(bytes: Uint8Array): this {
    this.#total += bytes.length
    let at = 0
    if (this.#restLength > 0) {
      at = Math.min(16 - this.#restLength, bytes.length)
      this.#rest.set(bytes.subarray(0, at), this.#restLength)
      this.#restLength += at
      if (this.#restLength < 16) return this
      this.#stripes(this.#rest, 0, 16)
    }
    const end = at + ((bytes.length - at) & ~15)
    this.#stripes(bytes, at, end)
    this.#rest.set(bytes.subarray(end))
    this.#restLength = bytes.length - end
    return this
  }

  get value(): number {
    const [a = 0, b = 0, c = 0, d = 0] = this.#lanes
    let hash = this.#total < 16 ? prime5 : rotate(a, 1) + rotate(b, 7) + rotate(c, 12) + rotate(d, 18)
    hash = (hash + this.#total) | 0
    const rest = this.#rest.subarray(0, this.#restLength)
    const view = new DataView(rest.buffer, 0, rest.length)
    let at = 0
    for (; at + 4 <= rest.length; at += 4) {
      hash = Math.imul(rotate((hash + Math.imul(view.getUint32(at, true), prime3)) | 0, 17), prime4)
    }
    for (; at < rest.length; at++) hash = Math.imul(rotate((hash + Math.imul(rest[at] ?? 0, prime5)) | 0, 11), prime1)
    hash = Math.imul(hash ^ (hash >>> 15), prime2)
    hash = Math.imul(hash ^ (hash >>> 13), prime3)
    return (hash ^ (hash >>> 16)) >>> 0
  }

  #stripes(bytes: Uint8Array, start: number, end: number): void {
    let [a = 0, b = 0, c = 0, d = 0] = this.#lanes
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    for (let at = start; at < end; at += 16) {
      a = round(a, view.getUint32(at, true))
      b = round(b, view.getUint32(at + 4, true))
      c = round(c, view.getUint32(at + 8, true))
      d = round(d, view.getUint32(at + 12, true))
    }
    this.#lanes.splice(0, 4, a, b, c, d)
  }
}

function round(lane: number, input: number): number {
  return Math.imul(rotate((lane + Math.imul(input, prime2)) | 0, 13), prime1)
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits))
}
