import {describe, expect, test} from 'vitest'
import {compareWith, knownFlawsOf} from '../../../src/image/gate/baseline.ts'
import type {Flaw} from '../../../src/image/scan.ts'
import {endOfLife, licence, misconfiguration, secret, vulnerability} from '../scans.ts'

const openssl = {package: 'openssl', installedVersion: '3.0.11', purl: 'pkg:deb/debian/openssl@3.0.11?arch=amd64'}

/** Whether `flaw` is new in an image, when `before` was in the one before it. */
function isNew(flaw: Flaw, ...before: readonly Flaw[]): boolean | null {
  return compareWith({kind: 'known', label: 'v11', flaws: knownFlawsOf([{flaws: before}])})(flaw)
}

describe('what an image had already', () => {
  test.each<[string, Flaw, Flaw]>([
    ['the same', vulnerability(openssl), vulnerability(openssl)],
    [
      'an upgraded package with the same CVE',
      vulnerability({...openssl, installedVersion: '3.0.12', purl: 'pkg:deb/debian/openssl@3.0.12'}),
      vulnerability(openssl),
    ],
    [
      'a package that moved',
      vulnerability({places: [{kind: 'image', path: 'opt/venv/lib'}]}),
      vulnerability({places: [{kind: 'image', path: 'usr/lib'}]}),
    ],
    [
      'a GHSA that got its CVE in the meantime',
      vulnerability({...openssl, id: 'CVE-2026-1', aliases: ['CVE-2026-1', 'GHSA-1']}),
      vulnerability({...openssl, id: 'GHSA-1'}),
    ],
    [
      'a CVE that only had a GHSA beside it then',
      vulnerability({...openssl, id: 'GHSA-1'}),
      vulnerability({...openssl, id: 'CVE-2026-1', aliases: ['CVE-2026-1', 'GHSA-1']}),
    ],
    [
      'a package of another distribution',
      vulnerability({...openssl, purl: 'pkg:deb/ubuntu/openssl@3.0.11'}),
      vulnerability(openssl),
    ],
    [
      'a report without package URLs, now',
      vulnerability({package: 'openssl', installedVersion: '3.0.11'}),
      vulnerability(openssl),
    ],
    [
      'a report without package URLs, then',
      vulnerability(openssl),
      vulnerability({package: 'openssl', installedVersion: '3.0.11'}),
    ],
    ['a secret in the same file', secret(), secret()],
    [
      'a misconfiguration whose line moved',
      misconfiguration(),
      misconfiguration({places: [{kind: 'repository', file: 'deploy/serving.yaml', line: 99}]}),
    ],
    ['a licence of a package', licence({installedVersion: '11'}), licence()],
    ['the end of an operating system', endOfLife(), endOfLife()],
    ['one in whatever case it is written', vulnerability({id: 'GHSA-abcd'}), vulnerability({id: 'ghsa-ABCD'})],
  ])('%s', (_, flaw, before) => expect(isNew(flaw, before)).toBe(false))
})

describe('what is new', () => {
  test.each<[string, Flaw, Flaw]>([
    ['another CVE in the same package', vulnerability({...openssl, id: 'CVE-2026-2'}), vulnerability(openssl)],
    [
      'the same CVE in another package',
      vulnerability({package: 'libssl3', purl: 'pkg:deb/debian/libssl3@3'}),
      vulnerability(openssl),
    ],
    [
      'the same CVE in a package of that name of another registry',
      vulnerability({package: 'six', purl: 'pkg:npm/six@1'}),
      vulnerability({package: 'six', purl: 'pkg:pypi/six@1'}),
    ],
    ['a secret in one more file', secret({places: [{kind: 'image', path: 'app/other'}]}), secret()],
    [
      'a secret that is in an old file and in a new one',
      secret({places: [...secret().places, {kind: 'image', path: 'app/other'}]}),
      secret(),
    ],
    ['another licence of the package', licence({id: 'GPL-3.0-only', licence: 'GPL-3.0-only'}), licence()],
  ])('%s', (_, flaw, before) => expect(isNew(flaw, before)).toBe(true))

  test('cannot be told without a baseline', () => {
    expect(compareWith({kind: 'none'})(vulnerability())).toBeNull()
    expect(compareWith({kind: 'missing', why: 'no release', remedy: 'promote one'})(vulnerability())).toBeNull()
  })

  test('is everything, where the baseline had no flaw', () => {
    expect(isNew(vulnerability())).toBe(true)
  })
})

test('what is kept is small, sorted and each once, whatever the order of the scans', () => {
  const flaws = [vulnerability(openssl), vulnerability(), secret(), vulnerability({...openssl, installedVersion: '4'})]
  const known = knownFlawsOf([{flaws}, {flaws: flaws.toReversed()}])
  expect(known).toEqual([
    {ids: ['CVE-2022-48174'], package: 'busybox'},
    {ids: ['CVE-2022-48174'], package: 'pkg:deb/openssl'},
    {ids: ['aws-access-key-id'], place: 'app/.env'},
  ])
})
