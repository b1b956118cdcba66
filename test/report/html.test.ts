import {describe, expect, test} from 'vitest'
import {renderHtml} from '../../src/report/html.ts'
import {report} from './example.ts'

describe('the report as one HTML file', () => {
  const html = renderHtml(report)

  test('asks nobody for anything and runs nothing', () => {
    expect(html).toContain("default-src 'none'; style-src 'unsafe-inline'")
    expect(html).not.toMatch(/<script|<link|<img|<iframe|\bon\w+=|url\(|@import/i)
  })

  test('says the verdict in words beside its colour', () => {
    expect(html).toContain('<span class="verdict fail">✗ fail</span>')
    expect(html).toContain('<title>Model of credit: fail</title>')
  })

  test('keeps the two ends of an interval on one line, and lets its method break', () => {
    expect(html).toContain('<td class="whole">0.7712 to 0.8476</td><td>95%, Wilson</td>')
    expect(html).toContain('td.whole { white-space: nowrap; }')
  })

  test('sets names in backticks as code, and nothing else that stands between them', () => {
    const summary = 'x.pkl calls `os.system` with `<b>` and ``a`` and `a b`'
    expect(renderHtml({...report, summary})).toContain(
      'x.pkl calls <code>os.system</code> with `&lt;b&gt;` and ``a`` and `a b`',
    )
  })

  test('shows text from outside as text', () => {
    const evil = '</td><script>alert(1)</script>" onload="x'
    const shown = renderHtml({...report, title: evil, summary: evil, blocks: [{kind: 'code', text: evil}]})
    expect(shown).not.toContain('<script')
    expect(shown).toContain('&lt;script&gt;alert(1)&lt;/script&gt;&quot; onload=&quot;x')
  })
})
