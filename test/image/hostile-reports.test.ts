/** From the text of a report that somebody made to harm, through the gate, to everything that is written about it. */
import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {type ImageRule, image} from '../../src/config/image-schema.ts'
import {isFailure} from '../../src/core/failure.ts'
import {verdicts} from '../../src/core/verdict.ts'
import {imageSarifs, imageSboms} from '../../src/gates/image-files.ts'
import {gatheredFromReport} from '../../src/image/gather.ts'
import {renderOpenVex} from '../../src/image/render/openvex.ts'
import {renderScan} from '../../src/image/render/scan-json.ts'
import {parseReport} from '../../src/image/reports/read.ts'
import {judgeImage} from '../../src/image/run.ts'
import type {Scan} from '../../src/image/scan.ts'
import {withoutWorkflowCommands} from '../../src/report/escape.ts'
import {renderHtml} from '../../src/report/html.ts'
import {renderMarkdown} from '../../src/report/markdown.ts'
import {renderTerminal} from '../../src/report/terminal.ts'
import {fixture} from './reports/fixtures.ts'
import {misconfiguration, scan, secret, vulnerability} from './scans.ts'

const now = new Date('2026-11-21T12:00:00Z')
const everything: readonly ImageRule[] = [
  {severity: 'critical', verdict: 'fail'},
  {severity: 'high', fixable: true, verdict: 'fail'},
  {'known-exploited': true, verdict: 'fail'},
  {'epss-at-least': 0.1, verdict: 'warn'},
  {kind: 'secret', verdict: 'fail'},
  {kind: 'misconfiguration', verdict: 'warn'},
  {kind: 'licence', licence: ['*GPL*'], verdict: 'fail'},
  {kind: 'package', package: ['*a*'], verdict: 'warn'},
  {kind: 'end-of-life', verdict: 'fail'},
]

function judge(main: Scan, reports: readonly Scan[] = []) {
  return judgeImage(gatheredFromReport(main), {
    service: 'credit',
    config: {...image.parse({}), gate: [...everything]},
    isDefaultGate: false,
    expectedDigest: null,
    reports,
    repository: null,
    workloads: [],
    findings: [],
    lists: {knownExploited: null, epss: null},
    accepted: {waivers: [], vex: []},
    baseline: {kind: 'none'},
    now,
  })
}

const hostile =
  '\u001b[31m\u202e\n::error::x\r\n<script>alert(1)</script>|`](javascript:x)\n\n# H\n\u0000\ud800 [a](http://x) @octocat'
const values = [
  ...[null, '', hostile, 'x'.repeat(5000), 1e308, -1, 0, 2 ** 53, 1.5, true, [], {}, [null], '__proto__'],
  ...['CVE-2022-48174', `sha256:${'a'.repeat(64)}`, 'pkg:apk/alpine/busybox@1', 'pkg:%', '9999-12-31T00:00:00Z'],
  ...['CRITICAL', 'LOW', 'linux/amd64', '../../etc', 'not_affected', 'accepted', 'pass', 'none'],
]

/** Up to four values of a document, each replaced by one of these. */
function changed(json: unknown, changes: readonly (readonly [place: number, value: number])[]): string {
  const places = new Set(changes.map(([place]) => place))
  const chosen = new Map(changes)
  let count = 0
  JSON.stringify(json, (_, value) => {
    count++
    return value
  })
  const at = new Map([...places].map(place => [1 + (place % Math.max(count - 1, 1)), chosen.get(place) ?? 0]))
  let seen = 0
  return JSON.stringify(json, (_, value) => {
    const index = at.get(seen++)
    return index === undefined ? value : structuredClone(values[index % values.length])
  })
}

const changes = fc.array(fc.tuple(fc.nat(1_000_000), fc.nat(1000)), {minLength: 1, maxLength: 4})
const names = [
  ...['trivy-image.sarif', 'grype.sarif', 'kube-linter.sarif', 'trivy-vulnerabilities.cdx.json', 'syft.json'],
  'trivy.spdx.json',
] as const
const own: readonly (readonly [string, string])[] = [
  ['scan.json', renderScan(judge(scan({flaws: [vulnerability(), secret(), misconfiguration()]})).judgement)],
  ...['trivy-registry.json', 'trivy-flawed.json', 'grype.json'].map(
    name => [name, fixture(`../image/${name}`)] as const,
  ),
]
const reports = [...names.map(name => [name, fixture(name)] as const), ...own]

function parsed(text: string): Scan | null {
  try {
    return parseReport(text, 'report.json')
  } catch (error) {
    if (isFailure(error)) return null
    throw error
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const steering = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/

describe.each(reports)('a report such as %s, whatever is changed in it,', (_, text) => {
  const json: unknown = JSON.parse(text)

  test('is refused, or judged and rendered without a word that steers who reads it', () => {
    fc.assert(
      fc.property(changes, given => {
        const main = parsed(changed(json, given))
        if (main === null) return
        const {report, comment, judgement} = judge(main)
        const texts = [
          renderMarkdown(report),
          renderMarkdown(comment),
          renderHtml(report),
          withoutWorkflowCommands(renderTerminal(report, {width: 60})),
        ]
        for (const each of texts) expect(each).not.toMatch(steering)
        for (const each of texts.slice(0, 3)) expect(each).not.toContain('<script>alert')
        for (const each of texts.slice(0, 2)) expect(each).not.toMatch(/^# H|\]\(http:\/\/x\)|(?<!\u200b)@octocat/m)
        expect(texts[3]).not.toMatch(/^\s*::|##\[/m)
        for (const {text: sarif} of imageSarifs(judgement, places)) JSON.parse(sarif)
        for (const {text: sbom} of imageSboms(judgement)) JSON.parse(sbom)
        renderOpenVex(judgement, {author: 'platform-team', at: now.toISOString()})
      }),
      {numRuns: 25},
    )
  })

  test('never makes the verdict of a scan beside it better', () => {
    const flaws = [vulnerability(), vulnerability({id: 'CVE-2023-42363', severity: 'high'})]
    const main = scan({flaws, lookedFor: ['vulnerability', 'secret', 'package']})
    const alone = gravity(main)
    fc.assert(
      fc.property(changes, given => {
        const other = parsed(changed(json, given))
        if (other === null) return
        // Without its digests: a report of another image is refused as a whole.
        expect(gravity(main, {...other, digests: [], configDigest: null, platform: null})).toBeGreaterThanOrEqual(alone)
      }),
      {numRuns: 25},
    )
  })
})

const places = {
  repository: {dockerfile: null, locks: []},
  otherwise: 'slipway.yml',
  suppressed: 'shown',
} as const

function gravity(main: Scan, ...others: readonly Scan[]): number {
  return verdicts.indexOf(judge(main, others).result.verdict)
}
