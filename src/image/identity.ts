/**
 * When are two flaws the same? Scanners call one package by different names and one version by different spellings; two
 * that disagree here would count a vulnerability twice, or take an old one for a new one.
 */
import type {Flaw, Place} from './scan.ts'

/** Type of a purl whose namespace is a distribution. There scanners differ (`redhat`, `rhel`), and an image has only one. */
const ofDistributions: ReadonlySet<string> = new Set(['apk', 'deb', 'rpm', 'alpm'])

/**
 * A package whatever its version: `pkg:deb/openssl`, `pkg:golang/github.com/foo/bar`. Without qualifiers and subpath,
 * for distributions without the namespace (package URL specification, https://github.com/package-url/purl-spec; names
 * of PyPI are normalised as there). The plain name where there is no purl, or none that can be read.
 */
export function packageKey(name: string, purl: string | undefined): string {
  const bare = purl === undefined ? undefined : bareUrl(purl)
  if (bare === undefined) return name
  const slash = bare.indexOf('/')
  if (slash < 0) return name
  const type = bare.slice('pkg:'.length, slash).toLowerCase()
  const path = decoded(bare.slice(slash + 1))
  const named = ofDistributions.has(type) ? path.slice(path.lastIndexOf('/') + 1) : path
  return `pkg:${type}/${type === 'pypi' ? named.toLowerCase().replaceAll(/[._]/g, '-') : named}`
}

/** The last part of a {@link packageKey}: what a scanner without purls calls the package. */
export function plainName(key: string): string {
  if (!key.startsWith('pkg:')) return key
  return key.slice(key.indexOf('/') + 1)
}

/** A purl without version, qualifiers and subpath; undefined for what is none. */
export function bareUrl(purl: string): string | undefined {
  if (!purl.startsWith('pkg:')) return undefined
  const whole = withoutQualifiers(purl)
  // The version begins at the last "@" behind the last "/": the "@" of a scope may stand unescaped before it.
  const at = whole.lastIndexOf('@')
  return at > whole.lastIndexOf('/') + 1 ? whole.slice(0, at) : whole
}

export function withoutQualifiers(purl: string): string {
  const end = purl.search(/[?#]/)
  return end < 0 ? purl : purl.slice(0, end)
}

function decoded(text: string): string {
  if (!text.includes('%')) return text
  try {
    return decodeURIComponent(text)
  } catch {
    // Not an escape, although it looks like one: then it is a sign of the name.
    return text
  }
}

/** One version in one spelling: `v1.2.3` of Go is `1.2.3`, and the epoch `0:` of rpm and deb says nothing. */
export function versionKey(version: string): string {
  if (version.startsWith('0:')) return version.slice(2)
  return /^v\d/.test(version) ? version.slice(1) : version
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

/** The package of a flaw that is in one. */
export function packageOf(
  flaw: Flaw,
): {readonly name: string; readonly version: string; readonly purl: string | undefined} | null {
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
