import {describe, expect, test} from 'vitest'
import {formatPackageUrl, type PackageUrl, parsePackageUrl} from '../../src/core/package-url.ts'
import {
  sourceInProperties,
  sourceInUrl,
  sourceProperties,
  withDistribution,
  withSourceInUrl,
} from '../../src/core/system-package.ts'

function url(text: string): PackageUrl {
  const parsed = parsePackageUrl(text)
  if (parsed === undefined) throw new Error(`${text} is no package URL`)
  return parsed
}

// As Syft 1.54 writes them (syft/pkg/cataloger: debian, alpine, redhat), from images of Debian 12, Alpine 3.18 and UBI 9.
const cases = [
  ['pkg:deb/debian/zlib1g@1%3A1.2.13.dfsg-1', 'zlib', {name: 'zlib', version: ''}],
  ['pkg:deb/debian/bsdutils@1%3A2.38.1-5', 'util-linux@2.38.1-5', {name: 'util-linux', version: '2.38.1-5'}],
  ['pkg:apk/alpine/ssl_client@1.36.1-r0', 'busybox', {name: 'busybox', version: ''}],
  [
    'pkg:rpm/rhel/openssl-libs@3.0.7-24.el9',
    'openssl-3.0.7-24.el9.src.rpm',
    {name: 'openssl', version: '3.0.7-24.el9'},
  ],
  ['pkg:rpm/rhel/python3-six@1-2', 'python-six-1.15.0-9.el9.src.rpm', {name: 'python-six', version: '1.15.0-9.el9'}],
] as const

describe('the source of a package in its purl', () => {
  test.each(cases)('%s upstream=%s', (purl, upstream, source) => {
    const whole = url(`${purl}?upstream=${encodeURIComponent(upstream)}`)
    expect(sourceInUrl(whole)).toEqual(source)
    expect(formatPackageUrl(withSourceInUrl(url(purl), source))).toBe(formatPackageUrl(whole))
  })

  test('is not written where it stands already, nor into packages of languages', () => {
    const [own, python] = [url('pkg:deb/debian/libssl3@3?upstream=openssl'), url('pkg:pypi/h11@0.14.0')]
    expect(withSourceInUrl(own, {name: 'other', version: ''})).toBe(own)
    expect(withSourceInUrl(python, {name: 'other', version: ''})).toBe(python)
    expect(sourceInUrl(url('pkg:pypi/h11@0.14.0?upstream=other'))).toBeUndefined()
  })

  test.each(['', 'openssl', '.src.rpm', '-1-2.src.rpm', '--.src.rpm'])('is not guessed from the file %j', file => {
    expect(sourceInUrl(url(`pkg:rpm/rhel/openssl@3?upstream=${encodeURIComponent(file)}`))).toBeUndefined()
  })
})

describe('the distribution of a package in its purl', () => {
  test.each([
    ['pkg:apk/alpine/musl@1?distro=3.18.2', 'alpine-3.18.2'],
    ['pkg:deb/debian/libc6@1?distro=debian-12.5', 'debian-12.5'],
    ['pkg:apk/musl@1?distro=3.18.2', '3.18.2'],
  ])('%s is of %s', (purl, distro) => {
    expect(withDistribution(url(purl)).qualifiers.get('distro')).toBe(distro)
  })
})

describe('the source of a package in properties of Trivy', () => {
  // Trivy 0.68, of zlib1g and bsdutils of Debian 12.
  test.each([
    [{name: 'zlib', version: '1:1.2.13.dfsg-1'}, ['1', 'zlib', '1', '1.2.13.dfsg']],
    [{name: 'util-linux', version: '2.38.1-5+deb12u3'}, ['util-linux', '5+deb12u3', '2.38.1']],
    [{name: 'busybox', version: '1.36.1'}, ['busybox', '1.36.1']],
  ])('%o is read as it is written', (source, values) => {
    const properties = sourceProperties(source, '0')
    expect(properties.map(({value}) => value)).toEqual(values)
    expect(sourceInProperties(properties)).toEqual(source)
  })

  test('without a version of its own has that of the package', () => {
    expect(sourceInProperties(sourceProperties({name: 'zlib', version: ''}, '1:1.2.13.dfsg-1'))).toEqual({
      name: 'zlib',
      version: '1:1.2.13.dfsg-1',
    })
  })

  test('is unknown where nobody says it', () => {
    expect(sourceInProperties([{name: 'aquasecurity:trivy:PkgType', value: 'debian'}])).toBeUndefined()
  })
})
