import type {Token} from './jinja-tokens.ts'

/** An expression of a template. `at` as in tokens. */
export type Expression =
  | {readonly kind: 'constant'; readonly value: string | number | boolean | null; readonly at: number}
  | {readonly kind: 'name'; readonly name: string; readonly at: number}
  | {readonly kind: 'attribute'; readonly of: Expression; readonly name: string; readonly at: number}
  | {readonly kind: 'item'; readonly of: Expression; readonly key: Expression; readonly at: number}
  | {readonly kind: 'slice'; readonly parts: readonly (Expression | null)[]; readonly at: number}
  | {readonly kind: 'call'; readonly of: Expression; readonly args: Arguments; readonly at: number}
  | {
      readonly kind: 'filter'
      readonly of: Expression
      readonly name: string
      readonly args: Arguments
      readonly at: number
    }
  | {
      readonly kind: 'test'
      readonly of: Expression
      readonly name: string
      readonly args: Arguments
      readonly at: number
    }
  | {
      readonly kind: 'binary'
      readonly sign: string
      readonly left: Expression
      readonly right: Expression
      readonly at: number
    }
  | {readonly kind: 'unary'; readonly sign: string; readonly of: Expression; readonly at: number}
  | {readonly kind: 'list'; readonly items: readonly Expression[]; readonly at: number}
  | {readonly kind: 'dict'; readonly entries: readonly (readonly [Expression, Expression])[]; readonly at: number}
  | {
      readonly kind: 'choice'
      readonly test: Expression
      readonly yes: Expression
      readonly no: Expression | null
      readonly at: number
    }

export interface Arguments {
  readonly plain: readonly Expression[]
  readonly named: ReadonlyMap<string, Expression>
}

/** What is not an expression, and where. Caught where a template is taken apart. */
export class NotJinja extends Error {
  readonly at: number

  constructor(what: string, at: number) {
    super(what)
    this.at = at
  }
}

const deepest = 120
/** Links of chains in one tag (`a + b + …`, `a.b.c…`): each is one level of the tree more. */
const mostLinks = 4000
const comparisons = new Set(['==', '!=', '<', '>', '<=', '>='])
const noArguments: Arguments = {plain: [], named: new Map()}

/**
 * Reads expressions from the tokens of a tag, as `jinja2/parser.py` does: the same precedence, from loosest to tightest
 * `if else`, `or`, `and`, `not`, comparisons, `+ -`, `~`, `* / // %`, `**`, signs, then what follows a value.
 */
export class ExpressionReader {
  readonly #tokens: readonly Token[]
  readonly #end: number
  #index: number
  #depth = 0
  #links = 0

  /** @param end offset behind the tag, for messages */
  constructor(tokens: readonly Token[], end: number, start = 0) {
    this.#tokens = tokens
    this.#end = end
    this.#index = start
  }

  get done(): boolean {
    return this.#index >= this.#tokens.length
  }

  get at(): number {
    return this.#tokens[this.#index]?.at ?? this.#end
  }

  /** Whether the next token is this sign or word; it is passed where it is. */
  take(text: string): boolean {
    if (!this.sees(text)) return false
    this.#index++
    return true
  }

  /** Whether the next token is this sign or word. */
  sees(text: string): boolean {
    const token = this.#tokens[this.#index]
    return token !== undefined && token.kind !== 'string' && token.kind !== 'number' && token.text === text
  }

  /** Passes one token, whatever it is. */
  pass(): void {
    this.#index++
  }

  /** @throws NotJinja */
  expect(text: string): void {
    if (!this.take(text)) throw new NotJinja(`"${text}" is missing`, this.at)
  }

  /** @throws NotJinja */
  name(): string {
    const token = this.#tokens[this.#index]
    if (token?.kind !== 'name') throw new NotJinja('a name is missing', this.at)
    this.#index++
    return token.text
  }

  /** One expression, or several with commas between them as a list: `a, b`. */
  several(withChoice = true): Expression {
    const at = this.at
    const first = this.expression(withChoice)
    if (!this.sees(',')) return first
    const items = [first]
    while (this.take(',')) {
      if (this.done || this.sees(')') || this.sees('=') || this.sees('in')) break
      items.push(this.expression(withChoice))
    }
    return {kind: 'list', items, at}
  }

