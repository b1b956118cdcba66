/**
 * What Grype looked at: the same run can write its report as CycloneDX as well (`-o cyclonedx-json=<file>`), and that one
 * lists every package, whether something was found in it or not.
 */
import {parsePackageUrl} from '../../../core/package-url.ts'
import {sourceInUrl} from '../../../core/system-package.ts'
import type {Package, Scan} from '../../scan.ts'
import {type Document, openDocument, type Part, partOf, partsOf, requiredText, textOf} from '../fields.ts'
import {countSystemPackages} from '../system-packages.ts'

/**
 * @param json the CycloneDX of the same run
 * @throws UserError `image/report-malformed`
 */
export function withPackages(scan: Scan, json: unknown, source: string): Scan {
  const sbom = openDocument(json, documentOf(source))
  const packages = (partsOf(sbom, 'components') ?? []).flatMap(toPackage)
  return {
    ...scan,
    os: scan.os && {...scan.os, packages: countSystemPackages(packages)},
    packages,
    packageCount: packages.length,
    lookedFor: [...scan.lookedFor, 'package'],
  }
}

function documentOf(source: string): Document {
  return {
    code: 'image/report-malformed',
    refusal: `${source} is not a list of packages as this version of Slipway knows it`,
    hint: 'Use another version of Grype, and report a format that has changed.',
  }
}

/** Components are files and the operating system as well; a package is what Syft gave a type. */
function toPackage(component: Part): readonly Package[] {
  const properties = propertiesOf(component)
  const type = properties.get('syft:package:type')
  if (type === undefined) return []
  const purl = textOf(component, 'purl')
  const path = properties.get('syft:location:0:path')
  const url = purl ? parsePackageUrl(purl) : undefined
  const source = url && sourceInUrl(url)
  return [
    {
      name: requiredText(component, 'name'),
      version: textOf(component, 'version') ?? '',
      type: typeOf(purl) ?? type,
      ...(purl ? {purl} : {}),
      licences: licencesOf(component),
      ...(source === undefined ? {} : {source}),
      ...(path === undefined ? {} : {path: path.replace(/^\/+/, '')}),
    },
  ]
}

/** The first of each name: of the others (CPEs) there are dozens. */
function propertiesOf(component: Part): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const property of partsOf(component, 'properties') ?? []) {
    const name = textOf(property, 'name') ?? ''
    if (!found.has(name)) found.set(name, textOf(property, 'value') ?? '')
  }
  return found
}

/** `pkg:apk/alpine/musl@…` → `apk` */
function typeOf(purl: string | undefined): string | undefined {
  return purl === undefined ? undefined : /^pkg:([a-zA-Z][a-zA-Z0-9.+-]{0,63})\//.exec(purl)?.[1]?.toLowerCase()
}

/** CycloneDX 1.5, `licenseChoice`: an id, a name, or an expression. */
function licencesOf(component: Part): readonly string[] {
  const found = (partsOf(component, 'licenses') ?? []).flatMap(choice => {
    const licence = partOf(choice, 'license')
    const name = textOf(choice, 'expression') ?? (licence && (textOf(licence, 'id') ?? textOf(licence, 'name')))
    return name ? [name] : []
  })
  return [...new Set(found)]
}
