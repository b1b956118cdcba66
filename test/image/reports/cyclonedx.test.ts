import {describe, expect, test} from 'vitest'
import type {Scan, Vulnerability} from '../../../src/image/scan.ts'
import {failureOf, parsed, read} from './fixtures.ts'

const serial = '3e671687-395b-41f5-a30f-a58921a69b79'

function bom(change: object = {}): object {
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${serial}`,
    version: 1,
    metadata: {component: {type: 'container', name: 'credit', 'bom-ref': 'image'}},
    components: [
      {type: 'library', 'bom-ref': 'a', name: 'h11', version: '0.14.0', purl: 'pkg:pypi/h11@0.14.0'},
      {type: 'library', 'bom-ref': 'b', name: 'openssl', version: '3.0.11-1', purl: 'pkg:deb/debian/openssl@3.0.11-1'},
    ],
    ...change,
  }
}

function flawsOf(...vulnerabilities: readonly object[]): readonly Vulnerability[] {
  return parsed(bom({vulnerabilities})).flaws.flatMap(flaw => (flaw.kind === 'vulnerability' ? [flaw] : []))
}

function only(vulnerability: object): Vulnerability {
  const [flaw, ...others] = flawsOf({id: 'CVE-2025-43859', affects: [{ref: 'a'}], ...vulnerability})
  if (!flaw || others.length > 0) throw new Error('Expected one flaw.')
  return flaw
}

describe('an SBOM is no scan', () => {
  test.each([
    ['without vulnerabilities', bom()],
    ['with an empty list, as Trivy writes it whether it has looked or not', bom({vulnerabilities: []})],
  ])('%s it has looked for none', (_what, json) => expect(parsed(json).lookedFor).toEqual([]))

  test('with vulnerabilities it is one', () => {
    expect(parsed(bom({vulnerabilities: [{id: 'CVE-2025-43859'}]})).lookedFor).toEqual(['vulnerability'])
  })

  test('Grype writes the empty list only where it has looked', () => {
    const metadata = {tools: {components: [{name: 'grype', version: '0.120.1'}]}}
    expect(parsed(bom({metadata, vulnerabilities: []})).lookedFor).toEqual(['vulnerability'])
  })

  test('a maker’s word about a few vulnerabilities is no scan either', () => {
    const vulnerabilities = [{id: 'CVE-2025-43859', analysis: {state: 'resolved'}, affects: [{ref: 'a'}]}]
    expect(parsed(bom({vulnerabilities})).lookedFor).toEqual([])
    const metadata = {tools: [{vendor: 'OWASP', name: 'Dependency-Track', version: '4.13.0'}]}
    expect(parsed(bom({metadata, vulnerabilities})).lookedFor).toEqual(['vulnerability'])
  })

  test('Trivy’s own SBOM of a vulnerable image vouches for nothing', () => {
    expect(read('trivy-sbom.cdx.json')).toMatchObject({flaws: [], lookedFor: [], packageCount: 8})
  })
})

describe('packages', () => {
  const packagesOf = (...components: readonly object[]) => parsed(bom({components})).packages

  test('have the names that people know them by', () => {
    const names = packagesOf(
      {type: 'library', group: '@types', name: 'node', version: '24.0.0', purl: 'pkg:npm/%40types/node@24.0.0'},
      {type: 'library', group: 'org.slf4j', name: 'slf4j-api', purl: 'pkg:maven/org.slf4j/slf4j-api@2.0.9'},
      {type: 'library', group: 'debian', name: 'openssl', purl: 'pkg:deb/debian/openssl@3.0.11-1'},
    )
    expect(names?.map(({name, type}) => `${type} ${name}`)).toEqual([
      'npm @types/node',
      'maven org.slf4j:slf4j-api',
      'deb openssl',
    ])
  })

  test('are those in others as well, in their order', () => {
    const inner = {type: 'library', name: 'inner', components: [{type: 'library', name: 'innermost'}]}
    expect(
      packagesOf({type: 'library', name: 'outer', components: [inner]}, {type: 'library', name: 'next'})?.map(
        ({name}) => name,
      ),
    ).toEqual(['outer', 'inner', 'innermost', 'next'])
  })

  test('are not the operating system, files, lock files and images', () => {
    expect(
      packagesOf(
        {type: 'operating-system', name: 'alpine', version: '3.18.2'},
        {type: 'file', name: '/etc/passwd'},
        {type: 'application', name: 'package-lock.json'},
        {type: 'container', name: 'base', purl: 'pkg:oci/base@sha256%3Aabc'},
      ),
    ).toEqual([])
  })

  test('have licences by id, name or expression', () => {
    const [each] =
      packagesOf({
        type: 'library',
        name: 'a',
        licenses: [
          {license: {id: 'MIT'}},
          {license: {name: 'Custom'}},
          {expression: 'MIT OR Apache-2.0'},
          {license: {id: 'MIT'}},
        ],
      }) ?? []
    expect(each?.licences).toEqual(['MIT', 'Custom', 'MIT OR Apache-2.0'])
  })

  test('of the operating system are counted apart', () => {
    expect(read('syft.cdx.json').os).toEqual({name: 'alpine 3.18.2', endOfLife: null, packages: 4})
  })

  test('a document may nest them as deep as it wants', () => {
    let component: object = {type: 'library', name: 'last'}
    for (let depth = 0; depth < 2000; depth++) component = {type: 'library', name: 'more', components: [component]}
    expect(packagesOf(component)).toHaveLength(2001)
  })
})

describe('vulnerabilities', () => {
  test('are in the components that they affect, one flaw for each', () => {
    const flaws = flawsOf({id: 'CVE-2025-43859', affects: [{ref: 'a'}, {ref: 'b'}]})
    expect(flaws.map(flaw => [flaw.package, flaw.installedVersion, flaw.purl])).toEqual([
      ['h11', '0.14.0', 'pkg:pypi/h11@0.14.0'],
      ['openssl', '3.0.11-1', 'pkg:deb/debian/openssl@3.0.11-1'],
    ])
  })

  test.each([
    ['a BOM-Link to the document itself', `urn:cdx:${serial}/1#a`, 'h11', '0.14.0'],
    [
      'a BOM-Link to another document, by purl',
      'urn:cdx:f08a6ccd-4dce-4759-bd84-c626675d60a7/1#pkg:npm/%40types/node@24.0.0',
      '@types/node',
      '24.0.0',
    ],
    ['a reference that is a purl', 'pkg:maven/org.slf4j/slf4j-api@2.0.9', 'org.slf4j:slf4j-api', '2.0.9'],
    ['a reference that leads nowhere', 'gone', 'gone', ''],
  ])('%s', (_what, ref, name, version) => {
    expect(only({affects: [{ref}]})).toMatchObject({package: name, installedVersion: version})
  })

  test('without a component they are in the image', () => {
    expect(only({affects: []})).toMatchObject({package: 'credit'})
  })

  test('are known by their best name, with all others', () => {
    const flaw = only({id: 'GHSA-vqfr-h8mv-ghfj', references: [{id: 'CVE-2025-43859'}, {id: 'see the website'}]})
    expect(flaw).toMatchObject({id: 'CVE-2025-43859', aliases: ['CVE-2025-43859', 'GHSA-vqfr-h8mv-ghfj']})
  })

  const ghsa = {source: {name: 'ghsa'}, severity: 'high'}
  const nvd = {source: {name: 'nvd'}, severity: 'medium'}
  const low = {source: {name: 'debian'}, severity: 'low'}
  test.each([
    ['by the database that they are from', {source: {name: 'Debian'}, ratings: [ghsa, nvd, low]}, 'low', 'debian'],
    ['by NVD, where theirs has none', {source: {name: 'alpine'}, ratings: [ghsa, nvd]}, 'medium', 'nvd'],
    ['by the gravest, where neither has one', {ratings: [low, ghsa]}, 'high', 'ghsa'],
    ['by a score alone', {ratings: [{score: 9.1}]}, 'critical', null],
    ['by the score, where the word says nothing', {ratings: [{severity: 'unknown', score: 4.2}]}, 'medium', null],
    ['as unknown, where nobody says', {}, 'unknown', null],
    ['info and none are next to nothing', {ratings: [{severity: 'info'}]}, 'negligible', null],
  ])('are rated %s', (_how, change, severity, severitySource) => {
    expect(only(change)).toMatchObject({severity, severitySource})
  })

  test('keep their CVSS vectors', () => {
    const vector = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:N'
    expect(
      only({
        ratings: [
          {source: {name: 'ghsa'}, score: 9.1, method: 'CVSSv31', vector},
          {score: 5, method: 'OWASP'},
        ],
      }).cvss,
    ).toEqual([{source: 'ghsa', version: '3.1', vector, score: 9.1}])
  })

  test.each([
    [
      'Trivy’s recommendation',
      {recommendation: 'Upgrade h11 to version 0.16.0, 0.15.1'},
      {state: 'fixed', versions: ['0.16.0', '0.15.1']},
    ],
    [
      'that of several packages',
      {recommendation: 'Upgrade a to version 1; Upgrade h11 to version 2'},
      {state: 'fixed', versions: ['2']},
    ],
    [
      'versions that are not affected',
      {affects: [{ref: 'a', versions: [{version: '0.16.0', status: 'unaffected'}]}]},
      {state: 'fixed', versions: ['0.16.0']},
    ],
    ['nothing is planned', {analysis: {response: ['will_not_fix']}}, {state: 'will-not-fix', versions: []}],
    ['nobody says', {recommendation: 'Think about it.'}, {state: 'unknown', versions: []}],
  ])('their fix: %s', (_what, change, expected) => expect(only(change).fix).toMatchObject(expected))

  test.each([
    ['resolved', 'resolved'],
    ['resolved_with_pedigree', 'resolved with pedigree'],
    ['false_positive', 'false positive'],
    ['not_affected', 'not affected: code not reachable: We never call it.'],
  ])('that somebody has found %s are suppressed with the reason', (state, reason) => {
    const more = state === 'not_affected' ? {justification: 'code_not_reachable', detail: 'We never call it.'} : {}
    expect(only({analysis: {state, ...more}}).suppressed?.reason).toBe(reason)
  })

  test.each([
    ['exploitable', 'affected'],
    ['in_triage', 'under_investigation'],
  ])('that are %s count, and the word stands beside them', (state, status) => {
    const flaw = only({analysis: {state, detail: 'Being looked at.'}})
    expect(flaw.suppressed).toBeUndefined()
    expect(flaw.vex).toMatchObject({status, says: 'Being looked at.'})
  })
})

