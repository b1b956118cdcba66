import {readFileSync} from 'node:fs'
import {describe, expect, test} from 'vitest'
import {parseTrivyReport} from '../../../src/image/reports/trivy.ts'
import type {Flaw, Scan, Vulnerability} from '../../../src/image/scan.ts'

const fixture = (name: string): Record<string, unknown> =>
  JSON.parse(readFileSync(`test/fixtures/image/${name}`, 'utf8'))
const recorded = fixture('trivy-registry.json')
const parse = (report: unknown): Scan => parseTrivyReport(report, 'report.json')

const image = {
  SchemaVersion: 2,
  ArtifactName: 'credit',
  ArtifactType: 'container_image',
  Metadata: {OS: {Family: 'alpine', Name: '3.18.2'}},
}
const found = {VulnerabilityID: 'CVE-2026-1', PkgName: 'zlib', InstalledVersion: '1'}

/** The one vulnerability of a report that has it with this change. */
function vulnerability(change: Record<string, unknown>, result: Record<string, unknown> = {}): Vulnerability {
  const results = [{Class: 'os-pkgs', Target: 'credit', ...result, Vulnerabilities: [{...found, ...change}]}]
  const [flaw] = parse({...image, Results: results}).flaws
  if (flaw?.kind !== 'vulnerability') throw new Error('expected a vulnerability')
  return flaw
}

function ofKind<K extends Flaw['kind']>(scan: Scan, kind: K): readonly Extract<Flaw, {kind: K}>[] {
  return scan.flaws.filter((each): each is Extract<Flaw, {kind: K}> => each.kind === kind)
}

describe('a real Trivy report', () => {
  const digest = 'sha256:d4d1e8f6a721c1a554d5c986c2dad45e87931d9040c7a3b04fbaa8074a9d0d94'
  const scan = parse(recorded)

  test('says which image it is of, and what was looked at', () => {
    expect(scan).toMatchObject({
      scanners: [{name: 'trivy', version: null, databaseBuilt: null}],
      image: `localhost:5000/mixed@${digest}`,
      digests: [digest],
      configDigest: 'sha256:aff5afb00f81c6041892f56727a653e4e9ae0a89ba869eb2edcdf36e8c9bff68',
      platform: 'linux/amd64',
      os: {name: 'alpine 3.18.2', endOfLife: true, packages: 4},
      packageCount: 8,
      lookedFor: ['vulnerability', 'package', 'end-of-life'],
      knows: {knownExploited: false, epss: false},
      doubts: [],
    })
    expect(scan.scanners[0]?.at).toBe(recorded.CreatedAt)
  })

  test('gives its vulnerabilities in our words', () => {
    const found = ofKind(scan, 'vulnerability')
    expect(found.map(each => [each.id, each.package, each.severity, each.fix.versions])).toEqual([
      ['CVE-2022-48174', 'busybox', 'critical', ['1.36.1-r1']],
      ['CVE-2022-48174', 'ssl_client', 'critical', ['1.36.1-r1']],
      ['CVE-2025-5889', 'brace-expansion', 'low', ['1.1.12', '2.0.2', '3.0.1', '4.0.1']],
      ['CVE-2025-43859', 'h11', 'critical', ['0.16.0']],
      ['CVE-2024-47081', 'requests', 'medium', ['2.32.4']],
    ])
    expect(found[3]).toEqual({
      kind: 'vulnerability',
      id: 'CVE-2025-43859',
      aliases: ['CVE-2025-43859'],
      package: 'h11',
      installedVersion: '0.14.0',
      purl: 'pkg:pypi/h11@0.14.0',
      title: 'h11 accepts some malformed Chunked-Encoding bodies',
      severity: 'critical',
      severitySource: 'ghsa',
      ratings: [],
      cvss: [],
      fix: {state: 'fixed', versions: ['0.16.0'], date: null},
      knownExploited: null,
      epss: null,
      places: [
        {
          kind: 'image',
          path: 'usr/lib/python3.12/site-packages/h11-0.14.0.dist-info/METADATA',
          layer: expect.stringMatching(/^sha256:/),
        },
      ],
      foundBy: ['trivy'],
      url: 'https://avd.aquasec.com/nvd/cve-2025-43859',
    })
  })

  test('of a system without updates is a flaw of its own', () => {
    expect(ofKind(scan, 'end-of-life')).toEqual([
      {
        kind: 'end-of-life',
        id: 'alpine 3.18.2',
        title: 'alpine 3.18.2 gets no more security updates from its distributor',
        severity: 'high',
        places: [],
        foundBy: ['trivy'],
      },
    ])
  })

  test('lists the packages that were looked at', () => {
    expect(scan.packages).toHaveLength(8)
    expect(scan.packages).toContainEqual({
      name: 'busybox',
      version: '1.36.1-r0',
      type: 'apk',
      purl: 'pkg:apk/alpine/busybox@1.36.1-r0?arch=x86_64&distro=3.18.2',
      licences: ['GPL-2.0-only'],
      source: {name: 'busybox', version: '1.36.1-r0'},
    })
    expect(scan.packages).toContainEqual(
      expect.objectContaining({
        name: 'h11',
        type: 'pypi',
        path: 'usr/lib/python3.12/site-packages/h11-0.14.0.dist-info/METADATA',
      }),
    )
  })

  test('of an OCI layout names no manifest digest: the config digest is none', () => {
    expect(parse(fixture('trivy-layout.json'))).toMatchObject({digests: [], packageCount: 8})
  })

  test('reads the same without the fields that came with later versions', () => {
    const {ReportID: _, ArtifactID: __, CreatedAt: ___, ...old} = recorded
    expect(parse(old)).toEqual({...scan, scanners: [{...scan.scanners[0], at: null}]})
  })

  test('of a newer Trivy says the version', () => {
    expect(parse({...recorded, Trivy: {Version: '0.74.0'}}).scanners[0]?.version).toBe('0.74.0')
  })
})

