import type {Cursor} from '../cursor.ts'
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

/**
 * Reads JSON (RFC 8259) token by token from a file, so that a header of 100 MB never is in memory at once. What the
 * reader does not ask for cannot stand there.
 */
export class JsonBytes {
  readonly #cursor: Cursor
  readonly #end: number
  /** Bytes of the text that is being read; reused. */
  readonly #text = new Uint8Array(64 * 1024)

  /** @param end offset behind the text, in the file of the cursor */
  constructor(cursor: Cursor, end: number) {
    this.#cursor = cursor
    this.#end = end
  }

  /** The next byte that is no white space, without taking it; -1 at the end. */
  async peek(): Promise<number> {
    const cursor = this.#cursor
    while (cursor.at < this.#end) {
      if (!cursor.has(1)) await cursor.need(1)
      const byte = cursor.u8()
      if (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) continue
      cursor.seek(cursor.at - 1)
      return byte
    }
    return -1
  }

  /** Takes the next byte where it is `mark`. */
  async accept(mark: number): Promise<boolean> {
    if ((await this.peek()) !== mark) return false
    this.#cursor.skip(1)
    return true
  }

  async expect(mark: number): Promise<void> {
    if (!(await this.accept(mark))) this.#refuse()
  }

  /** @param limit bytes; what is longer is checked and given as null */
  async text(limit: number): Promise<string | null> {
    await this.expect(0x22)
    const parts: string[] = []
    const decoder = new TextDecoder('utf-8', {fatal: true, ignoreBOM: true})
    const cursor = this.#cursor
    let filled = 0
    let length = 0
    let hasEscapes = false
    const flush = (last: boolean) => {
      try {
        const part = decoder.decode(this.#text.subarray(0, filled), {stream: !last})
        if (length <= limit) parts.push(part)
      } catch {
        throw new BadHeader('header-not-utf8', `The header is not UTF-8 text, before byte ${cursor.at}.`)
      }
      filled = 0
    }
    const keep = (byte: number) => {
      if (filled === this.#text.length) flush(false)
      this.#text[filled++] = byte
      length++
    }
    for (;;) {
      const byte = await this.#byte()
      if (byte === 0x22) break
      if (byte < 0x20) throw this.#malformed()
      keep(byte)
      if (byte !== 0x5c) continue
      hasEscapes = true
      const escaped = await this.#byte()
      keep(escaped)
      if (escaped === 0x75) {
        for (let digit = 0; digit < 4; digit++) keep(await this.#hex())
      } else if (!simpleEscapes.has(escaped)) throw this.#malformed()
    }
    flush(true)
    if (length > limit) return null
    const raw = parts.join('')
    return hasEscapes ? this.#unescape(raw) : raw
  }

  /** A whole number that is not negative, written in digits alone; null for anything else that is a scalar. */
  async size(): Promise<number | null> {
    await this.peek()
    let text = ''
    const cursor = this.#cursor
    while (cursor.at < this.#end && text.length < 32) {
      if (!cursor.has(1)) await cursor.need(1)
      const byte = cursor.u8()
      if (!isScalarByte(byte)) {
        cursor.seek(cursor.at - 1)
        break
      }
      text += String.fromCharCode(byte)
    }
    if (text === '') this.#refuse()
    const value = Number(text)
    return /^(0|[1-9]\d*)$/.test(text) && Number.isSafeInteger(value) ? value : null
  }

  async #byte(): Promise<number> {
    const cursor = this.#cursor
    if (cursor.at >= this.#end) throw this.#malformed()
    if (!cursor.has(1)) await cursor.need(1)
    return cursor.u8()
  }

  async #hex(): Promise<number> {
    const byte = await this.#byte()
    const isDigit = (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66)
    if (!isDigit) throw this.#malformed()
    return byte
  }

  #unescape(raw: string): string {
    const text: unknown = JSON.parse(`"${raw}"`)
    // Half a surrogate pair is no text: Rust refuses it, Python does not.
    if (typeof text !== 'string' || !text.isWellFormed()) throw this.#malformed()
    return text
  }

  #refuse(): never {
    throw this.#malformed()
  }

  #malformed(): BadHeader {
    return new BadHeader(
      'header-malformed',
      `The header is not the JSON of a safetensors file, from byte ${this.#cursor.at} on.`,
    )
  }
}

const simpleEscapes = new Set([...'"\\/bfnrt'].map(sign => sign.charCodeAt(0)))

/** Bytes of numbers and words. */
function isScalarByte(byte: number): boolean {
  const isLetter = (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a)
  return isLetter || (byte >= 0x30 && byte <= 0x39) || byte === 0x2b || byte === 0x2d || byte === 0x2e
}
