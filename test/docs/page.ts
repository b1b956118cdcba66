/** A page of the docs as its tests read it: sections, examples and tables. */
import * as fs from 'node:fs'
import * as path from 'node:path'
import {root} from '../repository/tree.ts'

export interface Page {
  readonly text: string
  /** What stands under a heading, up to the next heading of the same or a higher level. */
  section(heading: string): string
}

export function readPage(file: string): Page {
  const text = fs.readFileSync(path.join(root, file), 'utf8')
  return {text, section: heading => sectionOf(text, heading)}
}

/** The examples in one language, in their order. */
export function examples(text: string, language: string): readonly string[] {
  return [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```/gm)]
    .filter(([, of]) => of === language)
    .map(([, , code = '']) => code)
}

/** The cells of the table whose first head is this one, without its heads. Escaped bars are bars again. */
export function tableOf(text: string, head: string): readonly (readonly string[])[] {
  const lines = text.split('\n')
  const start = lines.findIndex(line => cells(line)[0] === head)
  if (start === -1) throw new Error(`no table begins with "${head}"`)
  const rest = lines.slice(start + 2)
  const end = rest.findIndex(line => !line.startsWith('|'))
  return rest.slice(0, end === -1 ? undefined : end).map(cells)
}

function cells(line: string): string[] {
  if (!line.startsWith('|')) return []
  return line
    .slice(1, line.lastIndexOf('|'))
    .split(/(?<!\\)\|/)
    .map(cell => cell.trim().replaceAll('\\|', '|'))
}

function sectionOf(text: string, heading: string): string {
  const start = text.indexOf(`\n${heading}\n`)
  if (start === -1) throw new Error(`no heading "${heading}"`)
  const level = heading.indexOf(' ')
  const rest = text.slice(start + heading.length + 2)
  const end = rest.search(new RegExp(`^#{1,${level}} `, 'm'))
  return end === -1 ? rest : rest.slice(0, end)
}
