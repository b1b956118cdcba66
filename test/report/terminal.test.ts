import {stripVTControlCharacters} from 'node:util'
import {describe, expect, test} from 'vitest'
import {renderTerminal} from '../../src/report/terminal.ts'
import {report} from './example.ts'

test('a wide terminal shows one aligned line for each finding, the worst first', () => {
  expect(renderTerminal(report, {width: 140})).toBe(`✗ fail  Model of credit  model/accuracy-below-limit
Accuracy 0.8125 is below the floor of 0.85.

✗ fail          accuracy                         0.8125  at least 0.85   0.7712 to 0.8476 (95%, Wilson), n = 400
                325 of 400 rows are predicted correctly. A model below its floor decides wrongly more often than the service promises.
                → Train it further, or lower \`at-least\` with a reason.
? inconclusive  demographic parity by age_band           at most 0.1
                Only one group has 30 rows or more. A difference needs two groups.
                → Evaluate on more rows.
✓ pass          roc-auc                         +0.0123  may lose 0.005  at least -0.0021 (95%, DeLong), n = 400
✓ pass          model.safetensors
                The header is well-formed and describes 12 tensors.

Beside production

metric    candidate  baseline
accuracy     0.8125    0.8425
f1              0.7     0.713

▸ Conventions

Judged: v3, model abababababab.
`)
})

test('a narrow terminal shows the evidence below its line, and wraps sentences', () => {
  const text = renderTerminal(report, {width: 80})
  expect(text).toContain(`✗ fail          accuracy                         0.8125  at least 0.85
                0.7712 to 0.8476 (95%, Wilson), n = 400
                325 of 400 rows are predicted correctly. A model below its floor
                decides wrongly more often than the service promises.
`)
  expect(text.split('\n').filter(line => line.length > 80)).toEqual([])
})

test('a table that is too wide gets heads on several lines, and long names lines of their own', () => {
  const columns = [
    {name: 'metric'},
    {name: 'mean score above the observed rate', align: 'right'},
    {name: 'interval of the difference'},
  ] as const
  const rows = [
    ['accuracy', '0.01', '-0.01 to 0.03'],
    ['cost by bad as good 5, bad as bad 0, good as bad 1', '0.6', '-0.1 to 0.2'],
  ]
  const text = renderTerminal({...report, blocks: [{kind: 'table', columns, rows}]}, {width: 70})
  expect(text).toContain(`
                               mean score
                                above the  interval of
                                 observed  the
metric                               rate  difference
accuracy                             0.01  -0.01 to 0.03
cost by bad as good 5, bad as
bad 0, good as bad 1                  0.6  -0.1 to 0.2
`)
})

test('a table of texts that is too wide breaks the widest ones at a space, and never a name', () => {
  const columns = [{name: 'verdict'}, {name: 'file'}, {name: 'is'}, {name: 'size', align: 'right'}] as const
  const rows = [
    ['fail', 'column-transformer.joblib', 'joblib, 12 arrays, 12 imports', '3.5 KiB'],
    ['pass', 'README.md', 'text', '132 B'],
  ]
  const text = renderTerminal({...report, blocks: [{kind: 'table', columns, rows}]}, {width: 60})
  expect(text).toContain(`
verdict  file                       is             size
fail     column-transformer.joblib  joblib, 12  3.5 KiB
                                    arrays, 12
                                    imports
pass     README.md                  text          132 B
`)
})

test('a table has as many rows as the model has files', () => {
  const rows = Array.from({length: 150_000}, () => ['pass', 'part.safetensors'])
  const text = renderTerminal({
    ...report,
    blocks: [{kind: 'table', columns: [{name: 'verdict'}, {name: 'file'}], rows}],
  })
  expect(text.split('\n').filter(line => line === 'pass     part.safetensors')).toHaveLength(rows.length)
})

test('folded parts are shown on request', () => {
  expect(renderTerminal(report, {details: true})).toContain(`▾ Conventions

  - positive label: bad
  - threshold: 0.5

    slipway validate
    \`\`\`
`)
})

describe('colour', () => {
  test('carries nothing that the text does not say', () => {
    const coloured = renderTerminal(report, {color: true, width: 140})
    expect(coloured).toContain('\u001B[1;31m✗ fail\u001B[0m')
    expect(stripVTControlCharacters(coloured)).toBe(renderTerminal(report, {width: 140}))
  })

  test('is off by default', () => {
    expect(renderTerminal(report)).not.toContain('\u001B')
  })
})

test('text from outside cannot steer the terminal', () => {
  const evil = 'a\u001B[2J\u001B]0;title\u0007b\u0008\r\nc\u202Ed\u009B31m'
  const text = renderTerminal({...report, title: evil, summary: evil, blocks: [{kind: 'code', text: evil}]})
  expect(text).not.toMatch(/[^\P{Cc}\n]|\u202E/u)
  expect(text).toContain('ab')
})
