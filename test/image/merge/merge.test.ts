import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {parseDay} from '../../../src/core/day.ts'
import {mergeScans} from '../../../src/image/merge/merge.ts'
import type {Flaw, Scan, Vulnerability} from '../../../src/image/scan.ts'
import {
  digestA,
  digestB,
  fixedIn,
  licence,
  misconfiguration,
  pkg,
  scan,
  secret,
  unfixed,
  vulnerability,
} from '../scans.ts'

const grype: Partial<Scan> = {
  scanners: [{name: 'grype', version: '0.117.0', at: '2026-11-21T08:01:00Z', databaseBuilt: '2026-11-21T02:00:00Z'}],
}
const openssl = {package: 'openssl', installedVersion: '3.0.11', purl: 'pkg:deb/debian/openssl@3.0.11?arch=amd64'}

function byTrivy(...flaws: readonly Flaw[]): Scan {
  return scan({flaws})
}

function byGrype(...flaws: readonly Flaw[]): Scan {
  return scan({...grype, flaws: flaws.map(flaw => ({...flaw, foundBy: ['grype']}))})
}

function merged(...scans: readonly [Scan, ...Scan[]]): readonly Vulnerability[] {
  return mergeScans(scans).flaws.filter(flaw => flaw.kind === 'vulnerability')
}

describe('two scanners speak of one vulnerability', () => {
  test('one by its CVE, the other by the GHSA that it is related to', () => {
    const found = merged(
      byTrivy(vulnerability({...openssl, id: 'CVE-2026-1'})),
      byGrype(vulnerability({...openssl, id: 'GHSA-aaaa', aliases: ['CVE-2026-1', 'GHSA-aaaa']})),
    )
    expect(found).toMatchObject([{id: 'CVE-2026-1', aliases: ['CVE-2026-1', 'GHSA-aaaa'], foundBy: ['grype', 'trivy']}])
  })

  test('through an alias that a third one knows', () => {
    const found = merged(
      byTrivy(vulnerability({...openssl, id: 'CVE-2026-1', aliases: ['CVE-2026-1', 'GHSA-aaaa']})),
      byGrype(vulnerability({...openssl, id: 'PYSEC-2026-9', aliases: ['GHSA-aaaa', 'PYSEC-2026-9']})),
    )
    expect(found).toMatchObject([{id: 'CVE-2026-1', aliases: ['CVE-2026-1', 'GHSA-aaaa', 'PYSEC-2026-9']}])
  })

  test.each([
    ['namespaces of distributions', 'pkg:rpm/redhat/openssl@3', 'pkg:rpm/rhel/openssl@3?epoch=1', '3', '3'],
    ['the epoch 0', 'pkg:rpm/fedora/openssl@3', 'pkg:rpm/fedora/openssl@3', '0:3', '3'],
    ['the v of Go', 'pkg:golang/stdlib@1.22.0', 'pkg:golang/stdlib@1.22.0', 'v1.22.0', '1.22.0'],
    [
      'the version of Go in its library',
      'pkg:golang/stdlib@v1.21.0',
      'pkg:golang/stdlib@1.21.0',
      'v1.21.0',
      'go1.21.0',
    ],
    ['the name of a package of PyPI', 'pkg:pypi/Foo_Bar@1', 'pkg:pypi/foo-bar@1', '1', '1'],
    ['a scope', 'pkg:npm/%40acme/pad@1', 'pkg:npm/@acme/pad@1', '1', '1'],
  ])('however they write %s', (_, one, other, version, otherVersion) => {
    const found = merged(
      byTrivy(vulnerability({package: 'x', purl: one, installedVersion: version})),
      byGrype(vulnerability({package: 'x', purl: other, installedVersion: otherVersion})),
    )
    expect(found).toHaveLength(1)
  })

  test('one without package URLs, or without a version', () => {
    const found = merged(
      byTrivy(vulnerability(openssl)),
      byGrype(
        vulnerability({package: 'openssl', installedVersion: '3.0.11'}),
        vulnerability({package: 'openssl', installedVersion: ''}),
      ),
    )
    expect(found).toHaveLength(1)
    expect(found[0]).toMatchObject({purl: openssl.purl, installedVersion: '3.0.11', foundBy: ['grype', 'trivy']})
  })
})

