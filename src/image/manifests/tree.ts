/**
 * A YAML text as plain values that know their lines. Aliases are shared, never copied, so that a text cannot grow by
 * being read; merge keys are resolved as Kubernetes' own reader does (sigs.k8s.io/yaml reads YAML 1.1).
 */
import {isAlias, isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument} from 'yaml'

export type Tree = Scalar | List | Mapping

export interface Scalar {
  readonly kind: 'scalar'
  readonly value: string | number | boolean | null
  /** As it stands in the file. */
  readonly written: string
  readonly line: number
}

export interface List {
  readonly kind: 'list'
  readonly items: readonly Tree[]
  readonly line: number
}

export interface Mapping {
  readonly kind: 'mapping'
  /** A key of the file is never a key of an object: `__proto__` is a word like any other. */
  readonly entries: ReadonlyMap<string, Tree>
  /** Line of its key where it is the value of one, else of its first sign. Counted from 1, as all lines here. */
  readonly line: number
}

export type TreeOrProblem =
  | {readonly kind: 'tree'; readonly tree: Tree}
  | {readonly kind: 'problem'; readonly line: number; readonly what: string}

/** Deeper than any schema of the ecosystem; short of the reader's own stack. */
const deepest = 200
const tooDeep = `it is nested deeper than ${deepest} levels`
const mostValues = 400_000
const mostMergedKeys = 50_000

/** @param firstLine line of the file on which `text` begins. Never throws: what cannot be read is a problem. */
export function parseTree(text: string, firstLine: number): TreeOrProblem {
  const lines = new LineCounter()
  try {
    // The reader's own search for repeated keys takes the square of their number; the conversion below looks for them.
    const document = parseDocument(text, {
      version: '1.1',
      uniqueKeys: false,
      prettyErrors: false,
      logLevel: 'silent',
      lineCounter: lines,
    })
    const lineAt = (offset: number): number => firstLine + Math.max(1, lines.linePos(offset).line) - 1
    const [error] = document.errors
    if (error) return {kind: 'problem', line: lineAt(error.pos[0]), what: plainWords(error.code, error.message)}
    return {kind: 'tree', tree: new Conversion(lineAt).of(document.contents, firstLine, 0)}
  } catch (error) {
    if (error instanceof Unreadable) return {kind: 'problem', line: error.line, what: error.message}
    if (error instanceof RangeError) {
      return {kind: 'problem', line: firstLine, what: tooDeep}
    }
    throw error
  }
}

