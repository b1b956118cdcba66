import {describe, expect, test} from 'vitest'
import type {Scan} from '../../src/image/scan.ts'
import {type CoverageOptions, coverage, coverageOf, missingPlatforms} from '../../src/image/trust.ts'
import {scan, vulnerability} from './scans.ts'

const day = 86_400_000
const now = Date.parse('2026-11-21T09:00:00Z')

function judge(change: Partial<Scan>, options: Partial<CoverageOptions> = {}): readonly string[] {
  const whole = scan(change)
  const given = {
    maxDatabaseAgeMs: 5 * day,
    now,
    asked: ['vulnerability'],
    ran: ['trivy'],
    scans: [whole],
    ...options,
  } as const
  return coverage(whole, given).map(({verdict, reason}) => `${verdict} ${reason}`)
}

describe('a scan that saw nothing finds nothing', () => {
  const alpine = {name: 'alpine 3.23.3', endOfLife: false}
  test.each([
    ['everything was seen', {}, []],
    ['languages only, and no operating system', {os: null, packageCount: 3}, ['warn image/no-operating-system']],
    [
      'an operating system without packages',
      {os: {...alpine, packages: 0}, packageCount: 0},
      ['error image/nothing-scanned'],
    ],
    ['an empty list of packages', {packages: []}, ['error image/nothing-scanned']],
    ['nothing at all', {os: null, packageCount: 0}, ['error image/nothing-scanned']],
    [
      'a report that lists no packages',
      {os: {...alpine, packages: null}, packageCount: null},
      ['error image/nothing-scanned'],
    ],
    [
      'packages of languages, none of the operating system',
      {os: {...alpine, packages: 0}, packageCount: 3},
      ['inconclusive image/os-packages-not-scanned'],
    ],
    [
      'packages of languages, and an operating system whose packages the report leaves out',
      {os: {...alpine, packages: null}, packageCount: 3},
      ['inconclusive image/os-packages-not-scanned'],
    ],
    ['an SBOM that nobody looked up', {lookedFor: []}, ['error image/vulnerabilities-not-looked-for']],
    [
      'a doubt of the scanner',
      {doubts: ['distro "foo 1" is not in the database']},
      ['inconclusive image/scanner-in-doubt'],
    ],
  ] as const)('%s', (_, change, expected) => expect(judge(change)).toEqual(expected))

  test.each([
    ['secret', 'image/secrets-not-looked-for'],
    ['misconfiguration', 'image/misconfigurations-not-looked-for'],
    ['licence', 'image/licences-not-looked-for'],
  ] as const)('%s was asked for, and the tool cannot', (kind, reason) => {
    expect(judge({}, {asked: ['vulnerability', kind]})).toEqual([`inconclusive ${reason}`])
    expect(judge({lookedFor: ['vulnerability', kind]}, {asked: ['vulnerability', kind]})).toEqual([])
  })

  test('that nobody asked for vulnerabilities is said', () => {
    expect(judge({lookedFor: ['secret']}, {asked: ['secret']})).toEqual(['warn image/vulnerabilities-not-looked-for'])
  })
})

describe('a database that is too old to vouch for an image', () => {
  const run = (change: Partial<Scan['scanners'][number]>) => ({
    scanners: [
      {name: 'trivy', version: null, at: '2026-11-21T08:00:00Z', databaseBuilt: '2026-11-21T06:00:00Z', ...change},
    ],
  })
  const reportOnly = {ran: []}

  test.each([
    ['built five days ago', run({databaseBuilt: '2026-11-16T09:00:00Z'}), {}, []],
    [
      'built more than five days ago',
      run({databaseBuilt: '2026-11-16T08:00:00Z'}),
      {},
      ['inconclusive image/database-too-old'],
    ],
    [
      'of unknown age, by a scanner that was run',
      run({databaseBuilt: null}),
      {},
      ['inconclusive image/database-age-unknown'],
    ],
    ['of unknown age, by a fresh report', run({databaseBuilt: null}), reportOnly, []],
    [
      'of unknown age, by a report of unknown age',
      run({databaseBuilt: null, at: null}),
      reportOnly,
      ['warn image/database-age-unknown'],
    ],
    [
      'of unknown age, by a report that is older itself',
      run({databaseBuilt: null, at: '2026-11-01T00:00:00Z'}),
      reportOnly,
      ['inconclusive image/database-too-old'],
    ],
    ['with a date that is none', run({databaseBuilt: 'yesterday'}), {}, ['inconclusive image/database-age-unknown']],
    ['built tomorrow', run({databaseBuilt: '2026-11-22T09:00:00Z'}), {}, ['inconclusive image/scan-from-the-future']],
    ['a scan of tomorrow', run({at: '2026-11-22T09:00:00Z'}), {}, ['inconclusive image/scan-from-the-future']],
    ['a clock that is a minute ahead', run({at: '2026-11-21T09:01:00Z'}), {}, []],
    [
      'a linter, which looks nothing up',
      {...run({databaseBuilt: null}), lookedFor: ['misconfiguration']},
      {asked: []},
      ['warn image/vulnerabilities-not-looked-for'],
    ],
  ] as const)('%s', (_, change, options, expected) => expect(judge(change, options)).toEqual(expected))

  test('is told with both dates and the limit', () => {
    const old = scan(run({databaseBuilt: '2026-11-01T06:00:00Z'}))
    const [finding] = coverage(old, {maxDatabaseAgeMs: 5 * day, now, asked: [], ran: [], scans: [old]})
    expect(finding?.what).toBe(
      'The database of trivy was built on 2026-11-01 06:00 UTC, 20d 3h ago; at most 5d are allowed.',
    )
  })
})

