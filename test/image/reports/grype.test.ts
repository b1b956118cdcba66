import {readFileSync} from 'node:fs'
import * as path from 'node:path'
import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {parseDay} from '../../../src/core/day.ts'
import {UserError} from '../../../src/core/failure.ts'
import {withPackages} from '../../../src/image/reports/grype/packages.ts'
import {parseGrypeReport} from '../../../src/image/reports/grype.ts'
import type {Scan, Vulnerability} from '../../../src/image/scan.ts'

// Reports of a real Grype: see ORIGIN.md beside them.
const folder = path.join(import.meta.dirname, '../../fixtures/image/grype')
const json = (name: string): unknown => JSON.parse(readFileSync(path.join(folder, name), 'utf8'))
const scanOf = (name: string): Scan => parseGrypeReport(json(`${name}.json`), `${name}.json`)
const listed = (name: string): Scan => withPackages(scanOf(name), json(`${name}.cdx.json`), `${name}.cdx.json`)

function vulnerabilityIn(scan: Scan, id: string): Vulnerability {
  const found = scan.flaws.find(flaw => flaw.id === id)
  if (found?.kind !== 'vulnerability') throw new Error(`There is no ${id}.`)
  return found
}

/** The smallest report that has one match, changed by the test. */
function reportWith(match: object, rest: object = {}): unknown {
  return {
    matches: [match],
    source: {type: 'image', target: {userInput: 'credit', imageID: '', manifestDigest: '', repoDigests: []}},
    distro: {name: 'debian', version: '12', idLike: null},
    descriptor: {name: 'grype', version: '0.120.1'},
    ...rest,
  }
}

function matchOf(vulnerability: object, related: readonly object[] = [], rest: object = {}): object {
  return {
    vulnerability: {namespace: 'debian:distro:debian:12', severity: 'High', urls: [], cvss: [], ...vulnerability},
    relatedVulnerabilities: related,
    artifact: {id: 'a1', name: 'libssl3', version: '3.0.13-1', type: 'deb', locations: []},
    ...rest,
  }
}

const vulnerabilitiesOf = (report: unknown) =>
  parseGrypeReport(report, 'grype.json').flaws.filter(flaw => flaw.kind === 'vulnerability')

describe('a report of an image', () => {
  test('says which image it is about, and by which digests', () => {
    const manifest = 'sha256:0f78ca6d27b15bfeb0a4ec3b8e1f6ec2a4b2d6bd58cf7f1e0e6d3b9a0c5c1111'
    const config = 'sha256:1f78ca6d27b15bfeb0a4ec3b8e1f6ec2a4b2d6bd58cf7f1e0e6d3b9a0c5c2222'
    const index = 'sha256:2f78ca6d27b15bfeb0a4ec3b8e1f6ec2a4b2d6bd58cf7f1e0e6d3b9a0c5c3333'
    const target = {
      userInput: `registry.example.com/credit@${index}`,
      imageID: config,
      manifestDigest: manifest,
      repoDigests: [`registry.example.com/credit@${manifest}`],
      os: 'linux',
      architecture: 'arm',
      architectureVariant: 'v7',
    }
    expect(
      parseGrypeReport(reportWith(matchOf({id: 'CVE-2024-1'}), {source: {type: 'image', target}}), 'r'),
    ).toMatchObject({
      image: target.userInput,
      digests: [manifest, index],
      configDigest: config,
      platform: 'linux/arm/v7',
    })
  })

  test('says when Grype looked, and how old its database was', () => {
    expect(scanOf('alpine').scanners).toEqual([
      {name: 'grype', version: null, at: expect.stringMatching(/^2026-11-21T/), databaseBuilt: '2026-11-01T00:00:00Z'},
    ])
  })

  test('of before schema 6 of the database says so as well, and has no lists of exploits', () => {
    const descriptor = {name: 'grype', version: '0.86.1', db: {built: '2025-01-02T01:31:00Z', schemaVersion: 5}}
    const scan = parseGrypeReport(reportWith(matchOf({id: 'CVE-2024-1'}), {descriptor}), 'r')
    expect(scan.scanners[0]).toMatchObject({version: '0.86.1', databaseBuilt: '2025-01-02T01:31:00Z'})
    expect(scan.knows).toEqual({knownExploited: false, epss: false})
  })

  test('whose operating system gets no more updates has that as a finding', () => {
    const scan = scanOf('alpine')
    expect(scan.os).toEqual({name: 'alpine 3.18.2', endOfLife: true, packages: null})
    expect(scan.flaws.filter(({kind}) => kind === 'end-of-life')).toEqual([
      {
        kind: 'end-of-life',
        id: 'alpine 3.18.2',
        title: 'alpine 3.18.2 gets no more security updates from its distributor',
        severity: 'high',
        places: [],
        foundBy: ['grype'],
      },
    ])
  })

  test('that warns of nothing does not say that there are updates', () => {
    expect(scanOf('debian').os?.endOfLife).toBeNull()
  })

  test('with alerts that are not known has doubts, each once', () => {
    const alert = {type: 'distro-disabled', message: 'Matching is off for distro: arch'}
    const alertsByPackage = ['a1', 'a2'].map(id => ({package: {id}, alerts: [alert]}))
    expect(parseGrypeReport(reportWith(matchOf({id: 'CVE-2024-1'}), {alertsByPackage}), 'r').doubts).toEqual([
      'Grype says of 2 packages: Matching is off for distro: arch',
    ])
  })

  test('made with paths left out has a doubt: what lies there nobody knows', () => {
    const descriptor = {name: 'grype', configuration: {exclude: ['/usr/**', './app']}}
    expect(parseGrypeReport(reportWith(matchOf({id: 'CVE-2024-1'}), {descriptor}), 'r').doubts).toEqual([
      'Grype was told to leave out /usr/**, ./app, so nothing is known of what lies there',
    ])
  })

  test('whose database was not valid says why', () => {
    const descriptor = {
      name: 'grype',
      db: {status: {built: '2024-01-01T00:00:00Z', error: 'bad db checksum', valid: false}},
    }
    expect(parseGrypeReport(reportWith(matchOf({id: 'CVE-2024-1'}), {descriptor}), 'r').doubts).toEqual([
      'Grype says of its database: bad db checksum',
    ])
  })
})

