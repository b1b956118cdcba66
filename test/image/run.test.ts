import {describe, expect, test} from 'vitest'
import {parseWaivers} from '../../src/config/waivers.ts'
import {parseDay} from '../../src/core/day.ts'
import type {Finding} from '../../src/core/finding.ts'
import {openScanner} from '../../src/image/open.ts'
import {type ImageScanRequest, scanImage} from '../../src/image/run.ts'
import type {Scan} from '../../src/image/scanner.ts'
import {renderMarkdown} from '../../src/report/markdown.ts'
import {systemExec} from '../../src/runtime/exec.ts'
import {systemFiles} from '../../src/runtime/files.ts'
import {silentLog} from '../../src/runtime/log.ts'
import {imageOfRelease, releases} from '../fakes/release-images.ts'
import {digestA, digestB, scannerOf, scanOf, vulnerability} from './scans.ts'

const today = parseDay('2026-11-21') ?? Number.NaN
const gate = [
  {severity: 'critical', verdict: 'fail'},
  {severity: 'high', fixable: true, verdict: 'fail'},
  {severity: 'high', verdict: 'warn'},
] as const

function request(scan: Partial<Scan>, change: Partial<ImageScanRequest> = {}): ImageScanRequest {
  const scanner = scannerOf(scanOf(scan))
  return {service: 'credit', config: {gate: [...gate]}, scanner, waivers: [], today, ...change}
}

function answers(findings: readonly Finding[]): readonly string[] {
  return findings.map(({verdict, reason, subject}) => `${verdict} ${reason} ${subject}`)
}

describe('an image', () => {
  test('with nothing against the gate passes, and its digest is what the verdict is bound to', async () => {
    const {result} = await scanImage(request({vulnerabilities: [vulnerability({severity: 'low'})]}))
    expect(result).toMatchObject({gate: 'image', service: 'credit', verdict: 'pass', subject: {image: digestA}})
    expect(answers(result.findings)).toEqual([
      'pass image/digest-known digest',
      'pass image/no-gated-vulnerabilities vulnerabilities',
    ])
    expect(result.findings[1]?.what).toBe('No vulnerability stands against the gate. 1 other is reported below.')
  })

  test('with a critical vulnerability fails, and the summary says what to do first', async () => {
    const {result} = await scanImage(request({vulnerabilities: [vulnerability()]}))
    expect(result).toMatchObject({
      verdict: 'fail',
      reason: 'image/vulnerability-found',
      summary: '1 vulnerability stands against the gate among 14 packages. Upgrade busybox to 1.36.1-r1 first.',
    })
    expect(answers(result.findings)).toEqual([
      'pass image/digest-known digest',
      'fail image/vulnerability-found CVE-2022-48174 in busybox 1.36.1-r0',
    ])
  })

  test('of another digest is an error, and its findings are not held against this one', async () => {
    const {result} = await scanImage(request({vulnerabilities: [vulnerability()]}, {expectedDigest: digestB}))
    expect(result).toMatchObject({verdict: 'error', reason: 'image/report-for-another-digest'})
    expect(answers(result.findings)).toEqual(['error image/report-for-another-digest digest'])
  })

  test('whose digest nobody knows never passes', async () => {
    const {result} = await scanImage(request({digests: []}))
    expect(result).toMatchObject({verdict: 'error', reason: 'image/digest-unknown', subject: {}})
  })

  test('of which nothing was seen never passes', async () => {
    const {result} = await scanImage(request({os: null, packages: 0}))
    expect(result).toMatchObject({verdict: 'error', reason: 'image/nothing-scanned'})
  })

  test('of unknown severities needs somebody’s eye', async () => {
    const {result} = await scanImage(request({vulnerabilities: [vulnerability({severity: 'unknown'})]}))
    expect(result).toMatchObject({verdict: 'warn', reason: 'image/severity-unknown'})
  })

  test('named by a digest is held to that digest', async () => {
    const {result} = await scanImage(request({}, {imageReference: `credit@${digestB}`}))
    expect(result.reason).toBe('image/report-for-another-digest')
  })

  test('named by two different digests is not scanned at all', async () => {
    const contradicting = request({}, {imageReference: `credit@${digestB}`, expectedDigest: digestA})
    await expect(scanImage(contradicting)).rejects.toMatchObject({code: 'image/digests-contradict'})
  })
})

describe('waivers', () => {
  const waived = (expires: string, extra = '') =>
    scanImage(
      request(
        {vulnerabilities: [vulnerability()]},
        {
          waivers: parseWaivers(
            `- {vulnerability: CVE-2022-48174, owner: ml, reason: no shell, expires: ${expires}}\n${extra}`,
            'waivers.yml',
          ),
        },
      ),
    )

  test('let an image pass, and stay in the report with owner, date and reason', async () => {
    const {result, report} = await waived('2027-03-01')
    expect(result.verdict).toBe('pass')
    expect(answers(result.findings)).toContain('pass image/waived CVE-2022-48174 in busybox 1.36.1-r0')
    expect(renderMarkdown(report)).toContain('| critical | CVE-2022-48174 | busybox | ml | 2027-03-01 | no shell |')
  })

  test('warn two weeks before they run out', async () => {
    const {result} = await waived('2026-12-05')
    expect(result).toMatchObject({verdict: 'warn', reason: 'image/waiver-expires-soon'})
    expect(result.findings.find(({verdict}) => verdict === 'warn')?.what).toContain('14 days left')
  })

  test('hold on their last day, and no longer', async () => {
    expect((await waived('2026-11-21')).result.verdict).toBe('warn')
    expect((await waived('2026-11-20')).result).toMatchObject({verdict: 'fail', reason: 'image/waiver-expired'})
  })

  test('that cover nothing are named', async () => {
    const {result} = await waived('2027-03-01', '- {vulnerability: CVE-1, owner: ml, reason: x, expires: 2027-01-01}\n')
    expect(result).toMatchObject({verdict: 'warn', reason: 'image/waiver-unused'})
    expect(result.findings.at(-1)?.what).toBe('The waiver of ml on line 2 covers nothing in this image.')
  })
})

describe('the releases of the example', () => {
  const folder = 'examples/credit/releases'

  test.each(releases.map(release => [release, release === 'v5' ? 'fail' : 'pass'] as const))(
    '%s: the recorded report of Trivy says %s, for the image that the release ships',
    async (release, verdict) => {
      const {digest} = imageOfRelease(release)
      expect(await systemFiles.readText(`${folder}/${release}/image-digest.txt`)).toBe(`${digest}\n`)
      const ports = {exec: systemExec, files: systemFiles, log: silentLog, env: {}}
      const scanner = openScanner({scanner: 'report', report: `${folder}/${release}/image.json`}, ports)
      const {result} = await scanImage(request({}, {scanner, expectedDigest: digest}))
      expect(result).toMatchObject({verdict, subject: {image: digest}})
    },
  )
})
