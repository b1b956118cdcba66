import * as fs from 'node:fs'
import {Ajv2020} from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import {describe, expect, test} from 'vitest'
import type {Waiver} from '../../../src/config/waivers.ts'
import {parseDay} from '../../../src/core/day.ts'
import type {ImageJudgement, Judged, WaiverState} from '../../../src/image/judgement.ts'
import {renderOpenVex} from '../../../src/image/render/openvex.ts'
import type {Flaw} from '../../../src/image/scan.ts'
import {applyVex} from '../../../src/image/vex/apply.ts'
import {parseVex} from '../../../src/image/vex/read.ts'
import {digestA, digestB, imageJudgement, platformJudgement, scan, secret, vulnerability} from '../scans.ts'
import {waiver} from '../waivers/waiver.ts'

const schema: object = JSON.parse(fs.readFileSync('test/fixtures/vex/openvex-0.2.0.schema.json', 'utf8'))
const ajv = new Ajv2020({strict: false})
addFormats.default(ajv)
const isValid = ajv.compile(schema)

const today = parseDay('2026-11-21') ?? 0
const busybox = 'pkg:apk/alpine/busybox@1.36.1-r0?arch=x86_64&distro=3.18.2'
const bare = 'pkg:apk/alpine/busybox@1.36.1-r0'
const flaw = vulnerability({purl: busybox, aliases: ['CVE-2022-48174', 'ALPINE-CVE-2022-48174']})

function judged(change: Partial<Waiver> = {}, of: Flaw = flaw): Judged {
  const given = waiver({expires: today + 40, owner: 'platform-team', ...change})
  const state: WaiverState =
    given.expires < today
      ? {kind: 'expired', waiver: given}
      : {kind: 'holds', waiver: given, daysLeft: given.expires - today, expiresSoon: false}
  return {flaw: of, isNew: null, outcome: {kind: 'no-rule'}, waiver: state}
}

function judgement(all: readonly Judged[], change: Partial<ImageJudgement> = {}): ImageJudgement {
  return imageJudgement({platforms: [platformJudgement({judged: all})], ...change})
}

function rendered(given: ImageJudgement): string {
  const text = renderOpenVex(given, {author: 'ml@example.com', at: '2026-11-21T08:00:00Z'})
  expect(isValid(JSON.parse(text ?? ''))).toBe(true)
  return text ?? ''
}

const notAffected = {status: 'not_affected', justification: 'vulnerable_code_not_in_execute_path'} as const