  /** What stands left of `in` or `=`: names, attributes of a namespace, tuples of them. */
  target(): Expression {
    const at = this.at
    const items: Expression[] = []
    this.#link()
    do {
      if (this.sees('in') || this.sees('=')) break
      items.push(this.take('(') ? this.#closed(this.target(), ')') : this.#targetName())
    } while (this.take(','))
    const [only] = items
    return items.length === 1 && only ? only : {kind: 'list', items, at}
  }

  /** @param withChoice whether `a if b else c` may follow; not in the head of a loop, where `if` filters */
  expression(withChoice = true): Expression {
    this.#depth++
    if (this.#depth > deepest) throw new NotJinja(`expressions are nested deeper than ${deepest}`, this.at)
    const expression = withChoice ? this.#choice() : this.#or()
    this.#depth--
    return expression
  }

  arguments(): Arguments {
    const plain: Expression[] = []
    const named = new Map<string, Expression>()
    while (!this.take(')')) {
      if (this.done) throw new NotJinja('a list of arguments is never closed', this.at)
      const spread = this.take('*') || this.take('**')
      const following = this.#tokens[this.#index + 1]
      if (
        !spread &&
        this.#tokens[this.#index]?.kind === 'name' &&
        following?.kind === 'sign' &&
        following.text === '='
      ) {
        const name = this.name()
        this.expect('=')
        named.set(name, this.expression())
      } else {
        plain.push(this.expression())
      }
      if (!this.take(',') && !this.sees(')')) throw new NotJinja('a comma is missing between arguments', this.at)
    }
    return {plain, named}
  }

  #link(): void {
    this.#links++
    if (this.#links > mostLinks) throw new NotJinja(`one tag has more than ${mostLinks} operations`, this.at)
  }

  #closed(expression: Expression, sign: string): Expression {
    this.expect(sign)
    return expression
  }

  #targetName(): Expression {
    const at = this.at
    let target: Expression = {kind: 'name', name: this.name(), at}
    while (this.take('.')) target = {kind: 'attribute', of: target, name: this.name(), at}
    return target
  }

