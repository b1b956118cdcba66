/**
 * A report as one HTML file that opens anywhere: no script, no request to any server (the policy in its head forbids
 * both), light and dark by the reader's system. Charts are SVG.
 */
import {assertNever} from '../core/assert.ts'
import type {Finding} from '../core/finding.ts'
import type {Verdict} from '../core/verdict.ts'
import {svgChart} from './chart/svg.ts'
import {escapeTerminal, oneLine, reference} from './escape.ts'
import {boundsText, explanation, isSettled, methodText, valueText, worstFirst} from './finding-text.ts'
import {terminalMark} from './marks.ts'
import {formatNumber} from './number.ts'
import {pageOf} from './page.ts'
import type {Block, Column, Report} from './report.ts'

export function renderHtml(report: Report): string {
  const {title, verdict, reason, summary, blocks} = report
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escapeHtml(title)}: ${verdict}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${mark(verdict)} ${escapeHtml(title)}</h1>
<p class="summary">${proseHtml(summary)}<br><code>${escapeHtml(reason)}</code></p>
${blocks.map(block => blockHtml(block, 2)).join('\n')}
</main>
</body>
</html>
`
}

/** Text on one line, harmless in HTML text and in quoted attributes. */
export function escapeHtml(text: string): string {
  return escapeSigns(oneLine(text))
}

/** A sentence, with names in backticks as code: names of plain signs only, so that no text from outside becomes more. */
function proseHtml(text: string): string {
  return escapeHtml(text).replace(/(?<!`)`([\w.:%=+/-]+)`(?!`)/g, '<code>$1</code>')
}

function blockHtml(block: Block, level: number): string {
  switch (block.kind) {
    case 'heading':
      return `<h${level}>${escapeHtml(block.text)}</h${level}>`
    case 'paragraph':
      return `<p>${proseHtml(block.text)}</p>`
    case 'list':
      return `<ul>${block.items.map(item => `<li>${proseHtml(item)}</li>`).join('')}</ul>`
    case 'table':
      return table(block.columns, block.rows)
    case 'findings':
      return findingsHtml(worstFirst(block.findings))
    case 'code':
      return `<pre><code>${escapeSigns(escapeTerminal(block.text))}</code></pre>`
    case 'link': {
      const page = pageOf(block.url)
      if (page === null) return `<p>${escapeHtml(block.text)}</p>`
      return `<p><a href="${escapeHtml(page)}">${escapeHtml(block.text)}</a></p>`
    }
    case 'chart':
      return `<figure>${svgChart(block.chart, escapeHtml)}</figure>`
    case 'details': {
      const inner = block.blocks.map(each => blockHtml(each, Math.min(6, level + 1))).join('\n')
      return `<details><summary>${escapeHtml(block.summary)}</summary>\n${inner}\n</details>`
    }
    default:
      return assertNever(block)
  }
}

/** `whole`: two numbers that belong together stay on one line; what is longer gives way. */
const columns: readonly (Column & {readonly whole?: true; readonly cell: (finding: Finding) => string})[] = [
  {name: 'check', cell: ({subject}) => subject},
  {name: 'value', align: 'right', cell: valueText},
  {name: 'limit', cell: ({limit}) => limit ?? ''},
  {name: 'interval', whole: true, cell: boundsText},
  {name: 'method', cell: methodText},
  {name: 'n', align: 'right', cell: ({n}) => (n === undefined ? '' : formatNumber(n))},
]

function findingsHtml(findings: readonly Finding[]): string {
  const used = columns.filter(column => findings.some(finding => column.cell(finding) !== ''))
  const rows = findings.map(finding => {
    const cells = used.map(column => `<td${alignment(column)}>${escapeHtml(column.cell(finding))}</td>`)
    return `<tr><td>${mark(finding.verdict)}</td>${cells.join('')}</tr>${sentence(finding, used.length + 1)}`
  })
  const head = used.map(column => `<th${alignment(column)}>${escapeHtml(column.name)}</th>`)
  return `<table><thead><tr><th>verdict</th>${head.join('')}</tr></thead><tbody>${rows.join('\n')}</tbody></table>`
}

function sentence(finding: Finding, width: number): string {
  if (isSettled(finding.verdict) && finding.value !== undefined) return ''
  const {text, remedy} = explanation(finding)
  const action = remedy === '' ? '' : `<br>→ ${proseHtml(remedy)}`
  return `<tr class="why"><td></td><td colspan="${width - 1}">${proseHtml(text)}${action}</td></tr>`
}

function table(head: readonly Column[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return ''
  const cells = head.map(column => `<th${alignment(column)}>${escapeHtml(column.name)}</th>`)
  const lines = rows.map(
    row =>
      `<tr>${head.map((column, index) => `<td${alignment(column)}>${escapeHtml(row[index] ?? '')}</td>`).join('')}</tr>`,
  )
  return `<table><thead><tr>${cells.join('')}</tr></thead><tbody>${lines.join('\n')}</tbody></table>`
}

function alignment({align, whole}: Column & {readonly whole?: true}): string {
  return align === 'right' ? ' class="right"' : whole ? ' class="whole"' : ''
}

/** The word stands beside the colour, which is never the only carrier. */
function mark(verdict: Verdict): string {
  return `<span class="verdict ${verdict}">${terminalMark(verdict)} ${verdict}</span>`
}

function escapeSigns(text: string): string {
  return text.replace(/[&<>"']/g, reference)
}

const style = `
:root { color-scheme: light dark; }
body { margin: 0; font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 70rem; margin: 0 auto; padding: 1.5rem; }
table { border-collapse: collapse; margin: 0.5rem 0 1.25rem; display: block; overflow-x: auto; }
th, td { padding: 0.25rem 0.75rem 0.25rem 0; text-align: left; vertical-align: top; }
thead th { border-bottom: 1px solid; font-weight: 600; }
.right { text-align: right; font-variant-numeric: tabular-nums; }
td.right, td.whole { white-space: nowrap; }
.why td { padding-bottom: 0.75rem; max-width: 55rem; }
.verdict { white-space: nowrap; font-weight: 600; }
.pass { color: light-dark(#1a7f37, #3fb950); }
.warn, .inconclusive { color: light-dark(#9a6700, #d29922); }
.fail, .error { color: light-dark(#cf222e, #f85149); }
figure { display: inline-block; margin: 0.5rem 1rem 0.5rem 0; width: 30rem; max-width: 100%; }
pre { overflow-x: auto; }
details { margin: 0.75rem 0; }
`
