/**
 * What scanners of images write into texts, because SARIF has no field for it. The first line with a label counts: below
 * stand descriptions, which whoever wrote the advisory has chosen.
 */
import type {SarifRule} from './log.ts'

export interface NamedPackage {
  readonly name: string
  readonly version: string
  readonly purl?: string
  readonly fixedVersions: readonly string[]
}

/** Null where neither the message nor the rule names a package. */
export function packageIn(message: string, rule: SarifRule | undefined): NamedPackage | null {
  const texts = [message, rule?.help?.text ?? '']
  const purl = purlOf(rule)
  const spoken = spokenPackage(message, rule)
  const named = spoken?.name ?? labelled(texts, ['Package', 'PkgName'])
  if (named === undefined) return null
  const name = named.startsWith('pkg:') ? nameOfPurl(named) : named
  const fixed =
    labelled(texts, ['Fixed Version', 'Fix Version', 'Fixed version']) ?? propertyOf(rule, 'fixed_version') ?? ''
  return {
    name,
    version: spoken?.version ?? labelled(texts, ['Installed Version', 'Version']) ?? '',
    ...(purl === undefined ? {} : {purl}),
    fixedVersions: versionsIn(fixed),
  }
}

/** Lines such as `Installed Version: 1.36.1-r0` of Trivy, Grype's help and Docker Scout. */
export function labelled(texts: readonly string[], labels: readonly string[]): string | undefined {
  for (const text of texts) {
    for (const line of text.split('\n', mostLines)) {
      const colon = line.indexOf(':')
      if (colon < 0 || !labels.includes(line.slice(0, colon).trim())) continue
      const value = line.slice(colon + 1).trim()
      if (value !== '') return value
    }
  }
  return undefined
}

const mostLines = 20

/** Sentences of tools without labels. Names come from outside, so each pattern goes forwards only. */
function spokenPackage(
  message: string,
  rule: SarifRule | undefined,
): {readonly name: string; readonly version: string} | undefined {
  const head = message.slice(0, 1000)
  // Grype: `A critical vulnerability in apk package: busybox, version 1.36.1-r0 was found in image …`
  const grype = /^An? \S+ vulnerability in \S+ package: ([^\s,]+), version (\S+) was found /.exec(head)
  if (grype) return {name: grype[1] ?? '', version: grype[2] ?? ''}
  // OSV-Scanner: `Package 'h11@0.14.0' is vulnerable to 'CVE-2025-43859' (also known as 'GHSA-vqfr-h8mv-ghfj').`
  const osv = /^Package '([^'\n]+)' is vulnerable to '/.exec(head)?.[1]
  if (osv !== undefined) return atVersion(osv)
  // Snyk: the full description is `(CVE-2022-48174) busybox/busybox@1.36.1-r0`.
  const described = (rule?.fullDescription?.text ?? '').slice(0, 1000)
  const snyk = described.startsWith('(') ? described.slice(described.indexOf(') ') + 2) : described
  return snyk.lastIndexOf('@') > 0 && !/\s/.test(snyk) ? atVersion(snyk) : undefined
}

function atVersion(text: string): {readonly name: string; readonly version: string} {
  const at = text.lastIndexOf('@')
  return at > 0 ? {name: text.slice(0, at), version: text.slice(at + 1)} : {name: text, version: ''}
}

/** Grype and Docker Scout put purls beside the rule; several of them do not tell which one is meant. */
function purlOf(rule: SarifRule | undefined): string | undefined {
  const purls = rule?.properties?.purls
  const [only, ...others] = Array.isArray(purls) ? purls : []
  return typeof only === 'string' && only.startsWith('pkg:') && others.length === 0 ? only : undefined
}

function propertyOf(rule: SarifRule | undefined, key: string): string | undefined {
  const value = rule?.properties?.[key]
  return typeof value === 'string' ? value : undefined
}

/** `pkg:deb/debian/openssl@3.0.11?arch=amd64` → `openssl`. */
function nameOfPurl(purl: string): string {
  const bare = purl.split(/[?#]/, 1)[0] ?? purl
  const last = bare.slice(bare.lastIndexOf('/') + 1)
  const at = last.lastIndexOf('@')
  return at > 0 ? last.slice(0, at) : last
}

/** A list by commas; words that say that there is none are none. */
function versionsIn(text: string): readonly string[] {
  return text
    .split(',')
    .map(version => version.trim())
    .filter(version => /\d/.test(version) && !/^not fixed$/i.test(version))
}
