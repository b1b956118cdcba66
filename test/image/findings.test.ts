import {describe, expect, test} from 'vitest'
import type {ImageRule} from '../../src/config/image-schema.ts'
import type {Waiver} from '../../src/config/waivers.ts'
import {parseDay} from '../../src/core/day.ts'
import {conclude, type Finding} from '../../src/core/finding.ts'
import {type FindingsPolicy, imageFindings} from '../../src/image/findings.ts'
import {judgeScan} from '../../src/image/gate/judge.ts'
import type {Baseline, ImageJudgement} from '../../src/image/judgement.ts'
import type {Flaw, Scan} from '../../src/image/scan.ts'
import {indexWaivers} from '../../src/image/waivers/state.ts'
import {
  digestB,
  endOfLife,
  imageJudgement,
  licence,
  misconfiguration,
  packageUse,
  pkg,
  platformJudgement,
  scan,
  secret,
  unfixed,
  vulnerability,
} from './scans.ts'

const today = parseDay('2026-11-21') ?? Number.NaN
const image = 'registry.example.com/credit'
const fails: readonly ImageRule[] = [{severity: 'critical', verdict: 'fail'}]

interface Case {
  readonly rules?: readonly ImageRule[]
  readonly waivers?: readonly Waiver[]
  readonly baseline?: Baseline
  readonly policy?: Partial<FindingsPolicy>
}

/** One platform for each scan. */
function judge(scans: readonly Scan[], {rules = fails, waivers = [], baseline = {kind: 'none'}}: Case): ImageJudgement {
  const policy = {rules, waivers: indexWaivers(waivers), baseline, today, image}
  const platforms = scans.map((each, index) =>
    platformJudgement({
      platform: each.platform,
      digest: index === 0 ? (each.digests[0] ?? null) : digestB,
      scan: each,
      judged: judgeScan(each, policy),
    }),
  )
  return imageJudgement({label: image, platforms, baseline})
}

function findingsOf(scans: readonly Scan[], given: Case = {}): readonly Finding[] {
  const {rules = fails, waivers = [], policy = {}} = given
  return imageFindings(judge(scans, given), {rules, waivers, isDefaultGate: false, ...policy})
}

function of(flaws: readonly Flaw[], given: Case = {}, change: Partial<Scan> = {}): readonly Finding[] {
  return findingsOf([scan({flaws, ...change})], given)
}

function short(findings: readonly Finding[]): readonly string[] {
  return findings.map(({verdict, reason}) => `${verdict} ${reason}`)
}

function waiver(change: Partial<Waiver> = {}): Waiver {
  const whose = {owner: 'platform-team', reason: 'The image has no shell that reads input from outside.'}
  return {
    kind: 'vulnerability',
    id: 'CVE-2022-48174',
    status: 'accepted',
    expires: today + 90,
    line: 1,
    ...whose,
    ...change,
  }
}

