/**
 * A Dockerfile as its stages and instructions, with lines (https://docs.docker.com/reference/dockerfile/; BuildKit's
 * parser is the judge of doubtful cases). Nothing is run; variables are known as far as their defaults are.
 */
import {assignments, expand, unquoted, words} from './words.ts'

export interface Instruction {
  /** `RUN`, in capitals. */
  readonly name: string
  /** `--from=builder`, without its dashes. */
  readonly flags: ReadonlyMap<string, string>
  /** What follows the flags, with its continued lines joined by blanks; bodies of here-documents are left out. */
  readonly text: string
  readonly line: number
}

export interface Stage {
  /** As it is written after AS; null for a stage that is only counted. */
  readonly name: string | null
  readonly line: number
  /** Image that it begins with, with the defaults of ARGs filled in; null where one of them has none. */
  readonly base: string | null
  /** As it is written. */
  readonly written: string
  /** Position of the earlier stage that it begins with; null for an image of outside. */
  readonly parent: number | null
  readonly instructions: readonly Instruction[]
}

export interface Dockerfile {
  readonly stages: readonly Stage[]
  /** ARGs before the first FROM. */
  readonly globals: ReadonlyMap<string, string | null>
  readonly instructions: readonly Instruction[]
}

/** Never throws: a text that is no Dockerfile has no stage. */
export function parseDockerfile(text: string): Dockerfile {
  const instructions = instructionsOf(text)
  const globals = new Map<string, string | null>()
  const stages: (Stage & {readonly instructions: Instruction[]})[] = []
  const byName = new Map<string, number>()
  for (const instruction of instructions) {
    const current = stages.at(-1)
    if (instruction.name === 'FROM') {
      const [written = '', as, name] = words(instruction.text)
      const base = expand(written, globals) || null
      const named = as?.toUpperCase() === 'AS' && name !== undefined ? name : null
      stages.push({
        name: named,
        line: instruction.line,
        base,
        written,
        // Names of stages make no difference of case.
        parent: byName.get(base?.toLowerCase() ?? '') ?? null,
        instructions: [],
      })
      if (named !== null) byName.set(named.toLowerCase(), stages.length - 1)
    } else if (current) current.instructions.push(instruction)
    else if (instruction.name === 'ARG') {
      for (const [key, value] of assignments(instruction.text)) globals.set(key, value && expand(value, globals))
    }
  }
  return {stages, globals, instructions}
}

/** The stage that a stage is built on in the end: the one that begins with an image of outside. */
export function rootStage({stages}: Dockerfile, stage: Stage): Stage {
  let root = stage
  // Only earlier stages can be parents, so this ends.
  while (root.parent !== null) {
    const parent = stages[root.parent]
    if (!parent) break
    root = parent
  }
  return root
}

function instructionsOf(text: string): readonly Instruction[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/)
  const continues = escapeSign(lines)
  const found: Instruction[] = []
  for (let index = 0; index < lines.length; index++) {
    if (/^\s*(#|$)/.test(lines[index] ?? '')) continue
    const start = index
    const parts: string[] = []
    for (; index < lines.length; index++) {
      const line = lines[index] ?? ''
      // Comments and empty lines within a continued instruction are passed over, and do not end it.
      if (index > start && /^\s*(#|$)/.test(line)) continue
      const end = line.trimEnd()
      if (!end.endsWith(continues)) {
        parts.push(line)
        break
      }
      parts.push(end.slice(0, -1))
    }
    const instruction = instructionOf(
      parts
        .map(part => part.trim())
        .join(' ')
        .trim(),
      start + 1,
    )
    if (!instruction) continue
    found.push(instruction)
    if (!['RUN', 'COPY', 'ADD'].includes(instruction.name)) continue
    index = endOfHereDocuments(lines, index, hereDocuments(instruction.text))
  }
  return found
}

/** Parser directives are comments before everything else; `escape` changes the sign that continues a line. */
function escapeSign(lines: readonly string[]): string {
  for (const line of lines) {
    const directive = /^#\s*([a-z]+)\s*=\s*(\S+)\s*$/i.exec(line)
    if (!directive) return '\\'
    if (directive[1]?.toLowerCase() === 'escape') return directive[2] === '`' ? '`' : '\\'
  }
  return '\\'
}

function instructionOf(text: string, line: number): Instruction | undefined {
  const [, name, rest = ''] = /^([A-Za-z]+)(?:\s+(.*))?$/s.exec(text) ?? []
  if (name === undefined) return undefined
  const flags = new Map<string, string>()
  let left = rest.trimStart()
  for (let flag = /^--([A-Za-z-]+)(?:=(\S*))?(?:\s+|$)/.exec(left); flag; ) {
    flags.set(flag[1] ?? '', flag[2] ?? '')
    left = left.slice(flag[0].length)
    flag = /^--([A-Za-z-]+)(?:=(\S*))?(?:\s+|$)/.exec(left)
  }
  return {name: name.toUpperCase(), flags, text: left.trim(), line}
}

interface HereDocument {
  /** The line that ends it. */
  readonly word: string
  /** Tabs in front of its lines do not count (`<<-`). */
  readonly tabs: boolean
}

/** `<<EOF`, `3<<-"EOF"`: only as words of their own, as BuildKit finds them. `$((1<<N))` and `<<<` are none. */
function hereDocuments(text: string): readonly HereDocument[] {
  return text.split(/\s+/).flatMap((part): HereDocument[] => {
    const [, dash, word] = /^\d{0,9}<<(-?)([^<\s]{1,200})$/.exec(part) ?? []
    return word === undefined ? [] : [{word: unquoted(word), tabs: dash === '-'}]
  })
}

/** The last line of the last of them; the line itself where one never ends, which BuildKit refuses. */
function endOfHereDocuments(lines: readonly string[], line: number, documents: readonly HereDocument[]): number {
  let end = line
  for (const {word, tabs} of documents) {
    end++
    while (end < lines.length && (tabs ? lines[end]?.replace(/^\t+/, '') : lines[end]) !== word) end++
    if (end >= lines.length) return line
  }
  return end
}
