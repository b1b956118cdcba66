import {describe, expect, test} from 'vitest'
import type {Judged} from '../../src/image/judgement.ts'
import type {Flaw} from '../../src/image/scan.ts'
import {describeUpgrade, nextFix, planUpgrades} from '../../src/image/upgrades.ts'
import {fixedIn, secret, unfixed, vulnerability} from './scans.ts'

function found(...flaws: readonly Flaw[]): readonly Judged[] {
  return flaws.map(flaw => ({flaw, isNew: null, outcome: {kind: 'no-rule'}, waiver: {kind: 'none'}}))
}

describe('what to upgrade first', () => {
  test('is the package whose upgrade removes most, to the version that removes all of it', () => {
    const openssl = (id: string, fix: string) =>
      vulnerability({id, package: 'openssl', installedVersion: '3.0.1', fix: fixedIn(fix)})
    const flaws = found(
      vulnerability(),
      openssl('CVE-1', '3.0.8'),
      openssl('CVE-2', '3.0.12'),
      openssl('CVE-3', '3.0.7'),
      vulnerability({id: 'CVE-4', package: 'perl', fix: unfixed}),
      secret(),
    )
    expect(planUpgrades(flaws).map(describeUpgrade)).toEqual([
      'Upgrade openssl 3.0.1 → 3.0.12: removes 3 findings.',
      'Upgrade busybox 1.36.1-r0 → 1.36.1-r1: removes 1 finding.',
    ])
  })

  test('the same flaw on two platforms is removed by the same work', () => {
    const [upgrade] = planUpgrades(found(vulnerability(), vulnerability()))
    expect(upgrade?.removes).toBe(1)
  })

  test.each([
    ['2.0.1', ['1.1.12', '2.0.2', '3.0.1', '4.0.1'], '2.0.2'],
    ['0.14.0', ['0.16.0'], '0.16.0'],
    ['1.0', [], undefined],
  ])('from %s with fixes %j it is %s', (installed, fixes, expected) => expect(nextFix(installed, fixes)).toBe(expected))
})
