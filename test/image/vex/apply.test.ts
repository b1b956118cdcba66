import {describe, expect, test} from 'vitest'
import type {Vulnerability} from '../../../src/image/scan.ts'
import {applyVex, type TrustedVex} from '../../../src/image/vex/apply.ts'
import {digestA, digestB, scan, secret, vulnerability} from '../scans.ts'
import {busybox, cycloneDx, openVex, today, trusted} from './documents.ts'

const flaw = vulnerability({purl: busybox})

/** What becomes of busybox in `registry.example.com/ml/credit:v12`. */
function fate(documents: readonly TrustedVex[], change: Partial<Vulnerability> = {}, digests: readonly string[] = []) {
  const image = `registry.example.com/ml/credit:v12@${digestA}`
  const [after] = applyVex(scan({image, flaws: [{...flaw, ...change}]}), documents, today, digests).flaws
  if (after?.suppressed) return after.suppressed.reason.split(':', 1)[0]
  return after?.kind === 'vulnerability' ? (after.vex?.status ?? 'counts') : 'gone'
}

const said = (...statements: readonly Readonly<Record<string, unknown>>[]) => [trusted(openVex(statements))]

describe('a statement that is believed', () => {
  test('takes the flaw away, and says who says so, why, and until when', () => {
    const [after] = applyVex(scan({flaws: [flaw]}), said({}), today).flaws
    expect(after?.suppressed).toEqual({
      by: 'OpenVEX of vendor.example',
      reason: 'not affected: vulnerable code not in execute path',
      until: today + 100,
    })
  })

  test.each([
    ['not_affected', {}, 'not affected'],
    ['fixed', {}, 'fixed'],
    ['affected', {action_statement: 'Update to 1.36.1-r1.'}, 'affected'],
    ['under_investigation', {}, 'under_investigation'],
  ])('%s', (status, more, expected) => expect(fate(said({status, ...more}))).toBe(expected))

  test('that it is affected is shown with what to do', () => {
    const documents = said({status: 'affected', justification: undefined, action_statement: 'Update to 1.36.1-r1.'})
    const [after] = applyVex(scan({flaws: [flaw]}), documents, today).flaws
    expect(after).toMatchObject({
      vex: {status: 'affected', by: 'OpenVEX of vendor.example', says: 'Update to 1.36.1-r1.'},
    })
    expect(after?.suppressed).toBeUndefined()
  })

  test('is cut where its words would fill the report', () => {
    const documents = said({justification: undefined, impact_statement: 'x'.repeat(100_000)})
    // `not affected: ` and 500 signs, the last of them "…".
    expect(applyVex(scan({flaws: [flaw]}), documents, today).flaws[0]?.suppressed?.reason).toHaveLength(514)
  })

  test('leaves alone what a scanner has suppressed already, and what is no vulnerability', () => {
    const suppressed = {by: 'trivy', reason: 'ignored'}
    const flaws = [{...flaw, suppressed}, secret({id: 'CVE-2022-48174'})]
    expect(applyVex(scan({flaws}), said({}), today).flaws).toEqual(flaws)
  })

  test('counts to the end of its last day, and not on the day after', () => {
    expect(fate([trusted(openVex(), {expires: today})])).toBe('not affected')
    expect(fate([trusted(openVex(), {expires: today - 1})])).toBe('counts')
  })
})

describe('the vulnerability of a statement', () => {
  test.each([
    ['its name', {name: 'CVE-2022-48174'}, {}, 'not affected'],
    ['an alias of the statement', {name: 'VENDOR-1', aliases: ['CVE-2022-48174']}, {}, 'not affected'],
    [
      'an alias of the finding',
      {name: 'GHSA-aaaa-bbbb-cccc'},
      {aliases: ['CVE-2022-48174', 'GHSA-aaaa-bbbb-cccc']},
      'not affected',
    ],
    ['another name', {name: 'CVE-2022-48175'}, {}, 'counts'],
    // One advisory of a distributor is of many CVEs.
    [
      'the advisory of another CVE',
      {name: 'CVE-2022-1', aliases: ['DSA-5']},
      {aliases: ['CVE-2022-48174', 'DSA-5']},
      'counts',
    ],
  ])('is known by %s', (_, named, change, expected) => {
    expect(fate(said({vulnerability: named}), change)).toBe(expected)
  })
})