describe('a VEX without components takes away and finds nothing', () => {
  test('so it is no report', () => {
    const vulnerabilities = [{id: 'CVE-1', analysis: {state: 'not_affected'}, affects: [{ref: 'urn:cdx:x/1#y'}]}]
    const failure = failureOf(() => parsed(bom({components: [], vulnerabilities})))
    expect(failure.code).toBe('image/report-is-vex')
    expect(failure.hint).toContain('image.vex')
  })
})

describe('which image it is of', () => {
  const hex = 'c'.repeat(64)
  const digestsOf = (component: object): Scan['digests'] => parsed(bom({metadata: {component}})).digests

  test.each([
    [
      'the purl',
      {type: 'container', name: 'credit', purl: `pkg:oci/credit@sha256%3A${hex}?repository_url=r.example.com/credit`},
    ],
    ['the version', {type: 'container', name: 'credit', version: `sha256:${hex}`}],
    ['a hash', {type: 'container', name: 'credit', hashes: [{alg: 'SHA-256', content: hex}]}],
    [
      'Trivy’s property',
      {
        type: 'container',
        name: 'credit',
        properties: [{name: 'aquasecurity:trivy:RepoDigest', value: `r.example.com/credit@sha256:${hex}`}],
      },
    ],
  ])('%s tells', (_what, component) => expect(digestsOf(component)).toEqual([`sha256:${hex}`]))

  test('the hash of something else is no digest of an image', () => {
    expect(digestsOf({type: 'application', name: 'credit', hashes: [{alg: 'SHA-256', content: hex}]})).toEqual([])
  })
})

test.each([
  ['a component that is no mapping', {components: ['h11']}],
  ['a vulnerability without an id', {vulnerabilities: [{ratings: []}]}],
  ['a severity of another format', {vulnerabilities: [{id: 'CVE-1', ratings: [{severity: 'HIGH'}]}]}],
  ['a state of another format', {vulnerabilities: [{id: 'CVE-1', analysis: {state: 'fine'}}]}],
])('%s is malformed', (_what, change) => {
  expect(failureOf(() => parsed(bom(change))).code).toBe('image/report-malformed')
})
