/**
 * Whether a byte stream is one that Python's `pickle.load` would act upon. Opcodes are walked with the depth of the
 * stack and the marks only; nothing is interpreted, and nothing is ever loaded. Opcodes and their arguments: CPython
 * `Lib/pickletools.py`, protocols 0 to 5.
 *
 * - `acts`: it imports something, and then calls something or reaches its end. CPython would have run it by then,
 *   whatever follows.
 * - `data`: it ends with the file, and imports nothing: a pickle in which nothing runs.
 * - `stops`: an opcode or argument that CPython refuses comes first, perhaps behind a harmless end: "Git v2.31." happens
 *   to be the pickle of a number. Text that is merely text ends here.
 * - `undecided`: valid as far as the given bytes go.
 *
 * Where the walk cannot know what CPython would do (an absent memo entry, an argument out of range) it goes on, so that
 * it errs towards `acts`. An import alone, refused before any call, does not count: it would need a module of that name.
 */
export type PickleWalk = 'acts' | 'data' | 'stops' | 'undecided'

/**
 * @param bytes the file from its first byte; the whole of it or its beginning
 * @param size of the whole file: a length that leads beyond it is one that CPython refuses
 */
export function walkPickle(bytes: Uint8Array, size: number = bytes.length): PickleWalk {
  let at = 0
  let depth = 0
  let imported = false
  /** Whether a whole stream has ended before; loaders of several streams in one file go on behind it. */
  let complete = false
  /** Stack depth at each open mark. */
  const marks: number[] = []

  while (at < bytes.length) {
    const opcode = opcodes.get(bytes[at] ?? 0)
    if (!opcode) return 'stops'
    const end = endOfArgument(opcode.argument, bytes, at + 1, size)
    if (end === 'invalid') return 'stops'
    if (end === 'beyond') return 'undecided'
    at = end

    if (opcode.mark === 'opens') {
      marks.push(depth)
      continue
    }
    if (opcode.mark === 'closes') {
      const mark = marks.pop()
      if (mark === undefined) return 'stops'
      depth = mark
    }
    // POP directly behind a mark takes the mark.
    if (opcode.act === 'pop' && marks.at(-1) === depth) {
      marks.pop()
      continue
    }
    if (depth < opcode.takes) return 'stops'
    depth += opcode.leaves - opcode.takes
    if (opcode.act === 'stop') {
      if (imported) return 'acts'
      complete = true
      depth = 0
      marks.length = 0
    }
    if (opcode.act === 'import and call' || (opcode.act === 'call' && imported)) return 'acts'
    if (opcode.act === 'import') imported = true
  }
  return complete && depth === 0 ? 'data' : 'undecided'
}

type Argument =
  /** This many bytes. */
  | {readonly kind: 'bytes'; readonly count: number}
  /** A little-endian length of this many bytes, then as many bytes. */
  | {readonly kind: 'counted'; readonly width: 1 | 4 | 8}
  /** Lines of text; the first must match. */
  | {readonly kind: 'lines'; readonly count: 1 | 2; readonly like: RegExp}

interface Opcode {
  readonly argument: Argument
  readonly mark: 'none' | 'opens' | 'closes'
  /** Items taken from the stack (below a closed mark, for the opcodes that close one), and left on it. */
  readonly takes: number
  readonly leaves: number
  readonly act: 'none' | 'pop' | 'import' | 'call' | 'import and call' | 'stop'
}

const opcodes: ReadonlyMap<number, Opcode> = tabulate()

