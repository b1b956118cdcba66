import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {compareVersions} from '../../src/image/versions.ts'

/** Each list is in its published order, oldest first. */
describe('versions in the order of their ecosystem', () => {
  test.each<[string, string | null, string[]]>([
    [
      'Semantic Versioning 2.0.0 §11',
      'npm',
      [
        '1.0.0-alpha',
        '1.0.0-alpha.1',
        '1.0.0-alpha.beta',
        '1.0.0-beta',
        '1.0.0-beta.2',
        '1.0.0-beta.11',
        '1.0.0-rc.1',
        '1.0.0',
        '2.0.0',
        '2.1.0',
        '2.1.1',
      ],
    ],
    [
      'PEP 440, "Summary of permitted suffixes and relative ordering"',
      'pypi',
      [
        '1.dev0',
        '1.0.dev456',
        '1.0a1',
        '1.0a2.dev456',
        '1.0a12.dev456',
        '1.0a12',
        '1.0b1.dev456',
        '1.0b2',
        '1.0b2.post345.dev456',
        '1.0b2.post345',
        '1.0rc1.dev456',
        '1.0rc1',
        '1.0',
        '1.0.post456.dev34',
        '1.0.post456',
        '1.0.15',
        '1.1.dev1',
      ],
    ],
    [
      'deb-version(7)',
      'deb',
      ['1.0~beta1~svn1245', '1.0~beta1', '1.0', '1.0-1', '1.0-1+deb12u1', '1.0-1+deb12u12', '1.0.1', '2:0.1'],
    ],
    [
      'rpm, "Version comparison"',
      'rpm',
      ['1.0~rc1-1', '1.0-1', '1.0-2.el9', '1.0-10.el9', '1.0^git1-1', '1.0.1-1', '1:0.5-1'],
    ],
    ['apk', 'apk', ['1.36.1_rc1-r0', '1.36.1-r0', '1.36.1-r1', '1.36.1-r10', '1.36.1_p1-r0', '1.36.2-r0']],
    ['Go', 'golang', ['v0.0.0-20230101000000-abcdef', 'v1.2.0', '1.10.0']],
    ['Maven', 'maven', ['1.0-alpha-1', '1.0-beta-1', '1.0-rc1', '1.0', '1.0.1']],
    ['nobody knows which', null, ['1.9.0', '1.10.0', '1.10.0-r1', '7.88.1-10+deb12u4', '7.88.1-10+deb12u12']],
  ])('%s', (_, type, versions) => {
    for (const [index, older] of versions.entries()) {
      for (const newer of versions.slice(index + 1)) {
        expect([older, newer, Math.sign(compareVersions(older, newer, type))]).toEqual([older, newer, -1])
        expect([newer, older, Math.sign(compareVersions(newer, older, type))]).toEqual([newer, older, 1])
      }
    }
  })

  test('a number of any length is a number', () => {
    expect(compareVersions('1.99999999999999999998', '1.99999999999999999999', 'deb')).toBeLessThan(0)
  })

  test('are an order, whatever a report calls a version', () => {
    const version = fc.string({
      unit: fc.constantFrom('0', '1', '10', 'a', 'rc', '~', '^', '.', '-', '+', ':', '_'),
      maxLength: 6,
    })
    const type = fc.constantFrom('npm', 'pypi', 'deb', null)
    fc.assert(
      fc.property(version, version, version, type, (a, b, c, kind) => {
        const order = (one: string, other: string) => Math.sign(compareVersions(one, other, kind))
        expect(order(a, b) + order(b, a)).toBe(0)
        fc.pre(order(a, b) <= 0 && order(b, c) <= 0)
        expect(order(a, c)).toBeLessThanOrEqual(0)
      }),
    )
  })
})
