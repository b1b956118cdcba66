import {describe, expect, test} from 'vitest'
import {bind} from '../../../src/image/trust/binding.ts'
import {digestA, digestB} from '../scans.ts'

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