function tabulate(): Map<number, Opcode> {
  const table = new Map<number, Opcode>()
  const none = {kind: 'bytes', count: 0} as const
  const add = (codes: string, change: Partial<Opcode>) => {
    for (const code of codes) {
      table.set(code.charCodeAt(0), {argument: none, mark: 'none', takes: 0, leaves: 0, act: 'none', ...change})
    }
  }
  const line = (like: RegExp) => ({kind: 'lines', count: 1, like}) as const
  const twoLines = {kind: 'lines', count: 2, like: /^/} as const
  const bytes = (count: number) => ({kind: 'bytes', count}) as const
  const counted = (width: 1 | 4 | 8) => ({kind: 'counted', width}) as const

  // Values: None, True, False, and the empty tuple, list, dict, set; the next out-of-band buffer.
  add('N\x88\x89)]}\x8f\x97', {leaves: 1})
  add('IL', {argument: line(/^\s*[+-]?\w+\s*$/), leaves: 1})
  add('F', {argument: line(/^\s*[+-]?(\d|\.\d|nan|inf)[\w.+-]*\s*$/i), leaves: 1})
  add('S', {argument: line(/^\s*(['"])[\s\S]*\1\s*$/), leaves: 1})
  add('V', {argument: line(/^/), leaves: 1})
  add('K', {argument: bytes(1), leaves: 1})
  add('M', {argument: bytes(2), leaves: 1})
  add('J', {argument: bytes(4), leaves: 1})
  add('G', {argument: bytes(8), leaves: 1})
  add('UC\x8a\x8c', {argument: counted(1), leaves: 1})
  add('TXB\x8b', {argument: counted(4), leaves: 1})
  add('\x8d\x8e\x96', {argument: counted(8), leaves: 1})
  // Containers.
  add('(', {mark: 'opens'})
  add('tld\x91', {mark: 'closes', leaves: 1})
  add('eu\x90', {mark: 'closes', takes: 1, leaves: 1})
  add('a\x86', {takes: 2, leaves: 1})
  add('s\x87', {takes: 3, leaves: 1})
  add('\x85\x98', {takes: 1, leaves: 1})
  // Stack and memo. A value that is fetched from the memo was put there before.
  add('0', {takes: 1, act: 'pop'})
  add('1', {mark: 'closes'})
  add('2', {takes: 1, leaves: 2})
  add('g', {argument: line(/^\s*[+-]?[\d_]+\s*$/), leaves: 1})
  add('h', {argument: bytes(1), leaves: 1})
  add('j', {argument: bytes(4), leaves: 1})
  add('p', {argument: line(/^\s*[+-]?[\d_]+\s*$/), takes: 1, leaves: 1})
  add('q', {argument: bytes(1), takes: 1, leaves: 1})
  add('r', {argument: bytes(4), takes: 1, leaves: 1})
  add('\x94', {takes: 1, leaves: 1})
  add('\x80', {argument: bytes(1)})
  add('\x95', {argument: bytes(8)})
  add('.', {takes: 1, act: 'stop'})
  // What reaches outside: names of modules, registered codes, persistent ids.
  add('c', {argument: twoLines, leaves: 1, act: 'import'})
  add('\x93', {takes: 2, leaves: 1, act: 'import'})
  add('\x82', {argument: bytes(1), leaves: 1, act: 'import'})
  add('\x83', {argument: bytes(2), leaves: 1, act: 'import'})
  add('\x84', {argument: bytes(4), leaves: 1, act: 'import'})
  add('P', {argument: line(/^/), leaves: 1})
  add('Q', {takes: 1, leaves: 1})
  add('i', {argument: twoLines, mark: 'closes', leaves: 1, act: 'import and call'})
  add('o', {mark: 'closes', leaves: 1, act: 'call'})
  add('Rb\x81', {takes: 2, leaves: 1, act: 'call'})
  add('\x92', {takes: 3, leaves: 1, act: 'call'})
  return table
}

function endOfArgument(
  argument: Argument,
  bytes: Uint8Array,
  start: number,
  size: number,
): number | 'invalid' | 'beyond' {
  switch (argument.kind) {
    case 'bytes':
      return start + argument.count <= bytes.length ? start + argument.count : 'beyond'
    case 'counted': {
      if (start + argument.width > bytes.length) return 'beyond'
      let length = 0
      for (let index = argument.width - 1; index >= 0; index--) length = length * 256 + (bytes[start + index] ?? 0)
      const end = start + argument.width + length
      if (end > size) return 'invalid'
      return end <= bytes.length ? end : 'beyond'
    }
    case 'lines': {
      const first = endOfLine(bytes, start)
      if (!argument.like.test(new TextDecoder('latin1').decode(bytes.subarray(start, first)))) return 'invalid'
      return argument.count === 1 ? first : endOfLine(bytes, first)
    }
  }
}

/** Behind the line feed; at the end of the file CPython takes what is left for a line. */
function endOfLine(bytes: Uint8Array, start: number): number {
  const lineFeed = bytes.indexOf(0x0a, start)
  return lineFeed === -1 ? bytes.length : lineFeed + 1
}
