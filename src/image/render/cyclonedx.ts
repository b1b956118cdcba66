/**
 * The packages of an image as an SBOM in CycloneDX 1.6 (ECMA-424), to be kept as evidence. The same image and the same
 * packages give the same bytes: no time, and a serial number that is made from the content.
 */
import {formatPackageUrl, parsePackageUrl} from '../../core/package-url.ts'
import {sourceProperties, withDistribution, withSourceInUrl} from '../../core/system-package.ts'
import type {PlatformJudgement} from '../judgement.ts'
import type {OperatingSystem, Package, Scan} from '../scan.ts'
import {licencesOf} from './cyclonedx-licences.ts'
import {nameBasedUuid, urlNamespace} from './name-based-uuid.ts'

export interface SbomOptions {
  /** Version of Slipway. */
  readonly version: string
}

/** Vulnerabilities are left out: they change from day to day, and packages do not. */
export function renderSbom({platform, digest, scan}: PlatformJudgement, {version}: SbomOptions): string {
  const image = imageOf(scan, digest, platform)
  const components = [...(scan.os === null ? [] : [operatingSystem(scan.os)]), ...componentsOf(scan.packages ?? [])]
  const content = {
    metadata: {
      tools: {
        components: [
          {type: 'application', name: 'slipway', version},
          ...scan.scanners.map(each => ({
            type: 'application',
            name: each.name,
            ...(each.version === null ? {} : {version: each.version}),
          })),
        ],
      },
      component: image,
    },
    components,
    // Where the scanner lists no package, that says nothing about the image.
    ...(scan.packages === null ? {compositions: [{aggregate: 'unknown', assemblies: [image['bom-ref']]}]} : {}),
  }
  const document = {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${nameBasedUuid(urlNamespace, `urn:slipway:sbom:${JSON.stringify(content)}`)}`,
    version: 1,
    ...content,
  }
  return `${JSON.stringify(document, null, 2)}\n`
}

function imageOf(scan: Scan, digest: PlatformJudgement['digest'], platform: string | null) {
  const name = nameOf(scan.image)
  return {
    'bom-ref': digest ?? name,
    type: 'container',
    name,
    ...(digest === null
      ? {}
      : {
          version: digest,
          hashes: [{alg: 'SHA-256', content: digest.slice('sha256:'.length)}],
          purl: purlOf(name, digest, platform),
        }),
    ...(platform === null ? {} : {properties: [{name: 'slipway:platform', value: platform}]}),
  }
}

/** Without tag and digest, which are no part of what the image is called. */
function nameOf(image: string): string {
  const name = image.split('@', 1)[0] ?? image
  const colon = name.lastIndexOf(':')
  return colon > name.lastIndexOf('/') ? name.slice(0, colon) : name
}

/** https://github.com/package-url/purl-spec, type `oci`: the last part of the name, lower case, and where it is kept. */
function purlOf(given: string, digest: string, platform: string | null): string {
  // A report may hold half of a surrogate pair, which no URL has.
  const name = given.toWellFormed()
  const last = name.slice(name.lastIndexOf('/') + 1).toLowerCase()
  const [, architecture] = platform?.toWellFormed().split('/') ?? []
  const qualifiers = [
    ...(architecture === undefined ? [] : [`arch=${encodeURIComponent(architecture)}`]),
    ...(name.includes('/') ? [`repository_url=${encodeURIComponent(name)}`] : []),
  ]
  const suffix = qualifiers.length === 0 ? '' : `?${qualifiers.join('&')}`
  return `pkg:oci/${encodeURIComponent(last)}@${encodeURIComponent(digest)}${suffix}`
}

function operatingSystem({name}: OperatingSystem) {
  const space = name.indexOf(' ')
  return {
    'bom-ref': `os:${name}`,
    type: 'operating-system',
    name: space < 0 ? name : name.slice(0, space),
    ...(space < 0 ? {} : {version: name.slice(space + 1)}),
  }
}

/** Sorted, so that the order in which a scanner walks the image does not show; each with a reference of its own. */
function componentsOf(packages: readonly Package[]) {
  const keyed = packages.map(each => ({
    each,
    key: JSON.stringify([each.purl ?? each.name, each.version, each.path ?? '']),
  }))
  keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
  const taken = new Map<string, number>()
  return keyed.map(({each}) => {
    const wanted = each.purl ?? `${each.type}:${each.name}@${each.version}`
    const before = taken.get(wanted) ?? 0
    taken.set(wanted, before + 1)
    return toComponent(each, before === 0 ? wanted : `${wanted}#${before + 1}`)
  })
}

function toComponent(each: Package, reference: string) {
  const licenses = licencesOf(each.licences)
  const properties = [
    ...(each.purl === undefined && each.type !== '' ? [{name: 'slipway:type', value: each.type}] : []),
    ...(each.path === undefined ? [] : [{name: 'slipway:path', value: each.path}]),
    ...(each.source === undefined ? [] : sourceProperties(each.source, each.version)),
  ]
  return {
    'bom-ref': reference,
    type: 'library',
    ...namesOf(each),
    version: each.version,
    ...(licenses.length === 0 ? {} : {licenses}),
    ...(each.purl === undefined ? {} : {purl: urlOf(each.purl, each.source)}),
    ...(properties.length === 0 ? {} : {properties}),
  }
}

/** With what a scanner that reads this SBOM must know of a package of an operating system. */
function urlOf(purl: string, source: Package['source']): string {
  const url = source && parsePackageUrl(purl)
  if (!url || !source) return purl
  const whole = withSourceInUrl(withDistribution(url), source)
  return whole === url ? purl : formatPackageUrl(whole)
}

/** The scope of npm and the group of Maven have a field of their own. */
function namesOf({name, purl}: Package): {readonly group?: string; readonly name: string} {
  const type = purl === undefined ? undefined : parsePackageUrl(purl)?.type
  const cut = type === 'maven' ? name.indexOf(':') : type === 'npm' && name.startsWith('@') ? name.indexOf('/') : -1
  return cut > 0 && cut < name.length - 1 ? {group: name.slice(0, cut), name: name.slice(cut + 1)} : {name}
}
