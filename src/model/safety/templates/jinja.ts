import {quote, type Rule} from '../observation.ts'
import {hostObjects, internalIn, isInternal} from './jinja-names.ts'
import {
  templateComputedName,
  templateEndless,
  templateEscape,
  templateFormatReference,
  templateHostObject,
  templateLoadsFile,
  templateUnreadable,
  templateUnusualTag,
} from './jinja-rules.ts'
import {type Statement, statementsOf} from './jinja-statements.ts'
import type {Expression} from './jinja-syntax.ts'
import {type Token, tokensOfTemplate} from './jinja-tokens.ts'
import {numbersOf, type Outcome, Values} from './jinja-values.ts'
import type {Value} from './python-values.ts'

/** Something that a chat template does and an ordinary one does not. */
export interface TemplateSight {
  readonly rule: Rule
  /** One sentence, texts of the template quoted: `The template reads "__class__".` */
  readonly what: string
  /** UTF-16 units from the beginning of the template. */
  readonly at: number
}

/** Longest template that is taken apart; those of real models have some tens of KiB at most. */
const longest = 512 * 1024
/** A loop's turns, those of the loops around it multiplied. */
const endlessTurns = 10_000_000
/** Sights of one rule: more of the same helps nobody. */
const mostOfOneRule = 5

/**
 * What a Jinja template reaches for beyond messages, tools, loops and conditions. Constants are followed through
 * variables, concatenation, formats, filters and escapes, so a name that is written in parts is found as well; a name
 * that is computed from what nobody knows is said to be so. Empty for an ordinary chat template.
 */
export function sightsOfTemplate(text: string): readonly TemplateSight[] {
  if (text.length > longest) {
    return [
      {rule: templateUnreadable, what: `The template has ${text.length} signs, too many for a chat template.`, at: 0},
    ]
  }
  const {chunks, problem} = tokensOfTemplate(text)
  const tokens = chunks.flatMap(chunk => (chunk.kind === 'text' ? [] : chunk.tokens))
  const statements = statementsOf(chunks)
  const values = followValues(statements)
  values.settle()
  const sights = new Sights()
  if (problem) sights.add(templateUnreadable, `The template is not Jinja: ${problem.what}.`, problem.at)
  for (const token of tokens) lookAtToken(token, sights)
  new Walk(values, sights).walk(statements)
  for (const [at, what] of values.endless) sights.add(templateEndless, `The template ${what}.`, at)
  return sights.all()
}

/** At most a few of each rule, and one at each place. */
class Sights {
  readonly #all: TemplateSight[] = []
  readonly #seen = new Set<string>()
  readonly #counts = new Map<string, number>()

  add(rule: Rule, what: string, at: number): void {
    const key = `${rule.id} ${what}`
    const count = this.#counts.get(rule.id) ?? 0
    if (this.#seen.has(key) || count >= mostOfOneRule) return
    this.#seen.add(key)
    this.#counts.set(rule.id, count + 1)
    this.#all.push({rule, what, at})
  }

  all(): readonly TemplateSight[] {
    return this.#all.toSorted((a, b) => a.at - b.at)
  }
}

/** Twice, so that what a loop assigns at its end is known at its beginning. */
function followValues(statements: readonly Statement[]): Values {
  const values = new Values()
  for (let pass = 0; pass < 2; pass++) {
    for (const statement of statements) {
      if (statement.kind === 'assign') {
        values.assign(statement.target, statement.value && values.of(statement.value))
        if (statement.value) assignNamed(values, statement.target, statement.value)
      } else if (statement.kind === 'loop') values.assign(statement.target, itemsOf(values.of(statement.over)))
      else if (statement.kind === 'macro') values.macro(statement.name, statement.parameters)
    }
  }
  return values
}

/** `set ns = namespace(a='x')` and `dict(a='x')`: `ns.a` is a variable too. */
function assignNamed(values: Values, target: Expression, value: Expression): void {
  if (target.kind !== 'name' || value.kind !== 'call') return
  for (const [name, each] of value.args.named) {
    values.assign({kind: 'attribute', of: target, name, at: target.at}, values.of(each))
  }
}

function itemsOf({values, open, built}: Outcome): Outcome {
  const items = values.flatMap((value): readonly Value[] =>
    Array.isArray(value) ? value : typeof value === 'string' ? [...value.slice(0, 16)] : [],
  )
  return {values: items.slice(0, 12), open: open || items.length > 12 || items.length === 0, built}
}

/** Whatever the syntax around it: a name of Python's internals has no business in a template. */
function lookAtToken(token: Token, sights: Sights): void {
  if (token.kind === 'name' && token.text.startsWith('__') && isInternal(token.text)) {
    sights.add(templateEscape, `The template reads ${quote(token.text)} of a value.`, token.at)
  } else if (token.kind === 'string') {
    const name = internalIn(token.text)
    if (name !== null) sights.add(templateEscape, `A text of the template names ${quote(name)}.`, token.at)
  }
}

interface OpenLoop {
  /** Of this loop and those around it. */
  readonly turns: number
  /** The variable whose items are visited. */
  readonly over: string | null
}

const growing = new Set(['append', 'extend', 'insert'])

class Walk {
  readonly #values: Values
  readonly #sights: Sights
  readonly #loops: OpenLoop[] = []

