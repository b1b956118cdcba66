/** The form of an expression, before anybody asked whether texts are multiplied. */
import {type ExpressionError, errorAt, type Token, tokensOf} from './tokens.ts'

export type Comparison = '==' | '!=' | '<' | '<=' | '>' | '>='
export type Arithmetic = '+' | '-' | '*' | '/'

export type Syntax =
  | {readonly kind: 'number'; readonly at: number; readonly value: number}
  | {readonly kind: 'text'; readonly at: number; readonly value: string}
  | {readonly kind: 'column'; readonly at: number; readonly name: string}
  | {readonly kind: 'negative'; readonly at: number; readonly of: Syntax}
  | {
      readonly kind: 'arithmetic'
      readonly at: number
      readonly sign: Arithmetic
      readonly left: Syntax
      readonly right: Syntax
    }
  | {
      readonly kind: 'comparison'
      readonly at: number
      readonly sign: Comparison
      readonly left: Syntax
      readonly right: Syntax
    }
  | {readonly kind: 'in'; readonly at: number; readonly of: Syntax; readonly among: readonly (number | string)[]}
  | {readonly kind: 'missing'; readonly at: number; readonly of: Syntax}
  | {readonly kind: 'not'; readonly at: number; readonly of: Syntax}
  | {readonly kind: 'and' | 'or'; readonly at: number; readonly left: Syntax; readonly right: Syntax}
  | {readonly kind: 'call'; readonly at: number; readonly name: FunctionName; readonly of: readonly Syntax[]}

/** Functions, with how many arguments they take. */
export const functions = {
  abs: [1, 1],
  min: [2, 100],
  max: [2, 100],
  if: [3, 3],
} as const
export type FunctionName = keyof typeof functions

const deepest = 60

/** Not an error of the program: the way out of a recursion, caught below. */
class Stop {
  readonly error: ExpressionError

  constructor(error: ExpressionError) {
    this.error = error
  }
}

/**
 * From the loosest binding to the tightest: or, and, not, comparison (also in, is missing), + -, * /, sign. A comparison
 * is of two things: `1 < a < 3` is refused.
 */
export function parseSyntax(text: string): Syntax | ExpressionError {
  const tokens = tokensOf(text)
  if ('kind' in tokens) return tokens
  try {
    return new Parser(tokens).whole()
  } catch (stop) {
    if (stop instanceof Stop) return stop.error
    throw stop
  }
}

