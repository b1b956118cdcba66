import {type Expression, ExpressionReader, NotJinja} from './jinja-syntax.ts'
import type {Chunk, Token} from './jinja-tokens.ts'

/** What a template does, in order and flat: enough to follow values and loops, which is all that is asked here. */
export type Statement =
  | {readonly kind: 'use'; readonly value: Expression}
  /** `value` is null where a block of text is the value, and something in it is not text. */
  | {readonly kind: 'assign'; readonly target: Expression; readonly value: Expression | null}
  | {readonly kind: 'loop'; readonly target: Expression; readonly over: Expression; readonly at: number}
  | {readonly kind: 'loop end'}
  | {readonly kind: 'macro'; readonly name: string; readonly parameters: readonly string[]}
  /** `include`, `import`, `extends`, `from` */
  | {readonly kind: 'load'; readonly tag: string; readonly what: Expression; readonly at: number}
  | {readonly kind: 'unknown tag'; readonly tag: string; readonly at: number}
  | {readonly kind: 'problem'; readonly what: string; readonly at: number}

/** One statement or several for each tag and print; a tag that is not Jinja is a problem, and the next one is read. */
export function statementsOf(chunks: readonly Chunk[]): Statement[] {
  return chunks.flatMap((chunk, index) => {
    if (chunk.kind === 'text') return []
    const reader = new ExpressionReader(chunk.tokens, endOf(chunk))
    try {
      const statements = chunk.kind === 'print' ? printed(reader) : tagged(reader, chunk.tokens, chunks, index)
      if (!reader.done) statements.push({kind: 'problem', what: 'more follows than its tag takes', at: reader.at})
      return statements
    } catch (error) {
      if (!(error instanceof NotJinja)) throw error
      return [{kind: 'problem', what: error.message, at: error.at}]
    }
  })
}

function endOf({tokens, at}: Extract<Chunk, {tokens: readonly Token[]}>): number {
  return tokens.at(-1)?.at ?? at
}

function printed(reader: ExpressionReader): Statement[] {
  return [{kind: 'use', value: reader.several()}]
}

/** Tags without arguments, or whose arguments are names alone. `generation` is for training masks (transformers). */
const bareTags = new Set([
  ...['else', 'break', 'continue', 'generation', 'endgeneration', 'endif', 'endmacro', 'endset', 'endcall'],
  ...['endfilter', 'endwith', 'endblock', 'endautoescape', 'raw', 'endraw', 'endtrans'],
])

function tagged(
  reader: ExpressionReader,
  tokens: readonly Token[],
  chunks: readonly Chunk[],
  index: number,
): Statement[] {
  const at = reader.at
  const tag = reader.name()
  switch (tag) {
    case 'set':
      return assignment(reader, chunks, index)
    case 'for':
      return [loop(reader, at)]
    case 'endfor':
      return [{kind: 'loop end'}]
    case 'if':
    case 'elif':
    case 'do':
    case 'autoescape':
      return [{kind: 'use', value: reader.several()}]
    case 'macro':
      return macro(reader, reader.name())
    case 'call':
      return [...(reader.take('(') ? parameters(reader, '') : []), {kind: 'use', value: reader.expression()}]
    case 'with':
      return withs(reader)
    case 'filter':
      return [{kind: 'use', value: filterBlock(tokens, at)}, ...passRest(reader, tokens)]
    case 'block':
      return passRest(reader, tokens)
    case 'include':
    case 'import':
    case 'extends':
    case 'from':
      return [{kind: 'load', tag, what: reader.expression(), at}, ...passRest(reader, tokens)]
    default:
      if (bareTags.has(tag)) return passRest(reader, tokens)
      return [{kind: 'unknown tag', tag, at}, ...passRest(reader, tokens)]
  }
}

/** Names and words that carry no expression (`endblock title`, `import x as y`); token by token. */
function passRest(reader: ExpressionReader, tokens: readonly Token[]): [] {
  for (const token of tokens) if (token.at >= reader.at && !reader.done) reader.pass()
  return []
}

function assignment(reader: ExpressionReader, chunks: readonly Chunk[], index: number): Statement[] {
  const target = reader.target()
  if (reader.take('=')) return [{kind: 'assign', target, value: reader.several()}]
  const value = blockText(chunks, index + 1)
  const statements: Statement[] = [{kind: 'assign', target, value}]
  if (!reader.take('|')) return statements
  reader.name()
  if (reader.take('(')) {
    const {plain, named} = reader.arguments()
    for (const value of [...plain, ...named.values()]) statements.push({kind: 'use', value})
  }
  return [...statements, {kind: 'assign', target, value: null}]
}

const mostParts = 64

/** The text between `{% set x %}` and `{% endset %}` as one expression; null where there is more than text and prints. */
function blockText(chunks: readonly Chunk[], start: number): Expression | null {
  let joined: Expression | null = null
  for (const chunk of chunks.slice(start, start + mostParts)) {
    if (chunk.kind === 'tag') {
      const [first] = chunk.tokens
      const closed = first?.kind === 'name' && first.text === 'endset'
      return closed ? (joined ?? {kind: 'constant', value: '', at: chunk.at}) : null
    }
    const part: Expression =
      chunk.kind === 'text'
        ? {kind: 'constant', value: chunk.text, at: chunk.at}
        : new ExpressionReader(chunk.tokens, endOf(chunk)).several()
    joined = joined ? {kind: 'binary', sign: '~', left: joined, right: part, at: chunk.at} : part
  }
  return null
}

function loop(reader: ExpressionReader, at: number): Statement {
  const target = reader.target()
  reader.expect('in')
  const over = reader.several(false)
  // The condition is a use like any other; it is kept beside what it filters.
  const test = reader.take('if') ? reader.expression() : null
  reader.take('recursive')
  return {kind: 'loop', target, over: test ? {kind: 'choice', test, yes: over, no: null, at} : over, at}
}

function macro(reader: ExpressionReader, name: string): Statement[] {
  reader.expect('(')
  return parameters(reader, name)
}

/** `a, b='x')` of a macro or a call block. */
function parameters(reader: ExpressionReader, name: string): Statement[] {
  const names: string[] = []
  const defaults: Statement[] = []
  while (!reader.take(')')) {
    const at = reader.at
    const parameter = reader.name()
    names.push(parameter)
    if (reader.take('=')) {
      defaults.push({kind: 'assign', target: {kind: 'name', name: parameter, at}, value: reader.expression()})
    }
    if (!reader.take(',') && !reader.sees(')')) throw new NotJinja('a comma is missing between parameters', reader.at)
  }
  return [{kind: 'macro', name, parameters: names}, ...defaults]
}

function withs(reader: ExpressionReader): Statement[] {
  const statements: Statement[] = []
  while (!reader.done) {
    const target = reader.target()
    reader.expect('=')
    statements.push({kind: 'assign', target, value: reader.expression()})
    if (!reader.take(',')) break
  }
  return statements
}

/** `{% filter upper %}` as an expression: a filter over what nobody knows. */
function filterBlock(tokens: readonly Token[], at: number): Expression {
  const piped: Token[] = [{kind: 'name', text: 'caller', at}, {kind: 'sign', text: '|', at}, ...tokens.slice(1)]
  return new ExpressionReader(piped, at).expression()
}
