import {formatCount} from '../../../core/quantity.ts'
import {Malformed} from '../malformed.ts'
import {quote} from '../observation.ts'
import {type Input, keptSigns} from './input.ts'
import {narrowed, parseFloat64, parseIndex, parseInt0, parseLong, unescapeBytes, unescapeUnicode} from './literals.ts'
import {mayBeNested, nestedPickleIn} from './nested.ts'
import type {Now} from './references.ts'
import {nestedPickle, truncated} from './rules.ts'
import type {Sights} from './sights.ts'
import {decodeUtf8} from './utf8.ts'
import {Float, Octets, Uncopied} from './value.ts'

/** A constant that is looked into for a pickle is at least this long; so many signs of it are looked at. */
const leastNested = 16
const nestedSigns = 256
const headSigns = 64
/** Integers of more bytes are not converted. */
const convertedBytes = 64

/** The arguments of opcodes as values. Each is refused where the C unpickler refuses it. */
export class Arguments {
  readonly #input: Input
  readonly #sights: Sights
  readonly #now: Now

  constructor(input: Input, sights: Sights, now: Now) {
    this.#input = input
    this.#sights = sights
    this.#now = now
  }

  /** BINUNICODE and its kin: UTF-8, lone surrogates included. */
  unicode(length: number): string | Uncopied {
    const i = this.#payload(length, 'read at once')
    const {bytes} = this.#input
    if (length > keptSigns) return new Uncopied('text', bytes.toString('latin1', i, i + headSigns), length)
    if (isAscii(bytes, i, i + length)) return bytes.toString('latin1', i, i + length)
    const text = decodeUtf8(bytes.subarray(i, i + length), 'surrogatepass')
    if (text === null) throw new Malformed('A text is not UTF-8.', this.#now.byte)
    return text
  }

  /** BINBYTES and its kin. The C unpickler takes them from both sides of a frame's end. */
  octets(kind: 'bytes' | 'bytearray', length: number): Octets {
    const i = this.#payload(length, 'read in parts')
    const {bytes, start} = this.#input
    return new Octets(kind, start + i, length, bytes.toString('latin1', i, i + Math.min(length, headSigns)))
  }

  /** BINSTRING: a text of Python 2, whose signs beyond ASCII depend on the loader's `encoding`. */
  binaryString(length: number): string | Uncopied {
    const i = this.#payload(length, 'read at once')
    const {bytes} = this.#input
    const known = length <= keptSigns && isAscii(bytes, i, i + length)
    if (known) return bytes.toString('latin1', i, i + length)
    return new Uncopied('text', bytes.toString('latin1', i, i + Math.min(length, headSigns)), length)
  }

  /** STRING: in quotes, with escapes. */
  string(): string | Uncopied {
    const line = this.#line()
    const {lineLength} = this.#input
    const quoteSign = line.charAt(0)
    if (lineLength > keptSigns) return new Uncopied('text', line.slice(1, headSigns), lineLength)
    if (line.length < 2 || (quoteSign !== "'" && quoteSign !== '"') || !line.endsWith(quoteSign)) {
      throw new Malformed(`The text ${quote(line)} stands in no quotes.`, this.#now.byte)
    }
    const text = unescapeBytes(line.slice(1, -1))
    if (text === null) throw new Malformed(`The text ${quote(line)} has a broken escape.`, this.#now.byte)
    if (/^[\0-\x7f]*$/.test(text)) {
      this.#lookInside(text.slice(0, nestedSigns))
      return text
    }
    return new Uncopied('text', text.slice(0, headSigns), text.length)
  }

  /** UNICODE: Latin-1 with `\u` escapes. */
  rawUnicode(): string | Uncopied {
    const line = this.#line()
    const {lineLength} = this.#input
    if (lineLength > keptSigns) return new Uncopied('text', line.slice(0, headSigns), lineLength)
    const text = unescapeUnicode(line)
    if (text === null) throw new Malformed(`The text ${quote(line)} has a broken escape.`, this.#now.byte)
    this.#lookInside(text.slice(0, nestedSigns))
    return text
  }

  int(): number | bigint | boolean | Uncopied {
    const short = this.#shortNumber()
    if (short >= 0) return short
    const line = this.#number()
    const value = line === null ? 'too long' : parseInt0(line)
    if (value === null) throw new Malformed(`${quote(line ?? '')} is no integer.`, this.#now.byte)
    return value === 'too long' ? this.#longInteger() : value
  }

  long(): number | bigint | Uncopied {
    const line = this.#number()
    const value = line === null ? 'too long' : parseLong(line)
    if (value === null) throw new Malformed(`${quote(line ?? '')} is no integer.`, this.#now.byte)
    return value === 'too long' ? this.#longInteger() : value
  }

  float(): Float {
    const line = this.#number()
    const value = line === null ? null : parseFloat64(line)
    if (value === null)
      throw new Malformed(`${quote(line ?? '')} is no number within the range of a double.`, this.#now.byte)
    return new Float(value)
  }

  /** LONG1, LONG4: little-endian, two's complement. */
  countedLong(length: number): number | bigint | Uncopied {
    if (length < 0) throw new Malformed(`An integer has ${length} bytes.`, this.#now.byte)
    const input = this.#input
    input.claim(length)
    const {i, bytes} = input
    input.i = i + length
    if (length > convertedBytes) return new Uncopied('integer', '', length)
    let value = 0n
    for (let index = i + length - 1; index >= i; index--) value = (value << 8n) | BigInt(bytes[index] ?? 0)
    return narrowed(length === 0 ? 0n : BigInt.asIntN(8 * length, value))
  }

  /** The number of PUT and GET. */
  index(): number {
    const short = this.#shortNumber()
    if (short >= 0) return short
    const line = this.#number()
    const index = line === null ? null : parseIndex(line)
    if (index === null) throw new Malformed(`${quote(line ?? '')} is no number of an object.`, this.#now.byte)
    return index
  }

  /**
   * A line of GLOBAL or INST. Where it ends with the file, the C unpickler refuses it; the one in Python cuts its last
   * sign off and goes on.
   */
  name(encoding: 'UTF-8' | 'ASCII'): string {
    const input = this.#input
    input.line()
    const {lineAt, lineLength, bytes} = input
    if (input.lineWasCut) this.#cutLine()
    if (lineLength === 0) throw new Malformed('It imports a name without signs.', this.#now.byte)
    if (lineLength > keptSigns) {
      throw new Malformed(`It imports a name of ${formatCount(lineLength)} bytes.`, this.#now.byte)
    }
    const end = lineAt + lineLength - (input.lineWasCut ? 1 : 0)
    if (isAscii(bytes, lineAt, end)) return bytes.toString('latin1', lineAt, end)
    const name = encoding === 'ASCII' ? null : decodeUtf8(bytes.subarray(lineAt, end), 'strict')
    if (name === null) {
      throw new Malformed(
        `It imports the name ${quote(bytes.toString('latin1', lineAt, end))}, which is not ${encoding}.`,
        this.#now.byte,
      )
    }
    return name
  }

  /** PERSID. */
  asciiLine(): string | Uncopied {
    const line = this.#line()
    if (this.#input.lineLength > keptSigns)
      return new Uncopied('text', line.slice(0, headSigns), this.#input.lineLength)
    if (!/^[\0-\x7f]*$/.test(line))
      throw new Malformed(`The persistent id ${quote(line)} is not ASCII.`, this.#now.byte)
    return line
  }

  /** Passes a payload, and looks into it. @returns index of its first byte in the window */
  #payload(length: number, copied: 'read at once' | 'read in parts'): number {
    const input = this.#input
    input.claim(length, copied)
    const {i, bytes} = input
    input.i = i + length
    if (length >= leastNested && mayBeNested(bytes[i] ?? 0)) {
      this.#lookInside(bytes.toString('latin1', i, i + Math.min(length, nestedSigns)))
    }
    return i
  }

  /** The first signs of a line, one for each byte. */
  #line(): string {
    const input = this.#input
    input.line()
    if (input.lineWasCut) this.#cutLine()
    return input.bytes.toString('latin1', input.lineAt, input.lineAt + Math.min(input.lineLength, keptSigns))
  }

  /** A line that holds a number; null where it is too long to be converted. */
  #number(): string | null {
    const line = this.#line()
    if (line === '') throw new Malformed('A number has no digits.', this.#now.byte)
    return this.#input.lineLength > keptSigns ? null : line
  }

  /** What nearly every number is: up to 15 digits without a leading 0. Else -1, and the line stands as before. */
  #shortNumber(): number {
    const {bytes, i} = this.#input
    const end = Math.min(i + 15, bytes.length)
    let value = 0
    for (let index = i; index < end; index++) {
      const digit = (bytes[index] ?? 0) - 0x30
      if (digit === 0x0a - 0x30 && index > i && index < this.#input.soft) {
        this.#input.i = index + 1
        return value
      }
      if (digit < 0 || digit > 9 || (digit === 0 && index === i && bytes[i + 1] !== 0x0a)) return -1
      value = 10 * value + digit
    }
    return -1
  }

  #longInteger(): Uncopied {
    return new Uncopied('integer', '', this.#input.lineLength)
  }

  #cutLine(): void {
    const what = 'A line ends with the file instead of a line feed.'
    this.#sights.see(truncated, this.#now.byte, this.#now.opcode, () => what)
  }

  #lookInside(head: string): void {
    if (head.length < leastNested) return
    const form = nestedPickleIn(head)
    if (form === null) return
    const {byte, opcode} = this.#now
    this.#sights.see(
      nestedPickle,
      byte,
      opcode,
      () => `It holds another pickle ${form}: ${quote(head, 40)}.`,
      'possible',
    )
  }
}

function isAscii(bytes: Uint8Array, from: number, to: number): boolean {
  for (let index = from; index < to; index++) {
    if ((bytes[index] ?? 0) >= 0x80) return false
  }
  return true
}