describe('the product of a statement', () => {
  const inImage = (id: string, parts?: readonly string[]) =>
    said({products: [{'@id': id, ...(parts ? {subcomponents: parts.map(part => ({'@id': part}))} : {})}]})

  test.each([
    ['the package in any version', 'pkg:apk/alpine/busybox', 'not affected'],
    ['this version', 'pkg:apk/alpine/busybox@1.36.1-r0', 'not affected'],
    ['another version', 'pkg:apk/alpine/busybox@1.36.1-r1', 'counts'],
    ['another package', 'pkg:apk/alpine/zlib', 'counts'],
    ['the image by digest', `pkg:oci/credit@${digestA}`, 'not affected'],
    [
      'the image by digest, from a mirror',
      `pkg:oci/credit@${digestA}?repository_url=mirror.example.com/x`,
      'not affected',
    ],
    ['another digest', `pkg:oci/credit@${digestB}`, 'counts'],
    ['the repository', 'pkg:oci/credit?repository_url=registry.example.com/ml/credit', 'not affected'],
    ['the repository, without the last name', 'pkg:oci/credit?repository_url=registry.example.com/ml', 'not affected'],
    ['another repository', 'pkg:oci/credit?repository_url=registry.example.com/other/credit', 'counts'],
    ['the name alone', 'pkg:oci/credit', 'not affected'],
    ['the tag', 'pkg:oci/credit?tag=v12', 'not affected'],
    ['another tag', 'pkg:oci/credit?tag=v11', 'counts'],
    ['the architecture', 'pkg:oci/credit?arch=amd64', 'not affected'],
    ['another architecture', 'pkg:oci/credit?arch=arm64', 'counts'],
    ['the image as Docker names it', 'registry.example.com/ml/credit:v12', 'not affected'],
    ['the image as Docker names it, by digest', `registry.example.com/ml/credit@${digestA}`, 'not affected'],
    ['another tag as Docker names it', 'registry.example.com/ml/credit:v11', 'counts'],
    ['a page in the web', 'https://vendor.example/products/credit', 'counts'],
    ['stars', 'registry.example.com/ml/*', 'counts'],
  ])('by %s', (_, id, expected) => expect(fate(inImage(id))).toBe(expected))

  test('by the digest of the index', () => {
    expect(fate(inImage(`pkg:oci/credit@${digestB}`), {}, [digestB])).toBe('not affected')
  })

  test('by the tag that the caller wrote, where the scanner knows the digest alone', () => {
    const named = scan({image: `registry.example.com/ml/credit@${digestA}`, flaws: [flaw]})
    const documents = inImage('pkg:oci/credit?tag=v12')
    expect(applyVex(named, documents, today).flaws[0]?.suppressed).toBeUndefined()
    expect(applyVex(named, documents, today, ['registry.example.com/ml/credit:v12']).flaws[0]?.suppressed).toBeDefined()
  })

  test('by hash', () => {
    const hashes = {'sha-256': digestA.slice('sha256:'.length)}
    expect(fate(said({products: [{'@id': 'https://vendor.example/credit', hashes}]}))).toBe('not affected')
  })

  test.each([
    ['this package of it', ['pkg:apk/alpine/busybox'], 'not affected'],
    ['one of several', ['pkg:apk/alpine/zlib', 'pkg:apk/alpine/busybox@1.36.1-r0'], 'not affected'],
    ['another package of it', ['pkg:apk/alpine/zlib'], 'counts'],
  ])('in %s', (_, parts, expected) => expect(fate(inImage(`pkg:oci/credit@${digestA}`, parts))).toBe(expected))

  test('in this package of another image', () => {
    expect(fate(inImage(`pkg:oci/credit@${digestB}`, ['pkg:apk/alpine/busybox']))).toBe('counts')
  })

  test('within another package: who brought it into the image is not known', () => {
    expect(fate(inImage('pkg:apk/alpine/alpine-baselayout', ['pkg:apk/alpine/busybox']))).toBe('counts')
  })

  test('never is a package without a package URL', () => {
    expect(fate(said({}), {purl: ''})).toBe('counts')
  })
})

describe('of several statements', () => {
  const affected = {status: 'affected', justification: undefined}
  const at = (timestamp: string) => ({timestamp})

  test('the last one counts, whatever the order in the document', () => {
    const [early, late] = [at('2026-10-01T00:00:00Z'), at('2026-10-02T00:00:00Z')]
    expect(fate(said({...late, ...affected}, early))).toBe('affected')
    expect(fate(said(late, {...early, ...affected}))).toBe('not affected')
  })

  test('points in time are compared, and not their texts', () => {
    // 23:30 in UTC is later than 01:00 of the next day two hours further east.
    expect(fate(said(at('2026-10-01T23:30:00Z'), {...at('2026-10-02T01:00:00+02:00'), ...affected}))).toBe(
      'not affected',
    )
  })

  test('of the same moment the later in the document counts', () => {
    expect(fate(said({}, affected))).toBe('affected')
    expect(fate(said(affected, {}))).toBe('not affected')
  })

  test('of the same moment in two documents the one counts that takes less away', () => {
    const [one, other] = [trusted(openVex([{}])), trusted(openVex([affected]))]
    expect(fate([one, other])).toBe('affected')
    expect(fate([other, one])).toBe('affected')
  })

  test('one that nobody believes any more overrides nothing', () => {
    const over = trusted(openVex([{...affected, timestamp: '2026-11-20T00:00:00Z'}]), {expires: today - 1})
    expect(fate([trusted(openVex()), over])).toBe('not affected')
  })
})

