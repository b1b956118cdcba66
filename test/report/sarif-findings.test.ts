import * as fs from 'node:fs'
import * as path from 'node:path'
import {Ajv} from 'ajv'
import addFormats from 'ajv-formats'
import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import type {Finding} from '../../src/core/finding.ts'
import {renderSarif, type SarifOptions} from '../../src/report/sarif-findings.ts'

const schema = path.join(import.meta.dirname, '../fixtures/sarif/sarif-schema-2.1.0.json')
const ajv = new Ajv({strict: false, allErrors: true, unicodeRegExp: false})
addFormats.default(ajv)
const isSarif = ajv.compile(JSON.parse(fs.readFileSync(schema, 'utf8')))

const digest = `sha256:${'ab'.repeat(32)}`
const options: SarifOptions = {
  version: '1.2.3',
  category: 'model/credit',
  folder: 'models/credit',
  otherwise: 'slipway.yml',
  files: [
    {path: 'model.pt', size: 100, digest},
    {path: 'other.bin', size: 3, digest: `sha256:${'cd'.repeat(32)}`},
  ],
}

const pickle: Finding = {
  id: 'model/file-safe',
  verdict: 'fail',
  reason: 'model/pickle-import',
  subject: 'model.pt, in archive/data.pkl',
  what: 'model.pt, in archive/data.pkl, calls os.system when it is loaded, at byte 73 (opcode 12).',
  why: 'A pickle is a program.',
  remedy: 'Convert it.',
  place: {file: 'model.pt', inside: ['archive/data.pkl'], byte: 73, opcode: 12},
}
const pass: Finding = {id: 'model/file-safe', verdict: 'pass', reason: 'model/passed', subject: 'x', what: 'Fine.'}
const unread: Finding = {...pass, verdict: 'inconclusive', reason: 'model/format-not-read', place: {file: 'other.bin'}}

/** Parsed and held against the schema of OASIS. */
function render(findings: readonly Finding[], change: Partial<SarifOptions> = {}) {
  const text = renderSarif(findings, {...options, ...change})
  const log = JSON.parse(text)
  isSarif(log)
  expect(isSarif.errors ?? []).toEqual([])
  return log.runs[0]
}

test('a finding becomes a result with file, place, rule and fingerprint', () => {
  const run = render([pickle])
  expect(run.tool.driver).toMatchObject({name: 'Slipway', semanticVersion: '1.2.3'})
  expect(run.automationDetails).toEqual({id: 'model/credit/'})
  expect(run.results).toEqual([
    {
      ruleId: 'model/pickle-import',
      ruleIndex: 0,
      kind: 'fail',
      level: 'error',
      message: {
        text: 'model.pt, in archive/data.pkl, calls os.system when it is loaded, at byte 73 (opcode 12). Convert it.',
      },
      locations: [
        {
          physicalLocation: {
            artifactLocation: {uri: 'models/credit/model.pt', uriBaseId: '%SRCROOT%'},
            region: {startLine: 1, startColumn: 1, endLine: 1, endColumn: 1, byteOffset: 73, byteLength: 0},
          },
          logicalLocations: [
            {name: 'archive/data.pkl', fullyQualifiedName: 'model.pt!archive/data.pkl', kind: 'resource'},
          ],
          message: {text: 'in archive/data.pkl, at byte 73 (opcode 12)'},
        },
      ],
      partialFingerprints: {
        primaryLocationLineHash: expect.stringMatching(/^[0-9a-f]{32}:1$/),
        'slipwayFinding/v1': expect.stringMatching(/^[0-9a-f]{32}:1$/),
      },
      properties: {verdict: 'fail', question: 'model/file-safe', subject: 'model.pt, in archive/data.pkl'},
    },
  ])
  expect(run.artifacts).toEqual([
    {
      location: {uri: 'models/credit/model.pt', uriBaseId: '%SRCROOT%'},
      roles: ['analysisTarget'],
      length: 100,
      hashes: {'sha-256': 'ab'.repeat(32)},
    },
  ])
})

