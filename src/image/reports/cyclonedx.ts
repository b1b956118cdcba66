/**
 * CycloneDX in JSON, 1.4 to 1.7 (ECMA-424; cyclonedx.org/specification): an SBOM, and with `vulnerabilities` a report as
 * Trivy and Grype write it. An SBOM without them has looked for none.
 */

import {isDigest} from '../../core/digest.ts'
import {UserError} from '../../core/failure.ts'
import type {Scan} from '../scan.ts'
import {allComponents, digestsOf, operatingSystemOf, propertyOf, toPackage} from './cyclonedx/components.ts'
import {type CycloneDxComponent, type CycloneDxDocument, document} from './cyclonedx/document.ts'
import {type Components, toFlaws} from './cyclonedx/flaws.ts'
import {isMapping} from './mapping.ts'
import {shaped, versionUnknown} from './shape.ts'

/** Vulnerabilities came with 1.4. What 1.7 adds changes nothing that is read here. */
const versions: readonly unknown[] = ['1.4', '1.5', '1.6', '1.7']

/** @throws UserError `image/report-malformed`, `image/report-version-unknown` or `image/report-is-vex` */
export function parseCycloneDx(json: unknown, source: string): Scan {
  const version = isMapping(json) ? json.specVersion : undefined
  if (!versions.includes(version)) throw versionUnknown(source, 'a CycloneDX document', version, '1.4, 1.5, 1.6 or 1.7')
  const parsed = shaped(document, json, source, 'a CycloneDX document')
  const components = allComponents(parsed, source)
  refuseVex(parsed, components, source)
  const about = parsed.metadata?.component ?? null
  const packages = components.flatMap(each => toPackage(each) ?? [])
  const tool = toolOf(parsed)
  const known = openComponents(parsed, about, components, tool.name)
  const imageId = about === null ? undefined : propertyOf(about, 'aquasecurity:trivy:ImageID')
  return {
    scanners: [{...tool, at: parsed.metadata?.timestamp || null, databaseBuilt: null}],
    image: about?.name || source,
    digests: digestsOf(about),
    configDigest: imageId !== undefined && isDigest(imageId) ? imageId : null,
    platform: about === null ? null : (propertyOf(about, 'slipway:platform') ?? null),
    os: operatingSystemOf(components, packages),
    packages,
    packageCount: packages.length,
    flaws: (parsed.vulnerabilities ?? []).flatMap(each => toFlaws(each, known)),
    lookedFor: hasLooked(parsed, tool.name) ? ['vulnerability'] : [],
    knows: {knownExploited: false, epss: false},
    doubts: [],
  }
}

/** Tools that write down what they looked up, and not what somebody knows already. */
const scanners: ReadonlySet<string> = new Set(['trivy', 'grype', 'dependency-track'])

/**
 * An SBOM without vulnerabilities is no clean scan: Trivy writes an empty list whether it has looked or not, Grype only
 * where it has. And an SBOM whose vulnerabilities are all analysed may be a maker's word about those few.
 */
function hasLooked({vulnerabilities}: CycloneDxDocument, tool: string): boolean {
  if (!vulnerabilities) return false
  if (vulnerabilities.length === 0) return tool === 'grype'
  return scanners.has(tool) || vulnerabilities.some(({analysis}) => !analysis?.state)
}

/** A document about the components of others takes findings away. As a report it would find nothing, which is not clean. */
function refuseVex(parsed: CycloneDxDocument, components: readonly CycloneDxComponent[], source: string): void {
  const vulnerabilities = parsed.vulnerabilities ?? []
  if (components.length > 0 || vulnerabilities.length === 0) return
  if (!vulnerabilities.every(({analysis}) => analysis?.state)) return
  throw new UserError(
    'image/report-is-vex',
    `${source} is a CycloneDX VEX: it says what does not count and lists no component.`,
    {
      hint: 'Name it under `image.vex`, beside a scan or a report of the image.',
    },
  )
}

function openComponents(
  parsed: CycloneDxDocument,
  about: CycloneDxComponent | null,
  components: readonly CycloneDxComponent[],
  tool: string,
): Components {
  const byRef = new Map<string, CycloneDxComponent>()
  for (const each of about === null ? components : [about, ...components]) {
    const ref = each['bom-ref']
    if (ref && !byRef.has(ref)) byRef.set(ref, each)
  }
  const serial = /^urn:uuid:([0-9a-f-]{36})$/i.exec(parsed.serialNumber ?? '')?.[1]
  const ownLink = serial === undefined ? null : `urn:cdx:${serial}/${parsed.version ?? 1}#`
  return {byRef, ownLink, about, tool}
}

/** The first that is named: the others are libraries that it was written with. */
function toolOf({metadata}: CycloneDxDocument): {readonly name: string; readonly version: string | null} {
  const tools = metadata?.tools
  const listed = !tools ? [] : Array.isArray(tools) ? tools : [...(tools.components ?? []), ...(tools.services ?? [])]
  const [first] = listed.filter(({name}) => name)
  return {name: first?.name?.toLowerCase() ?? 'cyclonedx', version: first?.version || null}
}
