import {parsePackageUrl} from '../../../core/package-url.ts'
import type {Scan} from '../../scan.ts'

const named = 3

/**
 * What Trivy cannot see in the SBOM of another tool. Distributors write advisories for source packages; Syft says the
 * source of a package in its purl (`upstream=`), and Trivy reads it from a property of its own alone. So whatever is built
 * from a source of another name (libssl3 from openssl) is looked up under a name that no advisory has, and found clean.
 *
 * @see https://github.com/package-url/purl-spec, qualifier `upstream` as Syft writes it
 */
export function unreadSources({packages}: Pick<Scan, 'packages'>): readonly string[] {
  const missed = (packages ?? []).filter(({purl}) => isBuiltFromAnother(purl)).map(({name}) => name)
  if (missed.length === 0) return []
  const rest = missed.length - named
  return [
    `trivy does not read from which source packages of this SBOM are built, so it finds nothing in ${missed.slice(0, named).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}: scan it with grype, or the image itself`,
  ]
}

function isBuiltFromAnother(purl: string | undefined): boolean {
  const parsed = purl === undefined ? undefined : parsePackageUrl(purl)
  const source = parsed?.qualifiers.get('upstream')
  if (!parsed || source === undefined || !['apk', 'deb', 'rpm'].includes(parsed.type)) return false
  // `openssl@3.0.11` for Debian, a file name such as `openssl-3.0.7-1.el9.src.rpm` for RPM.
  const name = source.split('@')[0] ?? source
  return name !== parsed.name && !name.startsWith(`${parsed.name}-`)
}
