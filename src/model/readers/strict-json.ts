/**
 * A JSON value by RFC 8259 that refuses duplicate keys, where JSON.parse silently keeps the last: two readers of the
 * same header must never see two different files. Objects come as Maps, so that a key such as `__proto__` is a key.
 */
export type StrictJson = {readonly kind: 'value'; readonly value: unknown} | JsonProblem

export interface JsonProblem {
  readonly kind: 'problem'
  readonly problem: 'malformed' | 'duplicate-key' | 'too-deep' | 'too-many'
  /** Index of the character at which the text stops being what it should be. */
  readonly at: number
}

const usualDepth = 64
/**
 * Objects and lists of one text. Three bytes of text (`{},`) become some 300 of memory; the largest texts of models,
 * tokenizers with the pairs of their merges, have half a million.
 */
export const mostContainers = 2_000_000

export interface StrictJsonOptions {
  /** Also reads `NaN`, `Infinity` and `-Infinity`, which are no JSON and which Python's json.dump writes all the same. */
  readonly nonFinite?: boolean
  /** Objects and lists inside each other at most; 64 unless said otherwise. Reading recurses as deep. */
  readonly maxDepth?: number
}

/** Reads a whole text; white space may stand around the value, anything else may not. */
export function parseStrictJson(
  text: string,
  {nonFinite = false, maxDepth = usualDepth}: StrictJsonOptions = {},
): StrictJson {
  try {
    const cursor = {text, at: 0, nonFinite, maxDepth, containers: 0}
    const value = readValue(cursor, 0)
    if (peek(cursor) !== '') throw new Stop('malformed', cursor.at)
    return {kind: 'value', value}
  } catch (error) {
    if (error instanceof Stop) return {kind: 'problem', problem: error.problem, at: error.at}
    throw error
  }
}

interface Cursor {
  readonly text: string
  readonly nonFinite: boolean
  readonly maxDepth: number
  at: number
  containers: number
}

/** Leaves the recursion; never leaves this file. */
class Stop extends Error {
  readonly problem: JsonProblem['problem']
  readonly at: number

  constructor(problem: JsonProblem['problem'], at: number) {
    super(problem)
    this.problem = problem
    this.at = at
  }
}

function readValue(cursor: Cursor, depth: number): unknown {
  if (depth > cursor.maxDepth) throw new Stop('too-deep', cursor.at)
  switch (peek(cursor)) {
    case '{':
      return readObject(cursor, depth)
    case '[':
      return readList(cursor, depth)
    case '"':
      return readString(cursor)
    default:
      return readScalar(cursor)
  }
}

function readObject(cursor: Cursor, depth: number): Map<string, unknown> {
  const entries = new Map<string, unknown>()
  count(cursor)
  expect(cursor, '{')
  if (accept(cursor, '}')) return entries
  for (;;) {
    if (peek(cursor) !== '"') throw new Stop('malformed', cursor.at)
    const start = cursor.at
    const key = readString(cursor)
    if (entries.has(key)) throw new Stop('duplicate-key', start)
    expect(cursor, ':')
    entries.set(key, readValue(cursor, depth + 1))
    if (accept(cursor, '}')) return entries
    expect(cursor, ',')
  }
}

function readList(cursor: Cursor, depth: number): unknown[] {
  const items: unknown[] = []
  count(cursor)
  expect(cursor, '[')
  if (accept(cursor, ']')) return items
  for (;;) {
    items.push(readValue(cursor, depth + 1))
    if (accept(cursor, ']')) return items
    expect(cursor, ',')
  }
}

function count(cursor: Cursor): void {
  cursor.containers++
  if (cursor.containers > mostContainers) throw new Stop('too-many', cursor.at)
}

function readString(cursor: Cursor): string {
  const start = cursor.at
  let end = start + 1
  while (end < cursor.text.length && cursor.text[end] !== '"') end += cursor.text[end] === '\\' ? 2 : 1
  const value = parseToken(cursor.text.slice(start, end + 1), start)
  if (typeof value !== 'string') throw new Stop('malformed', start)
  cursor.at = end + 1
  return value
}

const scalar = /[-+.\w]+/y

function readScalar(cursor: Cursor): unknown {
  scalar.lastIndex = cursor.at
  const found = scalar.exec(cursor.text)?.[0]
  if (found === undefined) throw new Stop('malformed', cursor.at)
  const value = cursor.nonFinite
    ? (nonFiniteWords.get(found) ?? parseToken(found, cursor.at))
    : parseToken(found, cursor.at)
  cursor.at += found.length
  return value
}

const nonFiniteWords = new Map([
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
])

/** Escapes, control characters and the form of numbers are JSON.parse's to check; it sees one token only. */
function parseToken(token: string, at: number): unknown {
  try {
    return JSON.parse(token)
  } catch {
    throw new Stop('malformed', at)
  }
}

/** The next character that is no white space, without taking it; empty at the end. */
function peek(cursor: Cursor): string {
  const {text} = cursor
  while (isBlank(text.charCodeAt(cursor.at))) cursor.at++
  return text[cursor.at] ?? ''
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09
}

function accept(cursor: Cursor, mark: string): boolean {
  if (peek(cursor) !== mark) return false
  cursor.at++
  return true
}

function expect(cursor: Cursor, mark: string): void {
  if (!accept(cursor, mark)) throw new Stop('malformed', cursor.at)
}
