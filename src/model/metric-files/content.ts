/** From the bytes of a file to what its content is: a document, a table, or a card with front matter. */
import {parseDocument} from 'yaml'
import {UserError} from '../../core/failure.ts'
import {parseStrictJson} from '../readers/strict-json.ts'
import type {Node, NodeMap} from './node.ts'
import {isTable, type MetricsTable, parseTable, writeAgain} from './table.ts'

export type Content =
  | {readonly kind: 'document'; readonly root: Node}
  | {readonly kind: 'table'; readonly table: MetricsTable}
  /** Markdown that begins with YAML between two lines `---`. */
  | {readonly kind: 'card'; readonly frontMatter: Node}
  /** Files of a folder that a tool keeps its metrics in, by their path in it. */
  | {readonly kind: 'store'; readonly texts: ReadonlyMap<string, string>}
  /** A `dvc.yaml` and the files that it names, in their order. */
  | {readonly kind: 'dvc'; readonly files: readonly {readonly path: string; readonly root: Node}[]}

/** @throws UserError `model/metrics-…` that says where the text stops being what it began as */
export function parseContent(path: string, text: string): Content {
  const trimmed = text.replace(/^\uFEFF/, '')
  if (trimmed.trim() === '') {
    throw new UserError('model/metrics-empty', `${path} is empty.`, {
      hint: 'Check that the step that writes it ran to its end.',
    })
  }
  if (/^\s*[{[]/.test(trimmed)) return {kind: 'document', root: parseJson(path, trimmed)}
  const frontMatter = /^---[ \t]*\r?\n([\s\S]*?)\r?\n---[ \t]*(?:\r?\n|$)/.exec(trimmed)?.[1]
  if (frontMatter !== undefined) return {kind: 'card', frontMatter: parseYaml(path, frontMatter)}
  if (isTable(trimmed)) return {kind: 'table', table: parseTable(path, trimmed)}
  return {kind: 'document', root: parseYaml(path, trimmed)}
}

function parseJson(path: string, text: string): Node {
  const parsed = parseStrictJson(text, {nonFinite: true})
  if (parsed.kind === 'value') return asNode(path, parsed.value, 0)
  const before = text.slice(0, parsed.at)
  const place = `line ${before.split('\n').length}, column ${before.length - before.lastIndexOf('\n')}`
  switch (parsed.problem) {
    case 'duplicate-key':
      throw duplicateKey(path, place)
    case 'too-deep':
      throw new UserError('model/metrics-malformed', `${path} is nested beyond reason (${place}).`, {hint: writeAgain})
    case 'too-many':
      throw new UserError('model/metrics-malformed', `${path} holds more objects and lists than are read (${place}).`, {
        hint: writeAgain,
      })
    case 'malformed':
      throw new UserError('model/metrics-malformed', `${path} begins as JSON, and stops being it at ${place}.`, {
        hint: writeAgain,
      })
  }
}

function duplicateKey(path: string, place: string): UserError {
  return new UserError('model/metrics-duplicate-key', `${path} has the same key twice in one object (${place}).`, {
    hint: 'Remove one of the two: readers differ in which of them counts.',
  })
}

const maxAliases = 100

function parseYaml(path: string, text: string): Node {
  const document = parseDocument(text, {prettyErrors: false, uniqueKeys: true})
  const [error] = [...document.errors, ...document.warnings]
  if (error) {
    const place = `line ${text.slice(0, error.pos[0]).split('\n').length}`
    if (error.code === 'DUPLICATE_KEY') throw duplicateKey(path, place)
    throw new UserError('model/metrics-malformed', `${path} is neither JSON, YAML, CSV nor a model card (${place}).`, {
      hint: writeAgain,
    })
  }
  return asNode(
    path,
    unfolded(path, () => document.toJS({mapAsMap: true, maxAliasCount: maxAliases})),
    0,
  )
}

function unfolded(path: string, read: () => unknown): unknown {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error
    throw new UserError('model/metrics-malformed', `${path} has aliases that unfold into too much, or lead nowhere.`, {
      hint: writeAgain,
      cause: error,
    })
  }
}

const maxDepth = 64

/** Plain data with text keys, no deeper than a report is. A YAML alias within its own anchor ends here as well. */
function asNode(path: string, value: unknown, depth: number): Node {
  if (depth > maxDepth) {
    throw new UserError('model/metrics-malformed', `${path} is nested beyond reason.`, {hint: writeAgain})
  }
  if (value instanceof Map) {
    const entries: NodeMap = new Map([...value].map(([key, below]) => [String(key), asNode(path, below, depth + 1)]))
    if (entries.size < value.size) throw duplicateKey(path, 'as a text and as a number')
    return entries
  }
  if (Array.isArray(value)) return value.map(below => asNode(path, below, depth + 1))
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value
  return null
}