describe('what a person reads of a gated flaw', () => {
  const exploited = {added: null, due: parseDay('2026-12-05') ?? null, ransomware: true}
  test.each<[Flaw, Partial<Finding>]>([
    [
      vulnerability(),
      {
        id: 'image/vulnerability',
        verdict: 'fail',
        reason: 'image/vulnerability-found',
        subject: 'CVE-2022-48174 in busybox 1.36.1-r0',
        what: 'Critical, fixed in 1.36.1-r1.',
        why: 'stack overflow in ash.',
        remedy: 'Upgrade busybox to 1.36.1-r1.',
        value: 'critical',
      },
    ],
    [vulnerability({fix: unfixed}), {what: 'Critical, no fixed version.'}],
    [vulnerability({fix: {...unfixed, state: 'unknown'}}), {what: 'Critical, fix unknown.'}],
    [
      vulnerability({fix: {...unfixed, state: 'will-not-fix'}}),
      {what: 'Critical, which its distributor will not fix.'},
    ],
    [
      vulnerability({knownExploited: exploited, epss: {score: 0.942, percentile: 0.99}}),
      {what: 'Critical, fixed in 1.36.1-r1; known to be exploited by ransomware, due 2026-12-05; EPSS 94.2%.'},
    ],
    [
      secret(),
      {
        id: 'image/secret',
        reason: 'image/secret-found',
        subject: 'aws-access-key-id in app/.env',
        what: 'Critical: AWS Access Key ID.',
      },
    ],
    [
      misconfiguration(),
      {
        reason: 'image/misconfigured',
        subject: 'runs-as-root in deploy/serving.yaml:12',
        what: 'High: Container serving of Deployment credit may run as root.',
        remedy: 'Set securityContext.runAsNonRoot.',
      },
    ],
    [licence(), {reason: 'image/licence-refused', what: 'ghostscript is under AGPL-3.0-only.'}],
    [packageUse(), {reason: 'image/package-refused', what: 'left-pad 1.0.0 is in the image.'}],
    [endOfLife(), {reason: 'image/os-end-of-life', what: 'alpine 3.14.0 gets no more security updates.'}],
  ])('%#', (flaw, expected) => {
    const [finding, ...others] = of(
      [flaw],
      {rules: [{kind: flaw.kind, verdict: 'fail'}]},
      {lookedFor: ['vulnerability', 'secret', 'misconfiguration', 'licence']},
    ).filter(({verdict}) => verdict === 'fail')
    expect(others).toEqual([])
    expect(finding).toMatchObject(expected)
  })

  test('has every number for readers of the JSON', () => {
    const cvss = [{source: 'nvd', version: '3.1', vector: 'CVSS:3.1/AV:N', score: 9.8}]
    const flaw = vulnerability({
      aliases: ['CVE-2022-48174', 'GHSA-1'],
      purl: 'pkg:apk/alpine/busybox@1.36.1-r0',
      places: [{kind: 'image', path: 'bin/busybox'}],
      cvss,
      fix: {state: 'fixed', versions: ['1.36.1-r1'], date: parseDay('2026-11-01') ?? null},
    })
    const [finding] = of([flaw], {waivers: [waiver({expires: today - 1})]})
    expect(finding?.details).toEqual({
      kind: 'vulnerability',
      vulnerability: 'CVE-2022-48174',
      aliases: ['GHSA-1'],
      package: 'busybox',
      installedVersion: '1.36.1-r0',
      purl: 'pkg:apk/alpine/busybox@1.36.1-r0',
      fixedVersions: ['1.36.1-r1'],
      fixState: 'fixed',
      fixDate: '2026-11-01',
      severitySource: 'nvd',
      cvss: ['nvd 9.8 CVSS:3.1/AV:N'],
      locations: ['bin/busybox'],
      foundBy: ['trivy'],
      platforms: ['linux/amd64'],
      waiverOwner: 'platform-team',
      waiverUntil: '2026-11-20',
    })
  })
})

describe('what is accepted', () => {
  test.each([
    ['for long', 90, 'pass image/waived', 'platform-team accepts it until 2027-02-19: The image has no shell'],
    ['for two weeks', 14, 'warn image/waiver-expires-soon', '14 days left.'],
    ['for today', 0, 'warn image/waiver-expires-soon', 'Its last day is today.'],
    [
      'until yesterday',
      -1,
      'fail image/waiver-expired',
      'the waiver of platform-team ended on 2026-11-20, so it counts again.',
    ],
  ])('%s', (_, days, expected, words) => {
    const findings = of([vulnerability()], {waivers: [waiver({expires: today + days})]})
    expect(short(findings)).toContain(expected)
    expect(findings.map(({what}) => what).join(' ')).toContain(words)
  })

  test('and needed by nothing is named', () => {
    const findings = of([], {waivers: [waiver({id: 'CVE-2026-9', package: 'zlib', line: 7})]})
    expect(short(findings)).toEqual(['pass image/no-gated-vulnerabilities', 'warn image/waiver-unused'])
    expect(findings[1]).toMatchObject({subject: 'waiver of CVE-2026-9 in zlib'})
  })

  test('is no longer asked for a fact that nobody knows', () => {
    const rules: readonly ImageRule[] = [{'known-exploited': true, verdict: 'fail'}]
    expect(conclude(of([vulnerability()], {rules, waivers: [waiver()]}), 'image').verdict).toBe('pass')
  })
})

describe('one flaw on several platforms', () => {
  const arm = {platform: 'linux/arm64', digests: [digestB]}

  test('is one finding that names them', () => {
    const [finding, ...others] = findingsOf([
      scan({flaws: [vulnerability()]}),
      scan({...arm, flaws: [vulnerability()]}),
    ])
    expect(others).toEqual([])
    expect(finding?.details?.platforms).toEqual(['linux/amd64', 'linux/arm64'])
    expect(finding?.what).toBe('Critical, fixed in 1.36.1-r1.')
  })

  test('that another has not says so', () => {
    const [finding] = findingsOf([scan(), scan({...arm, flaws: [vulnerability()]})])
    expect(finding?.what).toBe('Critical, fixed in 1.36.1-r1, on linux/arm64 alone.')
  })

  test('has the strictest fate of all', () => {
    const mild = vulnerability({severity: 'low'})
    const findings = findingsOf([scan({flaws: [mild]}), scan({...arm, flaws: [vulnerability()]})])
    expect(short(findings)).toEqual(['fail image/vulnerability-found'])
  })
})

