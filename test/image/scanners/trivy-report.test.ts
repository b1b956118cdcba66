import {readFileSync} from 'node:fs'
import {describe, expect, test} from 'vitest'
import type {Scan} from '../../../src/image/scanner.ts'
import {parseTrivyReport} from '../../../src/image/scanners/trivy-report.ts'

const fixture = (name: string) => readFileSync(`test/fixtures/image/${name}`, 'utf8')
const recorded = fixture('trivy-registry.json')

/** The recorded report with a change somewhere inside. */
function changed(change: (report: Record<string, unknown>) => unknown): Scan {
  return parseTrivyReport(JSON.stringify(change(JSON.parse(recorded))), 'report.json')
}

const image = {
  SchemaVersion: 2,
  ArtifactName: 'credit',
  ArtifactType: 'container_image',
  Metadata: {OS: {Family: 'alpine', Name: '3.18.2'}},
}
const parse = (report: unknown) => parseTrivyReport(JSON.stringify(report), 'report.json')

describe('a real Trivy report', () => {
  const digest = 'sha256:d4d1e8f6a721c1a554d5c986c2dad45e87931d9040c7a3b04fbaa8074a9d0d94'
  const scan = parseTrivyReport(recorded, 'report.json')

  test('says which image it is of, and what was looked at', () => {
    expect(scan).toMatchObject({
      scanner: {name: 'trivy', version: null},
      image: `localhost:5000/mixed@${digest}`,
      digests: [digest],
      configDigest: 'sha256:aff5afb00f81c6041892f56727a653e4e9ae0a89ba869eb2edcdf36e8c9bff68',
      platform: 'linux/amd64',
      os: {name: 'alpine 3.18.2', endOfLife: true, packages: 4},
      packages: 8,
      suppressed: [],
      notJudged: [],
    })
  })

  test('gives its vulnerabilities in our words', () => {
    expect(scan.vulnerabilities.map(each => [each.id, each.package, each.severity, each.fixedVersions])).toEqual([
      ['CVE-2022-48174', 'busybox', 'critical', ['1.36.1-r1']],
      ['CVE-2022-48174', 'ssl_client', 'critical', ['1.36.1-r1']],
      ['CVE-2025-5889', 'brace-expansion', 'low', ['1.1.12', '2.0.2', '3.0.1', '4.0.1']],
      ['CVE-2025-43859', 'h11', 'critical', ['0.16.0']],
      ['CVE-2024-47081', 'requests', 'medium', ['2.32.4']],
    ])
    expect(scan.vulnerabilities[3]).toEqual({
      id: 'CVE-2025-43859',
      package: 'h11',
      installedVersion: '0.14.0',
      fixedVersions: ['0.16.0'],
      severity: 'critical',
      title: 'h11 accepts some malformed Chunked-Encoding bodies',
      location: 'usr/lib/python3.12/site-packages/h11-0.14.0.dist-info/METADATA',
      purl: 'pkg:pypi/h11@0.14.0',
      url: 'https://avd.aquasec.com/nvd/cve-2025-43859',
    })
  })

  test('of an OCI layout names no manifest digest: the config digest is none', () => {
    expect(parseTrivyReport(fixture('trivy-layout.json'), 'report.json')).toMatchObject({digests: [], packages: 8})
  })

  test('reads the same without the fields that came with later versions', () => {
    const old = changed(({ReportID: _, ArtifactID: __, CreatedAt: ___, ...report}) => report)
    expect(old).toEqual({...scan, createdAt: null})
  })

  test('of a newer Trivy says the version', () => {
    const scanner = changed(report => ({...report, Trivy: {Version: '0.72.0'}})).scanner
    expect(scanner).toEqual({name: 'trivy', version: '0.72.0'})
  })
})

describe('what a report leaves out is not taken for zero', () => {
  const osPackages = {Class: 'os-pkgs', Target: 'credit'}
  const found = {VulnerabilityID: 'CVE-1', PkgName: 'zlib', InstalledVersion: '1'}
  test.each([
    ['no results at all', undefined, 0, 0],
    ['results that are null', null, 0, 0],
    ['a result without a list of packages', [osPackages], null, null],
    ['a result with an empty list', [{...osPackages, Packages: []}], 0, 0],
    ['a result without a list, and with a finding', [{...osPackages, Vulnerabilities: [found, found]}], 1, 1],
    ['only packages of languages', [{Class: 'lang-pkgs', Packages: [{}, {}]}], 0, 2],
  ])('%s', (_, Results, ofSystem, all) => {
    expect(parse({...image, Results})).toMatchObject({os: {packages: ofSystem}, packages: all})
  })

  test('a vulnerability without a severity is of unknown severity', () => {
    const [vulnerability] = parse({...image, Results: [{...osPackages, Vulnerabilities: [found]}]}).vulnerabilities
    expect(vulnerability).toMatchObject({severity: 'unknown', fixedVersions: []})
  })

  test('an image without an operating system has none', () => {
    expect(parse({...image, Metadata: {}}).os).toBeNull()
  })
})

