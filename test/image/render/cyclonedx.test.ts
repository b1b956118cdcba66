import {readFileSync} from 'node:fs'
import * as path from 'node:path'
import {Ajv} from 'ajv'
import ajvFormats from 'ajv-formats'
import {describe, expect, test} from 'vitest'
import {renderSbom} from '../../../src/image/render/cyclonedx.ts'
import {parseReport} from '../../../src/image/reports/read.ts'
import type {Package, Scan} from '../../../src/image/scan.ts'
import {read} from '../reports/fixtures.ts'
import {digestA, digestB, pkg, platformJudgement, scan} from '../scans.ts'

const schemas = path.join(import.meta.dirname, '../../fixtures/cyclonedx')
const ajv = new Ajv({strict: false, allErrors: true})
ajvFormats.default(ajv)
ajv.addFormat('iri-reference', true)
ajv.addFormat('idn-email', true)
const load = (file: string) => JSON.parse(readFileSync(path.join(schemas, file), 'utf8'))
ajv.addSchema(load('spdx.schema.json')).addSchema(load('jsf-0.82.schema.json'))
const isValid = ajv.compile(load('bom-1.6.schema.json'))

const packages: readonly Package[] = [
  pkg({purl: 'pkg:apk/alpine/busybox@1.36.1-r0?arch=x86_64', path: 'lib/apk/db/installed'}),
  {
    name: '@types/node',
    version: '24.0.0',
    type: 'npm',
    purl: 'pkg:npm/%40types/node@24.0.0',
    licences: ['MIT', 'Custom'],
  },
  {
    name: 'org.slf4j:slf4j-api',
    version: '2.0.9',
    type: 'maven',
    purl: 'pkg:maven/org.slf4j/slf4j-api@2.0.9',
    licences: ['MIT OR Apache-2.0'],
  },
  {name: 'homemade', version: '', type: 'binary', licences: []},
  {name: 'h11', version: '0.14.0', type: 'pypi', purl: 'pkg:pypi/h11@0.14.0', licences: [], path: 'a/h11'},
  {name: 'h11', version: '0.14.0', type: 'pypi', purl: 'pkg:pypi/h11@0.14.0', licences: [], path: 'b/h11'},
]

function sbom(change: Partial<Scan> = {}, options = {version: '0.2.0'}): string {
  return renderSbom(platformJudgement({scan: scan({packages, ...change})}), options)
}

