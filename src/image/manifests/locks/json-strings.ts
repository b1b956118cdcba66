/** A text of a JSON document, and where it stands. */
export interface JsonString {
  /** Keys that lead to it; an empty one for each list. */
  readonly path: readonly string[]
  readonly value: string
  readonly line: number
  /** Line of the key of the object that it is in: `"node_modules/left-pad": {`. */
  readonly keyLine: number
}

/** Deeper than any lock file; what lies deeper is passed over. */
const deepest = 40

interface Level {
  readonly isObject: boolean
  key: string
  keyLine: number
  expectsKey: boolean
}

/**
 * All texts of a JSON document in their order, with their lines, which JSON.parse does not tell. One pass without
 * recursion; a text that is no JSON gives what could be made of it, and nothing is thrown.
 */
export function* jsonStrings(text: string): Generator<JsonString> {
  const levels: Level[] = []
  let line = 1
  for (let index = 0; index < text.length; index++) {
    const level = levels.at(-1)
    switch (text[index]) {
      case '\n':
        line++
        break
      case '{':
      case '[':
        if (levels.length > 10_000) return
        levels.push({isObject: text[index] === '{', key: '', keyLine: line, expectsKey: text[index] === '{'})
        break
      case '}':
      case ']':
        levels.pop()
        break
      case ',':
        if (level) level.expectsKey = level.isObject
        break
      case '"': {
        const end = endOfString(text, index + 1)
        const quoted = text.slice(index + 1, end)
        index = end
        if (level?.expectsKey) {
          level.key = unescaped(quoted)
          level.keyLine = line
          level.expectsKey = false
        } else if (levels.length <= deepest) {
          const keyLine = levels.at(-2)?.keyLine ?? line
          yield {path: levels.map(({key}) => key), value: unescaped(quoted), line, keyLine}
        }
        break
      }
    }
  }
}

/** Offset of the quote that ends it, or of the end of the text. */
function endOfString(text: string, start: number): number {
  for (let index = start; index < text.length; index++) {
    const sign = text[index]
    if (sign === '"') return index
    if (sign === '\\') index++
  }
  return text.length
}

function unescaped(quoted: string): string {
  if (!quoted.includes('\\')) return quoted
  try {
    const value: unknown = JSON.parse(`"${quoted}"`)
    return typeof value === 'string' ? value : quoted
  } catch {
    return quoted
  }
}
