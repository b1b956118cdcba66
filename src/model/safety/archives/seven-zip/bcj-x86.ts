/**
 * Undoes the filter for machine code of x86 (7-Zip's "BCJ"; XZ Utils, simple/x86.c): targets of CALL and JMP, which were
 * made absolute, become relative again.
 */
export async function* unfilterX86(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  const filter = new X86Filter()
  let rest: Uint8Array = new Uint8Array(0)
  for await (const chunk of chunks) {
    const buffer = new Uint8Array(rest.length + chunk.length)
    buffer.set(rest)
    buffer.set(chunk, rest.length)
    const done = filter.run(buffer)
    rest = buffer.subarray(done)
    if (done > 0) yield buffer.slice(0, done)
  }
  // An instruction that is cut off was never changed.
  if (rest.length > 0) yield rest
}

class X86Filter {
  #position = 0
  #mask = 0
  #previous = -5

  /** Changes the buffer, up to where an instruction may go on behind it. @returns bytes that are done */
  run(buffer: Uint8Array): number {
    if (buffer.length < 5) return 0
    const limit = buffer.length - 5
    let at = 0
    let mask = this.#mask
    // Counted from the beginning of the buffer.
    let previous = Math.max(-5, this.#previous - this.#position)
    while (at <= limit) {
      const opcode = buffer[at] ?? 0
      if (opcode !== 0xe8 && opcode !== 0xe9) {
        at++
        continue
      }
      const distance = at - previous
      previous = at
      if (distance > 5) mask = 0
      else for (let step = 0; step < distance; step++) mask = (mask & 0x77) << 1
      const high = buffer[at + 4] ?? 0
      if (isSignByte(high) && allowed[(mask >> 1) & 7] === true && mask >> 1 < 0x10) {
        this.#rewrite(buffer, at, mask)
        at += 5
        mask = 0
      } else {
        at++
        mask |= 1
        if (isSignByte(high)) mask |= 0x10
      }
    }
    this.#previous = this.#position + previous
    this.#mask = mask
    this.#position += at
    return at
  }

  #rewrite(buffer: Uint8Array, at: number, mask: number): void {
    const view = new DataView(buffer.buffer, buffer.byteOffset + at + 1, 4)
    let source = view.getUint32(0, true)
    const from = this.#position + at + 5
    let target: number
    while (true) {
      target = (source - from) >>> 0
      const place = places[mask >> 1]
      if (mask === 0 || place === undefined) break
      const index = place * 8
      if (!isSignByte((target >>> (24 - index)) & 255)) break
      source = (target ^ (2 ** (32 - index) - 1)) >>> 0
    }
    view.setUint32(0, ((target & 0x01ffffff) | ((target & 0x01000000) === 0 ? 0 : 0xfe000000)) >>> 0, true)
  }
}

function isSignByte(byte: number): boolean {
  return byte === 0 || byte === 0xff
}

/** Which of the eight patterns of opcodes just before allow a target, and how many of its bytes they cover. */
const allowed = [true, true, true, false, true, false, false, false]
const places = [0, 1, 2, 2, 3, 3, 3, 3]