describe('what is not one vulnerability', () => {
  test('the same CVE in another package, or in another version', () => {
    const found = merged(
      byTrivy(vulnerability(openssl), vulnerability({package: 'libssl3', purl: 'pkg:deb/debian/libssl3@3.0.11'})),
      byGrype(vulnerability({...openssl, installedVersion: '3.0.12'})),
    )
    expect(found).toHaveLength(3)
  })

  test('two packages of one name, one of npm and one of PyPI', () => {
    const found = merged(
      byTrivy(vulnerability({package: 'six', purl: 'pkg:npm/six@1', installedVersion: '1'})),
      byGrype(vulnerability({package: 'six', purl: 'pkg:pypi/six@1', installedVersion: '1'})),
    )
    expect(found).toHaveLength(2)
  })

  test('two CVEs of one advisory: a waiver of one must not cover the other', () => {
    const advisory = (id: string) => vulnerability({...openssl, id, aliases: [id, 'DSA-5764-1']})
    const found = merged(
      byTrivy(advisory('CVE-2026-1'), advisory('CVE-2026-2')),
      byGrype(vulnerability({...openssl, id: 'DSA-5764-1'})),
    )
    expect(found.map(({id, foundBy}) => [id, foundBy])).toEqual([
      ['CVE-2026-1', ['grype', 'trivy']],
      ['CVE-2026-2', ['grype', 'trivy']],
    ])
  })

  test('an advisory for several CVEs is divided where the other scanner names one of them', () => {
    const advisory = vulnerability({
      ...openssl,
      id: 'ALAS-2026-7',
      aliases: ['ALAS-2026-7', 'CVE-2026-1', 'CVE-2026-2', 'CVE-2026-3'],
      severity: 'high',
    })
    const found = merged(byTrivy(vulnerability({...openssl, id: 'CVE-2026-1', severity: 'low'})), byGrype(advisory))
    expect(found.map(({id, aliases, foundBy, severity}) => ({id, aliases, foundBy, severity}))).toEqual([
      {id: 'CVE-2026-1', aliases: ['ALAS-2026-7', 'CVE-2026-1'], foundBy: ['grype', 'trivy'], severity: 'high'},
      {id: 'CVE-2026-2', aliases: ['ALAS-2026-7', 'CVE-2026-2'], foundBy: ['grype'], severity: 'high'},
      {id: 'CVE-2026-3', aliases: ['ALAS-2026-7', 'CVE-2026-3'], foundBy: ['grype'], severity: 'high'},
    ])
  })

  test('an advisory that only one scanner names stays what it is', () => {
    const found = merged(
      byGrype(vulnerability({id: 'ALAS-2026-7', aliases: ['ALAS-2026-7', 'CVE-2026-1', 'CVE-2026-2']})),
    )
    expect(found).toMatchObject([{id: 'ALAS-2026-7'}])
  })
})

describe('where scanners differ', () => {
  test('the graver severity counts, and each word stays', () => {
    const [found] = merged(
      byTrivy(vulnerability({...openssl, severity: 'medium', severitySource: 'debian'})),
      byGrype(vulnerability({...openssl, severity: 'critical', severitySource: 'nvd'})),
    )
    expect(found).toMatchObject({
      severity: 'critical',
      severitySource: 'nvd',
      ratings: [
        {scanner: 'grype', severity: 'critical'},
        {scanner: 'trivy', severity: 'medium'},
      ],
    })
  })

  test('there is a fix where one of them knows one, and it is there since the earlier day', () => {
    const day = (text: string) => parseDay(text) ?? Number.NaN
    const [found] = merged(
      byTrivy(vulnerability({...openssl, fix: {...fixedIn('3.0.13'), date: day('2026-10-02')}})),
      byGrype(vulnerability({...openssl, fix: {...fixedIn('3.0.12'), date: day('2026-09-30')}})),
      byGrype(vulnerability({...openssl, fix: unfixed})),
    )
    expect(found?.fix).toEqual({state: 'fixed', versions: ['3.0.12', '3.0.13'], date: day('2026-09-30')})
  })

  test('what one calls exploited is', () => {
    const exploited = {added: null, due: 20_000, ransomware: true}
    const [found] = merged(byTrivy(vulnerability()), byGrype(vulnerability({knownExploited: exploited})))
    expect(found?.knownExploited).toEqual(exploited)
  })

  test('a vulnerability that one was told to hide counts, since the other reports it', () => {
    const suppressed = {by: 'trivy', reason: '.trivyignore'}
    const [one] = merged(byTrivy(vulnerability({suppressed})), byGrype(vulnerability()))
    expect(one?.suppressed).toBeUndefined()
    const [both] = merged(byTrivy(vulnerability({suppressed})), byGrype(vulnerability({suppressed})))
    expect(both?.suppressed).toEqual(suppressed)
  })
})

