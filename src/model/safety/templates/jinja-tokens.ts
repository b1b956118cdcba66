/**
 * A template in tokens, as Jinja 3 cuts it (`jinja2/lexer.py`, default delimiters, no line statements). One pass, no
 * backtracking.
 */
export type Chunk =
  | {readonly kind: 'text'; readonly text: string; readonly at: number}
  /** `{{ … }}` */
  | {readonly kind: 'print'; readonly tokens: readonly Token[]; readonly at: number}
  /** `{% … %}` */
  | {readonly kind: 'tag'; readonly tokens: readonly Token[]; readonly at: number}

/** `at` counts UTF-16 units from the beginning of the template. */
export type Token =
  | {readonly kind: 'name'; readonly text: string; readonly at: number}
  | {readonly kind: 'string'; readonly text: string; readonly at: number}
  | {readonly kind: 'number'; readonly value: number; readonly text: string; readonly at: number}
  | {readonly kind: 'sign'; readonly text: string; readonly at: number}

export interface Tokens {
  readonly chunks: readonly Chunk[]
  /** What Jinja would not accept, and where; what stands before it is in `chunks`. */
  readonly problem: {readonly what: string; readonly at: number} | null
}

export function tokensOfTemplate(template: string): Tokens {
  return new Lexer(template).run()
}

const nameStart = /[\p{ID_Start}_]/u
const namePart = /[\p{ID_Continue}_]/u
const opening: ReadonlyMap<string, string> = new Map([
  ['(', ')'],
  ['[', ']'],
  ['{', '}'],
])
const longSigns = ['**', '//', '==', '!=', '>=', '<=']
const shortSigns = '+-/*%~[](){}><=.:|,;'
const decimal =
  /(?:0[bB](?:_?[01])+|0[oO](?:_?[0-7])+|0[xX](?:_?[0-9a-fA-F])+|[0-9](?:_?[0-9])*(?:\.[0-9](?:_?[0-9])*)?(?:[eE][+-]?[0-9](?:_?[0-9])*)?)/y

class Lexer {
  readonly #text: string
  readonly #chunks: Chunk[] = []
  #at = 0
  #problem: Tokens['problem'] = null

  constructor(text: string) {
    this.#text = text
  }

  run(): Tokens {
    while (this.#at < this.#text.length && !this.#problem) this.#next()
    return {chunks: this.#chunks, problem: this.#problem}
  }

  #next(): void {
    const start = this.#at
    const open = this.#nextOpening(start)
    if (open > start) this.#chunks.push({kind: 'text', text: this.#text.slice(start, open), at: start})
    if (open >= this.#text.length) {
      this.#at = open
      return
    }
    const mark = this.#text[open + 1]
    if (mark === '#') this.#comment(open)
    else if (mark === '%') this.#tag(open)
    else this.#chunk(open, 'print', '}}')
  }

  #nextOpening(from: number): number {
    for (let at = this.#text.indexOf('{', from); at >= 0; at = this.#text.indexOf('{', at + 1)) {
      const mark = this.#text[at + 1]
      if (mark === '{' || mark === '%' || mark === '#') return at
    }
    return this.#text.length
  }

