import {describe, expect, test} from 'vitest'
import {renderScan} from '../../../src/image/render/scan-json.ts'
import {parseReport, parseScans} from '../../../src/image/reports/read.ts'
import {digestA, imageJudgement, platformJudgement, scan} from '../scans.ts'
import {failureOf, fixture, parsed, read} from './fixtures.ts'

describe('a report is told by its content', () => {
  const formats: readonly (readonly [
    file: string,
    scanner: string,
    looked: readonly string[],
    packages: number | null,
  ])[] = [
    ['trivy-image.sarif', 'trivy', ['vulnerability'], null],
    ['trivy-licences.sarif', 'trivy', ['licence'], null],
    ['trivy-sources.sarif', 'trivy', ['secret', 'misconfiguration'], null],
    ['trivy-vulnerabilities.cdx.json', 'trivy', ['vulnerability'], 8],
    ['trivy-sbom.cdx.json', 'trivy', [], 8],
    ['trivy.spdx.json', 'trivy', [], 8],
    ['grype.sarif', 'grype', ['vulnerability'], null],
    ['grype.cdx.json', 'grype', ['vulnerability'], 8],
    ['syft.json', 'syft', [], 8],
    ['syft.cdx.json', 'syft', [], 8],
    ['syft.spdx.json', 'syft', [], 8],
    ['checkov.sarif', 'checkov', ['misconfiguration'], null],
    ['kube-linter.sarif', 'kube-linter', ['misconfiguration'], null],
    ['hadolint.sarif', 'hadolint', ['misconfiguration'], null],
    ['cyclonedx-npm.cdx.json', 'npm', [], 3],
    ['cyclonedx-py.cdx.json', 'cyclonedx-bom', [], 1],
  ]
  test.each(formats)('%s is of %s, which looked for %j', (file, scanner, lookedFor, packageCount) => {
    const {scanners, ...rest} = read(file)
    expect(scanners.map(({name}) => name)).toEqual([scanner])
    expect(rest).toMatchObject({lookedFor, packageCount, doubts: []})
  })

  test.each([
    'trivy-image.sarif',
    'trivy-vulnerabilities.cdx.json',
    'trivy-sbom.cdx.json',
    'trivy.spdx.json',
    'syft.json',
    'syft.cdx.json',
    'syft.spdx.json',
    'grype.cdx.json',
  ])('%s names the digest of the image that all of them are of', file =>
    expect(read(file).digests).toEqual(['sha256:d4d1e8f6a721c1a554d5c986c2dad45e87931d9040c7a3b04fbaa8074a9d0d94']),
  )

  test('the same vulnerable packages come out of every format that tells vulnerabilities', () => {
    const packagesIn = (file: string) =>
      read(file)
        .flaws.map(flaw =>
          flaw.kind === 'vulnerability' ? `${flaw.package} ${flaw.installedVersion} ${flaw.severity}` : flaw.kind,
        )
        .sort()
    const expected = [
      'brace-expansion 2.0.1 low',
      'busybox 1.36.1-r0 critical',
      'h11 0.14.0 critical',
      'requests 2.32.3 medium',
      'ssl_client 1.36.1-r0 critical',
    ]
    for (const file of ['trivy-image.sarif', 'trivy-vulnerabilities.cdx.json', 'grype.sarif', 'grype.cdx.json']) {
      expect(packagesIn(file), file).toEqual(expected)
    }
  })

  test('a byte order mark in front is no part of the report', () => {
    expect(parseReport(`\uFEFF${fixture('hadolint.sarif')}`, 'hadolint.sarif').flaws).toHaveLength(2)
  })
})

describe('what is no report in JSON is named', () => {
  const cases: readonly (readonly [what: string, text: string, code: string, message: string])[] = [
    ['nothing', ' \n', 'image/report-empty', 'is empty'],
    ['half a report', fixture('grype.sarif').slice(0, 3000), 'image/report-truncated', 'cut off'],
    [
      'the table of Trivy',
      'credit (alpine 3.18.2)\n=====\nTotal: 2 (HIGH: 2)\n┌──┐',
      'image/report-not-json',
      'the table for people',
    ],
    [
      'the table of Grype',
      'NAME  INSTALLED  FIXED-IN  TYPE\nh11   0.14.0',
      'image/report-not-json',
      'the table for people',
    ],
    [
      'CycloneDX in XML',
      '<?xml version="1.0"?>\n<bom xmlns="http://cyclonedx.org/schema/bom/1.6">',
      'image/report-not-json',
      'CycloneDX document in XML',
    ],
    [
      'SPDX tag-value',
      'SPDXVersion: SPDX-2.3\nDataLicense: CC0-1.0\n',
      'image/report-not-json',
      'SPDX document in tag-value form',
    ],
    ['SPDX in YAML', '---\nspdxVersion: "SPDX-2.3"\n', 'image/report-not-json', 'SPDX document in YAML'],
    ['a page of an error', '<!DOCTYPE html><html>', 'image/report-not-json', 'a page of HTML'],
    ['lines of JSON', '{"a": 1}\n{"b": 2}\n', 'image/report-not-json', 'several JSON documents'],
    ['words', 'fatal: no such image', 'image/report-not-json', 'is not JSON'],
  ]
  test.each(cases)('%s', (_what, text, code, message) => {
    const failure = failureOf(() => parseReport(text, 'report.json'))
    expect(failure.code).toBe(code)
    expect(failure.message).toContain('report.json')
    expect(failure.message).toContain(message)
    expect(failure.hint).toMatch(/\S/)
  })
})