describe('scans as a whole', () => {
  test('packages are united by what they are, and by nothing else', () => {
    const one = scan({packages: [pkg({purl: 'pkg:apk/alpine/busybox@1.36.1-r0'}), pkg({name: 'zlib'})]})
    const other = scan({
      ...grype,
      packages: [pkg({purl: 'pkg:apk/alpine/busybox@1.36.1-r0?arch=x', licences: ['MIT']})],
    })
    const {packages} = mergeScans([one, other])
    expect(packages?.map(({name, licences}) => [name, licences])).toEqual([
      ['busybox', ['GPL-2.0-only', 'MIT']],
      ['zlib', ['GPL-2.0-only']],
    ])
  })

  test('that a report lists no packages does not hide what the other counted', () => {
    const {packageCount, packages} = mergeScans([scan({packageCount: null}), scan({packageCount: 14})])
    expect([packageCount, packages]).toEqual([14, null])
  })

  test('the end of an operating system counts, whoever says it', () => {
    const os = (endOfLife: boolean | null) => scan({os: {name: 'alpine 3.14', endOfLife, packages: 3}})
    expect(mergeScans([os(null), os(true), os(false)]).os?.endOfLife).toBe(true)
    expect(mergeScans([os(null), os(false)]).os?.endOfLife).toBe(false)
    expect(mergeScans([os(null), os(null)]).os?.endOfLife).toBeNull()
  })

  test('only what everybody looked up is known of all', () => {
    const one = scan({...grype, knows: {knownExploited: true, epss: true}})
    expect(mergeScans([scan(), one]).knows).toEqual({knownExploited: false, epss: false, knownExploitedBy: ['grype']})
    expect(mergeScans([one, one]).knows).toMatchObject({knownExploited: true, epss: true})
    const linter = scan({lookedFor: ['misconfiguration']})
    expect(mergeScans([linter, one]).knows).toMatchObject({knownExploited: true, epss: true})
  })

  test('secrets, misconfigurations and licences are one by id and place', () => {
    const {flaws} = mergeScans([
      byTrivy(secret(), misconfiguration(), licence()),
      byGrype(secret(), misconfiguration({places: [{kind: 'repository', file: 'other.yaml'}]}), licence()),
    ])
    expect(flaws.map(({kind, foundBy}) => [kind, foundBy])).toEqual([
      ['secret', ['grype', 'trivy']],
      ['misconfiguration', ['slipway']],
      ['licence', ['grype', 'trivy']],
      ['misconfiguration', ['grype']],
    ])
  })

  test.each([
    ['of two images', scan(), scan({digests: [digestB]})],
    ['of two platforms', scan({platform: 'linux/amd64'}), scan({platform: 'linux/arm64'})],
    [
      'of two configs, and no manifest',
      scan({digests: [], configDigest: digestA}),
      scan({digests: [], configDigest: digestB}),
    ],
  ])('%s are refused', (_, one, other) => {
    expect(() => mergeScans([one, other])).toThrow(expect.objectContaining({code: 'image/scans-contradict'}))
  })

  test('of one manifest are of one image, whatever blob a tool takes for its id', () => {
    const two = [scan({configDigest: digestA}), scan({configDigest: digestB})] as const
    expect(mergeScans(two).configDigest).toBeNull()
  })

  test('the digest is one that every scan vouches for', () => {
    const {digests} = mergeScans([scan({digests: [digestA, digestB]}), scan({digests: []}), scan({digests: [digestB]})])
    expect(digests).toEqual([digestB])
  })
})

/** Advisories of one package: their names are fixed, and each scanner sees some of them under some of their names. */
const advisories = [
  ['CVE-2026-1', 'GHSA-1', 'DSA-1'],
  ['CVE-2026-2', 'GHSA-2', 'DSA-1'],
  ['CVE-2026-3', 'PYSEC-3'],
  ['GHSA-4', 'PYSEC-4'],
] as const

type Names = readonly string[]

