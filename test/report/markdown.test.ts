import {describe, expect, test} from 'vitest'
import type {Finding} from '../../src/core/finding.ts'
import {renderMarkdown} from '../../src/report/markdown.ts'
import type {Block, Report} from '../../src/report/report.ts'
import {report} from './example.ts'

test('a report reads from the worst to the best, with numbers, reasons and what to do', () => {
  expect(renderMarkdown(report)).toBe(`## ❌ Model of credit: fail

Accuracy 0.8125 is below the floor of 0.85.<br><sub>\`model/accuracy-below-limit\`</sub>

|  | check | value | limit | interval | n |
| --- | --- | --: | --- | --- | --: |
| ❌ fail | accuracy | 0.8125 | at least 0.85 | 0.7712 to 0.8476 (95%, Wilson) | 400 |
| ✅ pass | roc-auc | +0.0123 | may lose 0.005 | at least -0.0021 (95%, DeLong) | 400 |

- ❌ **accuracy**: 325 of 400 rows are predicted correctly. A model below its floor decides wrongly more often than the service promises. → Train it further, or lower \`at-least\` with a reason.
- ❔ **demographic parity by age_band**: Only one group has 30 rows or more. A difference needs two groups. → Evaluate on more rows.
- ✅ **model.safetensors**: The header is well-formed and describes 12 tensors.

### Beside production

| metric | candidate | baseline |
| --- | --: | --: |
| accuracy | 0.8125 | 0.8425 |
| f1 | 0.7 | 0.713 |

<details><summary>Conventions</summary>

- positive label: bad
- threshold: 0.5

\`\`\`\`text
slipway validate
\`\`\`
\`\`\`\`

</details>

Judged: v3, model abababababab.
`)
})

describe('text from outside', () => {
  const withBlocks = (...blocks: readonly Block[]): Report => ({
    title: 'Image of credit',
    verdict: 'fail',
    reason: 'image/vulnerable',
    summary: 'One vulnerability.',
    blocks,
  })
  const evil = '<img src=x onerror=alert(1)> | @octocat #1\n# heading [x](http://evil)'
  const finding: Finding = {
    id: 'image/vulnerability',
    verdict: 'fail',
    reason: 'image/vulnerable',
    subject: evil,
    what: evil,
    why: evil,
    remedy: evil,
    value: evil,
    limit: evil,
  }

  test.each<[string, Block]>([
    ['a heading', {kind: 'heading', text: evil}],
    ['a paragraph', {kind: 'paragraph', text: evil}],
    ['a list', {kind: 'list', items: [evil]}],
    ['a table', {kind: 'table', columns: [{name: evil}], rows: [[evil]]}],
    ['findings', {kind: 'findings', findings: [finding]}],
    ['a fold', {kind: 'details', summary: evil, blocks: []}],
  ])('does nothing in %s', (_, block) => {
    const text = renderMarkdown(withBlocks(block))
    expect(text).not.toMatch(/<img|@octocat|(?<!&)#1|\n# heading|\]\(http/)
    expect(text).toContain('&lt;img')
  })

  test('cannot leave a block of code', () => {
    const text = renderMarkdown(withBlocks({kind: 'code', text: '````\n<script>\n`````'}))
    expect(text).toContain('``````text\n````\n<script>\n`````\n``````\n')
  })
})

test('a row that is too short or too long keeps the columns of its table', () => {
  const table: Block = {kind: 'table', columns: [{name: 'a'}, {name: 'b'}], rows: [['1'], ['1', '2', '3']]}
  expect(renderMarkdown({...report, blocks: [table]})).toContain('| a | b |\n| --- | --- |\n| 1 |  |\n| 1 | 2 |\n')
})

test('an empty table or list leaves no trace', () => {
  const blocks: readonly Block[] = [
    {kind: 'table', columns: [{name: 'a'}], rows: []},
    {kind: 'list', items: []},
  ]
  expect(renderMarkdown({...report, summary: 'Fine.', blocks})).toBe(
    '## ❌ Model of credit: fail\n\nFine.<br><sub>`model/accuracy-below-limit`</sub>\n',
  )
})

test('a gain beside "may lose" reads as a gain', () => {
  const gain: Finding = {
    id: 'model/roc-auc-may-lose',
    subject: 'roc-auc',
    verdict: 'pass',
    reason: 'model/roc-auc-not-worse',
    what: 'roc-auc differs by +0.0123 from the baseline.',
    value: 0.0123,
    limit: 'may lose 0.005',
  }
  const text = renderMarkdown({...report, blocks: [{kind: 'findings', findings: [gain, {...gain, value: -0.001}]}]})
  expect(text).toContain('| +0.0123 | may lose 0.005 |')
  expect(text).toContain('| -0.001 | may lose 0.005 |')
})