test('a fact that is missing on one platform is told, also where another one only warns of the flaw', () => {
  const rules: readonly ImageRule[] = [
    {'known-exploited': true, verdict: 'fail'},
    {severity: 'high', verdict: 'warn'},
  ]
  const flaws = [vulnerability({severity: 'high'})]
  const informed = scan({flaws, knows: {knownExploited: true, epss: false}})
  const blind = scan({flaws, platform: 'linux/arm64'})
  for (const scans of [
    [informed, blind],
    [blind, informed],
  ]) {
    expect(short(findingsOf(scans, {rules}))).toContain('inconclusive image/known-exploited-unknown')
  }
})

describe('facts that nobody supplies', () => {
  const many = ['1', '2', '3', '4'].map(number => vulnerability({id: `CVE-2026-${number}`}))
  const all = {knownExploited: true, epss: true}

  test.each<[string, ImageRule, Partial<Scan>, string]>([
    [
      'a catalogue of what is exploited',
      {'known-exploited': true, verdict: 'fail'},
      {},
      'inconclusive image/known-exploited-unknown',
    ],
    ['the same, for a warning', {'known-exploited': true, verdict: 'warn'}, {}, 'warn image/known-exploited-unknown'],
    ['scores', {'epss-at-least': 0.1, verdict: 'fail'}, {}, 'inconclusive image/epss-unknown'],
    [
      'scores of these, though there are scores',
      {'epss-at-least': 0.1, verdict: 'fail'},
      {knows: all},
      'inconclusive image/epss-unknown',
    ],
    ['dates of fixes', {'fix-older-than': 86_400_000, verdict: 'fail'}, {}, 'inconclusive image/fix-date-unknown'],
  ])('%s: one finding, however many flaws may be meant', (_, rule, change, expected) => {
    expect(short(of(many, {rules: [rule]}, change))).toEqual([expected])
  })

  test('say which file would supply them', () => {
    const [finding] = of(many, {rules: [{'known-exploited': true, verdict: 'fail'}]})
    expect(finding?.what).toBe(
      'The rule “known exploited: fail” asks whether a vulnerability is known to be exploited, and no catalogue was read: 4 flaws may be meant.',
    )
    expect(finding?.remedy).toContain('`image.known-exploited`')
  })

  test('an advisory without a CVE has no EPSS score and never will: a warning', () => {
    const rules: readonly ImageRule[] = [{'epss-at-least': 0.1, verdict: 'fail'}]
    expect(short(of([vulnerability({id: 'GHSA-1'})], {rules}, {knows: all}))).toEqual(['warn image/epss-unknown'])
  })

  test('a severity that nobody gave is told flaw by flaw', () => {
    const unrated = many.map(flaw => ({...flaw, severity: 'unknown' as const}))
    expect(short(of(unrated))).toEqual(many.map(() => 'warn image/severity-unknown'))
  })
})

test('whether there is a fix, where nobody says it, is told flaw by flaw and never passed over', () => {
  const flaw = vulnerability({severity: 'high', fix: {...unfixed, state: 'unknown'}})
  const rules: readonly ImageRule[] = [{severity: 'high', fixable: true, verdict: 'fail'}]
  expect(short(of([flaw], {rules}))).toEqual(['warn image/fix-unknown'])
  expect(short(of([flaw], {rules: [{'fix-older-than': 86_400_000, verdict: 'fail'}]}))).toEqual([
    'warn image/fix-unknown',
  ])
  expect(short(of([{...flaw, fix: unfixed}], {rules}))).toEqual(['pass image/no-gated-vulnerabilities'])
})

test('names of a megabyte do not push everything else out of a report', () => {
  const long = 'x'.repeat(1_000_000)
  const findings = of([
    vulnerability({
      package: long,
      installedVersion: long,
      title: long,
      purl: `pkg:npm/${long}`,
      url: long,
      aliases: ['CVE-2022-48174', long],
    }),
  ])
  expect(JSON.stringify(findings).length).toBeLessThan(10_000)
})

