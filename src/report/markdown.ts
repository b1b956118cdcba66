/** A report as GitHub Flavored Markdown: job summary, check run, comment. */
import {assertNever} from '../core/assert.ts'
import type {Finding} from '../core/finding.ts'
import type {Chart} from './chart/chart.ts'
import {mermaidChart} from './chart/mermaid.ts'
import {sparklines} from './chart/sparkline.ts'
import {codeFence, codeSpan, escapeMarkdown} from './escape.ts'
import {boundsText, explanation, isSettled, methodText, valueText, worstFirst} from './finding-text.ts'
import {fitMarkdown, type Limit, type Piece} from './fit.ts'
import {markdownMark} from './marks.ts'
import {formatNumber} from './number.ts'
import {pageOf} from './page.ts'
import type {Block, Column, Report} from './report.ts'

interface MarkdownOptions {
  /** Where it goes: `summaryLimit`, `commentLimit`, `checkTextLimit`. Default: no limit. */
  readonly limit?: Limit
  /** Level of the title's heading. Default: 2. */
  readonly level?: 1 | 2 | 3
}

export function renderMarkdown(report: Report, {limit, level = 2}: MarkdownOptions = {}): string {
  const title = `${'#'.repeat(level)} ${markdownMark(report.verdict)} ${escapeMarkdown(report.title)}: ${report.verdict}`
  const summary = `${escapeMarkdown(report.summary)}<br><sub>${codeSpan(report.reason)}</sub>`
  const pieces: readonly Piece[] = [
    {kind: 'whole', text: title},
    {kind: 'whole', text: summary},
    ...report.blocks.flatMap(block => piecesOf(block, level + 1)),
  ]
  return `${fitMarkdown(pieces, limit && {...limit, max: limit.max - 1})}\n`
}

function piecesOf(block: Block, level: number): readonly Piece[] {
  switch (block.kind) {
    case 'heading':
      return [{kind: 'whole', text: `${'#'.repeat(level)} ${escapeMarkdown(block.text)}`, leads: true}]
    case 'paragraph':
      return [{kind: 'whole', text: escapeMarkdown(block.text)}]
    case 'list':
      return [list(block.items.map(item => `- ${escapeMarkdown(item)}`))]
    case 'table':
      return table(
        block.columns,
        block.rows.map(row => row.map(escapeMarkdown)),
      )
    case 'findings':
      return findingPieces(worstFirst(block.findings))
    case 'code': {
      const {fence, lines} = codeFence(block.text)
      return [{kind: 'lines', head: `${fence}text`, lines, foot: fence, what: 'lines'}]
    }
    case 'link':
      return [{kind: 'whole', text: linkText(block)}]
    case 'chart':
      return chartPieces(block.chart)
    case 'details':
      return [
        {
          kind: 'fold',
          open: `<details><summary>${escapeMarkdown(block.summary)}</summary>`,
          pieces: block.blocks.flatMap(inner => piecesOf(inner, level + 1)),
          close: '</details>',
        },
      ]
    default:
      return assertNever(block)
  }
}

function linkText({text, url}: Extract<Block, {kind: 'link'}>): string {
  const page = pageOf(url)
  return page === null ? escapeMarkdown(text) : `[${escapeMarkdown(text)}](${page})`
}

/** Whole or not at all: half of a drawing is an error message. */
function chartPieces(chart: Chart): readonly Piece[] {
  const mermaid = mermaidChart(chart)
  const {fence, lines} = codeFence(mermaid ?? sparklines(chart).join('\n'))
  return [{kind: 'whole', text: [`${fence}${mermaid === null ? 'text' : 'mermaid'}`, ...lines, fence].join('\n')}]
}

/** Numbers as a table, then a sentence for each finding that somebody has to act on or that has no number. */
function findingPieces(findings: readonly Finding[]): readonly Piece[] {
  const measured = findings.filter(finding => finding.value !== undefined)
  const said = findings.filter(finding => finding.value === undefined || !isSettled(finding.verdict))
  return [...measurements(measured), ...(said.length === 0 ? [] : [list(said.map(sentence))])]
}

const columns: readonly (Column & {readonly cell: (finding: Finding) => string})[] = [
  {name: '', cell: ({verdict}) => `${markdownMark(verdict)} ${verdict}`},
  {name: 'check', cell: ({subject}) => escapeMarkdown(subject)},
  {name: 'value', align: 'right', cell: finding => escapeMarkdown(valueText(finding))},
  {name: 'limit', cell: ({limit}) => escapeMarkdown(limit ?? '')},
  {name: 'interval', cell: finding => escapeMarkdown(inBrackets(boundsText(finding), methodText(finding)))},
  {name: 'n', align: 'right', cell: ({n}) => (n === undefined ? '' : formatNumber(n))},
]

function inBrackets(text: string, aside: string): string {
  return text === '' ? '' : `${text} (${aside})`
}

function measurements(findings: readonly Finding[]): readonly Piece[] {
  const used = columns.filter(column => findings.some(finding => column.cell(finding) !== ''))
  return table(
    used,
    findings.map(finding => used.map(column => column.cell(finding))),
  )
}

function sentence(finding: Finding): string {
  const {text, remedy} = explanation(finding)
  const action = remedy === '' ? '' : ` → ${escapeMarkdown(remedy)}`
  return `- ${markdownMark(finding.verdict)} **${escapeMarkdown(finding.subject)}**: ${escapeMarkdown(text)}${action}`
}

/** Cells are escaped already. A row that is shorter than the head is filled up. */
function table(head: readonly Column[], rows: readonly (readonly string[])[]): readonly Piece[] {
  if (rows.length === 0) return []
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const rules = head.map(({align}) => (align === 'right' ? '--:' : '---'))
  return [
    {
      kind: 'lines',
      head: `${line(head.map(({name}) => escapeMarkdown(name)))}\n${line(rules)}`,
      lines: rows.map(row => line(head.map((_, index) => row[index] ?? ''))),
      foot: '',
      what: 'rows',
    },
  ]
}

function list(lines: readonly string[]): Piece {
  return {kind: 'lines', head: '', lines, foot: '', what: 'entries'}
}
