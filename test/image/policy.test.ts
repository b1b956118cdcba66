import {describe, expect, test} from 'vitest'
import type {ImageRule} from '../../src/config/schema.ts'
import {judge, type RuleOutcome} from '../../src/image/policy.ts'
import type {Vulnerability} from '../../src/image/scanner.ts'
import {vulnerability} from './scans.ts'

/** The default of the config. */
const rules: readonly ImageRule[] = [
  {severity: 'critical', verdict: 'fail'},
  {severity: 'high', fixable: true, verdict: 'fail'},
  {severity: 'high', verdict: 'warn'},
]

function outcomeOf(change: Partial<Vulnerability>, policy: readonly ImageRule[] = rules): RuleOutcome | undefined {
  return judge([vulnerability(change)], policy, [], 0)[0]?.outcome
}

describe('the rules of the gate', () => {
  test.each([
    ['a critical one with a fix', {severity: 'critical'}, {kind: 'rule', verdict: 'fail', rule: 'critical: fail'}],
    [
      'a critical one without a fix',
      {severity: 'critical', fixedVersions: []},
      {kind: 'rule', verdict: 'fail', rule: 'critical: fail'},
    ],
    ['a high one with a fix', {severity: 'high'}, {kind: 'rule', verdict: 'fail', rule: 'high, fixable: fail'}],
    [
      'a high one without a fix',
      {severity: 'high', fixedVersions: []},
      {kind: 'rule', verdict: 'warn', rule: 'high: warn'},
    ],
    ['a medium one', {severity: 'medium'}, {kind: 'no-rule'}],
    ['a negligible one', {severity: 'negligible'}, {kind: 'no-rule'}],
  ] as const)('by default: %s', (_, change, expected) => expect(outcomeOf(change)).toEqual(expected))

  test('decide in their order: the first match wins', () => {
    const lenientFirst: readonly ImageRule[] = [
      {severity: 'critical', fixable: false, verdict: 'pass'},
      {severity: 'critical', verdict: 'fail'},
    ]
    expect(outcomeOf({fixedVersions: []}, lenientFirst)).toMatchObject({verdict: 'pass'})
    expect(outcomeOf({}, lenientFirst)).toMatchObject({verdict: 'fail'})
    expect(outcomeOf({fixedVersions: []}, [...lenientFirst].reverse())).toMatchObject({verdict: 'fail'})
  })

  test('without a severity match every severity', () => {
    expect(outcomeOf({severity: 'low'}, [{fixable: true, verdict: 'fail'}])).toMatchObject({verdict: 'fail'})
    expect(outcomeOf({severity: 'low', fixedVersions: []}, [{fixable: true, verdict: 'fail'}])).toEqual({
      kind: 'no-rule',
    })
  })
})

describe('a vulnerability of unknown severity', () => {
  test('is not harmless: it may be what a rule names', () => {
    expect(outcomeOf({severity: 'unknown'})).toEqual({kind: 'severity-unknown', rule: 'critical: fail'})
  })

  test('is decided by a rule that names it', () => {
    const policy: readonly ImageRule[] = [{severity: 'unknown', verdict: 'pass'}, ...rules]
    expect(outcomeOf({severity: 'unknown'}, policy)).toMatchObject({kind: 'rule', verdict: 'pass'})
  })

  test('fails where a rule for every severity fails', () => {
    const policy: readonly ImageRule[] = [{severity: 'high', verdict: 'warn'}, {verdict: 'fail'}]
    expect(outcomeOf({severity: 'unknown'}, policy)).toMatchObject({kind: 'rule', verdict: 'fail'})
  })

  test('does not slip through a lenient rule that stands behind a strict one', () => {
    const policy: readonly ImageRule[] = [{severity: 'critical', verdict: 'fail'}, {verdict: 'pass'}]
    expect(outcomeOf({severity: 'unknown'}, policy)).toEqual({kind: 'severity-unknown', rule: 'critical: fail'})
  })

  test('is only reported where the rules that it could meet need another fix state', () => {
    const policy: readonly ImageRule[] = [{severity: 'critical', fixable: true, verdict: 'fail'}]
    expect(outcomeOf({severity: 'unknown', fixedVersions: []}, policy)).toEqual({kind: 'no-rule'})
  })
})

describe('what lies in several places', () => {
  const places = [
    vulnerability({id: 'CVE-1', package: 'h11', location: 'a/h11', severity: 'medium', fixedVersions: []}),
    vulnerability({id: 'CVE-1', package: 'h11', location: 'b/h11', severity: 'high'}),
    vulnerability({id: 'CVE-1', package: 'h11', location: 'c/h11', installedVersion: '2'}),
  ]

  test('is one thing to upgrade, at its highest severity', () => {
    const [newer, older, ...others] = judge(places, rules, [], 0).map(({affected}) => affected)
    expect(others).toEqual([])
    expect(newer).toMatchObject({installedVersion: '2', severity: 'critical', locations: ['c/h11']})
    expect(older).toMatchObject({severity: 'high', fixedVersions: ['1.36.1-r1'], locations: ['a/h11', 'b/h11']})
  })

  test('reads the same in whatever order the scanner lists it', () => {
    const names = (list: readonly Vulnerability[]) => judge(list, rules, [], 0).map(({affected}) => affected.severity)
    expect(names([...places].reverse())).toEqual(names(places))
  })
})