test('findings that were suppressed, and those that this gate does not judge, are counted', () => {
  const suppressed = {
    Type: 'vulnerability',
    Status: 'not_affected',
    Statement: 'vulnerable_code_not_present',
    Source: 'vex.json',
    Finding: {VulnerabilityID: 'CVE-1', PkgName: 'zlib'},
  }
  const results = [
    {Class: 'os-pkgs', Packages: [{}], ExperimentalModifiedFindings: [suppressed]},
    {Class: 'secret', Secrets: [{}, {}]},
    {Class: 'config', Misconfigurations: [{Status: 'FAIL'}, {Status: 'PASS'}]},
  ]
  expect(parse({...image, Results: results})).toMatchObject({
    suppressed: [{id: 'CVE-1', package: 'zlib', why: 'not_affected, vulnerable_code_not_present, vex.json'}],
    notJudged: ['2 secrets', '1 misconfigurations'],
  })
})

describe('what is no Trivy report of an image is refused by name', () => {
  test.each([
    ['a Grype report', fixture('grype.json'), 'image/report-from-another-tool', 'is a Grype report'],
    ['SARIF', fixture('results.sarif'), 'image/report-from-another-tool', 'is a SARIF report'],
    ['CycloneDX', fixture('cyclonedx.json'), 'image/report-from-another-tool', 'is a CycloneDX document'],
    ['SPDX', fixture('spdx.json'), 'image/report-from-another-tool', 'is an SPDX document'],
    ['OpenVEX', fixture('openvex.json'), 'image/report-from-another-tool', 'is an OpenVEX document'],
    ['any other JSON', '{"name": "x"}', 'image/report-from-another-tool', 'is the JSON of another tool'],
    ['a list', '[]', 'image/report-from-another-tool', 'is a list'],
    ['a single value', 'null', 'image/report-from-another-tool', 'is a single JSON value'],
    ['a scan of a folder', fixture('trivy-filesystem.json'), 'image/report-not-of-an-image', '"filesystem"'],
    ['an old schema', '{"SchemaVersion": 1}', 'image/report-version-unknown', 'SchemaVersion 1'],
    ['a future schema', '{"SchemaVersion": 3}', 'image/report-version-unknown', 'SchemaVersion 3'],
    ['an empty file', ' \n', 'image/report-empty', 'is empty'],
    ['a cut file', recorded.slice(0, 5000), 'image/report-truncated', 'is cut off'],
    ['a file cut in a word', recorded.slice(0, recorded.indexOf('alpine') + 3), 'image/report-truncated', 'is cut off'],
    ['the table for people', 'credit (alpine)\n\nTotal: 2 (HIGH: 2)\n', 'image/report-not-json', 'is not JSON'],
    ['two documents', `${recorded}${recorded}`, 'image/report-not-json', 'is not JSON'],
  ])('%s', (_, text, code, words) => {
    const refused = expect.objectContaining({name: 'UserError', code, message: expect.stringContaining(words)})
    expect(() => parseTrivyReport(text, 'report.json')).toThrow(refused)
  })

  test.each([
    ['a severity that Trivy does not have', {Severity: 'IMPORTANT'}, 'Results.0.Vulnerabilities.0.Severity'],
    ['a vulnerability without an id', {VulnerabilityID: ''}, 'Results.0.Vulnerabilities.0.VulnerabilityID'],
    ['a package without a name', {PkgName: 7}, 'Results.0.Vulnerabilities.0.PkgName'],
  ])('%s', (_, change, place) => {
    const vulnerability = {VulnerabilityID: 'CVE-1', PkgName: 'zlib', ...change}
    const report = {...image, Results: [{Class: 'os-pkgs', Vulnerabilities: [vulnerability]}]}
    const refused = {code: 'image/report-malformed', message: expect.stringContaining(place)}
    expect(() => parse(report)).toThrow(expect.objectContaining(refused))
  })

  test('a report with a byte order mark is read', () => {
    expect(parseTrivyReport(`\uFEFF${recorded}`, 'report.json').packages).toBe(8)
  })
})