describe('what was looked at', () => {
  test('is unknown where the report names no package, since it names only those with findings', () => {
    expect(scanOf('empty')).toMatchObject({packages: null, packageCount: null, os: null})
  })

  test('is at least every package that the report names', () => {
    expect(scanOf('debian')).toMatchObject({packages: null, packageCount: 2})
  })

  test('is told by the CycloneDX of the same run, also where nothing was found', () => {
    const scan = listed('alpine')
    expect(scan.os).toEqual({name: 'alpine 3.18.2', endOfLife: true, packages: 1})
    expect(scan.lookedFor).toEqual(['vulnerability', 'end-of-life', 'package'])
    expect(scan.packageCount).toBe(2)
    expect(scan.packages).toEqual([
      {
        name: 'h11',
        version: '0.14.0',
        type: 'pypi',
        purl: 'pkg:pypi/h11@0.14.0',
        licences: ['MIT'],
        path: 'usr/lib/python3.12/site-packages/h11-0.14.0.dist-info/METADATA',
      },
      {
        name: 'ssl_client',
        version: '1.36.1-r0',
        type: 'apk',
        purl: 'pkg:apk/alpine/ssl_client@1.36.1-r0?arch=x86_64&distro=alpine-3.18.2&upstream=busybox',
        licences: ['GPL-2.0-only'],
        source: {name: 'busybox', version: ''},
        path: 'lib/apk/db/installed',
      },
    ])
  })

  test('is nothing where Grype recognised nothing, which is zero and not unknown', () => {
    expect(listed('empty')).toMatchObject({packages: [], packageCount: 0, os: null})
  })
})

