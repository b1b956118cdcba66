import {type FunctionName, functions, type Syntax} from './syntax.ts'
import {type ExpressionError, errorAt, type Token, tokensOf} from './tokens.ts'
import {hintFor, isComparison, isFunction, isWord, reserved, shown} from './words.ts'

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

const deepest = 60

/** Not an error of the program: the way out of a recursion, caught where it began. */
class Stop {
  readonly error: ExpressionError

  constructor(error: ExpressionError) {
    this.error = error
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