describe('kinds that the rules name and nobody looked for', () => {
  test.each<[ImageRule, Partial<Scan>, string[]]>([
    [{kind: 'secret', verdict: 'fail'}, {}, ['inconclusive image/secrets-not-looked-for']],
    [{kind: 'secret', verdict: 'warn'}, {}, ['warn image/secrets-not-looked-for']],
    [{kind: 'secret', verdict: 'pass'}, {}, []],
    [{kind: 'secret', verdict: 'fail'}, {lookedFor: ['secret']}, []],
    [{kind: 'misconfiguration', verdict: 'fail'}, {}, ['inconclusive image/misconfigurations-not-looked-for']],
    [
      {kind: 'licence', verdict: 'fail'},
      {packages: [pkg({licences: []})]},
      ['inconclusive image/licences-not-looked-for'],
    ],
    [{kind: 'licence', licence: ['AGPL-*'], verdict: 'fail'}, {packages: [pkg()]}, []],
    [
      {kind: 'package', package: ['left-pad'], verdict: 'fail'},
      {packages: null},
      ['inconclusive image/packages-not-listed'],
    ],
    [{kind: 'package', package: ['left-pad'], verdict: 'fail'}, {packages: [pkg()]}, []],
    [
      {kind: 'end-of-life', verdict: 'fail'},
      {os: {name: 'wolfi', endOfLife: null, packages: 9}},
      ['inconclusive image/end-of-life-unknown'],
    ],
    [{kind: 'end-of-life', verdict: 'fail'}, {os: null}, []],
  ])('%j', (rule, change, expected) => {
    const given = {rules: [rule]}
    expect(short(of([], given, change)).filter(each => !each.startsWith('pass'))).toEqual(expected)
    expect(
      short(of([], {...given, policy: {isDefaultGate: true}}, change)).filter(each => !each.startsWith('pass')),
    ).toEqual([])
  })

  test('are told of the platforms that lack them', () => {
    const scans = [scan({lookedFor: ['secret']}), scan({platform: 'linux/arm64', digests: [digestB]})]
    const [, finding] = findingsOf(scans, {rules: [{kind: 'secret', verdict: 'fail'}]})
    expect(finding?.what).toBe('The gate names secrets, and nobody looked for them on linux/arm64.')
  })

  test('are found in files of the repository, where a linter looked', () => {
    const rules: readonly ImageRule[] = [{kind: 'misconfiguration', verdict: 'fail'}]
    const repository = platformJudgement({platform: null, digest: null, scan: scan({lookedFor: ['misconfiguration']})})
    const findings = imageFindings(
      {...judge([scan()], {rules}), repository},
      {rules, waivers: [], isDefaultGate: false},
    )
    expect(short(findings)).toEqual(['pass image/no-gated-vulnerabilities'])
  })
})

describe('what is new', () => {
  const rules: readonly ImageRule[] = [{severity: 'critical', new: true, verdict: 'fail'}]
  const known: Baseline = {
    kind: 'known',
    label: 'v12 in production',
    flaws: [{ids: ['CVE-2022-48174'], package: 'busybox'}],
  }

  test('alone blocks, where a rule asks for it', () => {
    const findings = of([vulnerability(), vulnerability({id: 'CVE-2026-1'})], {rules, baseline: known})
    expect(findings.map(({subject, what}) => [subject, what])).toEqual([
      ['CVE-2026-1 in busybox 1.36.1-r0', 'Critical, fixed in 1.36.1-r1; new since v12 in production.'],
    ])
  })

  test('is everything without a baseline, and that is said once', () => {
    const baseline: Baseline = {kind: 'missing', why: 'No release is in production.', remedy: 'Promote one.'}
    expect(short(of([vulnerability()], {rules, baseline}))).toEqual([
      'warn image/baseline-missing',
      'fail image/vulnerability-found',
    ])
    expect(short(of([vulnerability()], {rules}))).toContain('warn image/baseline-missing')
    expect(short(of([vulnerability()], {baseline}))).toEqual(['fail image/vulnerability-found'])
  })
})

describe('where nothing is in the way', () => {
  test('one finding says so, with numbers', () => {
    const suppressed = {by: 'OpenVEX of vendor.example', reason: 'not reachable', until: today}
    const flaws = [
      vulnerability(),
      vulnerability({id: 'CVE-2026-1', suppressed}),
      vulnerability({id: 'CVE-2026-2', severity: 'low'}),
    ]
    const [finding, waived] = of(flaws, {waivers: [waiver()]})
    expect(finding?.what).toBe(
      'Nothing stands against the gate. 1 flaw that the gate names is waived. 1 flaw is taken away by others. 1 other is reported below.',
    )
    expect(waived?.verdict).toBe('pass')
  })
})

describe('more flaws than anybody reads', () => {
  const many = Array.from({length: 40}, (_, index) =>
    vulnerability({id: `CVE-2026-${index}`, severity: index === 39 ? 'critical' : 'high'}),
  )
  const rules: readonly ImageRule[] = [
    {severity: 'critical', verdict: 'fail'},
    {severity: 'high', verdict: 'warn'},
  ]

  test('the gravest are told, the rest is counted with its verdict', () => {
    const findings = of(many, {rules, policy: {shown: 10}})
    expect(findings).toHaveLength(11)
    expect(findings[0]).toMatchObject({verdict: 'fail', value: 'critical'})
    expect(findings.at(-1)).toMatchObject({
      verdict: 'warn',
      reason: 'image/more-flaws',
      value: 30,
      details: {fail: 0, warn: 30},
    })
  })

  test('what is not told still fails', () => {
    const findings = of(many, {rules: [{verdict: 'fail'}], policy: {shown: 0}})
    expect(short(findings)).toEqual(['fail image/more-flaws'])
  })
})