describe('a match', () => {
  test('of GitHub is known by its CVE, and keeps both names', () => {
    const log4shell = vulnerabilityIn(scanOf('java'), 'CVE-2021-44228')
    expect(log4shell).toMatchObject({
      aliases: ['CVE-2021-44228', 'GHSA-jfh8-c2jp-5v3q'],
      package: 'log4j-core',
      installedVersion: '2.14.1',
      purl: 'pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1',
      title: 'Remote code injection in Log4j',
      severity: 'critical',
      severitySource: 'ghsa',
      url: 'https://github.com/advisories/GHSA-jfh8-c2jp-5v3q',
      foundBy: ['grype'],
    })
  })

  test('has the known exploit, the score and the vector of its CVE', () => {
    const scan = scanOf('java')
    expect(scan.knows).toEqual({knownExploited: true, epss: true})
    expect(vulnerabilityIn(scan, 'CVE-2021-44228')).toMatchObject({
      knownExploited: {added: parseDay('2021-12-10'), due: parseDay('2021-12-24'), ransomware: true},
      epss: {score: 0.94358, percentile: 0.99962},
      // 10.0 by the calculator of FIRST for this vector (CVSS v3.1, base score).
      cvss: [{source: 'nvd', version: '3.1', vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H', score: 10}],
    })
  })

  test('has the earliest day of a fix, and first the version that Grype suggests for what is installed', () => {
    expect(vulnerabilityIn(scanOf('java'), 'CVE-2021-44228').fix).toEqual({
      state: 'fixed',
      versions: ['2.15.0', '2.12.2'],
      date: parseDay('2021-12-10'),
    })
  })

  test('says where the package is, by path and layer', () => {
    expect(vulnerabilityIn(scanOf('debian'), 'CVE-2024-5535').places).toEqual([
      {kind: 'image', path: 'var/lib/dpkg/status', layer: expect.stringMatching(/^sha256:/)},
    ])
  })

  test('that a rule takes away is there, with the reason of the rule', () => {
    expect(vulnerabilityIn(scanOf('alpine'), 'CVE-2025-43859').suppressed).toEqual({
      by: 'grype',
      reason: 'behind a proxy',
    })
  })

  test('that Grype takes away by itself is there, with what the rule asks for', () => {
    const {suppressed, fix} = vulnerabilityIn(scanOf('debian'), 'CVE-2023-45853')
    expect(suppressed).toEqual({
      by: 'grype',
      reason: 'a rule for vulnerability CVE-2023-45853, package name zlib1g, package type deb',
    })
    expect(fix).toEqual({state: 'will-not-fix', versions: [], date: null})
  })

  test('that VEX takes away says which status and why', () => {
    const rules = [{namespace: 'vex', 'vex-status': 'not_affected', 'vex-justification': 'component_not_present'}]
    const report = reportWith(matchOf({id: 'CVE-2024-1'}), {
      ignoredMatches: [{...matchOf({id: 'CVE-2024-2'}), appliedIgnoreRules: rules}],
    })
    expect(vulnerabilitiesOf(report).map(({id, suppressed}) => [id, suppressed?.reason])).toEqual([
      ['CVE-2024-1', undefined],
      ['CVE-2024-2', 'VEX: not_affected (component_not_present)'],
    ])
  })

  test('that no rule is named for stays taken away', () => {
    const report = reportWith(matchOf({id: 'CVE-2024-1'}), {ignoredMatches: [matchOf({id: 'CVE-2024-2'})]})
    expect(vulnerabilitiesOf(report)[1]?.suppressed).toEqual({by: 'grype', reason: 'It does not say why.'})
  })

  test('of an advisory for several CVEs is one vulnerability for each, with what is known of that one', () => {
    const kev = {cve: 'CVE-2023-2', dateAdded: '2023-05-01', knownRansomwareCampaignUse: 'Unknown'}
    const [first, second] = vulnerabilitiesOf(
      reportWith(
        matchOf({id: 'ALAS-2023-123', namespace: 'amazon:distro:amazonlinux:2', knownExploited: [kev]}, [
          {
            id: 'CVE-2023-1',
            namespace: 'nvd:cpe',
            severity: 'Low',
            epss: [{cve: 'CVE-2023-1', epss: 0.1, percentile: 0.5}],
          },
          {id: 'CVE-2023-2', namespace: 'nvd:cpe', severity: 'Critical'},
        ]),
      ),
    )
    expect(first).toMatchObject({id: 'CVE-2023-1', aliases: ['CVE-2023-1'], severity: 'high', knownExploited: null})
    expect(first?.epss).toEqual({score: 0.1, percentile: 0.5})
    expect(second).toMatchObject({id: 'CVE-2023-2', aliases: ['CVE-2023-2'], severity: 'high', epss: null})
    expect(second?.knownExploited).toEqual({added: parseDay('2023-05-01'), due: null, ransomware: false})
  })

  test('is not called by the advisory of its fix, which fixes other things as well', () => {
    const advisories = [{id: 'DSA-5764-1', link: 'https://security-tracker.debian.org/tracker/DSA-5764-1'}]
    expect(vulnerabilitiesOf(reportWith(matchOf({id: 'CVE-2024-1', advisories})))[0]?.aliases).toEqual(['CVE-2024-1'])
  })

  test('that its distributor does not rate has the rating of NVD, by name', () => {
    const related = [
      {id: 'CVE-2024-1', namespace: 'nvd:cpe', severity: 'Medium', description: 'Reads too far. Always.'},
    ]
    expect(vulnerabilitiesOf(reportWith(matchOf({id: 'CVE-2024-1', severity: 'Unknown'}, related)))[0]).toMatchObject({
      severity: 'medium',
      severitySource: 'nvd',
      title: 'Reads too far.',
    })
  })

  test.each([
    ['Unknown', 'unknown'],
    ['Negligible', 'negligible'],
    ['Low', 'low'],
    ['Medium', 'medium'],
    ['High', 'high'],
    ['Critical', 'critical'],
    [undefined, 'unknown'],
  ])('rated %s is %s', (word, severity) => {
    expect(vulnerabilitiesOf(reportWith(matchOf({id: 'CVE-2024-1', severity: word})))[0]?.severity).toBe(severity)
  })

  test.each([
    [{state: 'fixed', versions: ['1.2']}, 'fixed'],
    [{state: 'not-fixed', versions: []}, 'not-fixed'],
    [{state: 'wont-fix', versions: []}, 'will-not-fix'],
    [{state: 'unknown', versions: []}, 'unknown'],
    [{state: '', versions: null}, 'unknown'],
    [undefined, 'unknown'],
  ])('with the fix %j is %s', (fix, state) => {
    expect(vulnerabilitiesOf(reportWith(matchOf({id: 'CVE-2024-1', fix})))[0]?.fix.state).toBe(state)
  })

  test('links to the web and to nothing else', () => {
    const dataSource = 'javascript:alert(1)'
    expect(vulnerabilitiesOf(reportWith(matchOf({id: 'CVE-2024-1', dataSource})))[0]?.url).toBeUndefined()
    const urls = ['data:text/html,x', 'https://example.org/CVE-2024-1']
    expect(vulnerabilitiesOf(reportWith(matchOf({id: 'CVE-2024-1', dataSource, urls})))[0]?.url).toBe(urls[1])
  })
})

describe('what is no report of an image', () => {
  test.each(['directory', 'file', 'purl', 'cpe', 'snap', 'zarf-package', 'oci-model'])(
    'but of a %s is refused',
    type => {
      const report = reportWith(matchOf({id: 'CVE-2024-1'}), {source: {type, target: '/app'}})
      expect(() => parseGrypeReport(report, 'grype.json')).toThrow(
        expect.objectContaining({code: 'image/report-not-of-an-image', message: expect.stringContaining(`"${type}"`)}),
      )
    },
  )

  test.each(['sbom-file', 'unknown'])('but of an SBOM that says nothing (%s) has no digest to be bound to', type => {
    const report = reportWith(matchOf({id: 'CVE-2024-1'}), {source: {type, target: 'sbom.cdx.json'}})
    expect(parseGrypeReport(report, 'r')).toMatchObject({image: 'sbom.cdx.json', digests: [], configDigest: null})
  })

  test.each([
    ['a list', [], 'expected a mapping, and saw a list'],
    ['matches that are text', {matches: 'none'}, 'matches: expected a list, and saw "none"'],
    [
      'a match without a vulnerability',
      reportWith({artifact: {id: 'a', name: 'x'}}),
      'matches.0.vulnerability: expected a mapping',
    ],
    [
      'a match without a package',
      reportWith({vulnerability: {id: 'CVE-2024-1'}}),
      'matches.0.artifact: expected a mapping',
    ],
    [
      'a vulnerability without an id',
      reportWith(matchOf({})),
      'matches.0.vulnerability.id: expected text that is not empty',
    ],
    ['a severity that is not known', reportWith(matchOf({id: 'CVE-1', severity: 'Grave'})), 'saw "Grave"'],
    ['a fix that is not known', reportWith(matchOf({id: 'CVE-1', fix: {state: 'maybe'}})), 'saw "maybe"'],
    [
      'a probability above 1',
      reportWith(matchOf({id: 'CVE-1', epss: [{cve: 'CVE-1', epss: 1.5, percentile: 0.1}]})),
      'matches.0.vulnerability.epss.0.epss: expected a number from 0 to 1, and saw 1.5',
    ],
  ])('%s is refused, and says where', (_, report, message) => {
    expect(() => parseGrypeReport(report, 'grype.json')).toThrow(
      expect.objectContaining({code: 'image/report-malformed', message: expect.stringContaining(message)}),
    )
  })

  test('a list of packages that is none is refused', () => {
    expect(() => withPackages(scanOf('java'), {components: [1]}, 'The list')).toThrow(
      expect.objectContaining({code: 'image/report-malformed', message: expect.stringContaining('components.0')}),
    )
  })

  test('whatever stands in the place of one of its fields, is read or refused, and nothing else', () => {
    const whole = JSON.stringify(json('java.json'))
    const count = pathsIn(JSON.parse(whole)).length
    const property = fc.property(fc.nat(count - 1), fc.jsonValue({maxDepth: 2}), (at, value) => {
      const report: unknown = JSON.parse(whole)
      replaceAt(report, pathsIn(report)[at] ?? [], value)
      try {
        parseGrypeReport(report, 'grype.json')
      } catch (error) {
        expect(error).toBeInstanceOf(UserError)
      }
    })
    fc.assert(property, {numRuns: 500})
  })
})

type Path = readonly (string | number)[]

function pathsIn(value: unknown, above: Path = []): readonly Path[] {
  if (typeof value !== 'object' || value === null) return [above]
  return Object.entries(value).flatMap(([key, each]) => [[...above, key], ...pathsIn(each, [...above, key])])
}

function replaceAt(value: unknown, [key, ...below]: Path, by: unknown): void {
  if (typeof value !== 'object' || value === null || key === undefined) return
  if (below.length === 0) Reflect.set(value, key, by)
  else replaceAt(Reflect.get(value, key), below, by)
}
