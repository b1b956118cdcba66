import type {Bytes} from '../../../runtime/files.ts'
import type {Work} from '../limits.ts'
import {Malformed} from '../malformed.ts'

/** What a large JSON file says near its top; the rest is only checked for its form. */
export interface JsonOutline {
  /** Texts, numbers and words at most `levels` deep, by their keys: `learner.objective.name`. Items of lists are `[]`. */
  readonly scalars: ReadonlyMap<string, string>
  /** Keys of objects that deep, by the path of the object; the outermost is ''. */
  readonly keys: ReadonlyMap<string, ReadonlySet<string>>
  readonly values: number
}

const chunkBytes = 2 ** 20
const maxDepth = 200
/** Of a key or text that is kept. */
const textLimit = 64 * 1024

/**
 * Reads JSON of any size in one pass, without building it (RFC 8259; NaN and Infinity too, which models contain).
 * @param levels how deep keys and values are kept
 * @throws Malformed; also where a kept object names a key twice
 */
export async function readJsonOutline(bytes: Bytes, work: Work, levels: number): Promise<JsonOutline> {
  const machine = new Machine(levels)
  for (let at = 0; at < bytes.size; at += chunkBytes) {
    const chunk = await bytes.slice(at, Math.min(bytes.size, at + chunkBytes))
    work.step(chunk.length >> 2)
    machine.take(chunk, at)
  }
  return machine.end(bytes.size)
}

type State = 'value' | 'value or end' | 'key' | 'key or end' | 'colon' | 'after' | 'text' | 'escape' | 'scalar' | 'done'

interface Level {
  readonly kind: 'object' | 'list'
  readonly path: string
  readonly keys: Set<string> | null
  key: string
}

class Machine {
  readonly scalars = new Map<string, string>()
  readonly keys = new Map<string, Set<string>>()
  values = 0
  readonly #levels: number
  readonly #stack: Level[] = []
  #state: State = 'value'
  /** What is being read: its bytes, where they are kept. */
  #kept: number[] = []
  #isKey = false
  #length = 0
  /** That an escape still needs. */
  #digits = 0

  constructor(levels: number) {
    this.#levels = levels
  }

  take(chunk: Uint8Array, start: number): void {
    for (let index = 0; index < chunk.length; index++) {
      // Nearly all bytes of a model are numbers deep inside, which nobody keeps.
      if (this.#stack.length > this.#levels) index = this.#pass(chunk, index)
      if (index < chunk.length) this.#byte(chunk[index] ?? 0, start + index)
    }
  }

  /** Index of the first byte that may end what is being read. */
  #pass(chunk: Uint8Array, from: number): number {
    let index = from
    if (this.#state === 'scalar') while (kinds[chunk[index] ?? 0] === scalarKind) index++
    else if (this.#state === 'text') while (index < chunk.length && kinds[chunk[index] ?? 0] !== markKind) index++
    return index
  }

  end(size: number): JsonOutline {
    if (this.#state === 'scalar') this.#endScalar(size)
    if (this.#state !== 'done') throw new Malformed('It ends inside of its JSON.', size)
    return {scalars: this.scalars, keys: this.keys, values: this.values}
  }

  #byte(byte: number, at: number): void {
    switch (this.#state) {
      case 'text':
        if (byte === 0x22) this.#endText(at)
        else if (byte < 0x20) throw new Malformed('A text holds a control character.', at)
        else {
          if (byte === 0x5c) this.#state = 'escape'
          this.#keep(byte)
        }
        return
      case 'escape':
        this.#escape(byte, at)
        this.#keep(byte)
        return
      case 'scalar':
        if (isScalarByte(byte)) {
          this.#keep(byte)
          return
        }
        this.#endScalar(at)
        break
      default:
        break
    }
    if (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) return
    this.#mark(byte, at)
  }

  /** What follows a backslash: one of eight signs, or `u` and four hexadecimal digits. */
  #escape(byte: number, at: number): void {
    const sign = String.fromCharCode(byte)
    if (this.#digits > 0 ? !/[0-9a-fA-F]/.test(sign) : !'"\\/bfnrtu'.includes(sign)) {
      throw new Malformed('A text has a wrong escape.', at)
    }
    if (this.#digits > 0) this.#digits--
    else if (sign === 'u') this.#digits = 4
    if (this.#digits === 0) this.#state = 'text'
  }

  /** A byte that is no blank, outside of texts and scalars. */
  #mark(byte: number, at: number): void {
    const state = this.#state
    const level = this.#stack.at(-1)
    const isList = level?.kind === 'list'
    if (byte === 0x5d && (state === 'value or end' || (state === 'after' && isList))) this.#close()
    else if (byte === 0x7d && (state === 'key or end' || (state === 'after' && level && !isList))) this.#close()
    else if (byte === 0x2c && state === 'after' && level) this.#state = isList ? 'value' : 'key'
    else if (state === 'value' || state === 'value or end') this.#value(byte, at)
    else if (byte === 0x22 && (state === 'key' || state === 'key or end')) this.#begin('text', true)
    else if (byte === 0x3a && state === 'colon') this.#state = 'value'
    else throw new Malformed('It is not JSON.', at)
  }

  #value(byte: number, at: number): void {
    this.values++
    if (byte === 0x7b) this.#open('object', at)
    else if (byte === 0x5b) this.#open('list', at)
    else if (byte === 0x22) this.#begin('text', false)
    else if (isScalarByte(byte)) {
      this.#begin('scalar', false)
      this.#keep(byte)
    } else throw new Malformed('It is not JSON.', at)
  }

  #begin(state: 'text' | 'scalar', isKey: boolean): void {
    this.#state = state
    this.#isKey = isKey
    this.#kept = []
    this.#length = 0
  }

  #keep(byte: number): void {
    this.#length++
    if (this.#stack.length <= this.#levels && this.#length <= textLimit) this.#kept.push(byte)
  }

  #open(kind: Level['kind'], at: number): void {
    if (this.#stack.length >= maxDepth) throw new Malformed(`It is nested deeper than ${maxDepth}.`, at)
    const path = this.#path()
    const keys = kind === 'object' && this.#stack.length < this.#levels ? new Set<string>() : null
    if (keys && !this.keys.has(path)) this.keys.set(path, keys)
    this.#stack.push({kind, path, keys, key: ''})
    this.#state = kind === 'object' ? 'key or end' : 'value or end'
  }

  #close(): void {
    this.#stack.pop()
    this.#ended()
  }

