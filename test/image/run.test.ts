import {describe, expect, test} from 'vitest'
import {image, isDefaultGate} from '../../src/config/image-schema.ts'
import {parseWaivers} from '../../src/config/waivers.ts'
import type {Finding} from '../../src/core/finding.ts'
import {type GatheredImage, type GatheredPlatform, gatheredFromReport} from '../../src/image/gather.ts'
import {openReport} from '../../src/image/reports/open.ts'
import {type JudgeImageRequest, judgeImage} from '../../src/image/run.ts'
import type {Scan} from '../../src/image/scan.ts'
import {renderMarkdown} from '../../src/report/markdown.ts'
import {systemFiles} from '../../src/runtime/files.ts'
import {imageOfRelease, releases} from '../fakes/release-images.ts'
import {digestA, digestB, misconfiguration, pkg, scan, vulnerability} from './scans.ts'

const now = new Date('2026-11-21T12:00:00Z')
const fresh = '2026-11-21T06:00:00Z'

/** A scan by a tool with a database of this morning. */
function scanOf(change: Partial<Scan> = {}): Scan {
  return scan({scanners: [{name: 'trivy', version: '0.70.0', at: fresh, databaseBuilt: fresh}], ...change})
}

function judged(gathered: GatheredImage | Scan, change: Partial<JudgeImageRequest> & {readonly image?: object} = {}) {
  const {image: written = {}, ...rest} = change
  const config = image.parse(written)
  return judgeImage('flaws' in gathered ? gatheredFromReport(gathered) : gathered, {
    service: 'credit',
    config,
    isDefaultGate: isDefaultGate(config.gate),
    expectedDigest: null,
    reports: [],
    repository: null,
    workloads: [],
    findings: [],
    lists: {knownExploited: null, epss: null},
    accepted: {waivers: [], vex: []},
    baseline: {kind: 'none'},
    now,
    ...rest,
  })
}

function answers(findings: readonly Finding[]): readonly string[] {
  return findings.map(({verdict, reason, subject}) => `${verdict} ${reason} ${subject}`)
}

describe('an image', () => {
  test('with nothing against the gate passes, and its digest is what the verdict is bound to', () => {
    const {result} = judged(scanOf({flaws: [vulnerability({severity: 'low'})]}))
    expect(result).toMatchObject({gate: 'image', service: 'credit', verdict: 'pass', subject: {image: digestA}})
    expect(answers(result.findings)).toContain('pass image/digest-known digest')
  })

  test('with a critical vulnerability fails, and the summary says what to do first', () => {
    const {result} = judged(scanOf({flaws: [vulnerability()]}))
    expect(result).toMatchObject({verdict: 'fail', reason: 'image/vulnerability-found'})
    expect(result.summary).toMatch(
      /^1 vulnerability stands against the gate among \d+ packages\. Upgrade busybox to 1\.36\.1-r1 first\.$/,
    )
  })

  test('of another digest is an error, and its findings are not held against this one', () => {
    const {result, judgement} = judged(scanOf({flaws: [vulnerability()]}), {expectedDigest: digestB})
    expect(result).toMatchObject({verdict: 'error', reason: 'image/report-for-another-digest'})
    expect(answers(result.findings)).toEqual(['error image/report-for-another-digest digest'])
    expect(judgement.platforms).toEqual([])
  })

  test('whose digest nobody knows never passes', () => {
    const {result} = judged(scanOf({digests: []}))
    expect(result).toMatchObject({verdict: 'error', reason: 'image/digest-unknown', subject: {}})
  })

  test('is not known by the digest that a report beside its scan names', () => {
    const sbom = scan({lookedFor: [], packages: [pkg()]})
    const {result} = judged(scanOf({digests: [], image: 'other.tar'}), {reports: [sbom], expectedDigest: digestA})
    expect(result).toMatchObject({verdict: 'error', reason: 'image/digest-unknown', subject: {}})
  })

  test('of which the scanner saw nothing never passes, whatever an SBOM beside the scan lists', () => {
    const sbom = scan({lookedFor: [], packages: [pkg(), pkg({name: 'musl'})], packageCount: 2})
    const {result} = judged(scanOf({os: null, packages: [], packageCount: 0}), {reports: [sbom]})
    expect(result).toMatchObject({verdict: 'error', reason: 'image/nothing-scanned'})
  })

  test('of which nothing was seen never passes', () => {
    const {result} = judged(scanOf({os: null, packages: [], packageCount: 0}))
    expect(result).toMatchObject({verdict: 'error', reason: 'image/nothing-scanned'})
  })

  test('of unknown severities needs somebody’s eye', () => {
    const {result} = judged(scanOf({flaws: [vulnerability({severity: 'unknown'})]}))
    expect(result).toMatchObject({verdict: 'warn', reason: 'image/severity-unknown'})
  })

  test('scanned with an old database is inconclusive, however clean it looks', () => {
    const old = [{name: 'trivy', version: '0.70.0', at: fresh, databaseBuilt: '2026-11-15T06:00:00Z'}]
    expect(judged(scanOf({scanners: old})).result).toMatchObject({
      verdict: 'inconclusive',
      reason: 'image/database-too-old',
    })
    expect(judged(scanOf({scanners: old}), {image: {'database-max-age': '7d'}}).result.verdict).toBe('pass')
  })
})

