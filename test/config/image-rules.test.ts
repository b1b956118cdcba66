import {describe, expect, test} from 'vitest'
import {problemsOf} from './problems.ts'

function problems(image: string): readonly string[] {
  return problemsOf(`version: 1\nservice: c\nmodel: {files: m}\nimage:\n  ${image.replaceAll('\n', '\n  ')}\n`)
}

function gate(...rules: readonly string[]): string {
  return `gate:\n${rules.map(rule => `  - {${rule}}`).join('\n')}`
}

describe('a rule that can never decide', () => {
  test.each([
    ['behind a wider one', ['verdict: fail', 'severity: high, verdict: warn'], 1],
    ['behind the same one', ['severity: high, verdict: fail', 'severity: high, verdict: warn'], 1],
    [
      'behind both halves of it',
      ['fixable: true, verdict: fail', 'fixable: false, verdict: warn', 'severity: high, verdict: fail'],
      2,
    ],
    ['behind a lower limit', ['epss-at-least: 10%, verdict: fail', 'epss-at-least: 50%, verdict: warn'], 1],
    ['behind a younger fix', ['fix-older-than: 7d, verdict: fail', 'fix-older-than: 30d, verdict: warn'], 1],
    ['an old fix behind every fix', ['fixable: true, verdict: fail', 'fix-older-than: 30d, verdict: warn'], 1],
    ['behind a pattern', ['id: ["CVE-2024-*"], verdict: pass', 'id: [CVE-2024-3094], verdict: fail'], 1],
    [
      'behind a pattern of packages',
      ['package: ["pkg:npm/*"], verdict: pass', 'package: ["pkg:npm/left-pad@*"], verdict: fail'],
      1,
    ],
    [
      'of secrets, behind all of them',
      ['kind: secret, verdict: warn', 'kind: secret, id: ["aws-*"], verdict: fail'],
      1,
    ],
  ])('%s', (_, rules, index) => {
    expect(problems(`looks-for: [vulnerability, secret]\n${gate(...rules)}`)).toEqual([
      expect.stringContaining(`image.gate[${index}]: `),
    ])
  })

  test.each([
    ['of another kind', ['verdict: fail', 'kind: misconfiguration, verdict: fail']],
    ['with a higher limit first', ['epss-at-least: 50%, verdict: fail', 'epss-at-least: 10%, verdict: warn']],
    ['that has one more name', ['id: [CVE-2024-1], verdict: pass', 'id: [CVE-2024-1, CVE-2024-2], verdict: fail']],
    ['whose pattern is wider', ['id: [CVE-2024-3094], verdict: pass', 'id: ["CVE-*"], verdict: fail']],
    ['that asks less', ['severity: high, new: true, verdict: fail', 'severity: high, verdict: warn']],
    ['of licences', ['kind: licence, licence: [MIT], verdict: pass', 'kind: licence, verdict: fail']],
    ['for what is not fixable', ['fix-older-than: 30d, verdict: fail', 'verdict: warn']],
  ])('is not one %s', (_, rules) => expect(problems(gate(...rules))).toEqual([]))

  test('is told with the rule that stands in its way', () => {
    expect(problems(gate('verdict: fail', 'severity: high, verdict: warn')).join()).toContain(
      'gate[0] matches everything that this rule names.',
    )
  })
})

describe('a condition of another kind', () => {
  test.each([
    ['kind: misconfiguration, fixable: true, verdict: fail', 'fixable'],
    ['kind: misconfiguration, package: [zlib], verdict: fail', 'package'],
    ['licence: [MIT], verdict: pass', 'licence'],
    ['kind: package, severity: high, verdict: fail', 'severity'],
    ['kind: end-of-life, known-exploited: true, verdict: fail', 'known-exploited'],
    ['kind: licence, epss-at-least: 10%, verdict: fail', 'epss-at-least'],
  ])('%s', (rule, key) => {
    expect(problems(gate(rule))).toEqual([expect.stringContaining(`image.gate[0].${key}: `)])
  })
})

describe('a question that nobody answers', () => {
  test.each([
    ['what is new, without a baseline', `baseline: none\n${gate('new: true, verdict: fail')}`, 'image.gate[0].new: '],
    ['secrets, which nobody looks for', gate('kind: secret, verdict: fail'), 'image.gate[0].kind: '],
    ['secrets of Grype', 'scanner: grype\nlooks-for: [vulnerability, secret]', 'image.looks-for[1]: '],
  ])('%s', (_, image, expected) => expect(problems(image)).toEqual([expect.stringContaining(expected)]))

  test.each([
    ['what is new, to production', gate('new: true, verdict: fail')],
    ['secrets that the scanner looks for', `looks-for: [secret]\n${gate('kind: secret, verdict: fail')}`],
    ['secrets in a report', `reports: [leaks.sarif]\n${gate('kind: secret, verdict: fail')}`],
    [
      'secrets of Grype, and of another tool',
      'scanner: grype\nlooks-for: [vulnerability, secret]\nreports: [leaks.sarif]',
    ],
    ['nothing: the gate is Slipway’s own', 'baseline: none'],
  ])('%s: no problem', (_, image) => expect(problems(image)).toEqual([]))
})
