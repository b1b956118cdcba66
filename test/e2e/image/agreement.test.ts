/**
 * One image, two real scanners: what each finds, what both find, and where they differ. Their databases say the same
 * (test/fakes/trivy-db.ts, test/fakes/grype-db.ts), so that what differs is the scanners' own.
 */
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {grypeContent} from '../../fakes/grype-db.ts'
import {advisories} from '../../fakes/trivy-db.ts'
import {bookworm, javaService, oldAlpine} from './images.ts'
import {createWorld, offline, type Scanned, type World} from './world.ts'

let world: World
let alpine = ''
let debian = ''
let java = ''
beforeAll(async () => {
  world = await createWorld()
  alpine = await world.layout('alpine', oldAlpine())
  debian = await world.layout('debian', bookworm())
  java = await world.layout('java', javaService())
})
afterAll(() => world.close())

const scan = (image: string, scanner: 'trivy' | 'grype' | 'both', rest: object = {}) => {
  const {database} = offline
  return world.scan(image, {...offline, scanner, database: scanner === 'both' ? database : database[scanner], ...rest})
}

function flawOf({platforms}: Scanned, id: string) {
  const flaw = platforms.flatMap(platform => platform.scan.flaws).find(each => each.id === id)
  if (flaw === undefined) throw new Error(`There is no ${id}.`)
  return flaw
}

const onAlpine = [
  'CVE-2022-48174 busybox critical',
  'CVE-2022-48174 ssl_client critical',
  'CVE-2024-47081 requests medium',
  'CVE-2025-43859 h11 critical',
  'CVE-2025-5889 brace-expansion low',
]

describe('an Alpine with Python and Node', () => {
  test.each(['trivy', 'grype'] as const)('has the same five vulnerabilities by %s, all by their CVE', async scanner => {
    const scanned = await scan(alpine, scanner)
    expect(scanned.flaws).toEqual(onAlpine.map(each => `${each} ${scanner}`))
    expect(scanned).toMatchObject({exitCode: 1, verdict: 'fail', digest: oldAlpine().digest})
    expect(scanned.platforms[0]?.scan).toMatchObject({os: {name: 'alpine 3.18.2', packages: 4}, packageCount: 8})
  })

  test('has them once by both, each found by both', async () => {
    const scanned = await scan(alpine, 'both')
    expect(scanned.flaws).toEqual(onAlpine.map(each => `${each} grype+trivy`))
    expect(scanned.blocking).toEqual([
      'fail CVE-2022-48174 in busybox 1.36.1-r0',
      'fail CVE-2022-48174 in ssl_client 1.36.1-r0',
      'fail CVE-2025-43859 in h11 0.14.0',
    ])
    expect(scanned.platforms[0]?.scan).toMatchObject({os: {packages: 4}, packageCount: 8})
  })

  test('keeps the names that either gives them', async () => {
    const scanned = await scan(alpine, 'both')
    expect(flawOf(scanned, 'CVE-2025-43859').aliases).toEqual(['CVE-2025-43859', 'GHSA-vqfr-h8mv-ghfj'])
  })

  test('gets no more updates: Grype’s database tells by its day', async () => {
    const {findings} = await scan(alpine, 'grype', {gate: [{kind: 'end-of-life', verdict: 'fail'}]})
    expect(findings.filter(each => each.verdict === 'fail').map(each => each.subject)).toEqual(['alpine 3.18.2'])
  })
})

