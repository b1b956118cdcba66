import {describe, expect, test} from 'vitest'
import type {Waiver} from '../../src/config/waivers.ts'
import {indexWaivers, unusedWaivers, type WaiverState, waiverOf} from '../../src/image/waivers.ts'
import {vulnerability} from './scans.ts'

const today = 20_778

function waiver(change: Partial<Waiver> = {}): Waiver {
  return {vulnerability: 'CVE-2022-48174', owner: 'ml', reason: 'ok', expires: today + 100, line: 1, ...change}
}

function stateOf(waivers: readonly Waiver[], name = 'busybox'): WaiverState {
  return waiverOf(vulnerability({package: name}), indexWaivers(waivers), today)
}

describe('a waiver', () => {
  test.each([
    ['long before its last day', 15, {kind: 'holds', daysLeft: 15, expiresSoon: false}],
    ['two weeks before', 14, {kind: 'holds', daysLeft: 14, expiresSoon: true}],
    ['on its last day', 0, {kind: 'holds', daysLeft: 0, expiresSoon: true}],
    ['on the day after', -1, {kind: 'expired'}],
  ] as const)('%s', (_, days, expected) => {
    expect(stateOf([waiver({expires: today + days})])).toMatchObject(expected)
  })

  test.each([
    ['another vulnerability', {vulnerability: 'CVE-2022-48175'}],
    ['the same id in other letters', {vulnerability: 'cve-2022-48174'}],
    ['another package', {package: 'ssl_client'}],
  ])('does not cover %s', (_, change) => {
    expect(stateOf([waiver(change)])).toEqual({kind: 'none'})
    expect(unusedWaivers([waiver(change)], [vulnerability()])).toHaveLength(1)
  })

  test('without a package covers every package', () => {
    expect(stateOf([waiver()], 'ssl_client').kind).toBe('holds')
    expect(unusedWaivers([waiver()], [vulnerability({package: 'ssl_client'})])).toEqual([])
  })

  test('for exactly this package comes before one for every package', () => {
    const exact = waiver({package: 'busybox', owner: 'security'})
    expect(stateOf([waiver(), exact])).toMatchObject({waiver: {owner: 'security'}})
  })

  test('that ran out does not hide one that still holds', () => {
    const expired = waiver({package: 'busybox', expires: today - 1})
    expect(stateOf([expired, waiver()])).toMatchObject({kind: 'holds'})
  })
})
