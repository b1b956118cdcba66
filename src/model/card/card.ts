/**
 * A model card as people write it: Markdown with headings, labelled lines (`- **Developed by:** …`), two-column tables,
 * and perhaps YAML front matter. Pure text work; nothing in it is rendered or followed.
 */
import {parseDocument} from 'yaml'
import {isWritten, maxLine} from './written.ts'

export interface ModelCard {
  /** Headings, labelled lines and front matter fields, in the order of the text. */
  readonly parts: readonly CardPart[]
  /** One sentence; null where the front matter can be read, or there is none. */
  readonly problem: string | null
}

export interface CardPart {
  /** Plain words: no marks, emoji or numbers, lower case. */
  readonly title: string
  readonly where: 'section' | 'line' | 'front matter'
  /** Something is written in it, and not only a template's placeholder. */
  readonly written: boolean
}

export function readCard(text: string): ModelCard {
  const whole = text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n')
  const front = /^---[ \t]*\n([\s\S]*?)\n?^---[ \t]*(?:\n|$)/m.exec(whole)
  const atStart = front !== null && front.index === 0
  const body = atStart ? whole.slice(front[0].length) : whole
  const {fields, problem} = atStart ? readFrontMatter(front[1] ?? '') : {fields: [], problem: null}
  const lines = linesOf(body)
  return {parts: [...fields, ...sectionsOf(lines), ...labelledLines(lines)], problem}
}

function readFrontMatter(yaml: string): {fields: readonly CardPart[]; problem: string | null} {
  const document = parseDocument(yaml, {prettyErrors: false, uniqueKeys: true})
  const [error] = document.errors
  if (error) {
    const line = yaml.slice(0, error.pos[0]).split('\n').length + 1
    const seen = error.code === 'DUPLICATE_KEY' ? 'has a key twice' : 'is not YAML'
    return {fields: [], problem: `The front matter ${seen} (line ${line}).`}
  }
  const value = unfolded(() => document.toJS({mapAsMap: true, maxAliasCount: 100}))
  if (value === null) return {fields: [], problem: null}
  if (!(value instanceof Map)) return {fields: [], problem: 'The front matter is no mapping of fields.'}
  const fields = [...value].map(([key, content]) => ({
    title: plainTitle(String(key)),
    where: 'front matter' as const,
    written: holdsText(content, 0),
  }))
  return {fields, problem: null}
}

function unfolded(read: () => unknown): unknown {
  try {
    return read()
  } catch (error) {
    if (error instanceof ReferenceError) return 'aliases without end'
    throw error
  }
}

const maxDepth = 16

function holdsText(content: unknown, depth: number): boolean {
  if (content === null || content === undefined || depth > maxDepth) return false
  if (content instanceof Map) return [...content.values()].some(value => holdsText(value, depth + 1))
  if (Array.isArray(content)) return content.some(value => holdsText(value, depth + 1))
  return isWritten(String(content))
}

type Line =
  | {readonly kind: 'heading'; readonly level: number; readonly title: string}
  | {readonly kind: 'text'; readonly text: string; readonly code: boolean}

/**
 * Comments are taken out, fences are kept apart: a "#" in a program is no heading. Lines are cut where nobody reads on, and
 * hold no sign at which `.` of a pattern stops: so no text can make the patterns below try for long.
 */
function linesOf(body: string): readonly Line[] {
  const lines = body
    .replaceAll(/<!--[\s\S]*?(?:-->|$)/g, '')
    .split(/[\n\r\u2028\u2029]/)
    .map(line => line.slice(0, maxLine))
  const result: Line[] = []
  let fence: string | undefined
  for (const [index, text] of lines.entries()) {
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(text)?.[1]
    if (fence !== undefined || mark !== undefined) {
      if (fence === undefined) fence = mark
      else if (mark?.startsWith(fence)) fence = undefined
      else result.push({kind: 'text', text, code: true})
      continue
    }
    const atx = /^ {0,3}(#{1,6})(?=[ \t]|$)/.exec(text)
    const setext = /^ {0,3}(=+|-+)[ \t]*$/.exec(lines[index + 1] ?? '')?.[1]
    if (atx) result.push({kind: 'heading', level: atx[1]?.length ?? 1, title: plainTitle(text.slice(atx[0].length))})
    else if (setext !== undefined && isParagraph(text)) {
      result.push({kind: 'heading', level: setext.startsWith('=') ? 1 : 2, title: plainTitle(text)})
    } else if (!/^ {0,3}(?:=+|-+)[ \t]*$/.test(text)) result.push({kind: 'text', text, code: false})
  }
  return result
}

function isParagraph(text: string): boolean {
  return text.trim() !== '' && !/^\s*(?:[-*+>|]|\d+[.)])\s?/.test(text)
}

/** A section reaches to the next heading of its own level or above: what stands in its subsections is written in it. */
function sectionsOf(lines: readonly Line[]): readonly CardPart[] {
  const sections: {title: string; where: 'section'; level: number; written: boolean}[] = []
  let open: typeof sections = []
  for (const line of lines) {
    if (line.kind === 'heading') {
      const section = {title: line.title, where: 'section' as const, level: line.level, written: false}
      sections.push(section)
      open = [...open.filter(({level}) => level < line.level), section]
    } else if (open.some(({written}) => !written) && (line.code ? line.text.trim() !== '' : isWrittenLine(line.text))) {
      for (const section of open) section.written = true
    }
  }
  return sections
}

/** `- **Developed by:** somebody`, `**Owner**: somebody`, `Owner: somebody`, `| Owner | somebody |`. */
function labelledLines(lines: readonly Line[]): readonly CardPart[] {
  return lines.flatMap(line => {
    if (line.kind !== 'text' || line.code) return []
    const found = label(line.text)
    return found ? [{title: plainTitle(found.label), where: 'line' as const, written: isWritten(found.content)}] : []
  })
}

function label(text: string): {label: string; content: string} | null {
  const row = /^\s*\|([^|]+)\|([^|]+)\|\s*$/.exec(text)
  if (row) return {label: row[1] ?? '', content: row[2] ?? ''}
  const line = /^\s*(?:[-*+]\s+)?(?:\*\*|__)?([\p{L}][^:*_|]{0,60}?)(?:\*\*|__)?\s*:\s*(?:\*\*|__)?\s*(.*)$/u.exec(text)
  return line ? {label: line[1] ?? '', content: line[2] ?? ''} : null
}

/** A line of a template that only asks is not written: `- **License:** [More Information Needed]`. */
function isWrittenLine(text: string): boolean {
  if (/^\s*\|?(?:\s*:?-+:?\s*\|)+\s*:?-*:?\s*$/.test(text)) return false
  const found = label(text)
  return isWritten(text) && (found === null || isWritten(found.content))
}

/** `## 3. ⚠️ Bias, Risks, and Limitations:` is "bias risks and limitations". */
export function plainTitle(title: string): string {
  return title
    .slice(0, maxTitle)
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\[optional\]/gi, ' ')
    .toLowerCase()
    .replaceAll('&', ' and ')
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .replace(/^(?:\s*\d+\s+)+/, '')
    .trim()
}

const maxTitle = 200