describe('waivers as OpenVEX', () => {
  test('name the image by digest and the package in it', () => {
    expect(JSON.parse(rendered(judgement([judged(notAffected)])))).toMatchObject({
      '@context': 'https://openvex.dev/ns/v0.2.0',
      author: 'ml@example.com',
      timestamp: '2026-11-21T08:00:00Z',
      statements: [
        {
          vulnerability: {name: 'CVE-2022-48174', aliases: ['ALPINE-CVE-2022-48174']},
          products: [
            {
              '@id': `pkg:oci/credit@${digestA}?repository_url=registry.example.com%2Fcredit`,
              subcomponents: [{'@id': bare, identifiers: {purl: bare}}],
            },
          ],
          status: 'not_affected',
          justification: 'vulnerable_code_not_in_execute_path',
          status_notes: 'no shell reads input (platform-team, until 2026-12-31)',
        },
      ],
    })
  })

  test.each([
    [
      'accepted',
      {},
      {status: 'affected', action_statement: 'Accepted by platform-team until 2026-12-31: no shell reads input'},
    ],
    [
      'not affected without a word of OpenVEX',
      {status: 'not_affected'},
      {status: 'not_affected', impact_statement: 'no shell reads input (platform-team, until 2026-12-31)'},
    ],
    [
      'over',
      {...notAffected, expires: today - 1},
      {
        status: 'affected',
        action_statement: 'platform-team accepted it until 2026-11-20, which is over: no shell reads input',
      },
    ],
  ] as const)('say what is %s', (_, change, expected) => {
    expect(JSON.parse(rendered(judgement([judged(change)]))).statements).toMatchObject([expected])
  })

  test('take away from a scan what they call not affected, and nothing else', () => {
    const second = vulnerability({id: 'CVE-2023-1', purl: busybox})
    const elsewhere = vulnerability({package: 'ssl_client', purl: 'pkg:apk/alpine/ssl_client@1.36.1-r0'})
    const text = rendered(judgement([judged(notAffected), judged({id: 'CVE-2023-1', line: 2}, second)]))
    const document = {document: parseVex(text, 'ours.json'), owner: 'ml', expires: today}
    const fates = (digest: typeof digestA) =>
      applyVex(scan({digests: [digest], image: 'x', flaws: [flaw, second, elsewhere]}), [document], today).flaws.map(
        each => (each.suppressed ? 'suppressed' : each.vex ? 'affected' : 'counts'),
      )
    expect(fates(digestA)).toEqual(['suppressed', 'affected', 'counts'])
    expect(fates(digestB)).toEqual(['counts', 'counts', 'counts'])
  })

  test('speak of each platform in one statement', () => {
    const one = judged(notAffected)
    const platforms = [
      platformJudgement({judged: [one]}),
      platformJudgement({judged: [one], platform: 'linux/arm64', digest: digestB}),
    ]
    const {statements} = JSON.parse(rendered(judgement([], {platforms})))
    expect(statements).toHaveLength(1)
    expect(statements[0].products.map((product: {'@id': string}) => product['@id'].slice(0, 30))).toEqual([
      `pkg:oci/credit@${digestA}`.slice(0, 30),
      `pkg:oci/credit@${digestB}`.slice(0, 30),
    ])
  })

  test('name the architecture where only the digest of the index is known', () => {
    const platforms = [platformJudgement({judged: [judged(notAffected)], digest: null, platform: 'linux/arm64'})]
    const {statements} = JSON.parse(rendered(judgement([], {platforms, digest: digestB})))
    expect(statements[0].products[0]['@id']).toBe(
      `pkg:oci/credit@${digestB}?arch=arm64&repository_url=registry.example.com%2Fcredit`,
    )
  })

  test('are the same whatever the order of the findings, and have another name when they say something else', () => {
    const [one, other] = [judged(notAffected), judged({id: 'CVE-2023-1', line: 2}, vulnerability({id: 'CVE-2023-1'}))]
    const id = (text: string) => JSON.parse(text)['@id']
    expect(rendered(judgement([one, other]))).toBe(rendered(judgement([other, one])))
    expect(id(rendered(judgement([one])))).not.toBe(id(rendered(judgement([one, other]))))
  })

  test('call Docker Hub as Trivy and Grype do', () => {
    const {statements} = JSON.parse(rendered(judgement([judged(notAffected)], {label: 'python:3.12'})))
    expect(statements[0].products[0]['@id']).toBe(
      `pkg:oci/python@${digestA}?repository_url=index.docker.io%2Flibrary%2Fpython`,
    )
  })

  test('call an image on this machine by its service, and a package without package URL by its name', () => {
    const bare = vulnerability({purl: '', package: 'my lib', installedVersion: '1.0'})
    const text = rendered(judgement([judged(notAffected, bare)], {label: './out/credit', service: 'credit'}))
    expect(JSON.parse(text).statements[0].products).toMatchObject([
      {'@id': `pkg:oci/credit@${digestA}`, subcomponents: [{'@id': 'pkg:generic/my%20lib@1.0'}]},
    ])
  })

  test('are no document when no vulnerability is waived', () => {
    const others = [
      judged({kind: 'secret', id: 'aws-access-key-id'}, secret()),
      {...judged(), waiver: {kind: 'none'}} as const,
    ]
    expect(renderOpenVex(judgement(others), {author: 'x', at: '2026-11-21T08:00:00Z'})).toBeNull()
  })
})