describe('CycloneDX', () => {
  const analysed = (analysis: object) => [trusted(cycloneDx({analysis}))]

  // CycloneDX 1.6, "impactAnalysisState".
  test.each([
    ['resolved', 'fixed'],
    ['resolved_with_pedigree', 'fixed'],
    ['exploitable', 'affected'],
    ['in_triage', 'under_investigation'],
    ['false_positive', 'not affected'],
    ['not_affected', 'not affected'],
  ])('%s', (state, expected) => expect(fate(analysed({state, detail: 'because'}))).toBe(expected))

  test('tells its justification, detail and response', () => {
    const documents = analysed({
      state: 'not_affected',
      justification: 'code_not_reachable',
      detail: 'no shell',
      response: ['will_not_fix'],
    })
    expect(applyVex(scan({flaws: [flaw]}), documents, today).flaws[0]?.suppressed).toMatchObject({
      by: 'CycloneDX of vendor.example',
      reason: 'not affected: code not reachable; no shell; will not fix',
    })
  })

  const inVersions = (ref: string, ...versions: readonly object[]) => ({affects: [{ref, versions}]})
  const versionCases: readonly [string, object, object, string][] = [
    ['the version that Trivy lists', inVersions('c1', {version: '1.36.1-r0', status: 'affected'}), {}, 'not affected'],
    ['another version', inVersions('c1', {version: '1.36.1-r1'}), {}, 'counts'],
    ['a range of versions', inVersions('c1', {range: 'vers:apk/<2'}), {}, 'counts'],
    [
      'one of two versions of a purl',
      inVersions('pkg:apk/alpine/busybox', {version: '1'}, {version: '1.36.1-r0'}),
      {},
      'not affected',
    ],
    ['other versions of a purl', inVersions('pkg:apk/alpine/busybox', {version: '1'}), {}, 'counts'],
  ]

  const container = (change: object) => ({
    metadata: {timestamp: '2026-11-01T00:00:00Z', component: {type: 'container', 'bom-ref': 'root', ...change}},
  })
  test.each([
    ['a component of no named product', {}, {}, 'not affected'],
    ['a purl', {affects: [{ref: 'pkg:apk/alpine/busybox@1.36.1-r0'}]}, {}, 'not affected'],
    [
      'a BOM-Link with a purl',
      {affects: [{ref: `urn:cdx:11111111-2222-3333-4444-555555555555/1#${encodeURIComponent(busybox)}`}]},
      {},
      'not affected',
    ],
    [
      'a BOM-Link to this document',
      {affects: [{ref: 'urn:cdx:3e671687-395b-41f5-a30f-a58921a69b79/1#c1'}]},
      {},
      'not affected',
    ],
    ['a BOM-Link to elsewhere', {affects: [{ref: 'urn:cdx:11111111-2222-3333-4444-555555555555/1#c1'}]}, {}, 'counts'],
    ['a reference that leads nowhere', {affects: [{ref: 'c2'}]}, {}, 'counts'],
    ['nothing', {affects: []}, {}, 'counts'],
    ...versionCases,
    [
      'a component of Syft in another document',
      {affects: [{ref: `${busybox}&package-id=5b8a9495e4efe754`}]},
      {},
      'not affected',
    ],
    [
      'a component of this image',
      {},
      container({name: 'registry.example.com/ml/credit', version: digestA}),
      'not affected',
    ],
    ['a component of this image by tag', {}, container({name: 'registry.example.com/ml/credit:v12'}), 'not affected'],
    ['a component of another image', {}, container({name: 'registry.example.com/ml/other', version: 'v12'}), 'counts'],
    ['a component of another image by purl', {}, container({purl: `pkg:oci/credit@${digestB}`}), 'counts'],
    ['this whole image', {affects: [{ref: 'root'}]}, container({purl: `pkg:oci/credit@${digestA}`}), 'not affected'],
  ])('affects %s', (_, vulnerabilityChange, change, expected) => {
    expect(fate([trusted(cycloneDx({...vulnerabilityChange}, {...change}))])).toBe(expected)
  })

  test('without times is overridden by whoever says when he speaks', () => {
    const undated = trusted(cycloneDx({}, {metadata: {}}))
    expect(fate([undated])).toBe('not affected')
    expect(fate([undated, trusted(openVex([{status: 'affected', justification: undefined}]))])).toBe('affected')
  })

  test('names a vulnerability by its references too', () => {
    expect(fate([trusted(cycloneDx({id: 'GHSA-1', references: [{id: 'CVE-2022-48174'}]}))])).toBe('not affected')
  })
})

test('a document of many statements over a scan of many flaws takes the sum and not the product', () => {
  const names = Array.from({length: 5_000}, (_, index) => `CVE-2024-${index}`)
  const documents = said(...names.map(name => ({vulnerability: {name}})))
  const flaws = names.map(id => vulnerability({id, purl: busybox}))
  expect(applyVex(scan({flaws}), documents, today).flaws.every(each => each.suppressed)).toBe(true)
})
