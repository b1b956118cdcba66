/**
 * Label matchers in the words of PromQL: `code=~"5..", method!="OPTIONS"`, with or without braces around them.
 * Both sources evaluate them here, so that a guard means the same wherever its numbers come from.
 * Source: prometheus.io/docs/prometheus/latest/querying/basics, "Instant vector selectors" and "String literals".
 */
import {UserError} from '../core/failure.ts'
import {compilePattern, type Pattern} from './pattern.ts'

export interface Matchers {
  /** Labels that the matchers ask about, each once. */
  readonly labels: readonly string[]
  /** Whether all matchers hold. An absent label is the empty string, as in PromQL. */
  readonly match: (labels: ReadonlyMap<string, string>) => boolean
  /** Whether they can all hold once the labels that are not known yet have come. */
  readonly couldMatch: (known: ReadonlyMap<string, string>) => boolean
}

/** @throws UserError `telemetry/matchers-malformed` */
export function parseMatchers(text: string): Matchers {
  const refuse = (problem: string): never => {
    throw new UserError('telemetry/matchers-malformed', `The label matchers ${text} cannot be read: ${problem}.`, {
      hint: 'Write them as in PromQL, for example code=~"5.." or code=~"5..",method!="OPTIONS".',
    })
  }
  const [, braced] = /^\s*\{([\s\S]*)\}\s*$/.exec(text) ?? []
  let rest = (braced ?? text).trim()
  const tests: {label: string; holds: Pattern}[] = []
  while (rest !== '') {
    const [start, label, operator] = /^([a-zA-Z_][a-zA-Z0-9_]*)\s*(=~|!~|!=|=)\s*/.exec(rest) ?? []
    if (start === undefined || label === undefined || operator === undefined) {
      return refuse(`expected a label, one of = != =~ !~, and a quoted value at "${rest.slice(0, 40)}"`)
    }
    if (label === '__name__') return refuse('the metric is named beside them, not by __name__')
    const quoted = readString(rest.slice(start.length))
    if (quoted === null) return refuse(`the value of ${label} is not a quoted string`)
    tests.push({label, holds: holdsFor(operator, quoted.value, label, refuse)})
    rest = rest.slice(start.length + quoted.length).trimStart()
    if (rest === '') break
    if (!rest.startsWith(',')) return refuse(`expected a comma after the value of ${label}`)
    rest = rest.slice(1).trimStart()
  }
  // No matcher at all would call every request bad.
  if (tests.length === 0) return refuse('there is none')
  return {
    labels: [...new Set(tests.map(test => test.label))],
    match: labels => tests.every(({label, holds}) => holds(labels.get(label) ?? '')),
    couldMatch: known => tests.every(({label, holds}) => !known.has(label) || holds(known.get(label) ?? '')),
  }
}

function holdsFor(operator: string, value: string, label: string, refuse: (problem: string) => never): Pattern {
  if (operator === '=') return text => text === value
  if (operator === '!=') return text => text !== value
  const compiled = compilePattern(value)
  if (compiled.kind === 'malformed') return refuse(`the pattern of ${label} is not one: ${compiled.detail}`)
  return operator === '=~' ? compiled.matches : text => !compiled.matches(text)
}

/** A PromQL string literal at the start of `text`: double or single quotes with Go's escapes, or back-ticks without any. */
function readString(text: string): {value: string; length: number} | null {
  const quote = text[0]
  if (quote !== '"' && quote !== "'" && quote !== '`') return null
  let value = ''
  for (let index = 1; index < text.length; index++) {
    const character = text[index]
    if (character === quote) return {value, length: index + 1}
    if (character !== '\\' || quote === '`') {
      value += character
      continue
    }
    const next = text[++index] ?? ''
    const escaped = {'\\': '\\', '"': '"', "'": "'", n: '\n', t: '\t', r: '\r'}[next]
    if (escaped === undefined) return null
    value += escaped
  }
  return null
}
