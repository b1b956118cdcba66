/** The words of an expression. Every token knows where it begins, so that a message can say it. */

export type Token =
  | {readonly kind: 'number'; readonly at: number; readonly value: number}
  | {readonly kind: 'text'; readonly at: number; readonly value: string}
  /** A word of the language, a function or a column; `quoted` in backquotes it is always a column. */
  | {readonly kind: 'name'; readonly at: number; readonly value: string; readonly quoted: boolean}
  | {readonly kind: 'sign'; readonly at: number; readonly value: string}
  | {readonly kind: 'end'; readonly at: number}

/** What is wrong with an expression, and where. */
export interface ExpressionError {
  readonly kind: 'error'
  /** The character at which it is wrong, from 1. */
  readonly at: number
  /** `character 12: expected a number, a text or a column, got ")"`. */
  readonly what: string
  /** What was probably meant. */
  readonly hint?: string
}

export function errorAt(at: number, what: string, hint?: string): ExpressionError {
  return {kind: 'error', at, what: `character ${at}: ${what}`, ...(hint === undefined ? {} : {hint})}
}

const longest = 10_000
const mostTokens = 2000

/** One pass, without backtracking: the time grows with the length alone. */
export function tokensOf(text: string): readonly Token[] | ExpressionError {
  if (text.length > longest) return errorAt(longest + 1, `an expression may have ${longest} characters`)
  const tokens: Token[] = []
  let start = spaceEnd(text, 0)
  while (start < text.length) {
    if (tokens.length === mostTokens) return errorAt(start + 1, `an expression may have ${mostTokens} words and signs`)
    const read = tokenAt(text, start)
    if ('kind' in read) return read
    tokens.push(read.token)
    start = spaceEnd(text, read.end)
  }
  return [...tokens, {kind: 'end', at: text.length + 1}]
}

const space = /\s+/y
const number = /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y
const name = /[\p{L}_][\p{L}\p{M}\p{N}_.]*/uy
const sign = /[=!<>]=|<>|[-<>+*/()[\],]/y

interface Read {
  readonly token: Token
  readonly end: number
}

function tokenAt(text: string, start: number): Read | ExpressionError {
  const at = start + 1
  const first = text.charAt(start)
  if (first === "'" || first === '"' || first === '`') return quotedAt(text, start, first)
  const digits = match(number, text, start)
  if (digits !== '') return numberAt(text, start, digits)
  const word = match(name, text, start)
  if (word !== '') return {token: {kind: 'name', at, value: word, quoted: false}, end: start + word.length}
  const mark = match(sign, text, start)
  if (mark !== '' && mark !== '<>') return {token: {kind: 'sign', at, value: mark}, end: start + mark.length}
  const stranger = mark || String.fromCodePoint(text.codePointAt(start) ?? 0)
  const backquotes = 'A column with unusual characters in its name stands in backquotes: `unit price`.'
  return errorAt(at, `"${stranger}" means nothing here`, foreign[stranger] ?? backquotes)
}

const foreign: Readonly<Record<string, string>> = {
  '=': 'Write == for "is equal to".',
  '<>': 'Write != for "is not equal to".',
  '!': 'Write `not` before it, or != for "is not equal to".',
  '&': 'Write `and`.',
  '|': 'Write `or`.',
  '%': 'Write a share as a number, 0.25 for 25 %.',
  '“': 'Write plain quotes.',
  '”': 'Write plain quotes.',
  '‘': 'Write plain quotes.',
  '’': 'Write plain quotes.',
}

/** A quote within the quotes is written twice, as in CSV and SQL. */
function quotedAt(text: string, start: number, quote: string): Read | ExpressionError {
  const at = start + 1
  let value = ''
  let from = start + 1
  for (;;) {
    const end = text.indexOf(quote, from)
    if (end === -1) return errorAt(at, `this ${quote} has no second one that closes it`)
    value += text.slice(from, end)
    if (text.charAt(end + 1) !== quote) {
      if (value === '' && quote === '`') return errorAt(at, 'a column has no name')
      const token: Token = quote === '`' ? {kind: 'name', at, value, quoted: true} : {kind: 'text', at, value}
      return {token, end: end + 1}
    }
    value += quote
    from = end + 2
  }
}

function numberAt(text: string, start: number, digits: string): Read | ExpressionError {
  const value = Number(digits)
  const end = start + digits.length
  if (!Number.isFinite(value)) return errorAt(start + 1, `${digits} is too large for a number`)
  if (/^\d+$/.test(digits) && BigInt(value) !== BigInt(digits)) {
    return errorAt(start + 1, `${digits} is too large to be exact`, `Compare an identifier as a text: '${digits}'.`)
  }
  const unit = match(name, text, end)
  if (unit === '') return {token: {kind: 'number', at: start + 1, value}, end}
  const hint = `Write the number alone; a column whose name begins with a digit stands in backquotes: \`${digits}${unit}\`.`
  return errorAt(end + 1, `expected an operator after ${digits}, got "${unit}"`, hint)
}

function match(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0] ?? ''
}

function spaceEnd(text: string, at: number): number {
  return at + match(space, text, at).length
}
