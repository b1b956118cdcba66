/** What becomes of an image's flaws on GitHub, from build to build: the SARIF, uploaded as it would be. */
import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import {uploadSarif} from '../../../src/github/code-scanning.ts'
import type {ImageJudgement} from '../../../src/image/judgement.ts'
import {partsOf} from '../../../src/image/judgement.ts'
import {renderImageSarif} from '../../../src/image/render/sarif.ts'
import type {Flaw} from '../../../src/image/scan.ts'
import {connect, patientClock} from '../../fakes/github/connection.ts'
import {type FakeGitHub, startFakeGitHub} from '../../fakes/github/server.ts'
import {digestB, imageJudgement, platformJudgement, vulnerability} from '../scans.ts'
import {judgeEverything} from './everything.ts'

let fake: FakeGitHub
let commitSha: string

beforeEach(async () => {
  fake = await startFakeGitHub()
  commitSha = await fake.commit('main', {Dockerfile: 'FROM alpine\n'})
})
afterEach(async () => {
  await fake.stop()
  expect(fake.violations).toEqual([])
})

async function upload(judgement: ImageJudgement): Promise<void> {
  const clock = patientClock()
  for (const part of partsOf(judgement)) {
    const {sarif} = renderImageSarif(part, judgement, {
      version: '1.0.0',
      placeOf: () => ({file: 'Dockerfile', line: 1}),
      otherwise: 'slipway.yml',
      suppressed: 'left-out',
    })
    const published = await uploadSarif(connect(fake, {clock}), clock, {sarif, commitSha, ref: 'refs/heads/main'})
    expect(published.kind).toBe('published')
  }
}

function imageOf(flaws: readonly Flaw[], change: Partial<ImageJudgement> = {}): ImageJudgement {
  const judged = flaws.map(flaw => ({
    flaw,
    isNew: null,
    outcome: {kind: 'no-rule'} as const,
    waiver: {kind: 'none'} as const,
  }))
  return imageJudgement({platforms: [platformJudgement({judged})], ...change})
}

function alerts(): readonly string[] {
  return fake.state.codeScanning.alerts.map(({number, rule, state}) => `${number} ${rule} ${state}`)
}

describe('the alerts of an image', () => {
  test('stay open over a rebuild that fixes nothing, and close one by one', async () => {
    const old = vulnerability({id: 'CVE-1', purl: 'pkg:apk/alpine/busybox@1.36.1-r0'})
    const newer = vulnerability({id: 'CVE-1', installedVersion: '1.36.1-r7', purl: 'pkg:apk/alpine/busybox@1.36.1-r7'})
    const second = vulnerability({id: 'CVE-2'})
    await upload(imageOf([old, second]))
    expect(alerts()).toEqual(['1 CVE-1 open', '2 CVE-2 open'])
    await upload(imageOf([second, newer], {label: 'registry.example.com/credit:v13', digest: digestB}))
    expect(alerts()).toEqual(['1 CVE-1 open', '2 CVE-2 open'])
    await upload(imageOf([second]))
    expect(alerts()).toEqual(['1 CVE-1 fixed', '2 CVE-2 open'])
    await upload(imageOf([newer, second]))
    expect(alerts()).toEqual(['1 CVE-1 open', '2 CVE-2 open'])
  })

  test('of one service are not closed by another, nor those of one platform', async () => {
    const flaw = vulnerability({id: 'CVE-1'})
    await upload(imageOf([flaw]))
    await upload(imageOf([flaw], {service: 'fraud'}))
    const {platforms} = imageOf([flaw])
    await upload(imageOf([], {platforms: platforms.map(each => ({...each, platform: 'linux/arm64'}))}))
    await upload(imageOf([], {service: 'fraud'}))
    expect(fake.state.codeScanning.alerts.map(({category, state}) => `${category} ${state}`)).toEqual([
      'image/credit/linux-amd64 open',
      'image/fraud/linux-amd64 fixed',
      'image/credit/linux-arm64 open',
    ])
  })

  test('close when the flaw is waived: GitHub reads no suppressions', async () => {
    const {judgement} = judgeEverything()
    await upload(judgement)
    const open = fake.state.codeScanning.alerts.map(({rule}) => rule)
    expect(open).toContain('CVE-2025-4004')
    expect(open).not.toContain('CVE-2022-48174')
    expect(open).not.toContain('GHSA-9999-8888-7777')
  })

  test('of everything are what GitHub takes, in one category for each platform and one for the files', async () => {
    await upload(judgeEverything().judgement)
    expect(new Set(fake.state.codeScanning.alerts.map(({category}) => category))).toEqual(
      new Set(['image/credit/linux-amd64', 'image/credit/linux-arm64', 'image/credit/repository']),
    )
    const manifest = fake.state.codeScanning.alerts.find(({category}) => category.endsWith('repository'))
    expect(manifest).toMatchObject({path: 'deploy/serving.yaml', line: 12, level: 'warning'})
  })
})