test('a rule has everything that GitHub asks for', () => {
  const [rule] = render([pickle]).tool.driver.rules
  expect(rule).toEqual({
    id: 'model/pickle-import',
    name: 'Pickle import',
    shortDescription: {text: 'Pickle import'},
    fullDescription: {text: 'A pickle is a program.'},
    help: {
      text: 'A pickle is a program. Convert it.',
      markdown: '**Why it matters.** A pickle is a program.\n\n**What to do.** Convert it.',
    },
    defaultConfiguration: {level: 'error'},
    properties: {tags: ['security', 'model'], precision: 'high', 'security-severity': '8.0'},
  })
})

test('texts of a rule can be given, with the vulnerabilities that it is known as', () => {
  const ruleText = () => ({title: 'A title', why: 'Why [x](y).', remedy: 'Do.', cves: ['CVE-2024-34359']})
  const [rule] = render([pickle], {ruleText}).tool.driver.rules
  expect(rule).toMatchObject({
    shortDescription: {text: 'A title'},
    help: {
      text: 'Why [x](y). Do.\n\nKnown as CVE-2024-34359.',
      markdown: expect.not.stringContaining('[x](y)'),
    },
    properties: {tags: ['security', 'model', 'CVE-2024-34359']},
  })
})

describe('what is left out, and what is not', () => {
  test('nothing to object to is a run without results', () => {
    expect(render([pass, {...pass, verdict: 'not-applicable'}])).toMatchObject({results: [], artifacts: []})
  })

  test.each([
    ['fail', 'error', '8.0'],
    ['error', 'error', '8.0'],
    ['inconclusive', 'warning', '5.5'],
    ['warn', 'warning', '2.0'],
  ] as const)('%s is shown as %s', (verdict, level, severity) => {
    const run = render([{...pickle, verdict}])
    expect(run.results[0].level).toBe(level)
    expect(run.tool.driver.rules[0].properties['security-severity']).toBe(severity)
  })

  test('of more than 5,000 the gravest stay, and the run says so', () => {
    const many = Array.from(
      {length: 5100},
      (_, index): Finding => ({...unread, place: {file: 'other.bin', byte: index}}),
    )
    const run = render([...many, pickle])
    expect(run.results).toHaveLength(5000)
    expect(run.results[0].ruleId).toBe('model/pickle-import')
    expect(run.invocations[0].toolExecutionNotifications[0].message.text).toBe(
      '101 of 5101 findings are not in this file: GitHub shows the 5000 gravest.',
    )
  })
})

describe('where a finding is shown', () => {
  const uri = (finding: Finding, change: Partial<SarifOptions> = {}) =>
    render([finding], change).results[0].locations[0].physicalLocation.artifactLocation.uri
  test.each([
    ['a file in a folder', {file: 'a/b.bin'}, 'models/credit/a/b.bin'],
    ['a name with signs of a URI', {file: 'a b#?%.bin'}, 'models/credit/a%20b%23%3F%25.bin'],
    ['a name with half a sign', {file: 'a\ud800.bin'}, 'models/credit/a%EF%BF%BD.bin'],
  ])('%s', (_, place, expected) => {
    expect(uri({...unread, place})).toBe(expected)
  })

  test('a model in the root of the repository', () => {
    expect(uri(pickle, {folder: '.'})).toBe('model.pt')
    expect(uri(pickle, {folder: ''})).toBe('model.pt')
    expect(uri(pickle, {folder: './models//x/'})).toBe('models/x/model.pt')
  })

  test('what is about no file is shown at the config', () => {
    const {place: _, ...rest} = pickle
    expect(uri(rest)).toBe('slipway.yml')
  })

  test('names cannot turn or hide text', () => {
    const run = render([{...pickle, what: 'a\u202eb\u0000', place: {file: 'x', inside: ['a\u200bb']}}])
    expect(run.results[0].message.text).toBe('a\\u202eb\\u0000 Convert it.')
    expect(run.results[0].locations[0].logicalLocations[0].name).toBe('a\\u200bb')
  })
})

