import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import type {ImageRule} from '../../../src/config/image-schema.ts'
import type {Waiver} from '../../../src/config/waivers.ts'
import {verdicts, worstOf} from '../../../src/core/verdict.ts'
import {imageFindings} from '../../../src/image/findings.ts'
import {judgeScan} from '../../../src/image/gate/judge.ts'
import type {Baseline} from '../../../src/image/judgement.ts'
import type {Flaw, Scan} from '../../../src/image/scan.ts'
import {indexWaivers} from '../../../src/image/waivers/state.ts'
import {fixedIn, imageJudgement, platformJudgement, scan, secret, unfixed, vulnerability} from '../scans.ts'

const today = 20_778
const image = 'registry.example.com/credit'

const flaw: fc.Arbitrary<Flaw> = fc.oneof(
  fc
    .record({
      id: fc.constantFrom('CVE-2026-1', 'CVE-2026-2', 'CVE-2026-3', 'GHSA-4'),
      package: fc.constantFrom('a', 'b'),
      severity: fc.constantFrom('unknown' as const, 'low' as const, 'high' as const, 'critical' as const),
      fix: fc.constantFrom(unfixed, fixedIn('2'), {...fixedIn('2'), date: today - 90}),
      knownExploited: fc.constantFrom(null, {added: null, due: null, ransomware: false}),
      epss: fc.constantFrom(null, {score: 0.9, percentile: 0.9}),
    })
    .map(vulnerability),
  fc.constant(secret()),
)

const rule: fc.Arbitrary<ImageRule> = fc
  .record(
    {
      kind: fc.constantFrom('vulnerability' as const, 'secret' as const),
      severity: fc.constantFrom('low' as const, 'high' as const, 'critical' as const),
      fixable: fc.boolean(),
      'known-exploited': fc.boolean(),
      'epss-at-least': fc.constantFrom(0.1, 0.95),
      'fix-older-than': fc.constant(30 * 86_400_000),
      new: fc.boolean(),
      id: fc.constantFrom<string[]>(['CVE-2026-1'], ['CVE-*']),
      package: fc.constantFrom<string[]>(['a'], ['*']),
    },
    {requiredKeys: []},
  )
  .chain(conditions =>
    fc.constantFrom('fail' as const, 'warn' as const, 'pass' as const).map(verdict => ({...conditions, verdict})),
  )

const waiver: fc.Arbitrary<Waiver> = fc
  .record({
    id: fc.constantFrom('CVE-2026-1', 'CVE-2026-2', 'GHSA-4'),
    expires: fc.constantFrom(today - 1, today, today + 100),
  })
  .map(({id, expires}) => ({kind: 'vulnerability', id, owner: 'o', reason: 'r', status: 'accepted', expires, line: 1}))

const knows = fc.record({knownExploited: fc.boolean(), epss: fc.boolean()})
const baseline: fc.Arbitrary<Baseline> = fc.constantFrom(
  {kind: 'none'},
  {kind: 'known', label: 'v1', flaws: [{ids: ['CVE-2026-1'], package: 'a'}]},
)

const world = fc.record({
  flaws: fc.array(flaw, {maxLength: 8}),
  rules: fc.array(rule, {minLength: 1, maxLength: 5}),
  knows,
  baseline,
})
type World = typeof world extends fc.Arbitrary<infer T> ? T : never

function findingsOf({flaws, rules, knows: known, baseline: before}: World, waivers: readonly Waiver[] = []) {
  const whole: Scan = scan({flaws, knows: known, lookedFor: ['vulnerability', 'secret']})
  const policy = {rules, waivers: indexWaivers(waivers), baseline: before, today, image}
  const platforms = [platformJudgement({scan: whole, judged: judgeScan(whole, policy)})]
  const judgement = imageJudgement({label: image, platforms, baseline: before})
  // Unused waivers warn: that is about the waiver, and not about the image.
  return imageFindings(judgement, {rules, waivers: [], isDefaultGate: false})
}

function severityOf(given: World, waivers: readonly Waiver[] = []): number {
  return verdicts.indexOf(worstOf(findingsOf(given, waivers).map(({verdict}) => verdict)))
}

describe('the gate', () => {
  test('judges alike in whatever order the scanner lists what it found', () =>
    fc.assert(
      fc.property(world, given => {
        expect(findingsOf({...given, flaws: given.flaws.toReversed()})).toEqual(findingsOf(given))
      }),
    ))

  test('is never stricter with a waiver that is not near its end', () =>
    fc.assert(
      fc.property(world, waiver, (given, one) => {
        fc.pre(one.expires > today)
        expect(severityOf(given, [one])).toBeLessThanOrEqual(severityOf(given))
      }),
    ))

  test('is never milder with a waiver that has ended', () =>
    fc.assert(
      fc.property(world, waiver, (given, one) => {
        fc.pre(one.expires < today)
        expect(severityOf(given, [one])).toBe(severityOf(given))
      }),
    ))

  test('is never milder with one flaw more', () =>
    fc.assert(
      fc.property(world, flaw, (given, one) => {
        expect(severityOf({...given, flaws: [...given.flaws, one]})).toBeGreaterThanOrEqual(severityOf(given))
      }),
    ))

  test('is never milder for not knowing what is exploited than for knowing that nothing is', () =>
    fc.assert(
      fc.property(world, given => {
        // A fact that would excuse counts for nothing while it is missing.
        const nothingListed = given.flaws.map(each => ({...each, knownExploited: null}))
        const unknown = severityOf({...given, flaws: nothingListed, knows: {...given.knows, knownExploited: false}})
        const known = severityOf({...given, flaws: nothingListed, knows: {...given.knows, knownExploited: true}})
        expect(unknown).toBeGreaterThanOrEqual(known)
      }),
    ))

  test('passes only what would not fail if it turned out to be exploited', () =>
    fc.assert(
      fc.property(world, given => {
        const unread = {...given, knows: {...given.knows, knownExploited: false}}
        fc.pre(severityOf(unread) <= verdicts.indexOf('pass'))
        const listed = unread.flaws.map(each =>
          each.kind === 'vulnerability' ? {...each, knownExploited: {added: null, due: null, ransomware: false}} : each,
        )
        expect(severityOf({...unread, flaws: listed})).toBeLessThan(verdicts.indexOf('fail'))
      }),
    ))
})