  #comment(open: number): void {
    const end = this.#text.indexOf('#}', open + 2)
    if (end < 0) this.#problem = {what: 'a comment is never closed', at: open}
    else this.#at = end + 2
  }

  #tag(open: number): void {
    const raw = /\{%[-+]?\s*raw\s*[-+]?%\}/y
    raw.lastIndex = open
    const found = raw.exec(this.#text)
    if (!found) {
      this.#chunk(open, 'tag', '%}')
      return
    }
    const start = open + found[0].length
    const close = /\{%[-+]?\s*endraw\s*[-+]?%\}/g
    close.lastIndex = start
    const end = close.exec(this.#text)
    if (!end) {
      this.#problem = {what: 'a raw block is never closed', at: open}
      return
    }
    this.#chunks.push({kind: 'text', text: this.#text.slice(start, end.index), at: start})
    this.#at = end.index + end[0].length
  }

  #chunk(open: number, kind: 'print' | 'tag', close: string): void {
    this.#at = open + 2
    if (this.#text[this.#at] === '-' || this.#text[this.#at] === '+') this.#at++
    const tokens: Token[] = []
    const brackets: string[] = []
    for (;;) {
      this.#skipSpace()
      if (this.#at >= this.#text.length) {
        this.#problem = {what: kind === 'tag' ? 'a tag is never closed' : 'an expression is never closed', at: open}
        break
      }
      if (brackets.length === 0 && this.#closes(close)) break
      const token = this.#token()
      if (!token) break
      tokens.push(token)
      if (token.kind !== 'sign') continue
      const closing = opening.get(token.text)
      if (closing) brackets.push(closing)
      else if (')]}'.includes(token.text) && brackets.pop() !== token.text) {
        this.#problem = {what: `a ${token.text} closes nothing`, at: token.at}
        break
      }
    }
    // What was cut before a problem is looked at all the same.
    this.#chunks.push({kind, tokens, at: open})
  }

  #closes(close: string): boolean {
    const from = this.#text[this.#at] === '-' || this.#text[this.#at] === '+' ? this.#at + 1 : this.#at
    if (!this.#text.startsWith(close, from)) return false
    this.#at = from + close.length
    return true
  }

  #skipSpace(): void {
    while (this.#at < this.#text.length && /\s/.test(this.#text[this.#at] ?? '')) this.#at++
  }

  #token(): Token | null {
    const at = this.#at
    const sign = this.#text[at] ?? ''
    if (sign === '"' || sign === "'") return this.#string(sign)
    const point = String.fromCodePoint(this.#text.codePointAt(at) ?? 0)
    if (nameStart.test(point)) return {kind: 'name', text: this.#name(), at}
    if (sign >= '0' && sign <= '9') return this.#number()
    const long = longSigns.find(each => this.#text.startsWith(each, at))
    if (long) {
      this.#at += 2
      return {kind: 'sign', text: long, at}
    }
    if (shortSigns.includes(sign)) {
      this.#at++
      return {kind: 'sign', text: sign, at}
    }
    this.#problem = {what: `the sign ${JSON.stringify(point)} stands where Jinja has none`, at}
    return null
  }

  #name(): string {
    const start = this.#at
    while (this.#at < this.#text.length) {
      const point = String.fromCodePoint(this.#text.codePointAt(this.#at) ?? 0)
      if (!namePart.test(point)) break
      this.#at += point.length
    }
    return this.#text.slice(start, this.#at)
  }

  #number(): Token {
    const at = this.#at
    decimal.lastIndex = at
    const text = decimal.exec(this.#text)?.[0] ?? this.#text[at] ?? ''
    this.#at += text.length
    return {kind: 'number', value: Number(text.replaceAll('_', '')), text, at}
  }

  #string(quoteSign: string): Token | null {
    const at = this.#at
    let end = at + 1
    while (end < this.#text.length && this.#text[end] !== quoteSign) end += this.#text[end] === '\\' ? 2 : 1
    if (end >= this.#text.length) {
      this.#problem = {what: 'a string is never closed', at}
      return null
    }
    this.#at = end + 1
    return {kind: 'string', text: unescaped(this.#text.slice(at + 1, end)), at}
  }
}

const plainEscapes: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['t', '\t'],
  ['r', '\r'],
  ['a', '\x07'],
  ['b', '\b'],
  ['f', '\f'],
  ['v', '\v'],
  ['\n', ''],
])

const escapes =
  /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{1,3})|N\{([A-Za-z ]{1,40})\}|([\s\S]))/g

/** Python's `unicode-escape`, which Jinja applies to its strings. Of the names of signs those that spell identifiers. */
function unescaped(text: string): string {
  if (!text.includes('\\')) return text
  return text.replace(
    escapes,
    (whole: string, x?: string, u?: string, long?: string, octal?: string, name?: string, plain?: string) => {
      if (name !== undefined) return signNamed(name.toUpperCase()) ?? whole
      const hex = x ?? u ?? long
      const code = hex !== undefined ? Number.parseInt(hex, 16) : octal !== undefined ? Number.parseInt(octal, 8) : null
      if (code !== null) return code <= 0x10ffff ? String.fromCodePoint(code) : whole
      if (plain === undefined) return whole
      return plainEscapes.get(plain) ?? (/[\\'"]/.test(plain) ? plain : whole)
    },
  )
}

function signNamed(name: string): string | undefined {
  if (name === 'LOW LINE') return '_'
  const letter = /^LATIN (SMALL|CAPITAL) LETTER ([A-Z])$/.exec(name)
  return letter?.[1] === 'SMALL' ? letter[2]?.toLowerCase() : letter?.[2]
}
