import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import type {ImageRule} from '../../../src/config/image-schema.ts'
import {parseDay} from '../../../src/core/day.ts'
import {isGated, isOpen, judgeScan} from '../../../src/image/gate/judge.ts'
import type {Baseline, RuleOutcome} from '../../../src/image/judgement.ts'
import type {Flaw, Scan, Vulnerability} from '../../../src/image/scan.ts'
import {indexWaivers} from '../../../src/image/waivers/state.ts'
import {
  endOfLife,
  fixedIn,
  licence,
  misconfiguration,
  packageUse,
  pkg,
  scan,
  secret,
  unfixed,
  vulnerability,
} from '../scans.ts'

const today = parseDay('2026-11-21') ?? Number.NaN

/** The default of the config. */
const rules: readonly ImageRule[] = [
  {severity: 'critical', verdict: 'fail'},
  {severity: 'high', fixable: true, verdict: 'fail'},
  {severity: 'high', verdict: 'warn'},
]

function judge(flaws: readonly Flaw[], policy: readonly ImageRule[] = rules, change: Partial<Scan> = {}) {
  const baseline: Baseline = {kind: 'none'}
  const image = 'registry.example.com/credit'
  return judgeScan(scan({flaws, ...change}), {rules: policy, waivers: indexWaivers([]), baseline, today, image})
}

function outcomeOf(change: Partial<Vulnerability>, policy: readonly ImageRule[] = rules, of: Partial<Scan> = {}) {
  return judge([vulnerability(change)], policy, of)[0]?.outcome
}

describe('the rules of the gate', () => {
  test.each([
    ['a critical one with a fix', {severity: 'critical'}, 'fail', 'critical: fail'],
    ['a critical one without a fix', {severity: 'critical', fix: unfixed}, 'fail', 'critical: fail'],
    ['a high one with a fix', {severity: 'high'}, 'fail', 'high, fixable: fail'],
    ['a high one without a fix', {severity: 'high', fix: unfixed}, 'warn', 'high: warn'],
  ] as const)('by default: %s', (_, change, verdict, rule) =>
    expect(outcomeOf(change)).toMatchObject({kind: 'rule', verdict, rule}),
  )

  test.each(['medium', 'negligible'] as const)('by default: a %s one is reported, not gated', severity =>
    expect(outcomeOf({severity})).toEqual({kind: 'no-rule'}),
  )

  test('decide in their order: the first match wins', () => {
    const lenientFirst: readonly ImageRule[] = [
      {severity: 'critical', fixable: false, verdict: 'pass'},
      {severity: 'critical', verdict: 'fail'},
    ]
    expect(outcomeOf({fix: unfixed}, lenientFirst)).toMatchObject({verdict: 'pass', index: 0})
    expect(outcomeOf({}, lenientFirst)).toMatchObject({verdict: 'fail', index: 1})
    expect(outcomeOf({fix: unfixed}, [...lenientFirst].reverse())).toMatchObject({verdict: 'fail'})
  })

  test('a package that a report tells as such hides none of the others', () => {
    const policy: readonly ImageRule[] = [{kind: 'package', package: ['xz'], verdict: 'fail'}]
    const judged = judge([packageUse()], policy, {packages: [pkg({name: 'xz'}), pkg({name: 'left-pad'})]})
    expect(judged.filter(isGated).map(({flaw}) => flaw.id)).toEqual(['xz'])
  })

  test('a fix of a day that is yet to come is of no known age', () => {
    const policy: readonly ImageRule[] = [{severity: 'critical', 'fix-older-than': 86_400_000, verdict: 'fail'}]
    expect(outcomeOf({fix: {...fixedIn('2'), date: today - 2}}, policy)).toMatchObject({verdict: 'fail'})
    expect(outcomeOf({fix: {...fixedIn('2'), date: today}}, policy)).toEqual({kind: 'no-rule'})
    const future = outcomeOf({fix: {...fixedIn('2'), date: today + 30_000}}, policy)
    expect(future).toMatchObject({kind: 'undecided', unknown: 'fix-date'})
  })

  test('without a kind are about vulnerabilities alone', () => {
    const [judged] = judge([secret()], [{verdict: 'fail'}])
    expect(judged?.outcome).toEqual({kind: 'no-rule'})
  })

  test('a fix that the scanner knows of and does not name is a fix', () => {
    const fix = {state: 'fixed', versions: [], date: null} as const
    expect(outcomeOf({severity: 'high', fix})).toMatchObject({verdict: 'fail'})
  })
})

