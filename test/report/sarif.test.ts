import {gzipSync} from 'node:zlib'
import {describe, expect, test} from 'vitest'
import {mostResults, renderSarifRun, type SarifResult, type SarifRun} from '../../src/report/sarif.ts'
import {isWithin, type SarifRule, securitySeverityOf} from '../../src/report/sarif-rule.ts'
import {readSarif} from '../fakes/github/sarif-rules.ts'

function rule(change: Partial<SarifRule> = {}): SarifRule {
  return {
    id: 'CVE-1',
    name: 'CVE-1',
    title: 'A title',
    description: 'A description.',
    help: {text: 'Help.', markdown: 'Help.'},
    level: 'error',
    tags: ['security'],
    precision: 'high',
    securitySeverity: '8.0',
    ...change,
  }
}

function result(change: Partial<SarifResult> = {}): SarifResult {
  const place = {file: 'Dockerfile', line: 3}
  return {rule: 'CVE-1', level: 'error', message: 'Said.', place, fingerprint: 'ab:1', properties: {}, ...change}
}

function run(change: Partial<SarifRun> = {}): SarifRun {
  const results = change.results ?? [result()]
  const rules = new Map([['CVE-1', rule()]])
  return {version: '1.0.0', category: 'image/credit/linux-amd64', rules, results, total: results.length, ...change}
}

/** As GitHub reads it. */
function read(change: Partial<SarifRun>, limit?: number) {
  const {sarif, cut} = renderSarifRun(run(change), limit)
  expect(readSarif(sarif)).toMatchObject({kind: 'read'})
  return {log: JSON.parse(sarif).runs[0], sarif, cut}
}

/** Incompressible, and the same in every run: digits of a linear congruential generator (Numerical Recipes, 7.1). */
function noise(seed: number, length: number): string {
  let state = seed >>> 0
  let text = ''
  while (text.length < length) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    text += state.toString(36)
  }
  return text.slice(0, length)
}

describe('one analysis as SARIF', () => {
  test('says once each what GitHub shows: line, category, rule', () => {
    const {log} = read({})
    expect(log.automationDetails.id).toBe('image/credit/linux-amd64/')
    expect(log.results[0]).toMatchObject({ruleId: 'CVE-1', ruleIndex: 0, level: 'error'})
    expect(log.results[0].locations[0].physicalLocation).toEqual({
      artifactLocation: {uri: 'Dockerfile', uriBaseId: '%SRCROOT%'},
      region: {startLine: 3, startColumn: 1, endLine: 3, endColumn: 1},
    })
  })

  test('has one line for each result, so that two files can be compared', () => {
    const {sarif} = read({results: [result(), result({fingerprint: 'ab:2'})]})
    expect(sarif.split('\n').filter(line => line.startsWith('{"ruleId"'))).toHaveLength(2)
  })

  test('leaves out rules that no result names', () => {
    const rules = new Map([
      ['CVE-1', rule()],
      ['CVE-2', rule({id: 'CVE-2'})],
    ])
    expect(read({rules}).log.tool.driver.rules).toHaveLength(1)
  })

  test('never says nothing where GitHub refuses a file for an empty text', () => {
    const empty = rule({name: ' ', title: '', description: '\n', help: {text: '', markdown: ''}})
    const {log} = read({rules: new Map([['CVE-1', empty]]), results: [result({message: '  '})]})
    expect(log.tool.driver.rules[0]).toMatchObject({
      name: 'CVE-1',
      shortDescription: {text: 'CVE-1'},
      fullDescription: {text: 'CVE-1'},
      help: {text: 'CVE-1', markdown: 'CVE-1'},
    })
    expect(log.results[0].message.text).toBe('CVE-1')
  })

  test('links to pages only', () => {
    const uri = (url: string) => read({rules: new Map([['CVE-1', rule({url})]])}).log.tool.driver.rules[0].helpUri
    expect(uri('https://example.com/a b(c)')).toBe('https://example.com/a%20b%28c%29')
    expect(uri('javascript:alert(1)')).toBeUndefined()
    expect(uri('not a page')).toBeUndefined()
  })

  test('makes no link of a text from outside', () => {
    const {log} = read({results: [result({message: 'a [fix](https://evil.example) of it'})]})
    expect(log.results[0].message.text).toBe('a [fix] (https://evil.example) of it')
  })

  test('says what the tools could not do', () => {
    const [notification] = read({doubts: ['no data for wolfi']}).log.invocations[0].toolExecutionNotifications
    expect(notification).toMatchObject({level: 'warning', message: {text: 'no data for wolfi'}})
  })

  test('gives every result its suppressions where one has some: SARIF allows all or none', () => {
    const {log} = read({results: [result({suppressed: []}), result({fingerprint: 'x', suppressed: ['Waived.']})]})
    expect(log.results.map((each: {suppressions: unknown}) => each.suppressions)).toEqual([
      [],
      [{kind: 'external', status: 'accepted', justification: 'Waived.'}],
    ])
    expect(read({}).log.results[0].suppressions).toBeUndefined()
  })
})

