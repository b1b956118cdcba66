/**
 * When are two flaws the same? Scanners call one package by different names and one version by different spellings; two
 * that disagree here would count a vulnerability twice, or take an old one for a new one.
 */
import {isDistributionType, packageIdentity, parsePackageUrl} from '../core/package-url.ts'
import type {Flaw, Place} from './scan.ts'

/**
 * A package whatever its version: `pkg:deb/openssl`, `pkg:golang/github.com/foo/bar`; for distributions without the
 * namespace, which scanners spell differently (`redhat`, `rhel`) and of which an image has only one. The plain name where there is no purl, or none that can be read.
 */
export function packageKey(name: string, purl: string | undefined): string {
  return (purl === undefined ? undefined : namesOfUrl(purl)?.key) ?? name
}

/** What a purl says, as far as anything here asks it. */
export interface UrlNames {
  readonly key: string
  readonly type: string
  /** `pkg:deb/debian/openssl` */
  readonly bare: string
  /** Empty where it has none. */
  readonly version: string
}

/** A report names one package for each of its flaws and asks for each of them many times: what was read is kept. */
const read = new Map<string, UrlNames | undefined>()
const mostRead = 50_000

/** Undefined for what is no purl. */
export function namesOfUrl(purl: string): UrlNames | undefined {
  if (read.has(purl)) return read.get(purl)
  if (read.size >= mostRead) read.clear()
  const parsed = parsePackageUrl(purl)
  const names = parsed && {
    key: packageIdentity(isDistributionType(parsed.type) ? {...parsed, namespace: ''} : parsed),
    type: parsed.type,
    bare: packageIdentity(parsed),
    version: parsed.version ?? '',
  }
  read.set(purl, names)
  return names
}

/** What is behind the type of a {@link packageKey}: what a scanner without purls calls the package. */
export function plainName(key: string): string {
  return key.startsWith('pkg:') ? key.slice(key.indexOf('/') + 1) : key
}

/**
 * One version in one spelling: `v1.2.3` of Go is `1.2.3`, its standard library is `v1.21.0` by Trivy and `go1.21.0` by Grype,
 * and the epoch `0:` of rpm and deb says nothing.
 */
export function versionKey(version: string): string {
  if (version.startsWith('0:')) return version.slice(2)
  return version.replace(/^(?:v|go)(?=\d)/, '')
}

/** Every id that names a flaw. */
export function idsOf(flaw: Flaw): readonly string[] {
  if (flaw.kind !== 'vulnerability') return [flaw.id]
  return flaw.aliases.includes(flaw.id) ? flaw.aliases : [...flaw.aliases, flaw.id]
}

/** Where a flaw lies that is in no package, without line and layer: both move when nothing else changes. */
export function placeKey(place: Place): string {
  return place.kind === 'image' ? place.path : place.file
}

interface Held {
  readonly name: string
  readonly version: string
  readonly purl: string | undefined
}

/** The package that a flaw is in; null where it is in none. */
export function packageOf(flaw: Flaw): Held | null {
  switch (flaw.kind) {
    case 'vulnerability':
    case 'licence':
    case 'package':
      return {name: flaw.package, version: flaw.installedVersion, purl: flaw.purl}
    case 'secret':
    case 'misconfiguration':
    case 'end-of-life':
      return null
  }
}
