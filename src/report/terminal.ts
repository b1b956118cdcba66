/** A report for a terminal: aligned columns, worst first, nothing that needs colour to be understood. */
import {assertNever} from '../core/assert.ts'
import type {Finding} from '../core/finding.ts'
import type {Verdict} from '../core/verdict.ts'
import {sparklines} from './chart/sparkline.ts'
import {escapeTerminal, oneLine} from './escape.ts'
import {boundsText, explanation, isSettled, methodText, valueText, worstFirst} from './finding-text.ts'
import {terminalMark} from './marks.ts'
import {formatNumber} from './number.ts'
import {pageOf} from './page.ts'
import type {Block, Column, Report} from './report.ts'
import {alignColumns, indent, largest, wrap} from './text-layout.ts'

interface TerminalOptions {
  readonly color?: boolean
  /** Columns of the terminal. Default: 100. */
  readonly width?: number
  /** Whether folded parts are shown. Default: only their titles. */
  readonly details?: boolean
}

/** Ends with a line break. */
export function renderTerminal(report: Report, options: TerminalOptions = {}): string {
  const style: Style = {color: options.color ?? false, width: options.width ?? 100, details: options.details ?? false}
  const head = `${paint(report.verdict, verdictWord(report.verdict), style)}  ${bold(oneLine(report.title), style)}  ${dim(oneLine(report.reason), style)}`
  const blocks = report.blocks.map(block => renderBlock(block, style)).filter(text => text !== '')
  return `${[`${head}\n${wrap(oneLine(report.summary), style.width)}`, ...blocks].join('\n\n')}\n`
}

type Style = Readonly<Required<TerminalOptions>>

function renderBlock(block: Block, style: Style): string {
  switch (block.kind) {
    case 'heading':
      return bold(oneLine(block.text), style)
    case 'paragraph':
      return wrap(oneLine(block.text), style.width)
    case 'list':
      return block.items.map(item => indent(wrap(oneLine(item), style.width - 2), '- ', '  ')).join('\n')
    case 'table':
      return renderTable(block.columns, block.rows, style)
    case 'findings':
      return renderFindings(worstFirst(block.findings), style)
    case 'code':
      return indent(escapeTerminal(block.text), '  ', '  ')
    case 'link': {
      const page = pageOf(block.url)
      return page === null ? oneLine(block.text) : `${oneLine(block.text)}: ${page}`
    }
    case 'chart':
      return sparklines(block.chart, Math.min(60, style.width - 24))
        .map(escapeTerminal)
        .join('\n')
    case 'details': {
      if (!style.details) return dim(`▸ ${oneLine(block.summary)}`, style)
      const inner = block.blocks.map(each => renderBlock(each, {...style, width: style.width - 2}))
      return [`▾ ${oneLine(block.summary)}`, ...inner.map(text => indent(text, '  ', '  '))].join('\n\n')
    }
    default:
      return assertNever(block)
  }
}

function renderTable(columns: readonly Column[], rows: readonly (readonly string[])[], style: Style): string {
  if (rows.length === 0) return ''
  const alignments = columns.map(({align}) => align)
  const names = columns.map(({name}) => oneLine(name))
  const cells = rows.map(row => columns.map((_, index) => oneLine(row[index] ?? '')))
  const [head = '', ...lines] = alignColumns([names, ...cells], alignments)
  if ([head, ...lines].every(line => line.length <= style.width)) return [dim(head, style), ...lines].join('\n')
  const {heads, body} = narrowed(names, cells, {alignments, width: style.width})
  const narrow = alignColumns([...heads, ...body], alignments)
  return narrow.map((line, index) => (index < heads.length ? dim(line, style) : line)).join('\n')
}

/** Longest name that stands beside its numbers in a table that is too wide. */
const longestLabel = 32

interface Room {
  readonly alignments: readonly Column['align'][]
  readonly width: number
}

/** Heads on several lines, no wider than what stands below them; a long name of a row on lines of its own. */
function narrowed(names: readonly string[], rows: readonly (readonly string[])[], room: Room) {
  const named = rows.flatMap(([label = '', ...rest]) => {
    const lines = wrap(label, longestLabel).split('\n')
    return lines.map((line, index) => [line, ...rest.map(cell => (index === lines.length - 1 ? cell : ''))])
  })
  const words = names.map(name =>
    wrap(name, 1)
      .split('\n')
      .reduce((a, b) => (b.length > a.length ? b : a)),
  )
  const labelled = brokenTexts([words, ...named], room).slice(1)
  const wrapped = names.map((name, index) => {
    const widest = largest(labelled, row => (row[index] ?? '').length)
    return wrap(name, Math.max(10, widest)).split('\n')
  })
  const height = Math.max(...wrapped.map(lines => lines.length))
  const heads = Array.from({length: height}, (_, line) =>
    wrapped.map(lines => lines[line - height + lines.length] ?? ''),
  )
  return {heads, body: labelled}
}