function scansOf(known: readonly Names[]): fc.Arbitrary<Scan> {
  const flaw = fc
    .record({
      names: fc.constantFrom(...known).chain(names => fc.subarray([...names], {minLength: 1})),
      package: fc.constantFrom('a', 'b'),
      severity: fc.constantFrom('unknown' as const, 'low' as const, 'critical' as const),
      scanner: fc.constantFrom('grype', 'trivy', 'snyk'),
      fix: fc.constantFrom(unfixed, fixedIn('2'), fixedIn('3')),
      isSuppressed: fc.boolean(),
    })
    .map(({names: [id = '', ...others], scanner, isSuppressed, package: name, severity, fix}) =>
      vulnerability({
        id,
        aliases: [id, ...others].sort(),
        package: name,
        purl: `pkg:pypi/${name}@1`,
        installedVersion: '1',
        severity,
        fix,
        foundBy: [scanner],
        ...(isSuppressed ? {suppressed: {by: scanner, reason: 'ignored'}} : {}),
      }),
    )
  return fc.array(flaw, {maxLength: 8}).map(flaws => scan({flaws}))
}

const scans = scansOf(advisories)

function sorted({flaws}: Scan): readonly Flaw[] {
  return flaws.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
}

describe('merging', () => {
  test('does not depend on the order of the scans', () =>
    fc.assert(
      fc.property(scans, scans, scans, (a, b, c) => {
        expect(sorted(mergeScans([c, b, a]))).toEqual(sorted(mergeScans([a, b, c])))
      }),
    ))

  // An advisory for two CVEs is divided by what all scanners say together, so then all have to be merged at once.
  test('does not depend on which two are merged first, where every name is of one vulnerability', () => {
    const ofOne = scansOf(advisories.map(names => names.filter(name => name !== 'DSA-1')))
    fc.assert(
      fc.property(ofOne, ofOne, ofOne, (a, b, c) => {
        const expected = sorted(mergeScans([a, b, c]))
        expect(sorted(mergeScans([mergeScans([a, b]), c]))).toEqual(expected)
        expect(sorted(mergeScans([a, mergeScans([c, b])]))).toEqual(expected)
      }),
    )
  })

  test('twice gives what once gives', () =>
    fc.assert(
      fc.property(scans, a => {
        const once = mergeScans([a])
        expect(sorted(mergeScans([once]))).toEqual(sorted(once))
        expect(mergeScans([once]).flaws.every(flaw => once.flaws.includes(flaw))).toBe(true)
        expect(sorted(mergeScans([once, once]))).toEqual(sorted(once))
      }),
    ))

  test('loses no name, no scanner and no severity', () =>
    fc.assert(
      fc.property(scans, scans, (a, b) => {
        const found = merged(a, b)
        for (const flaw of [...a.flaws, ...b.flaws]) {
          if (flaw.kind !== 'vulnerability') continue
          const same = found.filter(each => each.package === flaw.package && each.aliases.includes(flaw.id))
          expect(same.some(({foundBy}) => flaw.foundBy.every(name => foundBy.includes(name)))).toBe(true)
          expect(same.some(({severity}) => severity === flaw.severity || severity !== 'unknown')).toBe(true)
        }
      }),
    ))

  test('never makes one of two CVEs', () =>
    fc.assert(
      fc.property(scans, scans, (a, b) => {
        for (const {aliases} of merged(a, b)) {
          expect(aliases.filter(id => id.startsWith('CVE-')).length).toBeLessThan(2)
        }
      }),
    ))
})

describe('reports that were made to keep us busy', () => {
  const count = 20_000
  const cve = (index: number) => `CVE-2026-${index}`
  const each = (make: (index: number) => Vulnerability) => Array.from({length: count}, (_, index) => make(index))

  test.each<[string, readonly Vulnerability[], number]>([
    [
      'one advisory for everything',
      [
        vulnerability({id: cve(0)}),
        vulnerability({id: 'A', aliases: ['A', ...Array.from({length: count}, (_, index) => cve(index))]}),
      ],
      count,
    ],
    [
      'a chain of names',
      each(index => vulnerability({id: `X-${index}`, aliases: [`X-${index}`, `X-${index + 1}`]})),
      1,
    ],
    [
      'a chain of advisories',
      [
        vulnerability({id: cve(0)}),
        ...each(index => vulnerability({id: `A-${index}`, aliases: [`A-${index}`, cve(index), cve(index + 1)]})),
      ],
      count + 1,
    ],
    ['one name in every place', each(index => vulnerability({places: [{kind: 'image', path: `p${index}`}]})), 1],
  ])('%s', (_, flaws, expected) => expect(merged(scan({flaws}))).toHaveLength(expected))
})