class Parser {
  readonly #tokens: readonly Token[]
  #next = 0
  #depth = 0

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens
  }

  whole(): Syntax {
    if (this.#peek().kind === 'end') this.#stop('expected an expression')
    const result = this.#or()
    if (this.#peek().kind === 'end') return result
    return this.#stop('expected an operator or the end', hintFor(this.#peek()))
  }

  #or(): Syntax {
    let left = this.#and()
    for (let at = this.#word('or'); at > 0; at = this.#word('or')) left = {kind: 'or', at, left, right: this.#and()}
    return left
  }

  #and(): Syntax {
    let left = this.#not()
    for (let at = this.#word('and'); at > 0; at = this.#word('and')) left = {kind: 'and', at, left, right: this.#not()}
    return left
  }

  #not(): Syntax {
    const at = this.#word('not')
    return at > 0 ? this.#deeper(() => ({kind: 'not', at, of: this.#not()})) : this.#comparison()
  }

  #comparison(): Syntax {
    const left = this.#sum()
    const token = this.#peek()
    const {at} = token
    if (token.kind === 'sign' && isComparison(token.value)) {
      this.#next++
      const result: Syntax = {kind: 'comparison', at, sign: token.value, left, right: this.#sum()}
      const after = this.#peek()
      if (after.kind !== 'sign' || !isComparison(after.value)) return result
      return this.#stop('a comparison has two sides', 'Join two comparisons: 1 < a and a < 3.')
    }
    if (this.#word('is') > 0) return this.#missing(left, at)
    if (this.#word('in') > 0) return {kind: 'in', at, of: left, among: this.#list()}
    if (isWord(token, 'not') && isWord(this.#peek(1), 'in')) {
      this.#next += 2
      return {kind: 'not', at, of: {kind: 'in', at, of: left, among: this.#list()}}
    }
    return left
  }

  #missing(of: Syntax, at: number): Syntax {
    const negated = this.#word('not') > 0
    const missing: Syntax = {kind: 'missing', at, of}
    if (this.#word('missing') > 0) return negated ? {kind: 'not', at, of: missing} : missing
    if (this.#word('present') > 0) return negated ? missing : {kind: 'not', at, of: missing}
    return this.#stop('expected "missing" or "present" after "is"', 'For "is equal to" write ==.')
  }

  #list(): (number | string)[] {
    this.#sign('[', 'a list in brackets after "in"')
    const values: (number | string)[] = []
    do values.push(this.#constant(values))
    while (this.#taken(','))
    this.#sign(']', 'a comma, or "]" at the end of the list')
    return values
  }

  #constant(before: readonly (number | string)[]): number | string {
    const negative = this.#taken('-')
    const token = this.#peek()
    if (token.kind !== 'number' && (token.kind !== 'text' || negative)) {
      return this.#stop(`expected a ${negative ? 'number' : 'number or a text in quotes'}`, hintFor(token))
    }
    const [first = token.value] = before
    if (typeof first !== typeof token.value) return this.#stop('expected a list of numbers only, or of texts only')
    if (token.value === '') return this.#stop('the empty text is a missing value', 'Write `or … is missing`.')
    this.#next++
    return negative && typeof token.value === 'number' ? -token.value : token.value
  }

  #sum(): Syntax {
    let left = this.#product()
    for (let sign = this.#either('+', '-'); sign; sign = this.#either('+', '-')) {
      left = {kind: 'arithmetic', at: this.#at(-1), sign, left, right: this.#product()}
    }
    return left
  }

  #product(): Syntax {
    let left = this.#signed()
    for (let sign = this.#either('*', '/'); sign; sign = this.#either('*', '/')) {
      left = {kind: 'arithmetic', at: this.#at(-1), sign, left, right: this.#signed()}
    }
    return left
  }

  #signed(): Syntax {
    const {at} = this.#peek()
    if (this.#taken('-')) return this.#deeper(() => ({kind: 'negative', at, of: this.#signed()}))
    return this.#single()
  }

  #single(): Syntax {
    const token = this.#peek()
    switch (token.kind) {
      case 'number':
      case 'text':
        this.#next++
        return token
      case 'name':
        return this.#named(token)
      case 'sign': {
        if (token.value !== '(') break
        this.#next++
        const inner = this.#deeper(() => this.#or())
        this.#sign(')', 'an operator, or ")"')
        return inner
      }
      case 'end':
    }
    return this.#stop('expected a number, a text in quotes or a column', hintFor(token))
  }

  #named({at, value, quoted}: Extract<Token, {kind: 'name'}>): Syntax {
    if (!quoted && reserved.has(value))
      return this.#stop('expected a number, a text in quotes or a column', reserved.get(value))
    this.#next++
    const next = this.#peek()
    if (quoted || next.kind !== 'sign' || next.value !== '(') return {kind: 'column', at, name: value}
    if (!isFunction(value)) {
      this.#next--
      return this.#stop('expected a function', `There are ${Object.keys(functions).join(', ')}.`)
    }
    this.#next++
    const of = this.#deeper(() => this.#arguments(value, at))
    return {kind: 'call', at, name: value, of}
  }

  #arguments(name: FunctionName, at: number): Syntax[] {
    const of: Syntax[] = []
    do of.push(this.#or())
    while (this.#taken(','))
    this.#sign(')', `a comma, or ")" at the end of ${name}(…)`)
    const [least, most] = functions[name]
    if (of.length >= least && of.length <= most) return of
    const wanted = name === 'if' ? 'if(condition, then, else)' : least === most ? `${name}(value)` : `${name}(a, b, …)`
    throw new Stop(errorAt(at, `expected ${wanted}, got ${of.length} in the parentheses`))
  }

  #deeper<T>(parse: () => T): T {
    if (this.#depth === deepest) this.#stop(`parentheses and signs may stand ${deepest} deep`)
    this.#depth++
    const result = parse()
    this.#depth--
    return result
  }

  #peek(ahead = 0): Token {
    const last = this.#tokens.length - 1
    return this.#tokens[Math.min(this.#next + ahead, last)] ?? {kind: 'end', at: 1}
  }

  #at(ahead: number): number {
    return this.#peek(ahead).at
  }

  /** Where the word stood, if it was next; else 0. */
  #word(word: string): number {
    const token = this.#peek()
    if (!isWord(token, word)) return 0
    this.#next++
    return token.at
  }

  #taken(value: string): boolean {
    const token = this.#peek()
    const found = token.kind === 'sign' && token.value === value
    if (found) this.#next++
    return found
  }

  #either<T extends string>(first: T, second: T): T | null {
    return this.#taken(first) ? first : this.#taken(second) ? second : null
  }

  #sign(value: string, wanted: string): void {
    if (!this.#taken(value)) this.#stop(`expected ${wanted}`, hintFor(this.#peek()))
  }

  #stop(what: string, hint?: string): never {
    const token = this.#peek()
    throw new Stop(errorAt(token.at, `${what}${what.startsWith('expected') ? `, got ${shown(token)}` : ''}`, hint))
  }
}

/** Words that are no columns, each with the way to say what was meant. */
const reserved: ReadonlyMap<string, string> = new Map([
  ...['and', 'or', 'not', 'in', 'is'].map(
    word => [word, `A column of this name stands in backquotes: \`${word}\`.`] as const,
  ),
  ...['true', 'false'].map(word => [word, `For a column of true and false write == '${word}'.`] as const),
  ...['null', 'None', 'NaN'].map(word => [word, 'Write `is missing`.'] as const),
])

function hintFor(token: Token): string | undefined {
  if (token.kind !== 'name' || token.quoted) return undefined
  const lower = token.value.toLowerCase()
  if (lower !== token.value && reserved.has(lower)) return `Write it in small letters: ${lower}.`
  return undefined
}

function shown(token: Token): string {
  switch (token.kind) {
    case 'end':
      return 'the end'
    case 'text':
      return `the text '${token.value.slice(0, 40)}'`
    case 'number':
      return String(token.value)
    case 'name':
    case 'sign':
      return `"${token.value.slice(0, 40)}"`
  }
}

function isWord(token: Token, word: string): boolean {
  return token.kind === 'name' && !token.quoted && token.value === word
}

function isComparison(text: string): text is Comparison {
  return text === '==' || text === '!=' || text === '<' || text === '<=' || text === '>' || text === '>='
}

function isFunction(text: string): text is FunctionName {
  return Object.hasOwn(functions, text)
}
