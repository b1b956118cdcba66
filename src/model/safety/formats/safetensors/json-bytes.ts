import type {HeaderFault} from './rules.ts'

/** Ends the reading of a header. Never leaves this folder. */
export class BadHeader extends Error {
  override readonly name = 'BadHeader'
  readonly fault: HeaderFault

  constructor(fault: HeaderFault, what: string) {
    super(what)
    this.fault = fault
  }
}

/** Asks for a longer part of the header: what is being read does not end in this one. Never leaves this folder. */
export class MoreNeeded extends Error {
  override readonly name = 'MoreNeeded'
}

/**
 * Reads JSON (RFC 8259) token by token from a part of a header, so that one of 100 MB never is in memory at once. What
 * the reader does not ask for cannot stand there.
 */
export class JsonBytes {
  /** Index of the next byte. */
  at = 0
  readonly #bytes: Buffer
  readonly #start: number
  readonly #isLast: boolean

  /**
   * @param start offset of the part in the file
   * @param isLast the header ends with it
   */
  constructor(bytes: Uint8Array, start: number, isLast: boolean) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    this.#start = start
    this.#isLast = isLast
  }

  /** The next byte that is no white space, without taking it; -1 at the end of the header. */
  peek(): number {
    const bytes = this.#bytes
    for (; this.at < bytes.length; this.at++) {
      const byte = bytes[this.at] ?? 0
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return byte
    }
    if (!this.#isLast) throw new MoreNeeded()
    return -1
  }

  /** Takes the next byte where it is `mark`. */
  accept(mark: number): boolean {
    if (this.peek() !== mark) return false
    this.at++
    return true
  }

  expect(mark: number): void {
    if (!this.accept(mark)) throw this.#malformed()
  }

  /** @param limit bytes; what is longer is checked and given as null */
  text(limit: number): string | null {
    this.expect(0x22)
    const start = this.at
    const hasEscapes = this.#passText()
    const raw = this.#decode(start, this.at - 1)
    if (this.at - 1 - start > limit) return null
    return hasEscapes ? this.#unescape(raw) : raw
  }

  /** A whole number that is not negative, written in digits alone; null for anything else that is a scalar. */
  size(): number | null {
    this.peek()
    const start = this.at
    let byte = this.#byte()
    while (isScalarByte(byte)) byte = this.#byte()
    this.at--
    if (this.at === start) throw this.#malformed()
    if (this.at - start > 20) return null
    const text = this.#bytes.toString('latin1', start, this.at)
    const value = Number(text)
    return /^(0|[1-9]\d*)$/.test(text) && Number.isSafeInteger(value) ? value : null
  }

  /** Goes behind the closing quotation mark. @returns whether there are escapes */
  #passText(): boolean {
    let hasEscapes = false
    for (;;) {
      const byte = this.#byte()
      if (byte === 0x22) return hasEscapes
      if (byte < 0x20) throw this.#malformed()
      if (byte !== 0x5c) continue
      hasEscapes = true
      const escaped = this.#byte()
      if (escaped === 0x75) {
        for (let digit = 0; digit < 4; digit++) if (!isHexDigit(this.#byte())) throw this.#malformed()
      } else if (!simpleEscapes.has(escaped)) throw this.#malformed()
    }
  }

  /** Text between two indices. ASCII, which names are made of, is taken as it is: a TextDecoder costs more to call. */
  #decode(start: number, end: number): string {
    let bits = 0
    for (let index = start; index < end; index++) bits |= this.#bytes[index] ?? 0
    if (bits < 0x80) return this.#bytes.toString('latin1', start, end)
    try {
      return utf8.decode(this.#bytes.subarray(start, end))
    } catch {
      throw new BadHeader('header-not-utf8', `The header is not UTF-8 text, before byte ${this.#start + this.at}.`)
    }
  }

  #unescape(raw: string): string {
    const text: unknown = JSON.parse(`"${raw}"`)
    // Half a surrogate pair is no text: Rust refuses it, Python does not.
    if (typeof text !== 'string' || !text.isWellFormed()) throw this.#malformed()
    return text
  }

  #byte(): number {
    const byte = this.#bytes[this.at]
    if (byte !== undefined) {
      this.at++
      return byte
    }
    throw this.#isLast ? this.#malformed() : new MoreNeeded()
  }

  #malformed(): BadHeader {
    const place = this.#start + this.at
    return new BadHeader('header-malformed', `The header is not the JSON of a safetensors file, from byte ${place} on.`)
  }
}

const utf8 = new TextDecoder('utf-8', {fatal: true, ignoreBOM: true})
const simpleEscapes = new Set([...'"\\/bfnrt'].map(sign => sign.charCodeAt(0)))

function isHexDigit(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66)
}

/** Bytes of numbers and words. */
function isScalarByte(byte: number): boolean {
  const isLetter = (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a)
  return isLetter || (byte >= 0x30 && byte <= 0x39) || byte === 0x2b || byte === 0x2d || byte === 0x2e
}