describe('a real Trivy report of everything that Trivy looks for', () => {
  const scan = parse(fixture('trivy-flawed.json'))

  test('says what it was asked for, by what is in it', () => {
    expect(scan.lookedFor).toEqual(['vulnerability', 'package', 'end-of-life', 'secret', 'misconfiguration', 'licence'])
  })

  test('tells where secrets are, and never what they are', () => {
    expect(
      ofKind(scan, 'secret').map(each => [each.id, each.category, each.severity, each.title, each.places]),
    ).toEqual([
      ['aws-access-key-id', 'AWS', 'critical', 'AWS Access Key ID', [inFile('app/settings.env', 2)]],
      ['github-pat', 'GitHub', 'critical', 'GitHub Personal Access Token', [inFile('app/settings.env', 4)]],
      [
        'aws-access-key-id',
        'AWS',
        'critical',
        'AWS Access Key ID, in the config of the image (ENV, a label, or a step of its build)',
        [{kind: 'image', path: ''}],
      ],
    ])
    expect(JSON.stringify(scan)).not.toMatch(/AKIA|ghp_|\*\*\*\*/)
  })

  test('tells misconfigurations with their remedy, of files and of the config of the image', () => {
    const misconfigurations = ofKind(scan, 'misconfiguration')
    expect(misconfigurations.find(each => each.id === 'DS025')).toEqual({
      kind: 'misconfiguration',
      id: 'DS025',
      title: "'apk add' is missing '--no-cache'",
      message: "'--no-cache' is missed: apk add curl",
      remedy: "Add '--no-cache' to 'apk add' in Dockerfile",
      severity: 'high',
      places: [inFile('app/Dockerfile', 2)],
      foundBy: ['trivy'],
      url: 'https://avd.aquasec.com/misconfig/ds025',
    })
    expect(misconfigurations.map(each => each.id)).toEqual(['DS001', 'DS002', 'DS025', 'DS026'])
  })

  test('tells licences of packages, with the version that is installed', () => {
    const licences = ofKind(scan, 'licence')
    expect(licences.map(each => [each.package, each.licence, each.severity])).toEqual([
      ['busybox', 'GPL-2.0-only', 'high'],
      ['musl', 'MIT', 'low'],
      ['ssl_client', 'GPL-2.0-only', 'high'],
      ['zlib', 'Zlib', 'low'],
      ['h11', 'MIT', 'low'],
    ])
    expect(licences[0]).toMatchObject({
      id: 'GPL-2.0-only',
      installedVersion: '1.36.1-r0',
      purl: 'pkg:apk/alpine/busybox@1.36.1-r0?arch=x86_64&distro=3.18.2',
    })
  })

  function inFile(path: string, line: number) {
    return {kind: 'image', path, line, layer: expect.stringMatching(/^sha256:/)}
  }
})

