/** The words of a problem: what was expected, and the value that was probably meant. */
import type * as z from 'zod'

/** The second half of "expected ...", for issues whose schema has no words of its own. zod asks for it while it parses. */
export function expectation(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return typeWord(issue.expected)
    case 'invalid_value':
      return oneOf(issue.values.map(String))
    case 'too_small':
      if (issue.origin === 'string') return 'text that is not empty'
      if (issue.origin === 'array') return `a list of at least ${issue.minimum}`
      return issue.inclusive === false ? `more than ${issue.minimum}` : `at least ${issue.minimum}`
    case 'too_big':
      return issue.inclusive === false ? `less than ${issue.maximum}` : `at most ${issue.maximum}`
    case 'invalid_format':
      return issue.format === 'url' ? 'an address such as http://localhost:9090' : `text of the form ${issue.format}`
    default:
      return 'a value of another form'
  }
}

export function typeWord(type: string): string {
  const words: Readonly<Record<string, string>> = {
    string: 'text',
    number: 'a number',
    int: 'a whole number',
    boolean: 'true or false',
    object: 'a mapping',
    record: 'a mapping',
    array: 'a list',
    pipe: 'text',
  }
  return words[type] ?? type
}

export function afterExpected(message: string): string {
  return message.replace(/^expected /, '').replace(/\.$/, '')
}

export function didYouMean(word: string | undefined): string | undefined {
  return word === undefined ? undefined : `Did you mean "${word}"?`
}

/** `a, b or c`; of a long list as much as a line can hold. */
export function oneOf(words: readonly string[]): string {
  if (words.length < 2) return words.join('')
  if (words.length > 14) return `${words.slice(0, 10).join(', ')} or one of ${words.length - 10} more (docs/config.md)`
  return `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`
}

/** The right value in the wrong notation: a number in quotes, a percentage for a fraction, a word that YAML reads as a number. */
export function otherNotation(value: unknown, expected: string): string | undefined {
  if (typeof value === 'number' && value >= 1 && value <= 100 && /such as "[\d.]+%"$/.test(expected)) {
    return `Did you mean "${value}%"?`
  }
  if (expected === typeWord('string') && (typeof value === 'number' || typeof value === 'boolean')) {
    return 'Put it in quotes.'
  }
  if (expected !== typeWord('number') || typeof value !== 'string' || value.trim() === '') return undefined
  const percent = /^(\d+(?:\.\d+)?)\s*%$/.exec(value)?.[1]
  if (percent !== undefined) return `Did you mean ${Number((Number(percent) / 100).toPrecision(12))}?`
  return Number.isFinite(Number(value)) ? 'Remove the quotes.' : undefined
}
