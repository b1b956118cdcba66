import {describe, expect, test} from 'vitest'
import {unreadSources} from '../../../../src/image/scanners/trivy/sources.ts'
import {pkg} from '../../scans.ts'

const doubted = (name: string, purl?: string) =>
  unreadSources({packages: [pkg({name, ...(purl === undefined ? {} : {purl})})]}).length > 0

describe('an SBOM of another tool', () => {
  test.each([
    ['ssl_client', 'pkg:apk/alpine/ssl_client@1.36.1-r0?arch=x86_64&distro=alpine-3.18.2&upstream=busybox'],
    ['libssl3', 'pkg:deb/debian/libssl3@3.0.11-1?arch=amd64&upstream=openssl%403.0.11-1&distro=debian-12'],
    ['openssl-libs', 'pkg:rpm/redhat/openssl-libs@3.0.7-1.el9?upstream=openssl-3.0.7-1.el9.src.rpm'],
  ])('is doubted for %s, whose source has another name', (name, purl) => {
    expect(doubted(name, purl)).toBe(true)
  })

  test.each([
    ['busybox', 'pkg:apk/alpine/busybox@1.36.1-r0?arch=x86_64&distro=alpine-3.18.2'],
    ['openssl', 'pkg:rpm/redhat/openssl@3.0.7-1.el9?upstream=openssl-3.0.7-1.el9.src.rpm'],
    ['h11', 'pkg:pypi/h11@0.14.0'],
    ['h11', undefined],
  ])('is not doubted for %s (%s)', (name, purl) => {
    expect(doubted(name, purl)).toBe(false)
  })

  test('is not doubted for what Trivy looked up under the name of its source', () => {
    const purl = 'pkg:deb/debian/libssl3@3.0.11-1?upstream=openssl'
    const read = pkg({name: 'libssl3', purl, source: {name: 'openssl', version: '3.0.11-1'}})
    const unread = pkg({name: 'libssl3', purl, source: {name: 'libssl3', version: '3.0.11-1'}})
    expect([read, unread].map(each => unreadSources({packages: [each]}).length)).toEqual([0, 1])
  })

  test('names a few of many', () => {
    const packages = ['a', 'b', 'c', 'd', 'e'].map(name => pkg({name, purl: `pkg:deb/debian/${name}@1?upstream=src`}))
    expect(unreadSources({packages})).toEqual([expect.stringContaining('a, b, c and 2 more')])
  })

  test('without a list of packages is a matter of others', () => {
    expect(unreadSources({packages: null})).toEqual([])
  })
})
