/**
 * What an SBOM must say of a package of an operating system, so that a scanner finds in it what it finds in the image: of
 * which distribution it is, and from which source it is built. Distributors publish vulnerabilities for sources: who does
 * not know that libssl3 is built from openssl finds nothing in it. Scanners write it differently, and neither reads the
 * other's form: Syft and Grype as `upstream` in the purl, Trivy as properties of its own.
 */
import type {PackageUrl} from './package-url.ts'

export interface SourcePackage {
  readonly name: string
  /** `1:2.38.1-5`, with epoch and release; empty where nobody says it, which is the version of the package itself. */
  readonly version: string
}

/**
 * The qualifier `upstream`, as Syft writes it: `openssl` or `util-linux@2.38.1-5` (deb), `busybox` (apk),
 * `openssl-3.0.7-24.el9.src.rpm` (rpm).
 */
export function sourceInUrl({type, qualifiers}: PackageUrl): SourcePackage | undefined {
  const upstream = qualifiers.get('upstream')
  if (upstream === undefined) return undefined
  if (type === 'rpm') return sourceInRpmName(upstream)
  if (type !== 'deb' && type !== 'apk') return undefined
  const at = upstream.indexOf('@')
  return at < 0 ? named(upstream, '') : named(upstream.slice(0, at), upstream.slice(at + 1))
}

/** The same purl with its `upstream`, where it has none and its type takes one. */
export function withSourceInUrl(url: PackageUrl, {name, version}: SourcePackage): PackageUrl {
  if (url.qualifiers.has('upstream')) return url
  const upstream = upstreamOf(url.type, name, version)
  return upstream === undefined ? url : {...url, qualifiers: new Map(url.qualifiers).set('upstream', upstream)}
}

function upstreamOf(type: string, name: string, version: string): string | undefined {
  switch (type) {
    case 'apk':
      return name
    case 'deb':
      return version === '' ? name : `${name}@${version}`
    case 'rpm':
      // A file is named without the epoch.
      return version === '' ? undefined : `${name}-${version.slice(version.indexOf(':') + 1)}.src.rpm`
    default:
      return undefined
  }
}

/** `distro=3.18.2` of Trivy as `distro=alpine-3.18.2`: without the name Grype does not know the system. */
export function withDistribution(url: PackageUrl): PackageUrl {
  const distro = url.qualifiers.get('distro') ?? ''
  if (!/^\d/.test(distro) || url.namespace === '') return url
  return {...url, qualifiers: new Map(url.qualifiers).set('distro', `${url.namespace}-${distro}`)}
}

const prefix = 'aquasecurity:trivy:Src'

export interface Property {
  readonly name: string
  readonly value: string
}

/** Properties of a component in CycloneDX, as Trivy writes and reads them (`pkg/sbom/core`, PropertySrcName and so on). */
export function sourceProperties({name, version}: SourcePackage, ownVersion: string): readonly Property[] {
  const whole = version === '' ? ownVersion : version
  const colon = whole.indexOf(':')
  const rest = whole.slice(colon + 1)
  const dash = rest.lastIndexOf('-')
  return [
    ...(colon > 0 ? [{name: `${prefix}Epoch`, value: whole.slice(0, colon)}] : []),
    {name: `${prefix}Name`, value: name},
    ...(dash < 0 ? [] : [{name: `${prefix}Release`, value: rest.slice(dash + 1)}]),
    {name: `${prefix}Version`, value: dash < 0 ? rest : rest.slice(0, dash)},
  ]
}

export function sourceInProperties(properties: readonly Property[]): SourcePackage | undefined {
  const of = (word: string) => properties.find(each => each.name === `${prefix}${word}`)?.value ?? ''
  return named(of('Name'), versionOf(of('Epoch'), of('Version'), of('Release')))
}

/** `epoch:version-release`; an epoch of 0 says nothing. */
export function versionOf(epoch: string, version: string, release: string): string {
  if (version === '') return ''
  return `${epoch === '' || epoch === '0' ? '' : `${epoch}:`}${version}${release === '' ? '' : `-${release}`}`
}

/** `openssl-3.0.7-24.el9.src.rpm`: name, version and release; the first may have dashes, the others have none. */
function sourceInRpmName(file: string): SourcePackage | undefined {
  const plain = file.endsWith('.src.rpm') ? file.slice(0, -'.src.rpm'.length) : file
  const release = plain.lastIndexOf('-')
  const version = plain.lastIndexOf('-', release - 1)
  return version <= 0 ? undefined : named(plain.slice(0, version), plain.slice(version + 1))
}

function named(name: string, version: string): SourcePackage | undefined {
  return name === '' ? undefined : {name, version}
}