describe('an index of platforms', () => {
  const index = `sha256:${'c'.repeat(64)}` as const
  const part = (platform: string, digest: typeof digestA, change: Partial<Scan> = {}): GatheredPlatform => ({
    platform,
    digest,
    scans: [scanOf({digests: [digest], platform, ...change})],
    facts: null,
  })
  const gathered = (second: Partial<Scan> = {}): GatheredImage => ({
    label: 'registry.example.com/credit:v2',
    digest: index,
    isIndex: true,
    platforms: [part('linux/amd64', digestA), part('linux/arm64', digestB, second)],
    passedOver: [],
    base: null,
  })

  test('is vouched for as a whole, once each of its platforms is', () => {
    const {result} = judged(gathered())
    expect(result).toMatchObject({verdict: 'pass', subject: {image: index}})
    expect(result.findings.filter(({reason}) => reason === 'image/digest-known')).toHaveLength(2)
  })

  test('is as bad as its worst platform, which is named', () => {
    const {result} = judged(gathered({flaws: [vulnerability()]}))
    expect(result.verdict).toBe('fail')
    expect(JSON.stringify(result.findings.find(({verdict}) => verdict === 'fail'))).toContain('linux/arm64')
  })

  test('one scan of another image makes the whole an error', () => {
    const {result} = judged(gathered({digests: [digestA]}))
    expect(result).toMatchObject({verdict: 'error', reason: 'image/report-for-another-digest'})
  })

  test('may be asked for by the digest of one of its images, and by no other', () => {
    expect(judged(gathered(), {expectedDigest: digestB}).result).toMatchObject({
      verdict: 'pass',
      subject: {image: digestB},
    })
    const other = judged(gathered(), {expectedDigest: `sha256:${'d'.repeat(64)}`})
    expect(other.result).toMatchObject({verdict: 'error', reason: 'image/report-for-another-digest'})
  })

  test('without a platform that the config asks for fails', () => {
    const {result} = judged(gathered(), {image: {platforms: ['linux/amd64', 'linux/s390x']}})
    expect(result).toMatchObject({verdict: 'fail', reason: 'image/platform-missing'})
  })

  test('a report that counts as well goes to its platform; one of neither is refused', () => {
    const report = scanOf({
      platform: 'linux/arm64',
      scanners: [{name: 'grype', version: null, at: fresh, databaseBuilt: fresh}],
      digests: [digestB],
      flaws: [vulnerability({foundBy: ['grype']})],
    })
    const {judgement} = judged(gathered(), {reports: [report]})
    expect(judgement.platforms.map(({platform, judged: flaws}) => [platform, flaws.length])).toEqual([
      ['linux/amd64', 0],
      ['linux/arm64', 1],
    ])
    const ofIndex = {...report, digests: [index]}
    expect(judged(gathered(), {reports: [ofIndex]}).judgement.platforms[1]?.judged).toHaveLength(1)
    const stray = {...report, digests: [`sha256:${'d'.repeat(64)}` as const]}
    expect(() => judged(gathered(), {reports: [stray]})).toThrow(
      expect.objectContaining({code: 'image/report-for-another-digest'}),
    )
    const unnamed = {...report, digests: [], platform: null}
    expect(() => judged(gathered(), {reports: [unnamed]})).toThrow(
      expect.objectContaining({code: 'image/report-for-which-platform'}),
    )
  })
})

describe('what is wrong in the repository', () => {
  const linter = scan({
    scanners: [{name: 'kube-linter', version: null, at: null, databaseBuilt: null}],
    digests: [],
    os: null,
    packages: null,
    packageCount: null,
    lookedFor: ['misconfiguration'],
    flaws: [misconfiguration({severity: 'critical', foundBy: ['kube-linter']})],
  })

  test('is judged beside the image, by its own rules', () => {
    const {result, judgement} = judged(scanOf(), {reports: [linter]})
    expect(result).toMatchObject({verdict: 'fail', subject: {image: digestA}})
    expect(judgement.repository?.judged).toHaveLength(1)
    expect(judgement.platforms[0]?.judged).toEqual([])
  })

  test('is judged together with what our own checks say', () => {
    const own = [misconfiguration({id: 'k8s-run-as-non-root', severity: 'high'})]
    const {judgement} = judged(scanOf(), {reports: [linter], repository: own})
    expect(judgement.repository?.judged.map(({flaw}) => flaw.foundBy)).toEqual([['kube-linter'], ['slipway']])
  })
})

test('what else was seen counts as well, and the summary says it', () => {
  const unread = {
    id: 'image/manifests-are-read',
    verdict: 'inconclusive',
    reason: 'image/manifest-unreadable',
    subject: 'a.yaml',
    what: 'a.yaml is no YAML.',
  } as const
  const {result} = judged(scanOf(), {findings: [unread]})
  expect(result).toMatchObject({
    verdict: 'inconclusive',
    reason: 'image/manifest-unreadable',
    summary: 'a.yaml is no YAML.',
  })
})