describe('an SBOM of an image', () => {
  test.each([
    ['of all kinds of packages', sbom()],
    ['of no package', sbom({packages: []})],
    ['where nobody lists packages', sbom({packages: null, os: null})],
    ['of an image without a digest', renderSbom(platformJudgement({digest: null, platform: null}), {version: '0.2.0'})],
    [
      'of what Trivy saw',
      renderSbom(platformJudgement({scan: read('trivy-vulnerabilities.cdx.json')}), {version: '0.2.0'}),
    ],
    ['of what Syft saw', renderSbom(platformJudgement({scan: read('syft.json')}), {version: '0.2.0'})],
  ])('%s is valid by the schema of CycloneDX 1.6', (_what, text) => {
    isValid(JSON.parse(text))
    expect(isValid.errors).toBeNull()
  })

  test('the schema refuses what is none', () => {
    expect(isValid({...JSON.parse(sbom()), serialNumber: 'urn:uuid:1'})).toBe(false)
    expect(isValid({...JSON.parse(sbom()), components: [{type: 'library'}]})).toBe(false)
  })

  test('names the image by its digest, its registry and its platform', () => {
    expect(JSON.parse(sbom()).metadata.component).toEqual({
      'bom-ref': digestA,
      type: 'container',
      name: 'registry.example.com/credit',
      version: digestA,
      hashes: [{alg: 'SHA-256', content: 'a'.repeat(64)}],
      purl: `pkg:oci/credit@sha256%3A${'a'.repeat(64)}?arch=amd64&repository_url=registry.example.com%2Fcredit`,
      properties: [{name: 'slipway:platform', value: 'linux/amd64'}],
    })
  })

  test.each([
    ['credit:v12', 'credit'],
    ['registry.example.com:5000/credit', 'registry.example.com:5000/credit'],
    [`registry.example.com:5000/credit:v12@${digestB}`, 'registry.example.com:5000/credit'],
    ['./layout', './layout'],
  ])('of %s is called %s', (image, name) => expect(JSON.parse(sbom({image})).metadata.component.name).toBe(name))

  test('writes a licence by its id, by its name, or as an expression', () => {
    const licences = new Map(
      JSON.parse(sbom()).components.map((each: {name: string; licenses?: unknown}) => [each.name, each.licenses]),
    )
    expect(licences.get('busybox')).toEqual([{license: {id: 'GPL-2.0-only'}}])
    expect(licences.get('node')).toEqual([{license: {id: 'MIT'}}, {license: {name: 'Custom'}}])
    expect(licences.get('slf4j-api')).toEqual([{expression: 'MIT OR Apache-2.0'}])
    expect(licences.get('homemade')).toBeUndefined()
  })

  test.each([
    ['(MIT AND Apache-2.0) OR LicenseRef-custom', true],
    ['GPL-2.0-only WITH Classpath-exception-2.0', true],
    ['GPL-2.0+ OR MIT', true],
    ['MIT OR', false],
    ['MIT and Apache', false],
    ['Do what you want', false],
  ])('%s is an expression: %s', (licence, expected) => {
    const [, component] = JSON.parse(sbom({packages: [pkg({licences: [licence]})]})).components
    expect('expression' in component.licenses[0]).toBe(expected)
  })

  test('says from which source a package is built as Trivy reads it, and as Grype does', () => {
    const purl = 'pkg:apk/alpine/ssl_client@1.36.1-r0?distro=3.18.2'
    const source = {name: 'busybox', version: '1.36.1-r0'}
    const {components} = JSON.parse(sbom({packages: [pkg({name: 'ssl_client', purl, source})]}))
    expect(components[1]).toMatchObject({
      purl: 'pkg:apk/alpine/ssl_client@1.36.1-r0?distro=alpine-3.18.2&upstream=busybox',
      properties: expect.arrayContaining([{name: 'aquasecurity:trivy:SrcName', value: 'busybox'}]),
    })
  })

  test('gives each component a reference of its own', () => {
    const references = JSON.parse(sbom()).components.map((each: {'bom-ref': string}) => each['bom-ref'])
    expect(new Set(references).size).toBe(references.length)
    expect(references).toContain('pkg:pypi/h11@0.14.0#2')
  })

  test('comes back as the same packages', () => {
    const back = parseReport(sbom(), 'sbom.json')
    const byPlace = (list: readonly Package[] | null) =>
      [...(list ?? [])].sort((a, b) => `${a.name}${a.path}`.localeCompare(`${b.name}${b.path}`))
    expect(byPlace(back.packages)).toEqual(byPlace(packages))
    expect(back).toMatchObject({
      digests: [digestA],
      platform: 'linux/amd64',
      os: {name: 'alpine 3.23.3'},
      lookedFor: [],
    })
  })

  test('says that it does not know the packages, where nobody lists them', () => {
    expect(JSON.parse(sbom({packages: null})).compositions).toEqual([{aggregate: 'unknown', assemblies: [digestA]}])
    expect(JSON.parse(sbom()).compositions).toBeUndefined()
  })
})

describe('its bytes', () => {
  test('are the same, whatever the order and the time of the scan', () => {
    const later = scan().scanners.map(each => ({...each, at: '2027-01-01T00:00:00Z'}))
    expect(sbom({packages: [...packages].reverse(), scanners: later})).toBe(sbom())
  })

  test('have a serial number of version 5 that changes with the content alone', () => {
    const serialOf = (text: string): string => JSON.parse(text).serialNumber
    expect(serialOf(sbom())).toMatch(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(serialOf(sbom({packages: packages.slice(1)}))).not.toBe(serialOf(sbom()))
  })
})