describe('what the scanners were told to hide', () => {
  const hidden = (by: string, until?: number) =>
    vulnerability({suppressed: {by, reason: 'ignored', ...(until === undefined ? {} : {until})}})

  test.each([
    ['by an ignore file of the scanner', [hidden('trivy')], ['warn image/findings-suppressed']],
    ['by an ignore file with a date: it has no owner', [hidden('trivy', 30_000)], ['warn image/findings-suppressed']],
    ['by a document in a report', [hidden('CycloneDX of vendor.example')], ['warn image/findings-suppressed']],
    ['by what the scanner knows to be false', [hidden('trivy itself')], []],
    [
      'by a document that the policy of who wrote the report believed',
      [hidden('OpenVEX of vendor.example', 30_000)],
      ['warn image/findings-suppressed'],
    ],
  ] as const)('%s', (_, flaws, expected) => expect(judge({flaws})).toEqual(expected))
})

describe('two scanners of one image', () => {
  const many = ['1', '2', '3', '4', '5'].map(number => vulnerability({id: `CVE-2026-${number}`}))
  const grype = scan({scanners: [{name: 'grype', version: null, at: null, databaseBuilt: '2026-11-21T06:00:00Z'}]})

  test('one that finds nothing where the other finds much is suspect', () => {
    expect(judge({}, {scans: [scan({flaws: many}), grype]})).toEqual(['warn image/scanners-disagree'])
    expect(judge({}, {scans: [scan({flaws: many.slice(1)}), grype]})).toEqual([])
  })

  test('what one was told to hide and the other reports is named', () => {
    const hidden = vulnerability({suppressed: {by: 'trivy', reason: '.trivyignore'}})
    expect(judge({}, {scans: [scan({flaws: [hidden]}), {...grype, flaws: [vulnerability()]}]})).toEqual([
      'warn image/suppression-contradicted',
    ])
  })
})

describe('platforms that the image must have', () => {
  test.each([
    [['linux/amd64', 'linux/arm64'], ['linux/amd64'], ['fail linux/arm64']],
    [['linux/arm64'], ['linux/arm64/v8'], []],
    [['linux/arm64'], ['linux/arm64be'], ['fail linux/arm64']],
    [['linux/arm64'], [null], ['inconclusive linux/arm64']],
    [undefined, ['linux/amd64'], []],
  ] as const)('asked for %j, having %j', (asked, present, expected) => {
    const findings = missingPlatforms(asked, present)
    expect(findings.map(({verdict, subject}) => `${verdict} ${subject}`)).toEqual(expected)
  })
})

describe('an image for several platforms', () => {
  const limits = {maxDatabaseAgeMs: 5 * day, now, asked: ['vulnerability'], ran: ['trivy']} as const
  const amd64 = scan({packageCount: 0})
  const part = (platform: string, each: Scan) => ({platform, scan: each, scans: [each]})

  test('what is the same on all of them is said once', () => {
    const findings = coverageOf([part('linux/amd64', amd64), part('linux/arm64', amd64)], limits)
    expect(findings.map(({reason}) => reason)).toEqual(['image/nothing-scanned'])
  })

  test('else the platform is named', () => {
    const [finding, ...others] = coverageOf([part('linux/amd64', amd64), part('linux/arm64', scan())], limits)
    expect(others).toEqual([])
    expect(finding?.subject).toBe(`${amd64.image}, linux/amd64`)
  })
})
