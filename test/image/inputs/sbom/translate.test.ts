import {describe, expect, test} from 'vitest'
import {translate} from '../../../../src/image/inputs/sbom/translate.ts'

// Parts of what Syft 1.54 and Trivy 0.68 wrote of an Alpine 3.18 and a Debian 12.
const bySyft = {
  type: 'library',
  name: 'ssl_client',
  version: '1.36.1-r0',
  purl: 'pkg:apk/alpine/ssl_client@1.36.1-r0?arch=x86_64&distro=alpine-3.18.2&upstream=busybox',
  properties: [{name: 'syft:package:type', value: 'apk'}],
}
const byTrivy = {
  type: 'library',
  name: 'ssl_client',
  version: '1.36.1-r0',
  purl: 'pkg:apk/alpine/ssl_client@1.36.1-r0?arch=x86_64&distro=3.18.2',
  properties: [
    {name: 'aquasecurity:trivy:SrcName', value: 'busybox'},
    {name: 'aquasecurity:trivy:SrcVersion', value: '1.36.1-r0'},
  ],
}
const python = {type: 'library', name: 'h11', version: '0.14.0', purl: 'pkg:pypi/h11@0.14.0'}
const system = {type: 'operating-system', name: 'alpine', version: '3.18.2'}
const document = (components: readonly unknown[], specVersion = '1.6') => ({
  bomFormat: 'CycloneDX',
  specVersion,
  metadata: {component: {name: 'credit'}},
  components,
})

describe('an SBOM', () => {
  test('of Syft says the source of a package as Trivy reads it', () => {
    const sources = [
      {name: 'aquasecurity:trivy:SrcName', value: 'busybox'},
      {name: 'aquasecurity:trivy:SrcRelease', value: 'r0'},
      {name: 'aquasecurity:trivy:SrcVersion', value: '1.36.1'},
    ]
    expect(translate(document([system, bySyft, python]))).toEqual(
      document([system, {...bySyft, properties: [...bySyft.properties, ...sources]}, python]),
    )
  })

  test('of Trivy says the source and the distribution as Grype reads them', () => {
    expect(translate(document([system, byTrivy]))).toEqual(document([system, {...byTrivy, purl: bySyft.purl}]))
  })

  test('in CycloneDX 1.7 becomes one that Trivy reads', () => {
    const schema = 'http://cyclonedx.org/schema/bom-1.7.schema.json'
    expect(translate({$schema: schema, ...document([python], '1.7')})).toEqual(document([python]))
  })

  test.each([
    ['where every scanner reads it', document([system, python])],
    ['of another format', {spdxVersion: 'SPDX-2.3', packages: []}],
    ['with components that are none', document([null, 7, {purl: 7}, {purl: 'pkg:'}, {purl: 'pkg:deb/x'}])],
    ['without a list of components', {bomFormat: 'CycloneDX', specVersion: '1.6', components: 'many'}],
    ['that is no mapping', null],
  ])('%s stays as it is', (_, json) => {
    expect(translate(json)).toBeUndefined()
  })

  test('keeps properties that are malformed beside those that are added', () => {
    const odd = {...bySyft, properties: [null, {name: 1}]}
    expect(translate(document([odd]))).toMatchObject({
      components: [{properties: [null, {name: 1}, {value: 'busybox'}, {}, {}]}],
    })
  })
})
