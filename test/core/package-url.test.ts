import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {coversPackage, formatPackageUrl, packageIdentity, parsePackageUrl} from '../../src/core/package-url.ts'

function parsed(text: string) {
  const purl = parsePackageUrl(text)
  if (!purl) throw new Error(`${text} was not read`)
  return purl
}

describe('a package URL', () => {
  // Examples of the purl specification, "Known types", and of what Trivy and Grype write.
  test.each([
    ['pkg:deb/debian/curl@7.50.3-1?arch=i386&distro=jessie', 'pkg:deb/debian/curl', '7.50.3-1'],
    [
      'pkg:docker/customer/dockerimage@sha256:244fd47e07d1004f0aed9c?repository_url=gcr.io',
      'pkg:docker/customer/dockerimage',
      'sha256:244fd47e07d1004f0aed9c',
    ],
    [
      'pkg:golang/google.golang.org/genproto#googleapis/api/annotations',
      'pkg:golang/google.golang.org/genproto',
      undefined,
    ],
    ['pkg:npm/%40angular/animation@12.3.1', 'pkg:npm/@angular/animation', '12.3.1'],
    ['pkg:npm/@angular/animation', 'pkg:npm/@angular/animation', undefined],
    ['pkg:PYPI/Django_package@1.11.1.dev1', 'pkg:pypi/django-package', '1.11.1.dev1'],
    ['pkg:rpm/fedora/curl@7.50.3-1.fc25?arch=i386&distro=fedora-25', 'pkg:rpm/fedora/curl', '7.50.3-1.fc25'],
    ['pkg:oci/debian@sha256%3A244fd47e?repository_url=docker.io/library/debian', 'pkg:oci/debian', 'sha256:244fd47e'],
    ['pkg://maven/org.apache/commons@1', 'pkg:maven/org.apache/commons', '1'],
  ])('%s is read', (text, identity, version) => {
    expect(packageIdentity(parsed(text))).toBe(identity)
    expect(parsed(text).version).toBe(version)
  })

  test.each([
    '',
    'openssl',
    'pkg:',
    'pkg:deb',
    'pkg:deb/',
    'pkg:/x',
    'pkg:deb/%zz',
    'pkg:1x/name',
    'https://x/y',
    'pkg:npm/x?a=%zz',
  ])('%j is none', text => expect(parsePackageUrl(text)).toBeUndefined())

  test.each([
    'pkg:deb/debian/libstdc%2B%2B6@12.2.0-14?arch=amd64&distro=debian-12.4',
    'pkg:npm/%40angular/animation@12.3.1',
    'pkg:golang/google.golang.org/genproto#googleapis/api/annotations',
    'pkg:oci/credit@sha256:244fd47e?arch=amd64&repository_url=registry.example.com%2Fml%2Fcredit',
  ])('%s is written back as it was', text => expect(formatPackageUrl(parsed(text))).toBe(text))

  test.each([
    ['its version and qualifiers', 'pkg:deb/debian/openssl', true],
    ['its qualifiers', 'pkg:deb/debian/openssl@3.0.11-1', true],
    ['some of its qualifiers', 'pkg:deb/debian/openssl@3.0.11-1?arch=amd64', true],
    ['nothing', 'pkg:deb/debian/openssl@3.0.11-1?arch=amd64&distro=debian-12', true],
    ['nothing, with another version', 'pkg:deb/debian/openssl@3.0.11-2', false],
    ['nothing, with another architecture', 'pkg:deb/debian/openssl?arch=arm64', false],
    ['nothing, with another distribution', 'pkg:deb/ubuntu/openssl', false],
    ['nothing, with a qualifier that it lacks', 'pkg:deb/debian/openssl?epoch=1', false],
  ])('without %s speaks of a package: %s, %j', (_, pattern, expected) => {
    expect(coversPackage(parsed(pattern), parsed('pkg:deb/debian/openssl@3.0.11-1?arch=amd64&distro=debian-12'))).toBe(
      expected,
    )
  })

  test('is read as it was written, whatever its names', () => {
    const text = fc.string({
      minLength: 1,
      maxLength: 8,
      unit: fc.constantFrom('a', 'Z', '0', '@', '/', '?', '#', '%', ':', '+', ' ', '&', '=', 'é', '~'),
    })
    const purl = fc.record(
      {
        type: fc.constant('generic'),
        namespace: fc.array(text.map(part => part.replaceAll('/', '')).filter(Boolean)).map(parts => parts.join('/')),
        name: text,
        version: text,
        qualifiers: fc
          .dictionary(fc.constantFrom('arch', 'distro', 'repository_url'), text)
          .map(pairs => new Map(Object.entries(pairs))),
      },
      {requiredKeys: ['type', 'namespace', 'name', 'qualifiers']},
    )
    fc.assert(
      fc.property(purl, given => {
        expect(parsePackageUrl(formatPackageUrl(given))).toEqual(given)
      }),
    )
  })

  test('that is anything at all is read or none', () => {
    const hostile = fc.string({unit: fc.constantFrom('pkg:', 'deb', '/', '@', '?', '#', '=', '&', '%41', '%', 'a')})
    fc.assert(
      fc.property(hostile, text => {
        const purl = parsePackageUrl(text)
        if (purl) expect(parsePackageUrl(formatPackageUrl(purl))).toEqual(purl)
      }),
    )
  })
})