describe('a report of a tool that is not read is refused by name, with the way out', () => {
  const tools: readonly (readonly [json: unknown, name: string, wayOut: string])[] = [
    [{vulnerabilities: [], ok: true, packageManager: 'apk', dependencyCount: 3}, 'Snyk', '--sarif-file-output'],
    [{results: [{source: {path: '/'}, packages: []}]}, 'OSV-Scanner', '--format sarif'],
    [{manifest_hash: 'sha256:1', vulnerabilities: {}, package_vulnerabilities: {}}, 'Clair', 'Trivy or Grype'],
    [
      {version: '15.0.0', vulnerabilities: [], scan: {type: 'container_scanning'}},
      'GitLab',
      'trivy image --format json',
    ],
    [{source: {}, artifacts: []}, 'Docker Scout', '--format sarif'],
    [{imageScanFindings: {}, repositoryName: 'credit'}, 'Amazon ECR', 'CycloneDX'],
    [{check_type: 'dockerfile', results: {passed_checks: []}}, 'Checkov', '--output sarif'],
    [[{check_type: 'dockerfile', results: {}}], 'Checkov', '--output sarif'],
    [{Checks: [], Reports: [], Summary: {}}, 'kube-linter', '--format sarif'],
    [[{code: 'DL3007', level: 'warning', line: 1, file: 'Dockerfile'}], 'hadolint', '--format sarif'],
    [{results: [], errors: [], paths: {}, version: '1'}, 'Semgrep', '--sarif'],
    [{summary: {}, details: []}, 'Dockle', '--format sarif'],
    [{'@context': 'https://openvex.dev/ns/v0.2.0', statements: []}, 'OpenVEX', 'image.vex'],
    [{document: {csaf_version: '2.0'}}, 'CSAF', 'OpenVEX'],
    [{'@context': 'https://spdx.org/rdf/3.0.1/spdx-context.jsonld', '@graph': []}, 'SPDX 3', '2.3'],
    [{ClusterName: 'production', Resources: []}, 'cluster', 'trivy image'],
    [[{Target: 'credit', Vulnerabilities: null}], 'Trivy before 0.20', 'schema version 2'],
    [[{critical: {identity: {}}, optional: {}}], 'cosign verify', 'attestation'],
    [{schemaVersion: 2, manifests: []}, 'manifest', 'report about the image'],
    [{tool: {name: 'slipway'}, verdict: 'pass', findings: []}, 'result of Slipway', 'scan'],
    [{hello: 1}, 'no format that is known', 'SARIF 2.1.0'],
    [[], 'a bare list', 'mapping'],
    ['pass', 'no format that is known', 'SARIF 2.1.0'],
    [null, 'no format that is known', 'SARIF 2.1.0'],
  ]
  test.each(tools)('%j', (json, name, wayOut) => {
    const failure = failureOf(() => parsed(json))
    expect(failure.code).toBe('image/report-from-another-tool')
    expect(failure.message).toContain(name)
    expect(failure.hint).toContain(wayOut)
  })

  test('names that come with the file are shown quoted and short', () => {
    const {message} = failureOf(() => parsed({['a"b\n'.repeat(100)]: 1}))
    expect(message.length).toBeLessThan(200)
    expect(message).not.toContain('\n')
  })
})