describe('what a rule can ask', () => {
  const exploited = {added: null, due: null, ransomware: false}
  const knows = {knownExploited: true, epss: true}
  const yes = 'fail'
  const no = 'no-rule'
  test.each<[string, Partial<ImageRule>, Partial<Vulnerability>, string]>([
    ['an id', {id: ['CVE-2024-3094']}, {id: 'CVE-2024-3094'}, yes],
    ['an id, by an alias', {id: ['GHSA-*']}, {aliases: ['CVE-2022-48174', 'GHSA-aaaa']}, yes],
    ['another id', {id: ['CVE-2024-3094']}, {}, no],
    ['known exploited', {'known-exploited': true}, {knownExploited: exploited}, yes],
    ['known exploited, and it is not', {'known-exploited': true}, {}, no],
    ['not known exploited', {'known-exploited': false}, {}, yes],
    ['EPSS at the limit', {'epss-at-least': 0.5}, {epss: {score: 0.5, percentile: 0.9}}, yes],
    ['EPSS below the limit', {'epss-at-least': 0.5}, {epss: {score: 0.49, percentile: 0.9}}, no],
    ['a fix of 31 days', {'fix-older-than': 30 * 86_400_000}, {fix: {...fixedIn('2'), date: today - 31}}, yes],
    ['a fix of 30 days', {'fix-older-than': 30 * 86_400_000}, {fix: {...fixedIn('2'), date: today - 30}}, no],
    ['the age of a fix that there is not', {'fix-older-than': 86_400_000}, {fix: unfixed}, no],
    ['a package by its name', {package: ['busybox']}, {}, yes],
    ['a package by its name and version', {package: ['busybox@1.36.*']}, {}, yes],
    ['a package by its URL', {package: ['pkg:apk/alpine/busybox']}, {purl: 'pkg:apk/alpine/busybox@1?arch=x'}, yes],
    ['a package by its URL and version', {package: ['pkg:npm/left-pad@*']}, {purl: 'pkg:npm/left-pad@1.0'}, yes],
    ['a scoped package', {package: ['pkg:npm/@acme/*']}, {purl: 'pkg:npm/%40acme/pad@1.0'}, yes],
    ['another package', {package: ['perl']}, {purl: 'pkg:apk/alpine/busybox@1'}, no],
    ['all of two conditions', {severity: 'critical', package: ['perl']}, {}, no],
  ])('%s', (_, rule, change, expected) => {
    const outcome = outcomeOf(change, [{...rule, verdict: 'fail'}], {knows})
    expect(outcome?.kind === 'rule' ? outcome.verdict : outcome?.kind).toBe(expected)
  })
})

