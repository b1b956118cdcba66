import {describe, expect, test} from 'vitest'
import {renderHtml} from '../../src/report/html.ts'
import {renderMarkdown} from '../../src/report/markdown.ts'
import {pageOf} from '../../src/report/page.ts'
import type {Report} from '../../src/report/report.ts'
import {renderTerminal} from '../../src/report/terminal.ts'

function reportWith(text: string, url: string): Report {
  return {
    title: 'Image of credit',
    verdict: 'pass',
    reason: 'image/passed',
    summary: 'Fine.',
    blocks: [{kind: 'link', text, url}],
  }
}

describe('a link to a page', () => {
  test('can be followed from Markdown, HTML and a terminal', () => {
    const report = reportWith('The whole report', 'https://github.com/acme/credit/actions/runs/42')
    expect(renderMarkdown(report)).toContain('\n[The whole report](https://github.com/acme/credit/actions/runs/42)\n')
    expect(renderHtml(report)).toContain(
      '<p><a href="https://github.com/acme/credit/actions/runs/42">The whole report</a></p>',
    )
    expect(renderTerminal(report)).toContain('The whole report: https://github.com/acme/credit/actions/runs/42\n')
  })

  test.each(['javascript:alert(1)', 'data:text/html,x', 'not a page', ''])(
    'is text alone where it leads to "%s"',
    url => {
      const report = reportWith('Read', url)
      expect(renderMarkdown(report)).not.toContain('](')
      expect(renderHtml(report)).not.toContain('<a ')
      expect(renderTerminal(report)).toContain('Read')
      expect(renderTerminal(report)).not.toContain('javascript')
    },
  )

  test('ends where it ends, whatever stands in it', () => {
    const report = reportWith('a](https://evil.example)', 'https://example.com/x) [y](https://evil.example)"onclick="z')
    expect(renderMarkdown(report)).toContain(
      '(https://example.com/x%29%20%5By%5D%28https://evil.example%29%22onclick=%22z)',
    )
    expect(renderMarkdown(report)).not.toContain('a](https')
    expect(renderHtml(report)).not.toContain('"onclick')
  })

  test.each([
    ['https://example.com', 'https://example.com/'],
    ['HTTP://Example.com/a b', 'http://example.com/a%20b'],
    ['ftp://example.com', null],
    [`https://example.com/${'x'.repeat(2000)}`, null],
    [undefined, null],
  ])('%s is %s', (url, expected) => {
    expect(pageOf(url)).toBe(expected)
  })
})
