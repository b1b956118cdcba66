import {describe, expect, test} from 'vitest'
import {enrich} from '../../../src/image/merge/enrich.ts'
import type {Scan, Vulnerability} from '../../../src/image/scan.ts'
import {scan, secret, vulnerability} from '../scans.ts'

const exploited = {added: 19_000, due: 19_014, ransomware: false}
const knownExploited = {entries: new Map([['CVE-2026-1', exploited]])}
const epss = {scores: new Map([['CVE-2026-1', {score: 0.5, percentile: 0.9}]])}

function enriched(change: Partial<Vulnerability>, lists: Parameters<typeof enrich>[1]): Scan {
  return enrich(scan({flaws: [vulnerability(change), secret()]}), lists)
}

describe('lists of others', () => {
  test('are found by any name of a vulnerability, in whatever case', () => {
    const aliases = ['GHSA-1', 'cve-2026-1']
    const {flaws, knows} = enriched({id: 'GHSA-1', aliases}, {knownExploited, epss})
    expect(flaws[0]).toMatchObject({knownExploited: exploited, epss: {score: 0.5}})
    expect(knows).toEqual({knownExploited: true, epss: true})
    expect(flaws[1]).toEqual(secret())
  })

  test('say something by their silence as well', () => {
    const {flaws, knows} = enriched({id: 'CVE-2026-2'}, {knownExploited, epss: null})
    expect(flaws[0]).toMatchObject({knownExploited: null, epss: null})
    expect(knows).toEqual({knownExploited: true, epss: false})
  })

  test('take nothing away that the scanner knew', () => {
    const own = {knownExploited: {added: 18_000, due: 18_014, ransomware: true}, epss: {score: 0.1, percentile: 0.4}}
    const [other] = enriched({id: 'CVE-2026-2', ...own}, {knownExploited, epss}).flaws
    expect(other).toMatchObject(own)
    const [both] = enriched({id: 'CVE-2026-1', ...own}, {knownExploited, epss}).flaws
    expect(both).toMatchObject({
      knownExploited: {added: 18_000, due: 18_014, ransomware: true},
      epss: {score: 0.5, percentile: 0.9},
    })
  })

  test('that nobody named change nothing', () => {
    const before = scan({flaws: [vulnerability()]})
    expect(enrich(before, {knownExploited: null, epss: null})).toBe(before)
  })
})
