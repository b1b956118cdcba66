import type {Random} from '../../../src/core/random.ts'

/**
 * - `honest`: roundabout, and nothing in it that an honest writer could not mean: frames fit, names are written out
 * - `tricky`: also frames that do not fit, names that a call gives back, what only a loader could give, stray bytes
 */
export type Manner = 'honest' | 'tricky'

/**
 * Pickles made opcode by opcode: mostly such that the C unpickler runs them, in every roundabout way that its opcodes
 * allow, and sometimes not. A model of the stack holds kinds only; the memo is a map of indices to kinds.
 */
export function streamOf(random: Random, manner: Manner = 'tricky'): Uint8Array {
  const writer = new Writer(random, manner)
  const length = 4 + random.below(36)
  if (random.below(8) > 0) writer.protocol()
  for (let step = 0; step < length; step++) writer.step()
  if (random.below(3) > 0) writer.import()
  writer.stop()
  return writer.bytes()
}

type Kind = 'text' | 'class' | 'object' | 'tuple' | 'list' | 'dict' | 'set' | 'value' | 'mark'

const modules = [
  'os',
  'posix',
  'builtins',
  '__builtin__',
  'copy_reg',
  'copyreg',
  'collections',
  '_codecs',
  'torch._utils',
  'commands',
  'numpy.core.multiarray',
  'UserDict',
  'itertools',
  'exceptions',
  'a',
  'a.b',
  'ünicode',
  'sys',
  '__main__',
  'x y',
  'cPickle',
]
const names = [
  'system',
  'eval',
  'str',
  'OrderedDict',
  'encode',
  '_reconstructor',
  '_rebuild_tensor_v2',
  'getoutput',
  'xrange',
  'izip',
  'StandardError',
  'A',
  'b.c',
  '_sys.modules',
  'ünicode',
  'unichr',
  'object',
  'list',
  'dict',
  'reduce',
  'x y',
  'IterableUserDict',
]

class Writer {
  readonly #random: Random
  readonly #isTricky: boolean
  readonly #out: number[] = []
  #stack: Kind[] = []
  readonly #memo = new Map<number, Kind>()
  /** Where an open frame's length stands in `#out`; -1 outside of one. */
  #frame = -1

  constructor(random: Random, manner: Manner) {
    this.#random = random
    this.#isTricky = manner === 'tricky'
  }

