/** What the references of a CycloneDX document lead to: a component of its own, a package URL, or another document. */
import {parsePackageUrl} from '../../core/package-url.ts'
import {componentOf} from './component.ts'
import type {Bom, CycloneDxAffected, CycloneDxComponent} from './cyclonedx-document.ts'
import type {VexComponent, VexScope} from './document.ts'

/** A document, ready for its references to be followed. */
export interface References {
  readonly bom: Bom
  readonly subject: CycloneDxComponent | undefined
  readonly refs: ReadonlyMap<string, CycloneDxComponent>
}

/** What a reference leads to; a sentence where it leads nowhere. */
export function scopesOf({ref, versions = []}: CycloneDxAffected, context: References): readonly VexScope[] | string {
  const found = context.refs.get(ref) ?? linked(ref, context)
  if (found === undefined) {
    const bare = componentOf([bomLink(ref)?.ref ?? ref])
    const [purl] = bare.purls
    if (purl === undefined) return `refers to ${quoted(ref)}, which is no component of the document and no package URL`
    const parts = ofVersions(bare, versions)
    return typeof parts === 'string' ? `${parts} of ${quoted(ref)}` : parts.map(product => ({product, parts: []}))
  }
  const {subject} = context
  const own = ofVersions(toComponent(found), versions)
  if (typeof own === 'string') return `${own} of ${quoted(ref)}`
  if (subject === undefined || found === subject || !isImage(subject)) return own.map(product => ({product, parts: []}))
  return [{product: toComponent(subject), parts: own}]
}

/**
 * The component in these versions alone. Trivy lists the version that it found beside a purl that says it already; the
 * status beside it (`affected`) is what the scanner said before somebody analysed it.
 */
function ofVersions(
  component: VexComponent,
  versions: NonNullable<CycloneDxAffected['versions']>,
): readonly VexComponent[] | string {
  if (versions.length === 0) return [component]
  const exact = versions.flatMap(({version}) => version ?? [])
  if (exact.length < versions.length) return 'limits to a range of versions, which is not read, what it says'
  const [purl] = component.purls
  if (purl === undefined) return [component]
  if (purl.version === undefined) return exact.map(version => ({...component, purls: [{...purl, version}]}))
  return exact.includes(purl.version) ? [component] : `names other versions (${quoted(exact.join(', '))}) than that`
}

/** A BOM-Link to this very document. */
function linked(ref: string, {bom: {serialNumber}, refs}: References): CycloneDxComponent | undefined {
  const link = bomLink(ref)
  return link !== undefined && serialNumber === `urn:uuid:${link.serial}` ? refs.get(link.ref) : undefined
}

function bomLink(ref: string): {serial: string; ref: string} | undefined {
  const match = /^urn:cdx:([0-9a-f-]{36})\/\d{1,9}#(.+)$/s.exec(ref)
  if (match?.[1] === undefined || match[2] === undefined) return undefined
  try {
    const decoded = match[2].startsWith('pkg:') ? match[2] : decodeURIComponent(match[2])
    return {serial: match[1], ref: decoded}
  } catch {
    return undefined
  }
}

function isImage({type, purl}: CycloneDxComponent): boolean {
  const parsed = purl === undefined ? undefined : parsePackageUrl(purl)
  return parsed ? parsed.type === 'oci' || parsed.type === 'docker' : type === 'container'
}

function toComponent({type, purl, name, version, hashes = [], 'bom-ref': ref}: CycloneDxComponent): VexComponent {
  const sha256 = hashes.filter(({alg}) => alg === 'SHA-256').map(({content}) => content)
  if (purl !== undefined) return componentOf([purl], type === 'container' ? sha256 : [])
  if (type === 'container' && name !== undefined) return componentOf([imageName(name, version)], sha256)
  return componentOf([ref ?? name ?? ''])
}

/** `registry/credit:v12` and `registry/credit@sha256:…`, however name and version are divided. */
function imageName(name: string, version: string | undefined): string {
  if (version === undefined || version === '' || /[@]|:[^/]*$/.test(name)) return name
  return version.startsWith('sha256:') ? `${name}@${version}` : `${name}:${version}`
}

function quoted(ref: string): string {
  return JSON.stringify(ref.length > 100 ? `${ref.slice(0, 100)}…` : ref)
}
