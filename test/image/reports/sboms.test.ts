import {describe, expect, test} from 'vitest'
import {failureOf, fixture, parsed, read} from './fixtures.ts'

const hex = 'c'.repeat(64)

describe('SPDX', () => {
  const document = (change: object = {}) => ({
    spdxVersion: 'SPDX-2.3',
    SPDXID: 'SPDXRef-DOCUMENT',
    name: 'credit',
    packages: [{SPDXID: 'SPDXRef-1', name: 'h11', versionInfo: '0.14.0'}],
    ...change,
  })
  const licencesOf = (change: object, more: object = {}) =>
    parsed(document({packages: [{SPDXID: 'SPDXRef-1', name: 'h11', ...change}], ...more})).packages?.[0]?.licences

  test('lists packages and has looked for nothing', () => {
    expect(parsed(document())).toMatchObject({
      packages: [{name: 'h11', version: '0.14.0', type: '', licences: []}],
      flaws: [],
      lookedFor: [],
    })
  })

  test('without packages lists none, which is not the same as not telling', () => {
    expect(parsed(document({packages: undefined})).packageCount).toBe(0)
  })

  test('Trivy’s and Syft’s list the same packages', () => {
    const purls = (file: string) =>
      read(file)
        .packages?.map(({name, version, type}) => `${type} ${name} ${version}`)
        .sort()
    expect(purls('trivy.spdx.json')).toEqual(purls('syft.spdx.json'))
  })

  test.each([
    ['concluded', {licenseConcluded: 'MIT', licenseDeclared: 'Apache-2.0'}, ['MIT']],
    [
      'declared, where nothing is concluded',
      {licenseConcluded: 'NOASSERTION', licenseDeclared: 'Apache-2.0'},
      ['Apache-2.0'],
    ],
    ['none', {licenseConcluded: 'NONE', licenseDeclared: 'NOASSERTION'}, []],
  ])('its licence is what was %s', (_what, change, expected) => expect(licencesOf(change)).toEqual(expected))

  test('a licence of its own has a name', () => {
    const hasExtractedLicensingInfos = [{licenseId: 'LicenseRef-1', name: 'Custom terms', extractedText: '…'}]
    expect(licencesOf({licenseDeclared: 'LicenseRef-1'}, {hasExtractedLicensingInfos})).toEqual(['Custom terms'])
  })

  test.each([
    ['Tool: syft-1.51.0', 'syft', '1.51.0'],
    ['Tool: trivy-0.74.0', 'trivy', '0.74.0'],
    ['Tool: spdx-sbom-generator-v0.0.15', 'spdx-sbom-generator', 'v0.0.15'],
    ['Tool: homemade', 'homemade', null],
  ])('%s wrote it', (creator, name, version) => {
    const creationInfo = {created: '2026-11-21T08:00:00Z', creators: ['Organization: Example', creator]}
    expect(parsed(document({creationInfo})).scanners).toEqual([
      {name, version, at: '2026-11-21T08:00:00Z', databaseBuilt: null},
    ])
  })

  test('names the image that it describes, and the image is no package', () => {
    const image = {
      SPDXID: 'SPDXRef-image',
      name: 'credit',
      primaryPackagePurpose: 'CONTAINER',
      checksums: [{algorithm: 'SHA256', checksumValue: hex}],
    }
    const relationships = [
      {spdxElementId: 'SPDXRef-DOCUMENT', relationshipType: 'DESCRIBES', relatedSpdxElement: 'SPDXRef-image'},
    ]
    expect(parsed(document({packages: [image], relationships}))).toMatchObject({
      digests: [`sha256:${hex}`],
      packages: [],
    })
    const documentDescribes = ['SPDXRef-image']
    expect(parsed(document({packages: [image], documentDescribes}))).toMatchObject({digests: [`sha256:${hex}`]})
  })

  test('with a package without a name in it is malformed', () => {
    expect(failureOf(() => parsed(document({packages: [{SPDXID: 'SPDXRef-1'}]}))).code).toBe('image/report-malformed')
  })
})

describe('Syft’s own JSON', () => {
  test('tells platform, system and both digests', () => {
    expect(read('syft.json')).toMatchObject({
      platform: 'linux/amd64',
      os: {name: 'alpine 3.18.2', packages: 4},
      digests: ['sha256:d4d1e8f6a721c1a554d5c986c2dad45e87931d9040c7a3b04fbaa8074a9d0d94'],
      configDigest: 'sha256:aff5afb00f81c6041892f56727a653e4e9ae0a89ba869eb2edcdf36e8c9bff68',
    })
  })

  test('prefers the expression of a licence to its text', () => {
    const json = JSON.parse(fixture('syft.json'))
    json.artifacts = [
      {name: 'a', version: '1', licenses: ['MIT', {value: 'BSD', spdxExpression: 'BSD-3-Clause'}, {value: 'Custom'}]},
    ]
    expect(parsed(json).packages?.[0]?.licences).toEqual(['MIT', 'BSD-3-Clause', 'Custom'])
  })

  test('of a folder is not of an image', () => {
    const json = JSON.parse(fixture('syft.json'))
    json.source.type = 'directory'
    expect(failureOf(() => parsed(json)).code).toBe('image/report-not-of-an-image')
  })
})
