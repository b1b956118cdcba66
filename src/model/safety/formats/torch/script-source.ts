/** Something that a TorchScript program names, where it matters for what it can do. */
export type ScriptSight =
  /** `torch.linear` is `aten::linear`, `ops.quantized.linear` is `quantized::linear`. */
  | {readonly kind: 'operator'; readonly name: string; readonly at: number}
  /** `__torch__.torch.classes.quantized.LinearPackedParamsBase`: a class of a native library. */
  | {readonly kind: 'native class'; readonly name: string; readonly at: number}
  /** A method of the name of an operator that reaches files, of something whose type is not known here. */
  | {readonly kind: 'method'; readonly name: string; readonly at: number}
  /** `torch` or `ops` as a value, from which any operator can be had without its name in one piece. */
  | {readonly kind: 'indirect'; readonly name: string; readonly at: number}
  /** A word of Python that has no meaning in TorchScript. */
  | {readonly kind: 'python'; readonly name: string; readonly at: number}

/**
 * What a program of TorchScript names, from its serialised source (`code/**.py`; torch `csrc/jit/frontend/lexer.cpp` and
 * `ir_emitter.cpp`). Texts and comments are passed over; names are put together from their parts whatever stands
 * between them.
 * @param source one character per byte
 */
export function* sightsOfScript(source: string): Iterable<ScriptSight> {
  let chain: string[] = []
  let start = 0
  let dotted = false
  let getsAttribute = false
  for (const {text, at} of tokensOf(source)) {
    const isName = nameStart.test(text)
    if (text === ')') getsAttribute = false
    // getattr(self, "0") is how submodules are named that have a number for a name.
    if (getsAttribute && fileMethods.has(text.slice(1, -1))) yield {kind: 'method', name: text.slice(1, -1), at}
    if (text === '.') {
      // Of the value of an expression: `(a)[0].save`.
      if (chain.length === 0) chain = ['']
      dotted = true
      continue
    }
    if (isName && dotted) {
      chain.push(text)
      dotted = false
      continue
    }
    const sight = sightOf(chain, start)
    if (sight) yield sight
    getsAttribute ||= chain.length === 1 && chain[0] === 'getattr'
    chain = isName ? [text] : []
    start = at
    dotted = false
  }
  const last = sightOf(chain, start)
  if (last) yield last
}

const nameStart = /^[A-Za-z_]/

/** Names of operators that open files, which may also be reached as methods. */
const fileMethods: ReadonlySet<string> = new Set(['save', 'from_file'])

/** Files of the first versions import each other by `import __torch__.…`, which no version since 1.3 writes. */
const pythonWords: ReadonlySet<string> = new Set(
  'import from exec eval compile __import__ __builtins__ globals locals vars open breakpoint lambda'.split(' '),
)

function sightOf(chain: readonly string[], at: number): ScriptSight | null {
  const [first, second, third] = chain
  const last = chain.at(-1) ?? ''
  if (first === 'torch') {
    return second === undefined
      ? {kind: 'indirect', name: 'torch', at}
      : {kind: 'operator', name: `aten::${chain.slice(1).join('.')}`, at}
  }
  if (first === 'ops') {
    return second === undefined || third === undefined
      ? {kind: 'indirect', name: chain.join('.'), at}
      : {kind: 'operator', name: `${second}::${chain.slice(2).join('.')}`, at}
  }
  if (first === '__torch__' && second === 'torch' && third === 'classes') {
    return {kind: 'native class', name: chain.slice(3).join('.'), at}
  }
  if (chain.length === 1) return pythonWords.has(last) ? {kind: 'python', name: last, at} : null
  return fileMethods.has(last) ? {kind: 'method', name: last, at} : null
}

interface Token {
  readonly text: string
  readonly at: number
}

const name = /[A-Za-z_][A-Za-z0-9_]*/y
/** Longer texts are no names of attributes. */
const maxText = 32
const blank = /[ \t\r\n\f\\]+/y

function* tokensOf(source: string): Iterable<Token> {
  let at = 0
  while (at < source.length) {
    const sign = source[at] ?? ''
    if (sign === '#') {
      const end = source.indexOf('\n', at)
      at = end === -1 ? source.length : end
      continue
    }
    if (sign === '"' || sign === "'") {
      const end = endOfText(source, at, sign)
      yield {text: source.slice(at, Math.min(end, at + maxText)), at}
      at = end
      continue
    }
    blank.lastIndex = at
    if (blank.test(source)) {
      at = blank.lastIndex
      continue
    }
    name.lastIndex = at
    const text = name.test(source) ? source.slice(at, name.lastIndex) : sign
    yield {text, at}
    at += text.length
  }
}

/** Behind the closing mark; the end of the program where there is none. */
function endOfText(source: string, start: number, mark: string): number {
  const triple = source.startsWith(mark.repeat(3), start)
  const close = triple ? mark.repeat(3) : mark
  for (let at = start + close.length; at < source.length; at++) {
    if (source[at] === '\\') at++
    else if (source.startsWith(close, at)) return at + close.length
    // A text of one line ends with its line at the latest: what follows is not hidden by a mark that is left open.
    else if (!triple && source[at] === '\n') return at
  }
  return triple ? start + close.length : source.length
}
