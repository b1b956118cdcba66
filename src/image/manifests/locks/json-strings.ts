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
  // A quoted text, or one sign of structure, or the end of a line.
  const token = /"((?:[^"\\\n]|\\.)*)"|[{}[\],\n]/g
  let line = 1
  for (let match = token.exec(text); match; match = token.exec(text)) {
    const [sign, quoted] = match
    const level = levels.at(-1)
    if (quoted !== undefined) {
      if (level?.expectsKey) {
        level.key = unescaped(quoted)
        level.keyLine = line
        level.expectsKey = false
      } else if (levels.length <= deepest) {
        const keyLine = levels.at(-2)?.keyLine ?? line
        yield {path: levels.map(({key}) => key), value: unescaped(quoted), line, keyLine}
      }
      continue
    }
    if (sign === '\n') line++
    else if (sign === '{' || sign === '[') {
      if (levels.length > 10_000) return
      levels.push({isObject: sign === '{', key: '', keyLine: line, expectsKey: sign === '{'})
    } else if (sign === '}' || sign === ']') levels.pop()
    else if (level) level.expectsKey = level.isObject
  }
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