test('what an ignore file took away is still there, and says who took it and why', () => {
  const scan = parse(fixture('trivy-suppressed.json'))
  expect(scan.flaws.filter(each => each.suppressed).map(each => [each.kind, each.id, each.suppressed?.reason])).toEqual(
    [
      ['vulnerability', 'CVE-2022-48174', 'ignored, no shell is reachable, ignore.yaml'],
      ['vulnerability', 'CVE-2022-48174', 'ignored, no shell is reachable, ignore.yaml'],
      ['misconfiguration', 'DS002', 'ignored, ignore.yaml'],
      ['secret', 'github-pat', 'ignored, it is revoked, ignore.yaml'],
      ['licence', 'GPL-2.0-only', 'ignored, ignore.yaml'],
      ['licence', 'GPL-2.0-only', 'ignored, ignore.yaml'],
    ],
  )
  const everything = parse(fixture('trivy-flawed.json'))
  expect(new Set(scan.flaws.map(each => each.id))).toEqual(new Set(everything.flaws.map(each => each.id)))
})

test('a scan of an SBOM is one of the image that the SBOM is of', () => {
  const scan = parse(fixture('trivy-sbom.json'))
  expect(scan).toMatchObject({
    configDigest: parse(fixture('trivy-flawed.json')).configDigest,
    os: {name: 'alpine 3.18.2', packages: 4},
    packageCount: 5,
  })
  expect(ofKind(scan, 'vulnerability').map(each => each.id)).toEqual([
    'CVE-2022-48174',
    'CVE-2022-48174',
    'CVE-2025-43859',
  ])
})

test('`trivy config` speaks of files of the repository, and of no image', () => {
  const scan = parse(fixture('trivy-config.json'))
  expect(scan).toMatchObject({lookedFor: ['misconfiguration'], packages: null, packageCount: null, os: null})
  expect(scan.flaws.map(each => [each.id, each.places])).toEqual([
    ['DS001', [{kind: 'repository', file: 'Dockerfile', line: 1}]],
    ['DS002', [{kind: 'repository', file: 'Dockerfile'}]],
    ['DS025', [{kind: 'repository', file: 'Dockerfile', line: 2}]],
    ['DS026', [{kind: 'repository', file: 'Dockerfile'}]],
  ])
})

