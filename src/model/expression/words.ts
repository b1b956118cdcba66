/** The words of the language, and what to say where another one stands. */
import {type Comparison, type FunctionName, functions} from './syntax.ts'
import type {Token} from './tokens.ts'

/** Words that are no columns, each with the way to say what was meant. */
export const reserved: ReadonlyMap<string, string> = new Map([
  ...['and', 'or', 'not', 'in', 'is'].map(
    word => [word, `A column of this name stands in backquotes: \`${word}\`.`] as const,
  ),
  ...['true', 'false'].map(word => [word, `For a column of true and false write == '${word}'.`] as const),
  ...['null', 'None', 'NaN'].map(word => [word, 'Write `is missing`.'] as const),
])

export function hintFor(token: Token): string | undefined {
  if (token.kind !== 'name' || token.quoted) return undefined
  const lower = token.value.toLowerCase()
  if (lower !== token.value && reserved.has(lower)) return `Write it in small letters: ${lower}.`
  return undefined
}

export function shown(token: Token): string {
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

export function isWord(token: Token, word: string): boolean {
  return token.kind === 'name' && !token.quoted && token.value === word
}

export function isComparison(text: string): text is Comparison {
  return text === '==' || text === '!=' || text === '<' || text === '<=' || text === '>' || text === '>='
}

export function isFunction(text: string): text is FunctionName {
  return Object.hasOwn(functions, text)
}
