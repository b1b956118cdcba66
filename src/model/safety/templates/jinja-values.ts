import type {Arguments, Expression} from './jinja-syntax.ts'
import {arithmetic, bounded, joined, longest, signOf, sliceOf, textMethod, textOf, type Value} from './python-values.ts'

/** What an expression may be. */
export interface Outcome {
  /** The constants that it may be, at most `mostValues`. */
  readonly values: readonly Value[]
  /** Whether it may be something else beside them. */
  readonly open: boolean
  /** Whether it may be a text that is put together from parts which are not all known. */
  readonly built: boolean
}

const mostValues = 12
const mostCombinations = 144
/** Texts and numbers that a render would not come to the end of: 64 Mi signs, or 2^(2^20). */
const endlessText = 64 * 2 ** 20
const endlessBits = 2 ** 20
const mostSteps = 100_000

const unknown: Outcome = {values: [], open: true, built: false}
const built: Outcome = {values: [], open: true, built: true}

/**
 * Computes what the constant parts of a template come to, along every variable that it sets. Not by the order of
 * statements: a variable is everything that is assigned to it anywhere.
 */
export class Values {
  readonly #variables = new Map<string, Outcome>()
  readonly #macros = new Set<string>()
  readonly #endless = new Map<number, string>()
  /** Once everything is assigned, an expression has one outcome. */
  #settled: Map<Expression, Outcome> | null = null
  #steps = 0

  /** Where something is computed that never ends, by offset. */
  get endless(): ReadonlyMap<number, string> {
    return this.#endless
  }

  knows(name: string): boolean {
    return this.#variables.has(name) || this.#macros.has(name)
  }

  macro(name: string, parameters: readonly string[]): void {
    this.#macros.add(name)
    for (const parameter of parameters) this.#add(parameter, unknown)
  }

  /** @param value null where nobody knows */
  assign(target: Expression, value: Outcome | null): void {
    if (target.kind === 'list') {
      target.items.forEach((item, index) => {
        this.assign(item, value && choose(value.values.map(each => (Array.isArray(each) ? each[index] : undefined))))
      })
      return
    }
    const name = variableOf(target)
    if (name !== null) this.#add(name, value ?? unknown)
  }

  /** From here on nothing is assigned any more. */
  settle(): void {
    this.#settled = new Map()
    this.#steps = 0
  }