describe('a vulnerability', () => {
  // Words of trivy-db, `pkg/types/status.go`.
  test.each([
    ['fixed', '2', 'fixed'],
    ['affected', '', 'not-fixed'],
    ['affected', '2', 'fixed'],
    ['will_not_fix', '', 'will-not-fix'],
    ['fix_deferred', '', 'not-fixed'],
    ['end_of_life', '', 'end-of-life'],
    ['under_investigation', '', 'unknown'],
    ['not_affected', '', 'unknown'],
    ['unknown', '', 'unknown'],
    [undefined, '', 'unknown'],
    [undefined, '1.2, 1.3', 'fixed'],
  ])('of the status %s with the fixed version "%s" is %s', (Status, FixedVersion, state) => {
    expect(vulnerability({Status, FixedVersion}).fix.state).toBe(state)
  })

  test('has the scores that each source gave, by version of CVSS', () => {
    const CVSS = {
      nvd: {
        V2Vector: 'AV:N/AC:L/Au:N/C:P/I:P/A:P',
        V2Score: 7.5,
        V3Vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H',
        V3Score: 9.8,
      },
      ghsa: {V40Vector: 'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N', V40Score: 9.3},
      redhat: {V3Vector: 'CVSS:3.0/AV:L/AC:L/PR:L/UI:N/S:U/C:N/I:N/A:H', V3Score: 5.5},
      bitnami: {V3Vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H'},
    }
    expect(vulnerability({CVSS}).cvss.map(each => [each.source, each.version, each.score])).toEqual([
      ['nvd', '2.0', 7.5],
      ['nvd', '3.1', 9.8],
      ['ghsa', '4.0', 9.3],
      ['redhat', '3.0', 5.5],
    ])
  })

  test('has the ids that name it, and not those of advisories, which name several', () => {
    const VendorIDs = ['GHSA-vqfr-h8mv-ghfj', 'DSA-5438-1', 'RHSA-2023:1234', 'ALAS2-2023-1']
    expect(vulnerability({VendorIDs}).aliases).toEqual(['CVE-2026-1', 'GHSA-vqfr-h8mv-ghfj'])
  })

  test('without a severity is of unknown severity, and without a title has the first sentence of its description', () => {
    expect(vulnerability({Description: 'A flaw. And more.'})).toMatchObject({
      severity: 'unknown',
      severitySource: null,
      title: 'A flaw.',
    })
  })

  test.each([
    ['os-pkgs', 'alpine', 'credit (alpine 3.18.2)', undefined, ''],
    ['lang-pkgs', 'python-pkg', 'Python', 'usr/lib/h11/METADATA', 'usr/lib/h11/METADATA'],
    ['lang-pkgs', 'jar', 'Java', 'app/credit.jar', 'app/credit.jar'],
    ['lang-pkgs', 'gobinary', 'usr/local/bin/server', undefined, 'usr/local/bin/server'],
    ['lang-pkgs', 'npm', 'app/package-lock.json', undefined, 'app/package-lock.json'],
  ])('in %s of %s is at the path of its package or of its result', (Class, Type, Target, PkgPath, path) => {
    expect(vulnerability({PkgPath}, {Class, Type, Target}).places).toEqual([{kind: 'image', path}])
  })

  test('is in the layer that is named by its content, as other scanners name it', () => {
    const [digest, diff] = ['a', 'b'].map(sign => `sha256:${sign.repeat(64)}`)
    expect(vulnerability({Layer: {Digest: digest, DiffID: diff}}).places[0]).toMatchObject({layer: diff})
    expect(vulnerability({Layer: {Digest: digest}}).places[0]).toMatchObject({layer: digest})
    expect(vulnerability({Layer: {Digest: 'md5:1'}}).places[0]).not.toHaveProperty('layer')
  })
})

test.each([
  [{Version: '1.2.3'}, '1.2.3'],
  [{Version: '1.2.3', Release: '4'}, '1.2.3-4'],
  // As dpkg and rpm write it, and as InstalledVersion of the findings has it.
  [{Version: '1.2.3', Release: '4.el9', Epoch: 2}, '2:1.2.3-4.el9'],
  [{}, ''],
])('a package with %j is of version "%s"', (fields, version) => {
  const results = [{Class: 'os-pkgs', Type: 'redhat', Packages: [{Name: 'openssl', ...fields}]}]
  expect(parse({...image, Results: results}).packages).toEqual([
    {name: 'openssl', version, type: 'redhat', licences: []},
  ])
})

describe('a check that Trivy made', () => {
  const check = (change: object) => {
    const Misconfigurations = [{ID: 'DS-0002', Title: 'root', Message: 'runs as root', Severity: 'HIGH', ...change}]
    return parse({...image, Results: [{Class: 'config', Target: 'Dockerfile', Misconfigurations}]}).flaws
  }

  test.each([
    ['failed', {Status: 'FAIL'}, [undefined]],
    ['says nothing, and stands among what is misconfigured', {}, [undefined]],
    ['is in order', {Status: 'PASS'}, []],
    ['is excepted by policies of somebody', {Status: 'EXCEPTION'}, ['trivy']],
  ])('that %s', (_, change, expected) => expect(check(change).map(({suppressed}) => suppressed?.by)).toEqual(expected))

  test('with a word that nobody knows is refused: it could mean that it failed', () => {
    expect(() => check({Status: 'fail'})).toThrow('Status: expected one of FAIL, PASS, EXCEPTION, and saw "fail"')
  })
})

describe('what a report leaves out is not taken for zero', () => {
  const osPackages = {Class: 'os-pkgs', Target: 'credit'}
  const named = (...names: string[]) => names.map(Name => ({Name}))
  test.each([
    ['no results at all', undefined, 0, 0],
    ['results that are null', null, 0, 0],
    ['only results about files', [{Class: 'secret'}, {Class: 'config'}, {Class: 'custom'}], 0, 0],
    ['a result without a list of packages', [osPackages], null, null],
    ['a result with an empty list', [{...osPackages, Packages: []}], 0, 0],
    ['a result without a list, and with a finding', [{...osPackages, Vulnerabilities: [found, found]}], 1, 1],
    ['only packages of languages', [{Class: 'lang-pkgs', Packages: named('a', 'b')}], 0, 2],
  ])('%s', (_, Results, ofSystem, all) => {
    expect(parse({...image, Results})).toMatchObject({os: {packages: ofSystem}, packageCount: all})
  })

  test('an image without an operating system has none', () => {
    expect(parse({...image, Metadata: {}}).os).toBeNull()
    expect(parse({...image, Metadata: null}).os).toBeNull()
  })

  test('a system that Trivy does not know is a doubt, not a clean system', () => {
    expect(parse({...image, Metadata: {OS: {Family: 'none', Name: ''}}})).toMatchObject({
      os: {name: 'unknown', endOfLife: null},
      doubts: ['Trivy does not know the operating system of the image, and looked up none of its packages'],
    })
  })

  test('a time that Go leaves at zero is none', () => {
    expect(parse({...image, CreatedAt: '0001-01-01T00:00:00Z'}).scanners[0]?.at).toBeNull()
  })
})

describe('what is no Trivy report of an image is refused by name', () => {
  test.each([
    ['a scan of a folder', fixture('trivy-filesystem.json'), 'image/report-not-of-an-image', '"filesystem"'],
    ['an old schema', {SchemaVersion: 1}, 'image/report-version-unknown', 'SchemaVersion 1'],
    ['a future schema', {...image, SchemaVersion: 3}, 'image/report-version-unknown', 'SchemaVersion 3'],
    ['no schema', {}, 'image/report-version-unknown', 'SchemaVersion none'],
    ['a list', [], 'image/report-malformed', 'expected a mapping, and saw a list'],
    ['a single value', null, 'image/report-malformed', 'expected a mapping, and saw null'],
    ['no kind of artifact', {...image, ArtifactType: undefined}, 'image/report-malformed', 'ArtifactType'],
    ['a virtual machine', {...image, ArtifactType: 'vm'}, 'image/report-not-of-an-image', '"vm"'],
    ['no name', {...image, ArtifactName: ''}, 'image/report-malformed', 'ArtifactName'],
  ])('%s', (_, report, code, words) => {
    const refused = expect.objectContaining({name: 'UserError', code, message: expect.stringContaining(words)})
    expect(() => parse(report)).toThrow(refused)
  })

  const first = 'Results.0.Vulnerabilities.0'
  test.each([
    ['a severity that Trivy does not have', {Severity: 'IMPORTANT'}, `${first}.Severity: expected one of UNKNOWN, LOW`],
    ['a status that it does not have', {Status: 'resolved'}, `${first}.Status: expected one of unknown`],
    [
      'a vulnerability without an id',
      {VulnerabilityID: ''},
      `${first}.VulnerabilityID: expected text that is not empty`,
    ],
    ['a package without a name', {PkgName: 7}, `${first}.PkgName: expected text that is not empty, and saw 7`],
    ['a version that is a number', {InstalledVersion: 1}, `${first}.InstalledVersion: expected text, and saw 1`],
    [
      'a purl that is a list',
      {PkgIdentifier: {PURL: []}},
      `${first}.PkgIdentifier.PURL: expected text, and saw a list`,
    ],
    ['aliases that are a text', {VendorIDs: 'GHSA-1'}, `${first}.VendorIDs: expected a list, and saw "GHSA-1"`],
    ['a score that is a text', {CVSS: {nvd: {V3Score: '9'}}}, `${first}.CVSS.nvd.V3Score: expected a number`],
    ['a layer that is a text', {Layer: 'x'}, `${first}.Layer: expected a mapping, and saw "x"`],
  ])('%s, with its place', (_, change, words) => {
    expect(() => vulnerability(change)).toThrow(
      expect.objectContaining({code: 'image/report-malformed', message: expect.stringContaining(words)}),
    )
  })

  test.each([
    ['results that are a mapping', {}, 'Results: expected a list, and saw a mapping'],
    ['a result that is a text', ['x'], 'Results.0: expected a mapping, and saw "x"'],
    ['a package without a name', [{Packages: [{Name: 'a'}, {}]}], 'Results.0.Packages.1.Name: expected text'],
    [
      'a finding that somebody took away and that is none',
      [{ExperimentalModifiedFindings: [{Type: 'vulnerability'}]}],
      'Results.0.ExperimentalModifiedFindings.0.Finding: expected a mapping, and saw nothing',
    ],
    [
      'a finding of a kind that Trivy does not have',
      [{ExperimentalModifiedFindings: [{Type: 'smell', Finding: {}}]}],
      'Results.0.ExperimentalModifiedFindings.0.Type: expected one of vulnerability',
    ],
  ])('%s, with its place', (_, Results, words) => {
    expect(() => parse({...image, Results})).toThrow(
      expect.objectContaining({code: 'image/report-malformed', message: expect.stringContaining(words)}),
    )
  })

  test('names in a report that objects have themselves are names like others', () => {
    const CVSS = JSON.parse('{"__proto__": {"V3Vector": "CVSS:3.1/AV:N", "V3Score": 9.8}, "constructor": {}}')
    expect(vulnerability({CVSS, PkgName: '__proto__'})).toMatchObject({
      package: '__proto__',
      cvss: [{source: '__proto__', score: 9.8}],
    })
  })
})
