/**
 * A YAML text with the places of its parts: plain values for the schema, line and column for the person.
 * YAML 1.2, core schema: no merge keys, no custom tags, one document.
 */
import {
  type Alias,
  type Document,
  isAlias,
  isCollection,
  isMap,
  isPair,
  isScalar,
  isSeq,
  type Node,
  parseDocument,
  visit,
} from 'yaml'
import {messageOf} from '../core/failure.ts'
import type {Problem} from './problem.ts'
import {syntaxProblem} from './yaml-syntax.ts'

export type Path = readonly (string | number)[]

export interface Place {
  readonly line: number
  readonly column: number
}

export interface YamlSource {
  /** The content as plain data; undefined when the text is not YAML and `problems` says why. */
  readonly value: unknown
  readonly problems: readonly Problem[]
  /** Place of a key in its mapping, or of the value below it. A path that does not exist falls back to its nearest parent. */
  place(path: Path, part: 'key' | 'value'): Place
  /** A scalar as it is written, on one line; undefined for a mapping, a list or nothing. */
  written(path: Path): string | undefined
}

/** A config is written by people; anything near this size is another file, or an attack. */
const maxBytes = 256 * 1024
const maxAliases = 100

/**
 * Never throws: what is wrong with the text are `problems`.
 * @param maxCharacters for files that may be longer than a config
 */
export function readYaml(content: string, maxCharacters = maxBytes): YamlSource {
  const text = content.replace(/^\uFEFF/, '')
  if (text.length > maxCharacters) {
    const seen = `${text.length} characters`
    const expected = `a config of at most ${maxCharacters} characters`
    return unreadable([{path: '', line: 1, column: 1, seen, expected}])
  }
  const document = parseDocument(text, {prettyErrors: false, uniqueKeys: true})
  const placeAt = placesOf(text)
  const errors = [...document.errors, ...document.warnings].map(error => syntaxProblem(error, placeAt(error.pos[0])))
  // What follows an error in its line is mostly its echo.
  const problems = errors.filter(({line}, index) => errors.findIndex(other => other.line === line) === index)
  const broken = document.errors.some(error => error.code !== 'DUPLICATE_KEY')
  if (broken) return unreadable(problems)
  const structure = structureProblems(document, placeAt)
  if (structure.length > 0) return unreadable([...problems, ...structure])
  const {value, problem} = plainValue(document, placeAt)
  if (problem) return unreadable([...problems, problem])

  return {
    value,
    problems,
    place: (path, part) => placeAt(offsetOf(document, path, part)),
    written: path => {
      const node = nodeAt(document, path)
      if (!isScalar(node) || !node.range) return undefined
      return text.slice(node.range[0], node.range[1]).replace(/\s+/g, ' ').trim()
    },
  }
}

/** Lines are counted here: the parser's own counter loses lines while it recovers from an error. */
function placesOf(text: string): (offset: number) => Place {
  const starts = [0, ...[...text.matchAll(/\n/g)].map(({index}) => index + 1)]
  return offset => {
    const line = lastAtMost(starts, offset)
    return {line: line + 1, column: Math.max(1, offset - (starts[line] ?? 0) + 1)}
  }
}

/** Index of the last of ascending numbers that is at most `limit`; 0 when none is. By halves: files have many lines. */
function lastAtMost(ascending: readonly number[], limit: number): number {
  let [low, high] = [0, ascending.length - 1]
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if ((ascending[middle] ?? 0) <= limit) low = middle
    else high = middle - 1
  }
  return low
}

function unreadable(problems: readonly Problem[]): YamlSource {
  return {value: undefined, problems, place: () => ({line: 1, column: 1}), written: () => undefined}
}

/** What parses as YAML and still cannot become plain data: keys that are mappings, and aliases that lead nowhere or in circles. */
function structureProblems(document: Document, placeAt: (offset: number) => Place): Problem[] {
  const problems: Problem[] = []
  visit(document, {
    Pair: (_, pair) => {
      if (isScalar(pair.key)) return
      const place = placeAt(startOf(pair.key) ?? startOf(pair.value) ?? 0)
      problems.push({path: '', ...place, seen: 'a key that is a list, a mapping or an alias', expected: 'a plain word'})
      return visit.SKIP
    },
    Alias: (_, alias) => {
      const problem = aliasProblem(alias, document)
      if (problem) problems.push({path: '', ...placeAt(startOf(alias) ?? 0), ...problem})
    },
  })
  return problems
}

function aliasProblem(alias: Alias, document: Document): {seen: string; expected: string} | undefined {
  const target = alias.resolve(document)
  if (!target) return {seen: 'an alias without an anchor', expected: 'the anchor "&name" earlier in the file'}
  const inside = isCollection(target) && contains(target, alias)
  return inside ? {seen: 'an alias within its own anchor', expected: 'values that end'} : undefined
}

function contains(outer: Node, inner: Node): boolean {
  const [start, , end] = outer.range ?? [0, 0, 0]
  const offset = startOf(inner) ?? -1
  return start <= offset && offset < end
}

function plainValue(
  document: Document,
  placeAt: (offset: number) => Place,
): {value: unknown; problem?: undefined} | {value?: undefined; problem: Problem} {
  try {
    return {value: document.toJS({maxAliasCount: maxAliases})}
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error
    let first: number | undefined
    visit(document, {
      Alias: (_, alias) => {
        first = startOf(alias)
        return visit.BREAK
      },
    })
    const seen = `aliases that unfold into too much (${messageOf(error)})`
    return {problem: {path: '', ...placeAt(first ?? 0), seen, expected: `at most ${maxAliases} repeated values`}}
  }
}

function offsetOf(document: Document, path: Path, part: 'key' | 'value'): number {
  for (let length = path.length; length > 0; length--) {
    const pair = pairAt(document, path.slice(0, length))
    const exact = length === path.length
    const offset =
      isPair(pair) && (part === 'key' || !exact) ? startOf(pair.key) : startOf(nodeAt(document, path.slice(0, length)))
    if (offset !== undefined) return offset
  }
  return startOf(document.contents) ?? 0
}

function nodeAt(document: Document, path: Path): unknown {
  let node: unknown = document.contents
  for (const step of path) node = contentOf(stepInto(document, node, step))
  return isAlias(node) ? node.resolve(document) : node
}

function pairAt(document: Document, path: Path): unknown {
  const last = path.at(-1)
  return last === undefined ? undefined : stepInto(document, nodeAt(document, path.slice(0, -1)), last)
}

function stepInto(document: Document, node: unknown, step: string | number): unknown {
  const resolved = isAlias(node) ? node.resolve(document) : node
  if (isMap(resolved))
    return resolved.items.find(pair => isScalar(pair.key) && String(pair.key.value ?? '') === String(step))
  return isSeq(resolved) && typeof step === 'number' ? resolved.items[step] : undefined
}

function contentOf(item: unknown): unknown {
  return isPair(item) ? item.value : item
}

function startOf(node: unknown): number | undefined {
  return isScalar(node) || isCollection(node) || isAlias(node) ? node.range?.[0] : undefined
}
