import {describe, expect, test} from 'vitest'
import {judge} from '../../src/image/policy.ts'
import {compareVersions, describeUpgrade, nextFix, planUpgrades} from '../../src/image/upgrades.ts'
import {vulnerability} from './scans.ts'

describe('what to upgrade first', () => {
  test('is the package whose upgrade removes most, to the version that removes all of it', () => {
    const openssl = (id: string, fix: string) =>
      vulnerability({id, package: 'openssl', installedVersion: '3.0.1', fixedVersions: [fix]})
    const found = [
      vulnerability(),
      openssl('CVE-1', '3.0.8'),
      openssl('CVE-2', '3.0.12'),
      openssl('CVE-3', '3.0.7'),
      vulnerability({id: 'CVE-4', package: 'perl', fixedVersions: []}),
    ]
    expect(planUpgrades(judge(found, [], [], 0)).map(describeUpgrade)).toEqual([
      'Upgrade openssl 3.0.1 → 3.0.12: removes 3 findings.',
      'Upgrade busybox 1.36.1-r0 → 1.36.1-r1: removes 1 finding.',
    ])
  })

  test.each([
    ['2.0.1', ['1.1.12', '2.0.2', '3.0.1', '4.0.1'], '2.0.2'],
    ['0.14.0', ['0.16.0'], '0.16.0'],
    ['1.0', [], undefined],
  ])('from %s with fixes %j it is %s', (installed, fixes, expected) => expect(nextFix(installed, fixes)).toBe(expected))

  test.each([
    ['1.10.0', '1.9.0', 1],
    ['1.36.1-r0', '1.36.1-r1', -1],
    ['1.2.3', '1.2.3', 0],
    ['1.2', '1.2.1', -1],
    ['7.88.1-10+deb12u4', '7.88.1-10+deb12u12', -1],
  ])('%s compared with %s', (a, b, sign) => expect(Math.sign(compareVersions(a, b))).toBe(sign))
})
