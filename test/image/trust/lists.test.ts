import {describe, expect, test} from 'vitest'
import type {ImageRule} from '../../../src/config/image-schema.ts'
import {parseDay} from '../../../src/core/day.ts'
import {listFindings} from '../../../src/image/trust/lists.ts'

const today = parseDay('2026-11-21') ?? Number.NaN
const rules: readonly ImageRule[] = [
  {'known-exploited': true, verdict: 'fail'},
  {'epss-at-least': 0.1, verdict: 'fail'},
]
const added = (day: number) => new Map([['CVE-1', {added: day, due: null, ransomware: false}]])
const kev = (released: number | null, newest = 0) => ({knownExploited: {entries: added(newest), released}, epss: null})
const epss = (date: number | null) => ({knownExploited: null, epss: {scores: new Map(), date}})

describe('a list that rules ask', () => {
  test.each([
    ['of today', kev(today), []],
    ['of tomorrow, elsewhere on earth', kev(today + 1), []],
    ['of a month ago', kev(today - 30), []],
    ['that nobody downloaded since', kev(today - 31), ['image/list-too-old image.known-exploited']],
    ['of next year', kev(today + 300), ['image/list-from-the-future image.known-exploited']],
    ['in CSV, with a new entry', kev(null, today - 3), []],
    ['in CSV, whose newest entry is old', kev(null, today - 40), ['image/list-too-old image.known-exploited']],
    ['of scores of last year', epss(today - 365), ['image/list-too-old image.epss']],
    ['of scores without a date', epss(null), []],
    ['that nobody named', {knownExploited: null, epss: null}, []],
  ])('%s', (_, lists, expected) => {
    const found = listFindings(lists, rules, today)
    expect(found.map(({reason, subject}) => `${reason} ${subject}`)).toEqual(expected)
    for (const {verdict} of found) expect(verdict).toBe('inconclusive')
  })

  test('may be old where no rule asks it', () => {
    expect(listFindings(kev(today - 400), [{severity: 'critical', verdict: 'fail'}], today)).toEqual([])
  })

  test('is told with its day and today', () => {
    expect(listFindings(kev(today - 40), rules, today)[0]?.what).toBe(
      'The catalogue of known exploited vulnerabilities is of 2026-10-12; today is 2026-11-21.',
    )
  })
})
