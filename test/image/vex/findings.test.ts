import {describe, expect, test} from 'vitest'
import type {TrustedVex} from '../../../src/image/vex/apply.ts'
import {vexFindings} from '../../../src/image/vex/findings.ts'
import {digestB, scan, vulnerability} from '../scans.ts'
import {busybox, openVex, today, trusted} from './documents.ts'

const found = scan({flaws: [vulnerability({purl: busybox})]})

function told(one: TrustedVex, scans = [found]): readonly string[] {
  return vexFindings([one], scans, today).map(({verdict, reason, what}) => `${verdict} ${reason}: ${what}`)
}

describe('a VEX document', () => {
  test('that is believed for long and speaks of what is there needs nobody', () => {
    expect(told(trusted(openVex(), {expires: today + 15}))).toEqual([])
  })

  test.each([
    [
      14,
      'image/vex-expires-soon: It is believed until 2026-12-05, by platform, of 1 finding in this image: 14 days left.',
    ],
    [
      1,
      'image/vex-expires-soon: It is believed until 2026-11-22, by platform, of 1 finding in this image: 1 day left.',
    ],
    [
      0,
      'image/vex-expires-soon: It is believed until 2026-11-21, by platform, of 1 finding in this image: today is the last day.',
    ],
    [
      -1,
      'image/vex-expired: It was believed until 2026-11-20, by platform: what it says counts no more, of 1 finding in this image.',
    ],
  ])('%i days before its last one', (days, expected) => {
    expect(told(trusted(openVex(), {expires: today + days}))).toEqual([`warn ${expected}`])
  })

  test('that speaks of nothing in the image is named', () => {
    const other = {products: [{'@id': `pkg:oci/credit@${digestB}`}]}
    expect(told(trusted(openVex([other])))).toEqual([
      'warn image/vex-unused: Its only statement does not speak of a finding in this image.',
    ])
  })

  test('that speaks of one platform alone is needed', () => {
    expect(told(trusted(openVex()), [scan(), found])).toEqual([])
  })

  test('with statements that cannot be used says which', () => {
    const inside = {products: [{'@id': 'pkg:npm/app', subcomponents: [{'@id': 'pkg:npm/left-pad'}]}]}
    expect(told(trusted(openVex([{}, {products: []}, inside])))).toEqual([
      'warn image/vex-not-read: 2 statements do not count: statements[1] names no product; statements[2] (CVE-2022-48174) speaks of a package within a package.',
    ])
  })
})
