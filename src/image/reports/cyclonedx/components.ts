import {type Digest, digestsIn} from '../../../core/digest.ts'
import {packageName, parsePackageUrl} from '../../../core/package-url.ts'
import type {OperatingSystem, Package} from '../../scan.ts'
import {shaped} from '../shape.ts'
import {countSystemPackages} from '../system-packages.ts'
import {type CycloneDxComponent, type CycloneDxDocument, component} from './document.ts'

/** A component and what stands in it, in the order of the document. */
export function allComponents(document: CycloneDxDocument, source: string): readonly CycloneDxComponent[] {
  const found: CycloneDxComponent[] = []
  // A list of our own instead of recursion: documents may nest as deep as they want.
  const waiting: unknown[] = [...(document.components ?? [])].reverse()
  while (waiting.length > 0) {
    const each = shaped(component, waiting.pop(), source, 'a CycloneDX document')
    found.push(each)
    for (const inner of [...(each.components ?? [])].reverse()) waiting.push(inner)
  }
  return found
}

/** Undefined for what is no package: files, lock files, the operating system as such, images. */
export function toPackage(each: CycloneDxComponent): Package | undefined {
  const {type, purl, version} = each
  const name = nameOf(each)
  if (name === '' || type === 'operating-system' || type === 'container' || type === 'file') return undefined
  const parsed = purl ? parsePackageUrl(purl) : undefined
  if (!purl && type !== 'library' && type !== 'framework') return undefined
  if (parsed?.type === 'oci' || parsed?.type === 'docker') return undefined
  const path = pathOf(each)
  return {
    name,
    version: version ?? '',
    type: parsed?.type ?? propertyOf(each, 'slipway:type') ?? type ?? '',
    ...(purl ? {purl} : {}),
    licences: licencesOf(each),
    ...(path === undefined ? {} : {path}),
  }
}

/** Scopes of npm and groups of Maven are part of the name. */
export function nameOf({group, name, purl}: CycloneDxComponent): string {
  if (!name) return ''
  if (!group) return name
  // Some tools put the distributor, which is a namespace of purls, into the group.
  return packageName({type: (purl ? parsePackageUrl(purl)?.type : undefined) ?? '', namespace: group, name})
}

function licencesOf({licenses}: CycloneDxComponent): readonly string[] {
  const named = (licenses ?? []).flatMap(each => each.expression || each.license?.id || each.license?.name || [])
  return [...new Set(named)]
}

/** Where a package lies has no field of its own: tools say it in their properties. */
function pathOf(each: CycloneDxComponent): string | undefined {
  const path =
    propertyOf(each, 'aquasecurity:trivy:FilePath') ??
    propertyOf(each, 'syft:location:0:path') ??
    propertyOf(each, 'slipway:path')
  const plain = path?.replace(/^\/+/, '')
  return plain === '' ? undefined : plain
}

/** The first property of that name; tools keep there what the format has no field for. */
export function propertyOf({properties}: CycloneDxComponent, name: string): string | undefined {
  return properties?.find(each => each.name === name)?.value || undefined
}

/** Null where the document has no component of that type. CycloneDX does not say whether it gets updates. */
export function operatingSystemOf(
  components: readonly CycloneDxComponent[],
  packages: readonly Package[],
): OperatingSystem | null {
  const found = components.find(({type}) => type === 'operating-system')
  if (!found?.name) return null
  return {
    name: `${found.name} ${found.version ?? ''}`.trim(),
    endOfLife: null,
    packages: countSystemPackages(packages),
  }
}

/** Digests by which the document names its image: in the purl, the version or the hashes of what it is about. */
export function digestsOf(about: CycloneDxComponent | null | undefined): readonly Digest[] {
  if (about?.type !== 'container') return []
  const purl = about.purl ? parsePackageUrl(about.purl)?.version : undefined
  const hashes = (about.hashes ?? []).filter(({alg}) => alg === 'SHA-256').map(({content}) => `sha256:${content ?? ''}`)
  const pushed = (about.properties ?? [])
    .filter(({name}) => name === 'aquasecurity:trivy:RepoDigest')
    .map(({value}) => value ?? '')
  return digestsIn([purl ?? '', about.version ?? '', ...hashes, ...pushed])
}