/** Narrowest that a column of texts becomes. */
const narrowestText = 12

/** Texts on several lines, those of the widest column first, until the table fits or no column has a space left. */
function brokenTexts(rows: readonly (readonly string[])[], {alignments, width}: Room): readonly (readonly string[])[] {
  const widths = alignments.map((_, column) => largest(rows, row => (row[column] ?? '').length))
  const order = widths.map((_, column) => column).filter(column => column > 0 && alignments[column] !== 'right')
  return order
    .toSorted((a, b) => (widths[b] ?? 0) - (widths[a] ?? 0))
    .reduce((kept, column) => {
      const excess = largest(alignColumns(kept, alignments), line => line.length) - width
      if (excess <= 0) return kept
      const most = Math.max(narrowestText, (widths[column] ?? 0) - excess)
      return kept.flatMap(row => {
        const lines = wrap(row[column] ?? '', most).split('\n')
        return lines.map((line, at) => row.map((cell, index) => (index === column ? line : at === 0 ? cell : '')))
      })
    }, rows)
}

function renderFindings(findings: readonly Finding[], style: Style): string {
  const evidence = findings.map(evidenceText)
  const core = findings.map(finding => [
    verdictWord(finding.verdict),
    oneLine(finding.subject),
    oneLine(valueText(finding)),
    oneLine(finding.limit ?? ''),
  ])
  const alignments = ['left', 'left', 'right', 'left', 'left'] as const
  const wide = alignColumns(
    core.map((row, index) => [...row, evidence[index] ?? '']),
    alignments,
  )
  // Numbers that do not fit beside the others stand below them.
  const fits = wide.every(line => line.length <= style.width)
  const lines = fits ? wide : alignColumns(core, alignments)
  const margin = ' '.repeat(2 + largest(findings, ({verdict}) => verdictWord(verdict).length))
  return findings
    .flatMap((finding, index) => {
      const line = lines[index] ?? ''
      const word = verdictWord(finding.verdict)
      const below = fits ? '' : (evidence[index] ?? '')
      return [
        `${paint(finding.verdict, word, style)}${line.slice(word.length)}`,
        ...(below === '' ? [] : [indent(wrap(below, style.width - margin.length), margin, margin)]),
        ...explain(finding, margin, style),
      ]
    })
    .join('\n')
}

/** `0.7712 to 0.8476 (95%, Wilson), n = 400` */
function evidenceText(finding: Finding): string {
  const bounds = boundsText(finding)
  const interval = bounds === '' ? '' : `${bounds} (${oneLine(methodText(finding))})`
  const n = finding.n === undefined ? '' : `n = ${formatNumber(finding.n)}`
  return [interval, n].filter(part => part !== '').join(', ')
}

function explain(finding: Finding, margin: string, style: Style): readonly string[] {
  if (isSettled(finding.verdict) && finding.value !== undefined) return []
  const {text, remedy} = explanation(finding)
  const width = Math.max(40, style.width - margin.length)
  return [
    indent(wrap(oneLine(text), width), margin, margin),
    ...(remedy === '' ? [] : [indent(wrap(oneLine(remedy), width - 2), `${margin}→ `, `${margin}  `)]),
  ]
}

function verdictWord(verdict: Verdict): string {
  return `${terminalMark(verdict)} ${verdict}`
}

// SGR codes of ECMA-48.
function paint(verdict: Verdict, text: string, style: Style): string {
  switch (verdict) {
    case 'pass':
      return sgr('32', text, style)
    case 'warn':
    case 'inconclusive':
      return sgr('33', text, style)
    case 'fail':
    case 'error':
      return sgr('1;31', text, style)
    case 'not-applicable':
      return sgr('2', text, style)
    default:
      return assertNever(verdict)
  }
}

function bold(text: string, style: Style): string {
  return sgr('1', text, style)
}

function dim(text: string, style: Style): string {
  return sgr('2', text, style)
}

function sgr(code: string, text: string, {color}: Style): string {
  return color && text !== '' ? `\u001B[${code}m${text}\u001B[0m` : text
}