  constructor(values: Values, sights: Sights) {
    this.#values = values
    this.#sights = sights
  }

  walk(statements: readonly Statement[]): void {
    for (const statement of statements) this.#statement(statement)
  }

  #statement(statement: Statement): void {
    switch (statement.kind) {
      case 'use':
        this.#look(statement.value)
        return
      case 'assign':
        this.#look(statement.target)
        if (statement.value) this.#look(statement.value)
        return
      case 'loop':
        this.#loop(statement)
        return
      case 'loop end':
        this.#loops.pop()
        return
      case 'macro':
        return
      case 'load':
        this.#look(statement.what)
        this.#sights.add(
          templateLoadsFile,
          `The template loads another one by ${quote(statement.tag)}: ${this.#shown(statement.what)}.`,
          statement.at,
        )
        return
      case 'unknown tag':
        this.#sights.add(templateUnusualTag, `The template uses the tag ${quote(statement.tag, 40)}.`, statement.at)
        return
      case 'problem':
        this.#sights.add(templateUnreadable, `The template is not Jinja: ${statement.what}.`, statement.at)
    }
  }

  #loop({target, over, at}: Extract<Statement, {kind: 'loop'}>): void {
    this.#look(target)
    this.#look(over)
    const turns = (this.#loops.at(-1)?.turns ?? 1) * (this.#turnsOf(over) ?? 1)
    if (turns > endlessTurns) {
      this.#sights.add(templateEndless, `The template repeats a part ${turns} times.`, at)
    }
    this.#loops.push({turns, over: over.kind === 'name' ? over.name : null})
  }

  /** Of `range(n)` with a constant n; null where nobody knows. */
  #turnsOf(over: Expression): number | null {
    const of = over.kind === 'choice' ? over.yes : over
    if (of.kind !== 'call' || of.of.kind !== 'name' || of.of.name !== 'range') return null
    const bounds = of.args.plain.map(each => Math.max(0, ...numbersOf(this.#values.of(each))))
    const [from = 0, to, step = 1] = bounds.length === 1 ? [0, ...bounds] : bounds
    return to === undefined || step === 0 ? null : Math.max(0, Math.ceil((to - from) / step))
  }

  #look(expression: Expression): void {
    switch (expression.kind) {
      case 'constant':
        return
      case 'name':
        this.#name(expression)
        return
      case 'attribute':
        this.#attribute(expression.name, expression.at)
        this.#look(expression.of)
        return
      case 'item':
        this.#item(expression)
        this.#look(expression.of)
        this.#look(expression.key)
        return
      case 'slice':
        for (const part of expression.parts) if (part) this.#look(part)
        return
      case 'call':
        this.#call(expression)
        return
      case 'filter':
        this.#filter(expression)
        this.#look(expression.of)
        this.#arguments(expression.args)
        return
      case 'test':
        this.#look(expression.of)
        this.#arguments(expression.args)
        return
      case 'binary':
        this.#folded(expression)
        this.#look(expression.left)
        this.#look(expression.right)
        return
      case 'unary':
        this.#look(expression.of)
        return
      case 'list':
        for (const item of expression.items) this.#look(item)
        return
      case 'dict':
        for (const [key, value] of expression.entries) {
          this.#look(key)
          this.#look(value)
        }
        return
      case 'choice':
        this.#look(expression.test)
        this.#look(expression.yes)
        if (expression.no) this.#look(expression.no)
        return
    }
  }

  #arguments({plain, named}: {plain: readonly Expression[]; named: ReadonlyMap<string, Expression>}): void {
    for (const each of plain) this.#look(each)
    for (const each of named.values()) this.#look(each)
  }

  #name({name, at}: Extract<Expression, {kind: 'name'}>): void {
    if (hostObjects.has(name) && !this.#values.knows(name)) {
      this.#sights.add(templateHostObject, `The template uses ${quote(name)}, which it does not set itself.`, at)
    }
  }

  #attribute(name: string, at: number): void {
    if (isInternal(name)) {
      this.#sights.add(templateEscape, `The template reads ${quote(name)} of a value.`, at)
    } else if (name.startsWith('_')) {
      this.#sights.add(templateHostObject, `The template reads the private attribute ${quote(name)}.`, at)
    } else if (name === 'format' || name === 'format_map') {
      this.#sights.add(templateFormatReference, `The template hands on a reference to ${quote(name)}.`, at)
    }
  }

  /** A text that is put together and spells a name of Python's internals, wherever it goes then. */
  #folded(expression: Expression): void {
    for (const value of this.#values.of(expression).values) {
      const name = typeof value === 'string' ? internalIn(value) : null
      if (name !== null) {
        this.#sights.add(templateEscape, `The template puts the name ${quote(name)} together.`, expression.at)
      }
    }
  }

  #item({key, at}: Extract<Expression, {kind: 'item'}>): void {
    if (key.kind === 'slice') return
    this.#key(this.#values.of(key), at, 'unless it is built')
  }

  /** Whether a key comes from outside: `x[messages[0].content]`. Calling what it leads to is calling anything. */
  #isGivenKey(expression: Expression): boolean {
    return expression.kind === 'item' && expression.key.kind !== 'slice' && this.#values.of(expression.key).open
  }

  /** @param unknown whether a key that nobody knows is a matter here: `messages[i]` is ordinary, `x|attr(i)` is not */
  #key({values, open, built}: Outcome, at: number, unknown: 'always' | 'unless it is built'): void {
    for (const value of values) {
      if (typeof value === 'string' && isInternal(value)) {
        this.#sights.add(templateEscape, `The template reads ${quote(value)} of a value.`, at)
      }
    }
    if (open && (built || unknown === 'always')) {
      this.#sights.add(templateComputedName, 'The template computes which attribute of a value it reads.', at)
    }
  }

  #call(expression: Extract<Expression, {kind: 'call'}>): void {
    const {of, args} = expression
    // Called at once, `format` is held by the sandbox; its text is looked at like every other.
    if (of.kind === 'attribute' && (of.name === 'format' || of.name === 'format_map')) this.#look(of.of)
    else this.#look(of)
    this.#folded(expression)
    this.#arguments(args)
    if (this.#isGivenKey(of)) {
      this.#sights.add(
        templateComputedName,
        'The template calls what it finds by a key that it is given.',
        expression.at,
      )
    }
    const turns = this.#turnsOf(expression)
    if (turns !== null && turns > endlessTurns) {
      this.#sights.add(templateEndless, `The template counts to ${turns}.`, expression.at)
    }
    const grown = of.kind === 'attribute' && growing.has(of.name) && of.of.kind === 'name' ? of.of.name : null
    if (grown !== null && this.#loops.some(({over}) => over === grown)) {
      this.#sights.add(templateEndless, `The template adds to ${quote(grown)} while it goes through it.`, expression.at)
    }
  }

  #filter(expression: Extract<Expression, {kind: 'filter'}>): void {
    this.#folded(expression)
    const {name, args, at} = expression
    const [first, second] = args.plain
    if (name === 'attr' && first) this.#attrFilter(first, at)
    if (name === 'map' && first && this.#values.of(first).values.includes('attr') && second)
      this.#attrFilter(second, at)
    const by = args.named.get('attribute') ?? (attributeFilters.has(name) ? first : undefined)
    if (!by) return
    for (const value of this.#values.of(by).values) {
      // `map(attribute='a.b')` walks attribute by attribute.
      if (typeof value !== 'string') continue
      for (const part of value.split('.', 64)) if (isInternal(part)) this.#attribute(part, at)
    }
    const {open, built} = this.#values.of(by)
    this.#key({values: [], open, built}, at, 'unless it is built')
  }

  #attrFilter(name: Expression, at: number): void {
    const outcome = this.#values.of(name)
    for (const value of outcome.values) if (typeof value === 'string') this.#attribute(value, at)
    this.#key(outcome, at, 'always')
  }

  #shown(expression: Expression): string {
    const {values} = this.#values.of(expression)
    const [value] = values
    return typeof value === 'string' ? quote(value) : 'which one is computed'
  }
}

/** Filters whose first argument names an attribute. */
const attributeFilters = new Set(['selectattr', 'rejectattr', 'groupby'])