  #endText(at: number): void {
    const level = this.#stack.at(-1)
    if (!this.#isKey) {
      this.#store(() => this.#text(at))
      this.#ended()
      return
    }
    this.#state = 'colon'
    if (level === undefined || level.keys === null) return
    level.key = this.#text(at)
    if (level.keys.has(level.key)) throw new Malformed('An object names a key twice.', at)
    level.keys.add(level.key)
  }

  #endScalar(at: number): void {
    if (this.#stack.length <= this.#levels) {
      const text = new TextDecoder('latin1').decode(Uint8Array.from(this.#kept))
      if (!scalar.test(text)) throw new Malformed('It is not JSON.', at)
      this.#store(() => text.slice(0, 64))
    }
    this.#ended()
  }

  #ended(): void {
    this.#state = this.#stack.length === 0 ? 'done' : 'after'
  }

  /** The first value of its path. */
  #store(read: () => string): void {
    if (this.#stack.length > this.#levels) return
    const path = this.#path()
    if (!this.scalars.has(path)) this.scalars.set(path, read())
  }

  #path(): string {
    const level = this.#stack.at(-1)
    if (level === undefined) return ''
    const key = level.kind === 'list' ? '[]' : level.key
    return level.path === '' ? key : `${level.path}.${key}`
  }

  #text(at: number): string {
    const text = new TextDecoder('utf-8').decode(Uint8Array.from(this.#kept))
    if (this.#length > textLimit) return text
    try {
      return String(JSON.parse(`"${text}"`))
    } catch {
      throw new Malformed('A text has a wrong escape.', at)
    }
  }
}

const scalar = /^(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null|NaN|-?Infinity)$/

const scalarKind = 1
const markKind = 2

/** What a byte is: part of a scalar (letters, digits, signs of numbers), a mark that ends or escapes a text, or neither. */
const kinds: Uint8Array = Uint8Array.from({length: 256}, (_, byte) => {
  if (byte === 0x22 || byte === 0x5c || byte < 0x20) return markKind
  return /[-+.0-9A-Za-z]/.test(String.fromCharCode(byte)) ? scalarKind : 0
})

function isScalarByte(byte: number): boolean {
  return kinds[byte] === scalarKind
}