  bytes(): Uint8Array {
    this.#closeFrame()
    return Uint8Array.from(this.#out)
  }

  protocol(): void {
    this.#put(0x80, this.#random.below(6))
  }

  stop(): void {
    if (this.#stack.length === 0 || this.#stack.at(-1) === 'mark') this.#push('value', 0x4e)
    if (!this.#isTricky || this.#random.below(12) > 0) this.#put(0x2e)
    if (this.#isTricky && this.#random.below(12) === 0)
      this.#put(...this.#pick([[0, 0, 0], [0x80, 2, 0x4e, 0x2e], [0x2e]]))
  }

  /** Two texts by some route, and STACK_GLOBAL; or one of the opcodes that carry the names. */
  import(): void {
    const route = this.#random.below(6)
    if (route === 0) {
      this.#global()
      return
    }
    if (route === 1) {
      this.#inst()
      return
    }
    this.#text(this.#pick(modules))
    if (this.#random.below(2) > 0) this.#throughMemo()
    if (this.#random.below(5) === 0) this.#detour()
    this.#text(this.#pick(names))
    if (this.#random.below(2) > 0) this.#throughMemo()
    if (this.#random.below(6) === 0) this.#detour()
    this.#put(0x93)
    this.#pop(2)
    this.#stack.push('class')
    if (this.#random.below(3) > 0) this.#call()
  }

  step(): void {
    const below = (limit: number) => this.#random.below(limit)
    this.#pick<() => void>([
      () => this.#text(this.#pick(modules)),
      () => this.#text(this.#pick(names)),
      () => this.import(),
      () => this.#value(),
      () => this.#container(),
      () => this.#push('mark', 0x28),
      () => this.#closeMark(),
      () => this.#throughMemo(),
      () => this.#throughMemo(),
      () => this.#get(),
      () => this.#detour(),
      () => this.#call(),
      () => this.#build(),
      () => this.#items(),
      () => this.#tuple(),
      () => this.#toggleFrame(),
      () => below(4) === 0 && this.protocol(),
      () => this.#isTricky && this.#outside(),
      () => this.#isTricky && below(8) === 0 && this.#put(below(256)),
      () => this.#bytesOrNumber(),
      () => this.#global(),
      () => this.#drop(),
    ])()
  }

  #text(content: string): void {
    const utf8 = utf8Of(content)
    const escaped = [...content].map(sign => this.#escaped(sign)).join('')
    const mark = this.#pick(["'", '"'])
    const short = [0x8c, utf8.length, ...utf8]
    const written = this.#pick([
      [0x58, ...little(utf8.length, 4), ...utf8],
      [0x8d, ...little(utf8.length, 8), ...utf8],
      [0x56, ...ascii(`${escaped}\n`)],
      [0x53, ...ascii(`${mark}${escaped}${mark}\n`)],
      [0x55, utf8.length, ...utf8],
      [0x54, ...little(utf8.length, 4), ...utf8],
      ...[short, short, short, short],
    ])
    this.#push('text', ...written)
  }

  /** For UNICODE and STRING: themselves, or one of the escapes that either decoder knows. */
  #escaped(sign: string): string {
    const code = sign.codePointAt(0) ?? 0
    const hex = code.toString(16)
    if (code > 127) return this.#pick([`\\u${hex.padStart(4, '0')}`, `\\x${hex.padStart(2, '0')}`])
    const form = this.#random.below(30)
    if (form === 0) return `\\x${hex.padStart(2, '0')}`
    if (form === 1) return `\\u${hex.padStart(4, '0')}`
    if (form === 2) return `\\${code.toString(8)}`
    if (form === 3) return `\\U${hex.padStart(8, '0')}`
    return sign
  }

  #global(): void {
    this.#push('class', 0x63, ...utf8Of(`${this.#pick(modules)}\n${this.#pick(names)}\n`))
    if (this.#random.below(2) > 0) this.#call()
  }

  #inst(): void {
    this.#put(0x28)
    if (this.#random.below(2) > 0) this.#put(0x4b, 1)
    this.#push('object', 0x69, ...utf8Of(`${this.#pick(modules)}\n${this.#pick(names)}\n`))
  }

  #call(): void {
    const random = this.#random
    if (this.#stack.at(-1) !== 'class') return
    switch (random.below(5)) {
      case 0:
        this.#put(0x29, 0x81)
        break
      case 1:
        this.#put(0x29, 0x7d, 0x92)
        break
      case 2: {
        // OBJ: a mark below the class. Only by way of the memo can the class come to stand on it.
        const index = this.#memoIndex()
        this.#put(0x71, index & 255, 0x30, 0x28, 0x68, index & 255)
        this.#memo.set(index & 255, 'class')
        this.#put(0x4b, 1, 0x6f)
        break
      }
      case 3:
        this.#text(this.#pick(modules))
        this.#pop(1)
        this.#put(0x85, 0x52)
        this.#pop(1)
        // What str, list or encode give back may be anything: a text is the interesting case.
        this.#stack.push(this.#isTricky && random.below(3) === 0 ? 'text' : 'object')
        return
      default:
        this.#put(0x29, 0x52)
    }
    this.#pop(1)
    this.#stack.push('object')
  }

  #build(): void {
    const top = this.#stack.at(-1)
    if (top !== 'object' && top !== 'class') return
    this.#put(...this.#pick([[0x7d], [0x4e], [0x29], [0x7d, 0x7d, 0x86]]), 0x62)
  }

  #items(): void {
    const top = this.#stack.at(-1)
    if (top === 'list' || top === 'object')
      this.#put(
        ...this.#pick([
          [0x4b, 1, 0x61],
          [0x28, 0x4b, 1, 0x4b, 2, 0x65],
          [0x28, 0x65],
        ]),
      )
    else if (top === 'dict')
      this.#put(
        ...this.#pick([
          [0x4b, 1, 0x4e, 0x73],
          [0x28, 0x4b, 1, 0x4e, 0x75],
          [0x28, 0x75],
        ]),
      )
    else if (top === 'set') this.#put(0x28, 0x4b, 1, 0x90)
  }

  #container(): void {
    const [kind, ...bytes] = this.#pick<readonly [Kind, ...number[]]>([
      ['list', 0x5d],
      ['dict', 0x7d],
      ['set', 0x8f],
      ['tuple', 0x29],
      ['tuple', 0x28, 0x4b, 1, 0x4e, 0x74],
      ['value', 0x28, 0x4b, 1, 0x91],
    ])
    this.#push(kind, ...bytes)
  }

  #closeMark(): void {
    const at = this.#stack.lastIndexOf('mark')
    if (at < 0) return
    const inside = this.#stack.length - at - 1
    const [opcode, kind] = this.#pick<readonly [number, Kind | null]>([
      [0x74, 'tuple'],
      [0x6c, 'list'],
      [0x31, null],
      [0x31, null],
      inside % 2 === 0 ? [0x64, 'dict'] : [0x74, 'tuple'],
    ])
    this.#stack = this.#stack.slice(0, at)
    this.#put(opcode)
    if (kind) this.#stack.push(kind)
  }

  #tuple(): void {
    const count = 1 + this.#random.below(3)
    if (this.#reach() < count) return
    this.#put(0x84 + count)
    this.#pop(count)
    this.#stack.push('tuple')
  }

  /** Stores the top, and with luck drops it and takes it back; perhaps under another index. */
  #throughMemo(): void {
    const top = this.#stack.at(-1)
    if (top === undefined || top === 'mark') return
    const index = this.#store(top)
    if (this.#random.below(2) === 0) return
    this.#put(0x30)
    this.#take(index)
    if (this.#random.below(3) > 0) return
    const other = this.#store(top)
    this.#put(0x30)
    this.#take(other)
  }

  #store(kind: Kind): number {
    // MEMOIZE writes at the number of entries, whatever their indices are.
    const memoize = this.#random.below(2) === 0
    const index = memoize ? this.#memo.size : this.#memoIndex()
    if (memoize) this.#put(0x94)
    else if (index < 256 && this.#random.below(2) > 0) this.#put(0x71, index)
    else if (this.#random.below(2) > 0) this.#put(0x72, ...little(index, 4))
    else this.#put(0x70, ...ascii(`${this.#numeral(index)}\n`))
    this.#memo.set(index, kind)
    return index
  }

  #take(index: number): void {
    if (index < 256 && this.#random.below(2) > 0) this.#put(0x68, index)
    else if (this.#random.below(2) > 0) this.#put(0x6a, ...little(index, 4))
    else this.#put(0x67, ...ascii(`${this.#numeral(index)}\n`))
  }

  /** A decimal as Python's int() takes it. */
  #numeral(index: number): string {
    const plain = String(index)
    return this.#random.below(6) > 0
      ? plain
      : this.#pick([` ${plain}`, `+${plain}`, `0${plain}`, `${plain} `, `0_${plain}`])
  }

  #get(): void {
    if (this.#memo.size === 0) return
    const [index, kind] = this.#pick([...this.#memo])
    this.#take(index)
    this.#stack.push(kind)
  }

  #memoIndex(): number {
    return this.#random.below(9) === 0 ? this.#pick([200, 255, 256, 1000, 70_000]) : this.#random.below(12)
  }

  /** Changes nothing in the end: DUP and POP, a value and POP, a mark and POP, a mark with values and POP_MARK. */
  #detour(): void {
    if (this.#reach() === 0) return
    this.#put(
      ...this.#pick([
        [0x32, 0x30],
        [0x4e, 0x30],
        [0x28, 0x30],
        [0x28, 0x4e, 0x88, 0x31],
        [0x28, 0x31],
        [0x94, 0x4e, 0x30],
      ]),
    )
    if (this.#out.at(-3) === 0x94) this.#memo.set(this.#memo.size, this.#stack.at(-1) ?? 'value')
  }

  #drop(): void {
    if (this.#reach() === 0) return
    if (this.#random.below(2) > 0) {
      this.#put(0x32)
      this.#stack.push(this.#stack.at(-1) ?? 'value')
    } else {
      this.#put(0x30)
      this.#pop(1)
    }
  }

  #toggleFrame(): void {
    if (this.#frame >= 0) {
      this.#closeFrame()
      return
    }
    this.#put(0x95, 0, 0, 0, 0, 0, 0, 0, 0)
    this.#frame = this.#out.length
  }

  #closeFrame(): void {
    if (this.#frame < 0) return
    // Mostly what it is; sometimes a few bytes off, which is where readers of frames differ.
    const off = this.#isTricky && this.#random.below(8) === 0 ? this.#random.below(9) - 4 : 0
    const length = little(Math.max(0, this.#out.length - this.#frame + off), 8)
    for (const [at, byte] of length.entries()) this.#out[this.#frame - 8 + at] = byte
    this.#frame = -1
  }

  /** What only a loader could give: persistent ids, extension codes, buffers. */
  #outside(): void {
    if (this.#random.below(2) > 0) return
    const pop = this.#reach() > 0 && this.#random.below(4) === 0
    if (pop) {
      this.#put(0x51)
      this.#pop(1)
      this.#stack.push('object')
      return
    }
    const [kind, ...bytes] = this.#pick<readonly [Kind, ...number[]]>([
      ['object', 0x50, ...ascii('some id\n')],
      ['class', 0x82, this.#pick([1, 255])],
      ['class', 0x83, ...little(300, 2)],
      ['class', 0x84, ...little(70_000, 4)],
      ['value', 0x97],
      ['value', 0x97, 0x98],
    ])
    this.#push(kind, ...bytes)
  }

  #value(): void {
    this.#push('value', ...this.#pick([[0x4e], [0x88], [0x89], [0x4b, 7], [0x4d, 1, 2], [0x4a, 1, 2, 3, 4]]))
  }

  #bytesOrNumber(): void {
    const content = [0x2e, 0x63, 0x6f, 0x73]
    this.#push(
      'value',
      ...this.#pick([
        [0x43, 4, ...content],
        [0x42, 4, 0, 0, 0, ...content],
        [0x8e, 4, 0, 0, 0, 0, 0, 0, 0, ...content],
        [0x96, 4, 0, 0, 0, 0, 0, 0, 0, ...content],
        [0x49, ...ascii(this.#pick(['12\n', '01\n', '00\n', '0x1f\n', ' 7\n', '1_0\n', '-0\n']))],
        [0x4c, ...ascii(this.#pick(['12L\n', '12\n', '0x1fL\n', '-7L\n']))],
        [0x46, ...ascii(this.#pick(['1.5\n', 'nan\n', 'inf\n', '1e5\n', '-0\n', '1_0.0\n']))],
        [0x47, 63, 240, 0, 0, 0, 0, 0, 0],
        [0x8a, 2, 1, 2],
        [0x8b, 3, 0, 0, 0, 1, 2, 3],
      ]),
    )
  }

  /** Values above the last mark. */
  #reach(): number {
    return this.#stack.length - 1 - this.#stack.lastIndexOf('mark')
  }

  #push(kind: Kind, ...bytes: readonly number[]): void {
    this.#put(...bytes)
    this.#stack.push(kind)
  }

  #pop(count: number): void {
    this.#stack.length = Math.max(0, this.#stack.length - count)
  }

  #put(...bytes: readonly number[]): void {
    for (const byte of bytes) this.#out.push(byte)
  }

  #pick<T>(choices: readonly T[]): T {
    const chosen = choices[this.#random.below(choices.length)]
    if (chosen === undefined) throw new Error('nothing to pick from')
    return chosen
  }
}

function little(value: number, bytes: number): number[] {
  return Array.from({length: bytes}, (_, at) => Math.floor(value / 256 ** at) % 256)
}

function ascii(text: string): number[] {
  return [...text].map(sign => sign.charCodeAt(0) & 255)
}

function utf8Of(text: string): number[] {
  return [...new TextEncoder().encode(text)]
}
