/**
 * Package URLs (https://github.com/package-url/purl-spec): `pkg:deb/debian/openssl@3.0.11-1?arch=amd64`. What scanners,
 * SBOMs and VEX documents name packages by. Texts come from outside: whatever is malformed is undefined, never a guess.
 */
export interface PackageUrl {
  /** Lower case: `deb`, `pypi`, `npm`, `oci`. */
  readonly type: string
  /** Decoded, without slashes at its ends: `debian`, `github.com/spf13`, `@angular`; empty where there is none. */
  readonly namespace: string
  readonly name: string
  readonly version?: string
  /** Decoded values by lower-case keys; empty ones are left out, as the specification says. */
  readonly qualifiers: ReadonlyMap<string, string>
  readonly subpath?: string
}

/** Types of packages that a distribution brings, whose namespace is the distribution and no part of the name. */
const distributionTypes: ReadonlySet<string> = new Set(['apk', 'deb', 'rpm', 'alpm'])

export function isDistributionType(type: string): boolean {
  return distributionTypes.has(type)
}

/** What people and package managers call it: scope and group belong to the name (`@angular/core`, `org.slf4j:slf4j-api`). */
export function packageName({type, namespace, name}: Pick<PackageUrl, 'type' | 'namespace' | 'name'>): string {
  if (namespace === '' || isDistributionType(type)) return name
  return `${namespace}${type === 'maven' ? ':' : '/'}${name}`
}

/** Parsed from the right, as the specification asks: subpath, qualifiers, version, name, namespace, type. */
export function parsePackageUrl(text: string): PackageUrl | undefined {
  if (text.slice(0, 4).toLowerCase() !== 'pkg:') return undefined
  const [beforeSubpath, subpathText] = cutAtFirst(text.slice(4), '#')
  const [beforeQualifiers, qualifierText] = cutAtFirst(beforeSubpath, '?')
  const path = trimSlashes(beforeQualifiers)
  const slash = path.indexOf('/')
  if (slash < 1) return undefined
  const type = path.slice(0, slash).toLowerCase()
  if (!/^[a-z][a-z0-9.+-]*$/.test(type)) return undefined
  const rest = trimSlashes(path.slice(slash + 1))
  // A scoped npm package may be written with a bare "@" in front: that one does not begin a version.
  const at = rest.lastIndexOf('@')
  const versioned = at > 0 && rest[at - 1] !== '/'
  const names = (versioned ? rest.slice(0, at) : rest).split('/').filter(Boolean).map(decoded)
  const version = versioned ? decoded(rest.slice(at + 1)) : ''
  const qualifiers = parseQualifiers(qualifierText)
  const subpath = subpathText === undefined ? '' : decoded(trimSlashes(subpathText))
  const name = names.at(-1)
  if (!name || names.includes(undefined) || version === undefined || !qualifiers || subpath === undefined) {
    return undefined
  }
  return {
    type,
    namespace: normalised(type, names.slice(0, -1).join('/')),
    name: normalised(type, name, true),
    ...(version === '' ? {} : {version}),
    qualifiers,
    ...(subpath === '' ? {} : {subpath}),
  }
}

/** The canonical text: qualifiers sorted, signs escaped that would mean something else. */
export function formatPackageUrl({type, namespace, name, version, qualifiers, subpath}: PackageUrl): string {
  const path = [...namespace.split('/').filter(Boolean), name].map(encoded).join('/')
  const sorted = [...qualifiers].sort(([one], [other]) => (one < other ? -1 : 1))
  const query = sorted.map(([key, value]) => `${key}=${encoded(value)}`).join('&')
  const end = subpath === undefined ? '' : `#${subpath.split('/').map(encoded).join('/')}`
  return `pkg:${type}/${path}${version === undefined ? '' : `@${encoded(version)}`}${query === '' ? '' : `?${query}`}${end}`
}

/** `pkg:deb/debian/openssl`: which package, whatever its version, its architecture and where it comes from. */
export function packageIdentity({type, namespace, name}: PackageUrl): string {
  return `pkg:${type}/${namespace === '' ? '' : `${namespace}/`}${name}`
}

/**
 * Whether `pattern` speaks of the package `given`: the same type, namespace and name, and the same version, qualifiers
 * and subpath as far as the pattern has them.
 */
export function coversPackage(pattern: PackageUrl, given: PackageUrl): boolean {
  if (pattern.name !== given.name || pattern.type !== given.type || pattern.namespace !== given.namespace) return false
  if (pattern.version !== undefined && pattern.version !== given.version) return false
  if (pattern.subpath !== undefined && pattern.subpath !== given.subpath) return false
  return [...pattern.qualifiers].every(([key, value]) => given.qualifiers.get(key) === value)
}

function parseQualifiers(text: string | undefined): ReadonlyMap<string, string> | undefined {
  const qualifiers = new Map<string, string>()
  for (const pair of (text ?? '').split('&')) {
    const [key, value = ''] = cutAtFirst(pair, '=')
    const plain = decoded(value)
    if (plain === undefined) return undefined
    if (key !== '' && plain !== '') qualifiers.set(key.toLowerCase(), plain)
  }
  return qualifiers
}

/** Names of which the type says that case, or the sign between words, makes no difference (purl-spec, "Known types"). */
function normalised(type: string, text: string, isName = false): string {
  switch (type) {
    case 'pypi':
      return isName ? text.toLowerCase().replaceAll('_', '-') : text.toLowerCase()
    case 'apk':
    case 'bitbucket':
    case 'composer':
    case 'deb':
    case 'github':
    case 'hex':
    case 'oci':
      return text.toLowerCase()
    case 'rpm':
      return isName ? text : text.toLowerCase()
    default:
      return text
  }
}

function cutAtFirst(text: string, sign: string): [before: string, after: string | undefined] {
  const at = text.indexOf(sign)
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)]
}

function trimSlashes(text: string): string {
  let [start, end] = [0, text.length]
  while (text[start] === '/') start++
  while (end > start && text[end - 1] === '/') end--
  return text.slice(start, end)
}

/** Percent-encoding as the specification asks; lone surrogates, which no encoding has, become the replacement sign. */
function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replaceAll('%3A', ':')
}

function decoded(text: string): string | undefined {
  if (!text.includes('%')) return text
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
