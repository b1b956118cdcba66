import {describe, expect, test} from 'vitest'
import {bind, coverage} from '../../src/image/trust.ts'
import {digestA, digestB, scanOf} from './scans.ts'

describe('a scan speaks of one image', () => {
  test.each([
    ['the report names the digest that was asked for', [digestA], digestA, 'image/digest-known', digestA],
    ['it is among several', [digestA, digestB], digestB, 'image/digest-known', digestB],
    ['nobody asked, and the report names one', [digestA], null, 'image/digest-known', digestA],
    ['the report is of another image', [digestB], digestA, 'image/report-for-another-digest', undefined],
    ['the report names none', [], digestA, 'image/digest-unknown', undefined],
    ['nobody names one', [], null, 'image/digest-unknown', undefined],
    ['nobody asked, and the report names several', [digestA, digestB], null, 'image/digest-unknown', undefined],
  ] as const)('%s', (_, digests, expected, reason, bound) => {
    const binding = bind({digests, platform: 'linux/amd64'}, expected)
    expect(binding.finding.reason).toBe(reason)
    expect(binding.finding.verdict).toBe(bound === undefined ? 'error' : 'pass')
    expect('digest' in binding ? binding.digest : undefined).toBe(bound)
  })
})

test('a scan says which platform it looked at: a digest may stand for several', () => {
  const {finding} = bind({digests: [digestA], platform: 'linux/arm64/v8'}, digestA)
  expect(finding.what).toBe(`The scan is of ${digestA}, as it is for linux/arm64/v8.`)
  expect(finding.details).toEqual({digest: digestA, platform: 'linux/arm64/v8'})
})

describe('a scan that saw nothing finds nothing', () => {
  const alpine = {name: 'alpine 3.23.3', endOfLife: false}
  test.each([
    ['everything was seen', {}, []],
    ['languages only, and no operating system', {os: null, packages: 3}, []],
    [
      'an operating system without packages',
      {os: {...alpine, packages: 0}, packages: 0},
      ['error image/nothing-scanned'],
    ],
    ['nothing at all', {os: null, packages: 0}, ['error image/nothing-scanned']],
    [
      'a report that lists no packages',
      {os: {...alpine, packages: null}, packages: null},
      ['error image/nothing-scanned'],
    ],
    [
      'packages of languages, none of the operating system',
      {os: {...alpine, packages: 0}, packages: 3},
      ['inconclusive image/os-packages-not-scanned'],
    ],
    [
      'packages of languages, and an operating system whose packages the report leaves out',
      {os: {...alpine, packages: null}, packages: 3},
      ['inconclusive image/os-packages-not-scanned'],
    ],
    [
      'an operating system without updates',
      {os: {...alpine, packages: 9, endOfLife: true}},
      ['warn image/os-end-of-life'],
    ],
    [
      'findings that the scanner was told to hide',
      {suppressed: [{id: 'CVE-1', package: 'zlib', why: 'ignored'}]},
      ['warn image/findings-suppressed'],
    ],
  ] as const)('%s', (_, change, expected) => {
    expect(coverage(scanOf(change)).map(({verdict, reason}) => `${verdict} ${reason}`)).toEqual(expected)
  })
})