describe('a fingerprint', () => {
  const hash = (finding: Finding, change: Partial<SarifOptions> = {}) =>
    render([finding], change).results[0].partialFingerprints.primaryLocationLineHash

  test('stays with another version, order, folder, wording and name of the file', () => {
    expect(hash(pickle, {version: '2.0.0', folder: 'elsewhere'})).toBe(hash(pickle))
    expect(hash({...pickle, what: 'Said otherwise.', verdict: 'warn'})).toBe(hash(pickle))
    const renamed = {...pickle, place: {...pickle.place, file: 'new.pt'}}
    expect(hash(renamed, {files: [{path: 'new.pt', digest}]})).toBe(hash(pickle))
    const [, second] = render([unread, pickle].toReversed()).results
    expect(second.partialFingerprints.primaryLocationLineHash).toBe(hash(unread))
  })

  test.each([
    ['other bytes of the file', pickle, {files: [{path: 'model.pt', digest: `sha256:${'00'.repeat(32)}`}]}],
    ['another place', {...pickle, place: {file: 'model.pt', inside: ['archive/data.pkl'], byte: 74}}, {}],
    ['another member', {...pickle, place: {file: 'model.pt', inside: ['x'], byte: 73, opcode: 12}}, {}],
    ['another reason', {...pickle, reason: 'model/other' as const}, {}],
  ])('changes with %s', (_, finding, change) => {
    expect(hash(finding, change)).not.toBe(hash(pickle))
  })

  test('is counted where two findings agree in everything', () => {
    const [first, second] = render([pickle, pickle]).results
    expect(first.partialFingerprints.primaryLocationLineHash).toMatch(/:1$/)
    expect(second.partialFingerprints.primaryLocationLineHash).toMatch(/:2$/)
  })

  test('of a finding without a file is that of its subject', () => {
    const {place: _, ...cve} = pickle
    expect(hash({...cve, subject: 'CVE-1 in a'})).not.toBe(hash({...cve, subject: 'CVE-2 in a'}))
  })
})

test('severities can be given: an image’s vulnerabilities have their own', () => {
  const severity = ({subject}: Finding) => (subject === 'x' ? ('critical' as const) : ('unknown' as const))
  const run = render([unread, pickle], {severity})
  expect(run.results.map((each: {ruleId: string}) => each.ruleId)).toEqual([
    'model/format-not-read',
    'model/pickle-import',
  ])
  expect(
    run.tool.driver.rules.map((rule: {properties: Record<string, string>}) => rule.properties['security-severity']),
  ).toEqual(['9.5', '5.5'])
})

test('any finding is valid SARIF, within GitHub’s limits', () => {
  const text = fc.string({unit: 'binary', maxLength: 40})
  const finding = fc.record({
    verdict: fc.constantFrom('fail' as const, 'warn' as const, 'inconclusive' as const, 'error' as const),
    reason: fc.constantFrom('model/a' as const, 'image/b-c' as const),
    subject: text,
    what: fc.oneof(text, fc.constant('x'.repeat(9000))),
    why: fc.oneof(text, fc.constant('y'.repeat(9000))),
    place: fc.option(fc.record({file: text, inside: fc.array(text, {maxLength: 3}), byte: fc.nat()}), {nil: undefined}),
  })
  fc.assert(
    fc.property(fc.array(finding, {maxLength: 5}), findings => {
      const run = render(findings.map(({place, ...rest}) => ({id: 'model/x', ...rest, ...(place && {place})})))
      for (const rule of run.tool.driver.rules) {
        expect(rule.name.length).toBeLessThanOrEqual(255)
        expect(rule.shortDescription.text.length).toBeLessThanOrEqual(1024)
        expect(rule.fullDescription.text.length).toBeLessThanOrEqual(1024)
        expect(rule.help.text).not.toBe('')
      }
    }),
    {numRuns: 200},
  )
})