  #choice(): Expression {
    let expression = this.#or()
    while (this.sees('if')) {
      this.#link()
      const at = this.at
      this.#index++
      const test = this.#or()
      const no = this.take('else') ? this.expression() : null
      expression = {kind: 'choice', test, yes: expression, no, at}
    }
    return expression
  }

  #or(): Expression {
    return this.#chain(['or'], () => this.#chain(['and'], () => this.#not()))
  }

  #not(): Expression {
    const at = this.at
    let negations = 0
    while (this.take('not')) negations++
    const of = this.#comparison()
    return negations === 0 ? of : {kind: 'unary', sign: 'not', of, at}
  }

  #comparison(): Expression {
    let left = this.#sum()
    for (;;) {
      const at = this.at
      const sign = this.#comparisonSign()
      if (!sign) return left
      this.#link()
      left = {kind: 'binary', sign, left, right: this.#sum(), at}
    }
  }

  #comparisonSign(): string | null {
    const token = this.#tokens[this.#index]
    if (token?.kind === 'sign' && comparisons.has(token.text)) {
      this.#index++
      return token.text
    }
    if (this.take('in')) return 'in'
    const following = this.#tokens[this.#index + 1]
    if (!this.sees('not') || following?.kind !== 'name' || following.text !== 'in') return null
    this.#index += 2
    return 'not in'
  }

  #sum(): Expression {
    return this.#chain(['+', '-'], () => this.#chain(['~'], () => this.#product()))
  }

  #product(): Expression {
    return this.#chain(['*', '/', '//', '%'], () => this.#power())
  }

  #power(): Expression {
    return this.#chain(['**'], () => this.#unary(true))
  }

  #chain(signs: readonly string[], operand: () => Expression): Expression {
    let left = operand()
    for (;;) {
      const at = this.at
      const sign = signs.find(each => this.take(each))
      if (sign === undefined) return left
      this.#link()
      left = {kind: 'binary', sign, left, right: operand(), at}
    }
  }

  #unary(withFilters: boolean): Expression {
    const at = this.at
    const signs: string[] = []
    for (;;) {
      const sign = ['-', '+'].find(each => this.take(each))
      if (sign === undefined) break
      signs.push(sign)
    }
    let value = this.#followed(this.#primary())
    if (signs.filter(sign => sign === '-').length % 2 === 1) value = {kind: 'unary', sign: '-', of: value, at}
    return withFilters ? this.#filtered(value) : value
  }

  #followed(value: Expression): Expression {
    let expression = value
    for (;;) {
      this.#link()
      const at = this.at
      if (this.take('.')) expression = this.#member(expression, at)
      else if (this.take('[')) expression = {kind: 'item', of: expression, key: this.#subscript(), at}
      else if (this.take('(')) expression = {kind: 'call', of: expression, args: this.arguments(), at}
      else return expression
    }
  }

  /** `a.name`, and Jinja's `a.0`. */
  #member(of: Expression, at: number): Expression {
    const token = this.#tokens[this.#index]
    if (token?.kind !== 'number') return {kind: 'attribute', of, name: this.name(), at}
    this.#index++
    return {kind: 'item', of, key: {kind: 'constant', value: token.value, at: token.at}, at}
  }

  #subscript(): Expression {
    const at = this.at
    const keys: Expression[] = []
    while (!this.take(']')) {
      if (this.done) throw new NotJinja('a subscript is never closed', this.at)
      keys.push(this.#sliceOrKey())
      if (!this.take(',') && !this.sees(']')) throw new NotJinja('"]" is missing', this.at)
    }
    const [only] = keys
    return keys.length === 1 && only ? only : {kind: 'list', items: keys, at}
  }

  #sliceOrKey(): Expression {
    const at = this.at
    const parts: (Expression | null)[] = [null]
    let colons = 0
    while (!this.sees(']') && !this.sees(',') && !this.done) {
      if (this.take(':')) {
        colons++
        parts.push(null)
      } else if (parts[colons] === null) parts[colons] = this.expression()
      else break
    }
    const [key] = parts
    return colons === 0 && key ? key : {kind: 'slice', parts, at}
  }

  #filtered(value: Expression): Expression {
    let expression = value
    for (;;) {
      this.#link()
      const at = this.at
      if (this.take('|')) {
        const name = this.#dottedName()
        expression = {kind: 'filter', of: expression, name, args: this.take('(') ? this.arguments() : noArguments, at}
      } else if (this.take('is')) {
        expression = this.#test(expression, at)
      } else if (this.take('(')) {
        expression = {kind: 'call', of: expression, args: this.arguments(), at}
      } else return expression
    }
  }

  /** `x is not divisibleby 3`: an argument may follow without brackets (`parse_test`). */
  #test(of: Expression, at: number): Expression {
    const negated = this.take('not')
    const name = this.#dottedName()
    const args = this.take('(')
      ? this.arguments()
      : this.#startsArgument()
        ? {plain: [this.#followed(this.#primary())], named: new Map()}
        : noArguments
    const test: Expression = {kind: 'test', of, name, args, at}
    return negated ? {kind: 'unary', sign: 'not', of: test, at} : test
  }

  #startsArgument(): boolean {
    const token = this.#tokens[this.#index]
    if (!token) return false
    if (token.kind === 'sign') return '[{('.includes(token.text)
    return token.kind !== 'name' || !['else', 'or', 'and', 'if', 'is', 'in', 'not', 'recursive'].includes(token.text)
  }

  #dottedName(): string {
    let name = this.name()
    while (this.take('.')) name += `.${this.name()}`
    return name
  }

  #primary(): Expression {
    const token = this.#tokens[this.#index]
    if (!token) throw new NotJinja('an expression is missing', this.at)
    this.#index++
    const {at} = token
    switch (token.kind) {
      case 'name':
        return nameOrConstant(token.text, at)
      case 'number':
        return {kind: 'constant', value: token.value, at}
      case 'string':
        return {kind: 'constant', value: this.#adjacent(token.text), at}
      case 'sign':
        if (token.text === '(') return this.#bracket(at)
        if (token.text === '[') return {kind: 'list', items: this.#items(']'), at}
        if (token.text === '{') return {kind: 'dict', entries: this.#entries(), at}
        throw new NotJinja(`"${token.text}" stands where an expression is expected`, at)
    }
  }

  /** Strings side by side are one string. */
  #adjacent(first: string): string {
    const parts = [first]
    for (let token = this.#tokens[this.#index]; token?.kind === 'string'; token = this.#tokens[this.#index]) {
      parts.push(token.text)
      this.#index++
    }
    return parts.join('')
  }

  #bracket(at: number): Expression {
    if (this.take(')')) return {kind: 'list', items: [], at}
    return this.#closed(this.several(), ')')
  }

  #items(close: string): Expression[] {
    const items: Expression[] = []
    while (!this.take(close)) {
      if (this.done) throw new NotJinja(`"${close}" is missing`, this.at)
      items.push(this.expression())
      if (!this.take(',') && !this.sees(close)) throw new NotJinja(`"${close}" is missing`, this.at)
    }
    return items
  }

  #entries(): (readonly [Expression, Expression])[] {
    const entries: (readonly [Expression, Expression])[] = []
    while (!this.take('}')) {
      if (this.done) throw new NotJinja('"}" is missing', this.at)
      const key = this.expression()
      this.expect(':')
      entries.push([key, this.expression()])
      if (!this.take(',') && !this.sees('}')) throw new NotJinja('"}" is missing', this.at)
    }
    return entries
  }
}

function nameOrConstant(name: string, at: number): Expression {
  if (name === 'true' || name === 'True') return {kind: 'constant', value: true, at}
  if (name === 'false' || name === 'False') return {kind: 'constant', value: false, at}
  if (name === 'none' || name === 'None') return {kind: 'constant', value: null, at}
  return {kind: 'name', name, at}
}