  of(expression: Expression): Outcome {
    const settled = this.#settled?.get(expression)
    if (settled) return settled
    this.#steps++
    if (this.#steps > mostSteps) return built
    const outcome = this.#compute(expression)
    this.#settled?.set(expression, outcome)
    return outcome
  }

  #compute(expression: Expression): Outcome {
    switch (expression.kind) {
      case 'constant':
        return only(expression.value)
      case 'name':
        return this.#variables.get(expression.name) ?? unknown
      case 'attribute':
        return this.#variables.get(variableOf(expression) ?? '') ?? unknown
      case 'list':
        return this.#list(expression.items)
      case 'choice':
        return merge(this.of(expression.yes), expression.no ? this.of(expression.no) : unknown)
      case 'binary':
        return this.#binary(expression)
      case 'unary':
        return this.#map(expression.of, value =>
          expression.sign === '-' && typeof value === 'number' ? -value : undefined,
        )
      case 'item':
        return this.#item(expression.of, expression.key)
      case 'filter':
        return this.#applied(expression.name, expression.of, expression.args, expression.at)
      case 'call':
        return this.#call(expression)
      case 'dict':
        return this.#list(expression.entries.map(([key]) => key))
      case 'slice':
      case 'test':
        return unknown
    }
  }

  #add(name: string, outcome: Outcome): void {
    const before = this.#variables.get(name)
    this.#variables.set(name, before ? merge(before, outcome) : outcome)
  }

  #list(items: readonly Expression[]): Outcome {
    const each = items.map(item => this.of(item))
    const lists = combinations(each).slice(0, mostValues)
    const open = each.some(item => item.open) || lists.length === mostValues
    return {values: lists, open, built: open && each.some(hasText)}
  }

  #map(of: Expression, compute: (value: Value) => Value | undefined): Outcome {
    const outcome = this.of(of)
    const computed = choose(outcome.values.map(compute))
    return outcome.open ? {...computed, open: true, built: outcome.built || hasText(outcome)} : computed
  }

  #item(of: Expression, key: Expression): Outcome {
    const outcome = this.of(of)
    if (key.kind === 'slice') return this.#sliced(outcome, key.parts)
    const keys = this.of(key)
    const [index] = keys.values
    if (keys.open || keys.values.length !== 1 || typeof index !== 'number') {
      return {values: [], open: true, built: hasText(outcome)}
    }
    const picked = choose(
      outcome.values.map(value =>
        typeof value === 'string' ? [...value].at(index) : Array.isArray(value) ? value.at(index) : undefined,
      ),
    )
    return outcome.open ? {...picked, open: true, built: outcome.built} : picked
  }

  #sliced(outcome: Outcome, parts: readonly (Expression | null)[]): Outcome {
    const [from, to, step] = parts.map(part => (part ? this.of(part).values[0] : null))
    if ([from, to, step].some(each => each !== null && each !== undefined && typeof each !== 'number')) return built
    const numbers = [from, to, step].map(each => (typeof each === 'number' ? each : null))
    const sliced = choose(outcome.values.map(value => sliceOf(value, numbers)))
    return outcome.open ? {...sliced, open: true, built: outcome.built || hasText(outcome)} : sliced
  }

  #binary({sign, left, right, at}: Extract<Expression, {kind: 'binary'}>): Outcome {
    const a = this.of(left)
    const b = this.of(right)
    if (sign === 'or' || sign === 'and') return merge(a, b)
    if (comparing.has(sign)) return unknown
    const pairs = a.values.flatMap(x => b.values.map(y => [x, y] as const)).slice(0, mostValues * mostValues)
    const computed = choose(pairs.map(([x, y]) => this.#operate(sign, x, y, at)))
    if (!a.open && !b.open) return computed
    return {...computed, open: true, built: a.built || b.built || sign === '~' || hasText(a) || hasText(b)}
  }

  #operate(sign: string, x: Value, y: Value, at: number): Value | undefined {
    if (sign === '~') return bounded(textOf(x) + textOf(y))
    if (typeof x === 'number' && typeof y === 'number') return this.#arithmetic(sign, x, y, at)
    if (sign === '+' && typeof x === 'string' && typeof y === 'string') return bounded(x + y)
    if (sign === '+' && Array.isArray(x) && Array.isArray(y))
      return x.length + y.length > 4096 ? undefined : [...x, ...y]
    if (sign === '%' && typeof x === 'string') return this.#percent(x, Array.isArray(y) ? y : [y], at)
    if (sign === '*') return this.#repeated(x, y, at)
    return undefined
  }

  #arithmetic(sign: string, x: number, y: number, at: number): number | undefined {
    if (sign === '**' && y * Math.log2(Math.abs(x) + 1) > endlessBits) {
      this.#endless.set(at, `computes ${x} to the power of ${y}`)
      return undefined
    }
    const result = arithmetic(sign, x, y)
    return result !== undefined && Number.isFinite(result) ? result : undefined
  }

  #repeated(x: Value, y: Value, at: number): Value | undefined {
    const times = typeof x === 'number' ? x : typeof y === 'number' ? y : null
    const what = typeof x === 'number' ? y : x
    if (times === null || (typeof what !== 'string' && !Array.isArray(what))) return undefined
    const length = what.length * times
    if (length > endlessText) this.#endless.set(at, `repeats a value ${times} times`)
    return typeof what === 'string' && length <= longest ? what.repeat(Math.max(0, Math.trunc(times))) : undefined
  }

  #call({of, args, at}: Extract<Expression, {kind: 'call'}>): Outcome {
    if (of.kind === 'name') {
      // A dict is gone through by its keys.
      if (of.name === 'dict' && args.plain.length === 0) return only([...args.named.keys()].slice(0, mostValues))
      return this.#macros.has(of.name) ? built : unknown
    }
    return of.kind === 'attribute' ? this.#applied(of.name, of.of, args, at) : unknown
  }

  /** A filter or a method of a text or a list. */
  #applied(name: string, of: Expression, {plain, named}: Arguments, at: number): Outcome {
    const subject = this.of(of)
    const given = plain.map(each => this.of(each))
    const width = widening.has(name) ? Math.max(0, ...given.flatMap(numbersOf)) : 0
    if (width > endlessText) this.#endless.set(at, `pads a text to ${width} signs`)
    const parts = [subject, ...given]
    const isText = parts.some(hasText)
    if (name === 'length' || name === 'count') return unknown
    const computed = choose(combinations(parts).map(([value = null, ...rest]) => this.#method(name, value, rest, at)))
    const open = named.size > 0 || parts.some(each => each.open)
    return open ? {...computed, open: true, built: isText || computed.built} : computed
  }

  #method(name: string, value: Value, args: readonly Value[], at: number): Value | undefined {
    const [first, second] = args
    if (name === 'join') return joined(value, first)
    if (name === 'format' && typeof value === 'string') {
      return value.includes('%') ? this.#percent(value, args, at) : this.#braces(value, args, at)
    }
    if (typeof value === 'string') return textMethod(name, value, first, second)
    if (!Array.isArray(value)) return name === 'string' ? textOf(value) : undefined
    if (name === 'reverse') return value.toReversed()
    if (name === 'first') return value[0]
    if (name === 'last') return value.at(-1)
    return name === 'list' ? value : undefined
  }

  /** `'%s%s' % (a, b)`: conversions s, c, d and x. */
  #percent(format: string, args: readonly Value[], at: number): string | undefined {
    this.#width(/%[-0+ #]*(\d{8,})/.exec(format)?.[1], at)
    let next = 0
    let exact = true
    const text = format.replace(/%(?:([scd])|(%)|.)/g, (_whole, conversion?: string, percent?: string) => {
      if (percent !== undefined) return '%'
      const value = args[next++]
      if (conversion === undefined || value === undefined) exact = false
      return conversion === 'c' && typeof value === 'number' ? signOf(value) : textOf(value ?? null)
    })
    return exact ? bounded(text) : undefined
  }

  /** `'{}{1}'.format(a, b)`; `{:c}` writes a sign by its number. */
  #braces(format: string, args: readonly Value[], at: number): string | undefined {
    this.#width(/\{[^{}]{0,40}:[^{}\d]{0,9}(\d{8,})/.exec(format)?.[1], at)
    let next = 0
    let exact = true
    const text = format.replace(/\{(\d{0,3})(:c|:s)?\}|\{\{|\}\}|[{}]/g, (whole, index?: string, how?: string) => {
      if (whole === '{{' || whole === '}}') return whole.slice(1)
      const value = index === undefined ? undefined : args[index === '' ? next++ : Number(index)]
      if (value === undefined) exact = false
      return how === ':c' && typeof value === 'number' ? signOf(value) : textOf(value ?? null)
    })
    return exact ? bounded(text) : undefined
  }

  #width(digits: string | undefined, at: number): void {
    if (digits !== undefined && Number(digits) > endlessText) this.#endless.set(at, `pads a text to ${digits} signs`)
  }
}

