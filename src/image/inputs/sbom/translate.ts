/**
 * One SBOM for every scanner. Each reads what its own sister tool writes, and finds less in the other's without a word:
 * Trivy looks for the source of a package in properties of its own, Grype in the purl; Trivy calls Alpine 3.18 `3.18` in a
 * purl, which Grype knows as `alpine-3.18`; and Trivy refuses CycloneDX 1.7, which adds nothing to what is read of packages.
 */
import * as z from 'zod'
import {formatPackageUrl, type PackageUrl, parsePackageUrl} from '../../../core/package-url.ts'
import {
  type Property,
  sourceInProperties,
  sourceInUrl,
  sourceProperties,
  withDistribution,
  withSourceInUrl,
} from '../../../core/system-package.ts'

const cycloneDx = z.looseObject({
  bomFormat: z.literal('CycloneDX'),
  specVersion: z.string(),
  components: z.array(z.unknown()),
})

const property = z.looseObject({name: z.string(), value: z.string()})
const component = z.looseObject({
  purl: z.string(),
  version: z.string().optional(),
  properties: z.array(z.unknown()).optional(),
})
type Component = z.output<typeof component>

/** The same packages in words that all scanners read; undefined where they do already, or where it is no CycloneDX. */
export function translate(json: unknown): unknown {
  const parsed = cycloneDx.safeParse(json)
  if (!parsed.success) return undefined
  const {$schema, ...document} = parsed.data
  const components = document.components.map(translateComponent)
  const isNewer = document.specVersion === '1.7'
  if (!isNewer && components.every((each, index) => each === document.components[index])) return undefined
  return isNewer ? {...document, specVersion: '1.6', components} : {...document, $schema, components}
}

/** The same object where there is nothing to add. */
function translateComponent(given: unknown): unknown {
  const parsed = component.safeParse(given)
  const url = parsed.success ? parsePackageUrl(parsed.data.purl) : undefined
  if (!parsed.success || url === undefined || !ofSystems.has(url.type)) return given
  const properties = (parsed.data.properties ?? []).flatMap(each => property.safeParse(each).data ?? [])
  const whole = wholeUrl(url, properties)
  const added = missingProperties(url, properties, parsed.data)
  if (whole === url && added.length === 0) return given
  return {
    ...parsed.data,
    purl: whole === url ? parsed.data.purl : formatPackageUrl(whole),
    properties: [...(parsed.data.properties ?? []), ...added],
  }
}

const ofSystems: ReadonlySet<string> = new Set(['apk', 'deb', 'rpm'])

function wholeUrl(url: PackageUrl, properties: readonly Property[]): PackageUrl {
  const named = withDistribution(url)
  const source = sourceInProperties(properties)
  return source === undefined ? named : withSourceInUrl(named, source)
}

function missingProperties(url: PackageUrl, properties: readonly Property[], {version = ''}: Component) {
  const source = sourceInUrl(url)
  return source === undefined || sourceInProperties(properties) !== undefined ? [] : sourceProperties(source, version)
}