describe('a Debian', () => {
  const openssl = 'CVE-2024-5535 libssl3 critical'
  const zlib = 'CVE-2023-45853 zlib1g critical'
  const h11 = 'CVE-2025-43859 h11 critical'

  test('has in its zlib what Trivy reports and Grype holds for mistaken', async () => {
    const byTrivy = await scan(debian, 'trivy')
    expect(byTrivy.flaws).toEqual([zlib, openssl, h11].map(each => `${each} trivy`))
    expect(flawOf(byTrivy, 'CVE-2023-45853')).toMatchObject({fix: {state: 'will-not-fix', versions: []}})
    expect(flawOf(byTrivy, 'CVE-2023-45853').suppressed).toBeUndefined()

    const byGrype = await scan(debian, 'grype')
    expect(flawOf(byGrype, 'CVE-2023-45853')).toMatchObject({
      fix: {state: 'will-not-fix'},
      suppressed: {by: 'grype itself', reason: expect.stringContaining('package name zlib1g')},
    })
    expect(byGrype.blocking).toEqual([
      'fail CVE-2024-5535 in libssl3 3.0.13-1~deb12u1',
      'fail CVE-2025-43859 in h11 0.14.0',
    ])
  })

  test('counts by both what one of them reports, and says that the other takes it away', async () => {
    const scanned = await scan(debian, 'both')
    expect(scanned.blocking).toEqual([
      'fail CVE-2023-45853 in zlib1g 1:1.2.13.dfsg-1',
      'fail CVE-2024-5535 in libssl3 3.0.13-1~deb12u1',
      'fail CVE-2025-43859 in h11 0.14.0',
    ])
    expect(scanned.findings.find(each => each.reason === 'image/suppression-contradicted')?.what).toContain(
      'CVE-2023-45853',
    )
    expect(scanned.platforms[0]?.scan).toMatchObject({os: {packages: 3}, packageCount: 4})
  })
})

describe('Java and Node without an operating system', () => {
  test('have what both find in the jar and in node_modules', async () => {
    const scanned = await scan(java, 'both')
    expect(scanned.flaws).toEqual([
      'CVE-2021-44228 log4j-core critical grype+trivy',
      'CVE-2025-5889 brace-expansion low grype+trivy',
    ])
    expect(scanned.platforms[0]?.scan.os).toBeNull()
  })

  test('have an exploit that Grype knows of, so a gate for exploits can judge', async () => {
    const scanned = await scan(java, 'grype', {gate: [{'known-exploited': true, verdict: 'fail'}]})
    expect(scanned.blocking).toEqual(['fail CVE-2021-44228 in log4j-core 2.14.1'])
  })

  test('cannot pass a gate for exploits by Trivy alone, which knows of none', async () => {
    const scanned = await scan(java, 'trivy', {gate: [{'known-exploited': true, verdict: 'fail'}]})
    expect(scanned).toMatchObject({verdict: 'inconclusive', exitCode: 2})
    expect(scanned.findings.map(each => each.reason)).toContain('image/known-exploited-unknown')
  })

  test('pass it by neither a score that is low nor a fix that is young', async () => {
    const gate = [
      {'epss-at-least': 0.5, verdict: 'fail'},
      {'fix-older-than': '365d', severity: 'low', verdict: 'warn'},
    ]
    const scanned = await scan(java, 'both', {gate})
    expect(scanned.blocking).toEqual(['fail CVE-2021-44228 in log4j-core 2.14.1'])
    const warned = scanned.findings.filter(each => each.verdict === 'warn').map(each => each.subject)
    expect(warned).toContain('CVE-2025-5889 in brace-expansion 2.0.1')
  })
})

describe('databases that differ', () => {
  let differing: World
  beforeAll(async () => {
    const {requests: _, ...pip} = advisories.libraries.pip
    differing = await createWorld({
      trivy: {...advisories, libraries: {...advisories.libraries, pip}},
      grype: {...grypeContent, records: grypeContent.records.filter(({id}) => id !== 'GHSA-v6h2-p8h4-qcjw')},
    })
  })
  afterAll(() => differing.close())

  test('are told flaw by flaw: found by both, or only by one', async () => {
    const {flaws} = await differing.scan(await differing.layout('alpine', oldAlpine()), {...offline, scanner: 'both'})
    expect(flaws).toEqual([
      'CVE-2022-48174 busybox critical grype+trivy',
      'CVE-2022-48174 ssl_client critical grype+trivy',
      'CVE-2024-47081 requests medium grype',
      'CVE-2025-43859 h11 critical grype+trivy',
      'CVE-2025-5889 brace-expansion low trivy',
    ])
  })
})
