/**
 * From YAML to trees. Aliases are shared, never copied, so that a text cannot grow by
 * being read; merge keys are resolved as Kubernetes' own reader does (sigs.k8s.io/yaml reads YAML 1.1).
 */
import {isAlias, isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument} from 'yaml'
import {cut, type Mapping, type Tree} from './tree.ts'

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
      // Nothing is printed here; 'silent' would also leave out all documents behind the first.
      logLevel: 'error',
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
  if (code === 'MULTIPLE_DOCS') return 'another document begins without a line of `---`, and kubectl would leave it out'
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
