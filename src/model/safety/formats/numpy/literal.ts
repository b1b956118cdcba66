import {Malformed} from '../../malformed.ts'

/** A value as Python writes it in its source: what the header of an array is made of. */
export type Literal = string | bigint | boolean | null | Sequence | ReadonlyMap<string, Literal>

export interface Sequence {
  readonly kind: 'tuple' | 'list'
  readonly items: readonly Literal[]
}

/** `ast.literal_eval` itself gives up on deep nesting; a dtype of NumPy has a handful of levels. */
const maxDepth = 32

/**
 * Reads a Python literal: texts, whole numbers, `True`, `False`, `None`, tuples, lists, and dicts with texts as keys. A
 * strict part of what `ast.literal_eval` takes, wide enough for every header that NumPy writes, with the `L` behind
 * numbers of Python 2. A key that stands twice is refused: Python takes the last, others the first.
 * @throws Malformed
 */
export function parseLiteral(text: string): Literal {
  const cursor: Cursor = {text, at: 0}
  const value = readValue(cursor, 0)
  if (peek(cursor) !== '') throw unexpected(cursor)
  return value
}

interface Cursor {
  readonly text: string
  at: number
}

function readValue(cursor: Cursor, depth: number): Literal {
  if (depth > maxDepth) throw new Malformed(`Its header is nested deeper than ${maxDepth} levels.`)
  switch (peek(cursor)) {
    case '{':
      return readDict(cursor, depth)
    case '[':
      cursor.at++
      return {kind: 'list', items: readItems(cursor, {close: ']', depth}).items}
    case '(':
      return readTuple(cursor, depth)
    case "'":
    case '"':
      return readText(cursor)
    default:
      return readWord(cursor)
  }
}

/** `(value)` is the value itself, `(value,)` a tuple. */
function readTuple(cursor: Cursor, depth: number): Literal {
  cursor.at++
  const {items, comma} = readItems(cursor, {close: ')', depth})
  const [only] = items
  return items.length === 1 && only !== undefined && !comma ? only : {kind: 'tuple', items}
}

function readItems(cursor: Cursor, {close, depth}: {close: string; depth: number}): {items: Literal[]; comma: boolean} {
  const items: Literal[] = []
  let comma = false
  while (!accept(cursor, close)) {
    if (items.length > 0 && !comma) throw unexpected(cursor)
    items.push(readValue(cursor, depth + 1))
    comma = accept(cursor, ',')
  }
  return {items, comma}
}

function readDict(cursor: Cursor, depth: number): ReadonlyMap<string, Literal> {
  cursor.at++
  const entries = new Map<string, Literal>()
  let comma = true
  while (!accept(cursor, '}')) {
    if (!comma) throw unexpected(cursor)
    const start = cursor.at
    const quoteMark = peek(cursor)
    if (quoteMark !== "'" && quoteMark !== '"') throw unexpected(cursor)
    const key = readText(cursor)
    if (entries.has(key)) throw new Malformed(`Its header names a key twice, at character ${start}.`)
    if (!accept(cursor, ':')) throw unexpected(cursor)
    entries.set(key, readValue(cursor, depth + 1))
    comma = accept(cursor, ',')
  }
  return entries
}

const escapes: ReadonlyMap<string, string> = new Map([
  ['\\', '\\'],
  ["'", "'"],
  ['"', '"'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
])

function readText(cursor: Cursor): string {
  const {text} = cursor
  const mark = text[cursor.at]
  let value = ''
  for (cursor.at++; text[cursor.at] !== mark; cursor.at++) {
    const sign = text[cursor.at]
    if (sign === undefined || sign === '\n') throw unexpected(cursor)
    if (sign !== '\\') {
      value += sign
      continue
    }
    cursor.at++
    value += escapes.get(text[cursor.at] ?? '') ?? readCodePoint(cursor)
  }
  cursor.at++
  return value
}

/** `\xe9`, `\u00e9`; leaves the cursor on the last digit. */
function readCodePoint(cursor: Cursor): string {
  const found = /(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4}))/y
  found.lastIndex = cursor.at
  const [whole, short, long] = found.exec(cursor.text) ?? []
  if (whole === undefined) throw unexpected(cursor)
  cursor.at += whole.length - 1
  return String.fromCharCode(Number.parseInt(short ?? long ?? '', 16))
}

const words: ReadonlyMap<string, Literal> = new Map([
  ['True', true],
  ['False', false],
  ['None', null],
])

function readWord(cursor: Cursor): Literal {
  const word = /-?\w+/y
  word.lastIndex = cursor.at
  const [found] = word.exec(cursor.text) ?? []
  if (found === undefined) throw unexpected(cursor)
  const value = words.get(found)
  if (value === undefined && !/^-?\d{1,20}L?$/.test(found)) throw unexpected(cursor)
  cursor.at += found.length
  return value === undefined ? BigInt(found.replace('L', '')) : value
}

function unexpected(cursor: Cursor): Malformed {
  const seen = cursor.at < cursor.text.length ? 'is something else' : 'it ends'
  return new Malformed(`Its header is not a literal as NumPy writes it: at character ${cursor.at} ${seen}.`)
}

/** The next character that is no white space, without taking it; empty at the end. */
function peek(cursor: Cursor): string {
  while (' \t\n\r'.includes(cursor.text[cursor.at] ?? '-')) cursor.at++
  return cursor.text[cursor.at] ?? ''
}

function accept(cursor: Cursor, mark: string): boolean {
  if (peek(cursor) !== mark) return false
  cursor.at++
  return true
}
