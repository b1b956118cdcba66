import {parsePackageUrl} from '../../../core/package-url.ts'
import {sourceInUrl} from '../../../core/system-package.ts'
import type {Package, Scan} from '../../scan.ts'

const named = 3

/**
 * What Trivy cannot see in the SBOM of another tool. Distributors write advisories for source packages; Syft says the
 * source of a package in its purl (`upstream=`), and Trivy reads it from a property of its own alone. So whatever is built
 * from a source of another name (libssl3 from openssl) is looked up under a name that no advisory has, and found clean.
 * Components of CycloneDX are given that property before (`inputs/sbom/translate.ts`); this is for what got past that.
 *
 * @see https://github.com/package-url/purl-spec, qualifier `upstream` as Syft writes it
 */
export function unreadSources({packages}: Pick<Scan, 'packages'>): readonly string[] {
  const missed = (packages ?? []).filter(isLookedUpElsewhere).map(({name}) => name)
  if (missed.length === 0) return []
  const rest = missed.length - named
  return [
    `trivy does not read from which source packages of this SBOM are built, so it finds nothing in ${missed.slice(0, named).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}: scan it with grype, or the image itself`,
  ]
}

/** The SBOM names one source, and Trivy looked under the name of another, or of the package itself. */
function isLookedUpElsewhere({name, purl, source}: Package): boolean {
  const url = purl === undefined ? undefined : parsePackageUrl(purl)
  const named = url && sourceInUrl(url)
  return named !== undefined && named.name !== (source?.name ?? name)
}