describe('waivers', () => {
  const waived = (expires: string, extra = '') => {
    const text = `- {vulnerability: CVE-2022-48174, owner: ml, reason: no shell, expires: ${expires}}\n${extra}`
    const waivers = parseWaivers(text, 'waivers.yml')
    return judged(scanOf({flaws: [vulnerability()]}), {accepted: {waivers, vex: []}})
  }

  test('let an image pass, and stay in the report with owner, date and reason', () => {
    const {result, report} = waived('2027-03-01')
    expect(result.verdict).toBe('pass')
    expect(answers(result.findings)).toContain('pass image/waived CVE-2022-48174 in busybox 1.36.1-r0')
    const text = renderMarkdown(report)
    for (const word of ['CVE-2022-48174', 'ml', '2027-03-01', 'no shell']) expect(text).toContain(word)
  })

  test('warn two weeks before they run out', () => {
    const {result} = waived('2026-12-05')
    expect(result).toMatchObject({verdict: 'warn', reason: 'image/waiver-expires-soon'})
    expect(result.findings.find(({verdict}) => verdict === 'warn')?.what).toContain('14 days left')
  })

  test('hold on their last day, and no longer', () => {
    expect(waived('2026-11-21').result.verdict).toBe('warn')
    expect(waived('2026-11-20').result).toMatchObject({verdict: 'fail', reason: 'image/waiver-expired'})
  })

  test('that cover nothing are named', () => {
    const {result} = waived('2027-03-01', '- {vulnerability: CVE-1, owner: ml, reason: x, expires: 2027-01-01}\n')
    expect(result).toMatchObject({verdict: 'warn', reason: 'image/waiver-unused'})
  })
})

describe('what is new', () => {
  const rules = [{severity: 'critical', new: true, verdict: 'fail'}]
  const known = {
    kind: 'known',
    label: 'v1 in production',
    flaws: [{ids: ['CVE-2022-48174'], package: 'busybox'}],
  } as const
  const both = [vulnerability(), vulnerability({id: 'CVE-2026-1', package: 'zlib'})]

  test('alone stands against a gate that asks for it, and alone is in the comment', () => {
    const {result, comment} = judged(scanOf({flaws: both}), {image: {gate: rules}, baseline: known})
    expect(answers(result.findings).filter(each => each.startsWith('fail'))).toEqual([
      'fail image/vulnerability-found CVE-2026-1 in zlib 1.36.1-r0',
    ])
    const text = renderMarkdown(comment)
    expect(text).toContain('CVE-2026-1')
    expect(text).not.toContain('CVE-2022-48174')
  })

  test('is everything where nobody knows what was there', () => {
    const missing = {
      kind: 'missing',
      why: 'The ledger of "production" knows no release yet',
      remedy: 'Nothing.',
    } as const
    const {result} = judged(scanOf({flaws: both}), {image: {gate: rules}, baseline: missing})
    expect(answers(result.findings).filter(each => each.startsWith('fail'))).toHaveLength(2)
  })
})

describe('the releases of the example', () => {
  const folder = 'examples/credit/releases'
  const gate = [
    {severity: 'critical', verdict: 'fail'},
    {severity: 'high', fixable: true, verdict: 'fail'},
    {severity: 'high', verdict: 'warn'},
  ]

  const recordedScans = {scanner: 'report', report: 'image.json', gate, 'database-max-age': '3650d'}

  test.each(releases.map(release => [release, release === 'v5' ? 'fail' : 'pass'] as const))(
    '%s: the recorded report of Trivy says %s, for the image that the release ships',
    async (release, verdict) => {
      const {digest} = imageOfRelease(release)
      expect(await systemFiles.readText(`${folder}/${release}/image-digest.txt`)).toBe(`${digest}\n`)
      const recorded = await openReport(`${folder}/${release}/image.json`, systemFiles)
      const {result} = judged(recorded, {expectedDigest: digest, image: recordedScans})
      expect(result).toMatchObject({verdict, subject: {image: digest}})
    },
  )
})

describe('more flaws than get a finding of their own', () => {
  const severities = ['critical', 'high', 'low'] as const
  const flaws = Array.from({length: 1800}, (_, index) =>
    vulnerability({id: `CVE-2026-${1000 + index}`, severity: severities[index % 3] ?? 'low'}),
  )

  test('are all counted in the first sentence', () => {
    const {result} = judged(scanOf({flaws}), {image: {gate: [{severity: 'critical', verdict: 'fail'}]}})
    expect(result.summary).toMatch(/^600 vulnerabilities stand against the gate/)
  })

  test('are all counted where they only need an eye', () => {
    const {result} = judged(scanOf({flaws}), {image: {gate: [{severity: 'critical', verdict: 'warn'}]}})
    expect(result.summary).toMatch(/^Nothing blocks this image.*; 60\d findings need somebody’s eye\.$/)
  })
})