describe('a fact that nobody knows', () => {
  const unknown = (fact: string, rule: string, index = 0) => ({kind: 'undecided', unknown: fact, rule, index})

  test('of the severity: it may be what a rule names', () => {
    expect(outcomeOf({severity: 'unknown'})).toEqual(unknown('severity', 'critical: fail'))
  })

  test.each<[string, ImageRule, Partial<Vulnerability>, RuleOutcome]>([
    [
      'whether it is exploited, where nobody looked',
      {'known-exploited': true, verdict: 'fail'},
      {},
      unknown('known-exploited', 'known exploited: fail') as RuleOutcome,
    ],
    [
      'an EPSS score',
      {'epss-at-least': 0.1, verdict: 'warn'},
      {},
      unknown('epss', 'EPSS at least 10%: warn') as RuleOutcome,
    ],
    [
      'since when there is a fix',
      {'fix-older-than': 30 * 86_400_000, verdict: 'fail'},
      {},
      unknown('fix-date', 'fix older than 30d: fail') as RuleOutcome,
    ],
  ])('%s', (_, rule, change, expected) => expect(outcomeOf(change, [rule])).toEqual(expected))

  test('leaves nothing open where another condition says no', () => {
    expect(outcomeOf({}, [{'known-exploited': true, severity: 'low', verdict: 'fail'}])).toEqual({kind: 'no-rule'})
  })

  test('leaves nothing open where a rule that certainly matches is as strict', () => {
    const policy: readonly ImageRule[] = [
      {'known-exploited': true, verdict: 'fail'},
      {severity: 'critical', verdict: 'fail'},
    ]
    expect(outcomeOf({}, policy)).toMatchObject({kind: 'rule', verdict: 'fail', index: 1})
  })

  test('does not excuse: a rule that would let it pass is passed over', () => {
    const policy: readonly ImageRule[] = [
      {'known-exploited': false, verdict: 'pass'},
      {severity: 'critical', verdict: 'fail'},
    ]
    expect(outcomeOf({}, policy)).toMatchObject({kind: 'rule', verdict: 'fail'})
  })

  test('is asked of the strictest rule that was passed over', () => {
    const policy: readonly ImageRule[] = [
      {'epss-at-least': 0.1, verdict: 'warn'},
      {'known-exploited': true, verdict: 'fail'},
    ]
    expect(outcomeOf({}, policy)).toEqual(unknown('known-exploited', 'known exploited: fail', 1))
  })

  test('is known of what the scanner found that looked it up itself', () => {
    const knows = {knownExploited: false, epss: false, knownExploitedBy: ['grype']}
    const policy: readonly ImageRule[] = [{'known-exploited': true, verdict: 'fail'}]
    expect(outcomeOf({foundBy: ['grype', 'trivy']}, policy, {knows})).toEqual({kind: 'no-rule'})
    expect(outcomeOf({foundBy: ['trivy']}, policy, {knows})).toMatchObject({unknown: 'known-exploited'})
  })

  test('of the severity is decided by a rule that names it, or one for every severity', () => {
    const named: readonly ImageRule[] = [{severity: 'unknown', verdict: 'pass'}, ...rules]
    expect(outcomeOf({severity: 'unknown'}, named)).toMatchObject({kind: 'rule', verdict: 'pass'})
    const every: readonly ImageRule[] = [{severity: 'high', verdict: 'warn'}, {verdict: 'fail'}]
    expect(outcomeOf({severity: 'unknown'}, every)).toMatchObject({kind: 'rule', verdict: 'fail'})
  })

  test('does not slip through a lenient rule that stands behind a strict one', () => {
    const policy: readonly ImageRule[] = [{severity: 'critical', verdict: 'fail'}, {verdict: 'pass'}]
    expect(outcomeOf({severity: 'unknown'}, policy)).toMatchObject({kind: 'undecided', rule: 'critical: fail'})
  })
})