describe('the limits of GitHub', () => {
  const many = (count: number, message = (_: number) => 'Said.') =>
    Array.from({length: count}, (_, index) => result({fingerprint: `h${index}:1`, message: message(index)}))
  const notes = (log: {invocations: {toolExecutionNotifications: {message: {text: string}}[]}[]}) =>
    log.invocations[0]?.toolExecutionNotifications.map(({message}) => message.text)

  test('of 5,000 results are kept, and the file says how many are not in it', () => {
    const {log, cut} = read({results: many(5000), total: 6001})
    expect(cut).toBe(1001)
    expect(log.results).toHaveLength(mostResults)
    expect(notes(log)).toEqual(['1001 of 6001 findings are not in this file: GitHub shows the 5000 gravest.'])
  })

  test('of 10 MB after gzip are kept: the last results go, and the file says so', () => {
    const results = many(300, index => noise(index, 1900))
    const limit = 100_000
    const {log, sarif, cut} = read({results}, limit)
    expect(gzipSync(sarif).length).toBeLessThanOrEqual(limit)
    // As full as it gets, within a tenth.
    expect(gzipSync(sarif).length).toBeGreaterThan(limit * 0.85)
    expect(cut).toBe(300 - log.results.length)
    expect(log.results[0].message.text).toBe(results[0]?.message)
    expect(notes(log)).toEqual([
      `${cut} of 300 findings are not in this file: GitHub takes files of 10 MB, and these are the gravest.`,
    ])
  })

  test('what cannot fit at all is a file without results that says so', () => {
    const {log, cut} = read({results: many(3)}, 10)
    expect([cut, log.results]).toEqual([3, []])
  })
})

describe('security-severity', () => {
  // GitHub: above 9.0 critical, 7.0 to 8.9 high, 4.0 to 6.9 medium, 0.1 to 3.9 low; 0.0 is no security alert.
  test.each([
    ['critical', 9.8, '9.8'],
    ['critical', 9, '9.1'],
    ['critical', 8.8, '9.5'],
    ['critical', undefined, '9.5'],
    ['high', 7, '7.0'],
    ['high', 8.94, '8.9'],
    ['high', 9, '8.0'],
    ['medium', 9.8, '5.5'],
    ['medium', 6.9, '6.9'],
    ['low', 0.04, '2.0'],
    ['low', 0.1, '0.1'],
    ['negligible', 3.9, '3.9'],
    ['unknown', undefined, '5.5'],
    ['unknown', 9.8, '9.8'],
    ['unknown', 9, '9.1'],
    ['unknown', 0, '5.5'],
    ['high', Number.NaN, '8.0'],
  ] as const)('of %s with a score of %s is %s', (severity, score, expected) => {
    expect(securitySeverityOf(severity, score)).toBe(expected)
  })

  test('never stands on a border', () => {
    for (const severity of ['critical', 'high', 'medium', 'low', 'negligible', 'unknown'] as const) {
      for (let tenths = -10; tenths <= 110; tenths++) {
        const shown = Number(securitySeverityOf(severity, tenths / 10))
        expect(shown).toBeGreaterThan(0)
        expect(shown).toBeLessThanOrEqual(10)
        expect(shown).not.toBe(9)
        if (isWithin(severity, tenths / 10)) expect(Math.abs(shown - tenths / 10)).toBeLessThanOrEqual(0.1001)
      }
    }
  })
})