describe('a version that is not known is refused, since its fields may mean something else', () => {
  test.each([
    [{version: '2.0.0', runs: []}, '"2.0.0"', '2.1.0'],
    [{version: 3, runs: []}, '3', '2.1.0'],
    [{$schema: 'https://json.schemastore.org/sarif-2.1.0.json', runs: []}, 'no version', '2.1.0'],
    [{bomFormat: 'CycloneDX', specVersion: '1.3'}, '"1.3"', '1.4'],
    [{bomFormat: 'CycloneDX', specVersion: '2.0'}, '"2.0"', '1.7'],
    [{spdxVersion: 'SPDX-2.1', packages: []}, '"SPDX-2.1"', 'SPDX-2.3'],
    [{artifacts: [], descriptor: {name: 'syft'}, schema: {version: '99.0.0'}}, '"99.0.0"', '16'],
    [{artifacts: [], descriptor: {name: 'syft'}}, 'no version', '16'],
    [{slipwayScan: 2, platforms: []}, '2', '1'],
  ])('%j', (json, seen, expected) => {
    const failure = failureOf(() => parsed(json))
    expect(failure.code).toBe('image/report-version-unknown')
    expect(failure.message).toContain(seen)
    expect(failure.message).toContain(expected)
  })
})

describe('a report inside an attestation', () => {
  const statement = (predicate: unknown, predicateType = 'https://spdx.dev/Document') => ({
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{name: 'credit', digest: {sha256: 'a'.repeat(64)}}],
    predicateType,
    predicate,
  })
  const envelope = (inner: unknown) => ({
    payloadType: 'application/vnd.in-toto+json',
    payload: Buffer.from(JSON.stringify(inner)).toString('base64'),
    signatures: [{sig: 'x'}],
  })
  const sbom = JSON.parse(fixture('cyclonedx-npm.cdx.json'))

  test.each([
    ['as a statement', statement(sbom)],
    ['in a DSSE envelope', envelope(statement(sbom))],
    [
      'in a Sigstore bundle',
      {mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json', dsseEnvelope: envelope(statement(sbom))},
    ],
    ['as Cosign 1 wrote it', envelope(statement({Data: JSON.stringify(sbom), Timestamp: ''}))],
    ['as a scan of Cosign', statement({scanner: {uri: 'pkg:github/aquasecurity/trivy', result: sbom}})],
  ])('is read %s, and the statement says which image it is of', (_how, json) => {
    expect(parsed(json)).toMatchObject({packageCount: 3, digests: [digestA]})
  })

  test.each([
    ['a payload that is no base64 of JSON', {payloadType: 'application/vnd.in-toto+json', payload: '%%%'}],
    ['a payload of another type', {...envelope(statement(sbom)), payloadType: 'text/plain'}],
    ['a payload that is no statement', envelope({hello: 1})],
    ['a predicate that is no report', statement('words')],
    ['a signature of a file', {mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json', messageSignature: {}}],
  ])('is refused for %s', (_what, json) => {
    expect(failureOf(() => parsed(json)).code).toBe('image/report-malformed')
  })

  test('is read as Docker’s imagetools prints it', () => {
    expect(parsed({SPDX: JSON.parse(fixture('syft.spdx.json'))}).packageCount).toBe(8)
  })

  test('a statement about one image around a document about another one is doubtful', () => {
    const [about, other] = ['a', 'b'].map(sign => sign.repeat(64))
    const of = (digest: string) => ({
      ...sbom,
      metadata: {component: {type: 'container', name: 'credit', version: `sha256:${digest}`}},
    })
    expect(parsed(statement(of(other ?? ''))).doubts).toEqual([
      `The statement is about sha256:${about}, and the document in it about sha256:${other}.`,
    ])
    expect(parsed(statement(of(about ?? ''))).doubts).toEqual([])
  })

  test('envelopes in envelopes end', () => {
    let json: unknown = statement(sbom)
    for (let depth = 0; depth < 5; depth++) json = statement(json)
    expect(failureOf(() => parsed(json)).code).toBe('image/report-from-another-tool')
  })

  test('a predicate of an unknown tool is refused by the name of that tool', () => {
    expect(failureOf(() => parsed(statement({builder: {id: 'x'}}))).message).toContain('"builder"')
  })
})

describe('a scan of several platforms', () => {
  const text = renderScan(
    imageJudgement({
      platforms: [
        platformJudgement({platform: 'linux/amd64'}),
        platformJudgement({platform: 'linux/arm64', scan: scan({platform: 'linux/arm64'})}),
      ],
    }),
  )

  test('is no report of one image', () => {
    const failure = failureOf(() => parseReport(text, 'scan.json'))
    expect(failure.code).toBe('image/report-of-several-platforms')
    expect(failure.message).toContain('linux/amd64, linux/arm64')
  })

  test('can be compared with as a whole', () => {
    expect(parseScans(text, 'scan.json').map(({platform}) => platform)).toEqual(['linux/amd64', 'linux/arm64'])
  })
})
