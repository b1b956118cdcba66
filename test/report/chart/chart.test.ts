import {describe, expect, test} from 'vitest'
import {valueAt} from '../../../src/report/chart/chart.ts'
import {mermaidChart} from '../../../src/report/chart/mermaid.ts'
import {sparklines} from '../../../src/report/chart/sparkline.ts'
import {svgChart} from '../../../src/report/chart/svg.ts'
import {escapeHtml, renderHtml} from '../../../src/report/html.ts'
import {renderMarkdown} from '../../../src/report/markdown.ts'
import type {Report} from '../../../src/report/report.ts'
import {renderTerminal} from '../../../src/report/terminal.ts'
import {roc} from './example-chart.ts'

const hostile = '"] --> x\n```\n<script>alert(1)</script> @team'
const named = (name: string) => ({...roc, series: roc.series.map(each => ({...each, name}))})
const report: Report = {
  title: `Model ${hostile}`,
  verdict: 'fail',
  reason: 'model/accuracy-below-limit',
  summary: hostile,
  blocks: [
    {kind: 'chart', chart: named(hostile)},
    {
      kind: 'findings',
      findings: [
        {
          id: 'model/accuracy-at-least',
          verdict: 'fail',
          reason: 'model/accuracy-below-limit',
          subject: hostile,
          what: hostile,
          why: 'Because.',
          remedy: hostile,
          value: 0.8,
          limit: 'at least 0.85',
        },
      ],
    },
    {kind: 'code', text: hostile},
    {kind: 'details', summary: hostile, blocks: [{kind: 'list', items: [hostile]}]},
    {kind: 'table', columns: [{name: hostile}], rows: [[hostile]]},
  ],
}

describe('the value of a line', () => {
  test.each([
    ['between two points', 0.75, 1],
    ['on a flat part', 0.25, 0.5],
    ['at a jump, after it', 0.5, 1],
    ['at its first point', 0, 0.5],
    ['at its end', 1, 1],
    ['before it begins', -0.1, null],
    ['after it ends', 1.1, null],
  ])('%s', (_, x, expected) => {
    expect(valueAt(roc.series[0]?.points ?? [], x)).toBe(expected)
  })
})

describe('a chart in a terminal', () => {
  test('is a row of blocks for each line, with the ends of its axes', () => {
    expect(sparklines(roc, 5)).toEqual([
      'ROC curve: true positive rate (0 to 1) over false positive rate (0 to 1)',
      'candidate  ▅▅███',
    ])
  })

  test('has one row for a line whose name has several', () => {
    expect(sparklines(named('a\n::error::b'), 5)).toHaveLength(2)
    expect(sparklines(named('a\n::error::b'), 5)[1]).toMatch(/^a ::error::b {2}/)
  })

  test('is shown without what would steer the terminal', () => {
    const text = renderTerminal({...report, blocks: [{kind: 'chart', chart: named('\u001B[2J')}]})
    expect(text).not.toContain('\u001B')
  })
})

describe('a chart in Markdown', () => {
  test('is drawn by Mermaid at places where every line has a value', () => {
    const text = mermaidChart(roc)
    expect(text?.split('\n').slice(0, 4)).toEqual([
      'xychart-beta',
      '  title "ROC curve (candidate, chance)"',
      '  x-axis "false positive rate" 0 --> 1',
      '  y-axis "true positive rate" 0 --> 1',
    ])
    expect(text).toContain('  line [0, 0.05, 0.1')
  })

  test('is text where the lines have no part in common', () => {
    const apart = {...roc, series: [{name: 'a', points: [[0, 1]] as const}]}
    expect(mermaidChart(apart)).toBeNull()
    expect(renderMarkdown({...report, blocks: [{kind: 'chart', chart: apart}]})).toContain('```text\nROC curve')
  })

  test('a name from outside ends neither its quotes nor the block', () => {
    const text = mermaidChart(named(hostile)) ?? ''
    expect(text.match(/"/g)).toHaveLength(6)
    expect(text.split('\n')).toHaveLength(6)
    expect(text).not.toContain('```')
  })
})

describe('a report as a file', () => {
  test('a chart is SVG with a line for each series', () => {
    const svg = svgChart(roc, escapeHtml)
    expect(svg.match(/<polyline/g)).toHaveLength(2)
    expect(svg).toContain('aria-label="ROC curve"')
  })

  test('text from outside is text: no element and no attribute of it', () => {
    const html = renderHtml(report)
    expect(html).not.toContain('<script')
    expect(html).not.toContain('"] --')
    expect(html.match(/<(\w+)/g)?.every(tag => known.has(tag))).toBe(true)
  })

  test('it asks no server for anything and runs nothing', () => {
    const html = renderHtml(report)
    expect(html).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`)
    expect(html.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|url\(|@import/)
  })
})

const known = new Set(
  'html head meta title style body main h1 h2 span p br code table thead tbody tr th td figure svg text circle line polyline pre details summary ul li'
    .split(' ')
    .map(name => `<${name}`),
)