const comparing = new Set(['==', '!=', '<', '>', '<=', '>=', 'in', 'not in'])
const widening = new Set(['center', 'indent', 'ljust', 'rjust', 'zfill', 'expandtabs'])

/** `a`, and `ns.a` for attributes of a namespace. */
function variableOf(target: Expression): string | null {
  if (target.kind === 'name') return target.name
  return target.kind === 'attribute' && target.of.kind === 'name' ? `${target.of.name}.${target.name}` : null
}

function only(value: Value): Outcome {
  return {values: [value], open: false, built: false}
}

/** What is not computed is open. */
function choose(values: readonly (Value | undefined)[]): Outcome {
  const known = values.filter(value => value !== undefined)
  const open = known.length < values.length || values.length === 0
  const over = known.length > mostValues
  // What comes of known parts and is not known itself is put together in a way that is not followed.
  return {values: known.slice(0, mostValues), open: open || over, built: values.length > 0 && (open || over)}
}

/** Every way to take one value of each; empty where one has none. */
function combinations(parts: readonly Outcome[]): readonly (readonly Value[])[] {
  let all: readonly (readonly Value[])[] = [[]]
  for (const {values} of parts) {
    all = all.flatMap(before => values.map(value => [...before, value])).slice(0, mostCombinations)
  }
  return all
}

function merge(a: Outcome, b: Outcome): Outcome {
  const values = [...a.values]
  for (const value of b.values) if (!values.some(each => same(each, value))) values.push(value)
  const over = values.length > mostValues
  return {values: values.slice(0, mostValues), open: a.open || b.open || over, built: a.built || b.built || over}
}

function same(a: Value, b: Value): boolean {
  return (
    a === b ||
    (Array.isArray(a) && Array.isArray(b) && a.length === b.length && JSON.stringify(a) === JSON.stringify(b))
  )
}

export function numbersOf({values}: Outcome): number[] {
  return values.filter(value => typeof value === 'number')
}

function hasText({values, built: isBuilt}: Outcome): boolean {
  return isBuilt || values.some(value => typeof value === 'string' || Array.isArray(value))
}