function plainWords(code: string, message: string): string {
  if (code === 'TAB_AS_INDENT') return 'a tab indents a line, where YAML takes blanks'
  // The reader reports the end of its stack as an error of the text.
  if (/call stack/.test(message)) return tooDeep
  return message
    .toLowerCase()
    .replace(/\.$/, '')
    .replace(/closing ['"]quote/, 'closing quote')
}

/** Ends a conversion. Never leaves this file. */
class Unreadable extends Error {
  readonly line: number

  constructor(line: number, what: string) {
    super(what)
    this.line = line
  }
}

class Conversion {
  readonly #lineAt: (offset: number) => number
  readonly #anchors = new Map<string, Tree>()
  #values = 0
  #merged = 0

  constructor(lineAt: (offset: number) => number) {
    this.#lineAt = lineAt
  }

  of(node: unknown, line: number, depth: number): Tree {
    if (++this.#values > mostValues) throw new Unreadable(line, `it holds more than ${mostValues} values`)
    if (depth > deepest) throw new Unreadable(line, tooDeep)
    if (isAlias(node)) {
      const target = this.#anchors.get(node.source)
      // An anchor is known once its value has ended: an alias within its own value finds nothing either.
      if (!target) throw new Unreadable(this.#lineOf(node, line), `the alias *${cut(node.source)} leads nowhere`)
      return target
    }
    const tree = this.#plain(node, line, depth)
    if ((isMap(node) || isSeq(node) || isScalar(node)) && node.anchor) this.#anchors.set(node.anchor, tree)
    return tree
  }

  #plain(node: unknown, line: number, depth: number): Tree {
    if (isMap(node)) return this.#mapping(node.items, line, depth)
    if (isSeq(node)) {
      const items = node.items.map(each => this.of(each, this.#lineOf(each, line), depth + 1))
      return {kind: 'list', items, line}
    }
    if (!isScalar(node)) return {kind: 'scalar', value: null, written: '', line}
    const {value, source = ''} = node
    const plain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || value === null
    return {kind: 'scalar', value: plain ? value : source, written: source, line}
  }

  #mapping(pairs: readonly Pair[], line: number, depth: number): Mapping {
    const entries = new Map<string, Tree>()
    const merges: Tree[] = []
    for (const {key, value} of pairs) {
      const keyLine = this.#lineOf(key, line)
      if (!isScalar(key)) throw new Unreadable(keyLine, 'a key is a list or a mapping')
      const name = typeof key.value === 'string' ? key.value : (key.source ?? '')
      const tree = this.of(value, keyLine, depth + 1)
      if (name === '<<' || key.tag === 'tag:yaml.org,2002:merge') merges.push(tree)
      // Readers differ in which of the two they take.
      else if (entries.has(name)) throw new Unreadable(keyLine, `the key "${cut(name)}" stands twice in one mapping`)
      else entries.set(name, tree)
    }
    for (const merge of merges) this.#merge(merge, entries)
    return {kind: 'mapping', entries, line}
  }

  /** Keys of the mapping itself win, then those of the earlier merge (https://yaml.org/type/merge.html). */
  #merge(merge: Tree, into: Map<string, Tree>): void {
    const sources = merge.kind === 'list' ? merge.items : [merge]
    for (const source of sources) {
      if (source.kind !== 'mapping') throw new Unreadable(merge.line, '"<<" merges what is no mapping')
      this.#merged += source.entries.size
      if (this.#merged > mostMergedKeys) throw new Unreadable(merge.line, `it merges more than ${mostMergedKeys} keys`)
      for (const [name, tree] of source.entries) if (!into.has(name)) into.set(name, tree)
    }
  }

  #lineOf(node: unknown, otherwise: number): number {
    const start = hasRange(node) ? node.range?.[0] : undefined
    return start === undefined ? otherwise : this.#lineAt(start)
  }
}

function hasRange(node: unknown): node is Node {
  return isMap(node) || isSeq(node) || isScalar(node) || isAlias(node)
}

/** Text of a file in a message: as much of it as a line holds. */
export function cut(text: string, most = 80): string {
  const points = [...text.slice(0, most * 2)]
  return points.length > most ? `${points.slice(0, most).join('')}…` : points.join('')
}

/** What lies at `path` below `tree`; undefined where there is nothing, or `null`, which Kubernetes takes for nothing. */
export function at(tree: Tree | undefined, ...path: readonly string[]): Tree | undefined {
  let here = tree
  for (const key of path) {
    if (here?.kind !== 'mapping') return undefined
    here = here.entries.get(key)
  }
  return here?.kind === 'scalar' && here.value === null ? undefined : here
}

/** Text, also of a number or a truth value that stands where text is expected. */
export function textAt(tree: Tree | undefined, ...path: readonly string[]): string | undefined {
  const found = at(tree, ...path)
  if (found?.kind !== 'scalar') return undefined
  return typeof found.value === 'string' ? found.value : found.written
}

/** A number; text that looks like one is none, as for the Kubernetes API. */
export function numberAt(tree: Tree | undefined, ...path: readonly string[]): number | undefined {
  const found = at(tree, ...path)
  return found?.kind === 'scalar' && typeof found.value === 'number' ? found.value : undefined
}

export function isTrue(tree: Tree | undefined, ...path: readonly string[]): boolean {
  const found = at(tree, ...path)
  return found?.kind === 'scalar' && found.value === true
}

export function isFalse(tree: Tree | undefined, ...path: readonly string[]): boolean {
  const found = at(tree, ...path)
  return found?.kind === 'scalar' && found.value === false
}

export function itemsAt(tree: Tree | undefined, ...path: readonly string[]): readonly Tree[] {
  const found = at(tree, ...path)
  return found?.kind === 'list' ? found.items : []
}

export function textsAt(tree: Tree | undefined, ...path: readonly string[]): readonly string[] {
  return itemsAt(tree, ...path).flatMap(item => textAt(item) ?? [])
}

/** A mapping of texts, such as labels. */
export function textMapAt(tree: Tree | undefined, ...path: readonly string[]): ReadonlyMap<string, string> {
  const found = at(tree, ...path)
  const texts = new Map<string, string>()
  if (found?.kind !== 'mapping') return texts
  for (const [key, value] of found.entries) texts.set(key, textAt(value) ?? '')
  return texts
}