describe('kinds of flaws that are no vulnerabilities', () => {
  test.each<[string, Flaw, ImageRule, boolean]>([
    ['a secret', secret(), {kind: 'secret', verdict: 'fail'}, true],
    ['a secret by its rule', secret(), {kind: 'secret', id: ['aws-*'], verdict: 'fail'}, true],
    [
      'a misconfiguration of that severity',
      misconfiguration(),
      {kind: 'misconfiguration', severity: 'high', verdict: 'fail'},
      true,
    ],
    [
      'a misconfiguration of another',
      misconfiguration(),
      {kind: 'misconfiguration', severity: 'critical', verdict: 'fail'},
      false,
    ],
    ['a licence', licence(), {kind: 'licence', licence: ['AGPL-*'], verdict: 'fail'}, true],
    ['a licence in another package', licence(), {kind: 'licence', package: ['perl'], verdict: 'fail'}, false],
    ['the end of an operating system', endOfLife(), {kind: 'end-of-life', verdict: 'warn'}, true],
  ])('%s', (_, flaw, rule, expected) => {
    const [judged] = judge([flaw], [rule])
    expect(judged && isGated(judged)).toBe(expected)
  })

  test('a denied package is found in the list of packages, by name or URL', () => {
    const packages = [pkg(), pkg({name: 'left-pad', version: '1.0.0', type: 'npm', purl: 'pkg:npm/left-pad@1.0.0'})]
    const [judged, ...others] = judge([], [{kind: 'package', package: ['pkg:npm/left-pad@*'], verdict: 'fail'}], {
      packages,
    }).filter(isGated)
    expect(others).toEqual([])
    expect(judged?.flaw).toMatchObject({kind: 'package', package: 'left-pad', installedVersion: '1.0.0'})
  })

  test('packages are no flaws where no rule is about them', () => {
    expect(judge([], rules, {packages: [pkg()]})).toEqual([])
  })

  test('licences of packages are judged where the scanner read no files, and one that states none is not overlooked', () => {
    const packages = [
      pkg({name: 'ok', licences: ['MIT']}),
      pkg({name: 'choice', licences: ['MIT OR AGPL-3.0-only']}),
      pkg({name: 'bad', licences: ['AGPL-3.0-only']}),
      pkg({name: 'silent', licences: []}),
    ]
    const judged = judge([], [{kind: 'licence', licence: ['AGPL-*'], verdict: 'fail'}], {packages})
    expect(
      judged.filter(isGated).map(({flaw, outcome}) => [flaw.kind === 'licence' && flaw.package, outcome.kind]),
    ).toEqual([
      ['bad', 'rule'],
      ['silent', 'undecided'],
    ])
    const named = judge(
      [],
      [
        {kind: 'licence', licence: ['NOASSERTION'], verdict: 'pass'},
        {kind: 'licence', licence: ['AGPL-*'], verdict: 'fail'},
      ],
      {packages},
    )
    expect(named.filter(isGated)).toHaveLength(1)
  })

  test('an operating system at its end is a flaw, whoever says it and how', () => {
    const os = {name: 'alpine 3.14.0', endOfLife: true, packages: 14}
    const policy: readonly ImageRule[] = [{kind: 'end-of-life', verdict: 'fail'}]
    expect(judge([], policy, {os}).map(({flaw}) => flaw.id)).toEqual(['alpine 3.14.0'])
    expect(judge([endOfLife()], policy, {os})).toHaveLength(1)
  })
})

describe('what somebody took away', () => {
  const suppressed = {by: 'OpenVEX of vendor.example', reason: 'vulnerable code not present'}

  test('is judged as any other and not gated', () => {
    const [judged] = judge([vulnerability({suppressed})])
    expect(judged?.outcome).toMatchObject({verdict: 'fail'})
    expect(judged && [isGated(judged), isOpen(judged)]).toEqual([false, false])
  })

  test('counts again when its day is over, in UTC', () => {
    const until = (day: number) => judge([vulnerability({suppressed: {...suppressed, until: day}})]).filter(isGated)
    expect(until(today)).toEqual([])
    expect(until(today - 1)).toHaveLength(1)
  })
})

describe('what lies in several places', () => {
  const at = (path: string) => [{kind: 'image', path} as const]
  const places = [
    vulnerability({id: 'CVE-2026-1', package: 'h11', places: at('a/h11'), severity: 'medium', fix: unfixed}),
    vulnerability({id: 'CVE-2026-1', package: 'h11', places: at('b/h11'), severity: 'high'}),
    vulnerability({id: 'CVE-2026-1', package: 'h11', places: at('c/h11'), installedVersion: '2'}),
  ]

  test('is one thing to upgrade, at its highest severity', () => {
    const [newer, older, ...others] = judge(places).map(({flaw}) => flaw)
    expect(others).toEqual([])
    expect(newer).toMatchObject({installedVersion: '2', severity: 'critical', places: at('c/h11')})
    expect(older).toMatchObject({severity: 'high', fix: fixedIn('1.36.1-r1'), places: [...at('a/h11'), ...at('b/h11')]})
  })

  test('reads the same in whatever order the scanner lists it', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(places, {minLength: places.length}), shuffled => {
        expect(judge(shuffled)).toEqual(judge(places))
      }),
    )
  })
})
