import {expect, test} from 'vitest'
import {image} from '../../src/config/image-schema.ts'
import {openScanners} from '../../src/image/open.ts'
import {scannerPorts} from '../fakes/scanner-ports.ts'

const opened = (config: object) => openScanners(image.parse(config), scannerPorts({})).map(({name}) => name)

test.each([
  ['trivy', ['trivy']],
  ['grype', ['grype']],
  ['both', ['trivy', 'grype']],
  ['report', []],
])('the config chooses the scanners: %s', (scanner, names) => {
  expect(opened({scanner})).toEqual(names)
})

test('one database is none for two scanners', () => {
  const refused = expect.objectContaining({code: 'image/database-for-which'})
  expect(() => opened({scanner: 'both', database: 'db'})).toThrow(refused)
  expect(opened({scanner: 'both', database: {trivy: 'a', grype: 'b'}})).toEqual(['trivy', 'grype'])
})
