/** Is this image, or this package in it, what a VEX statement speaks of? In doubt it is not. */
import {coversPackage, type PackageUrl, parsePackageUrl} from '../../core/package-url.ts'
import {imageNameOf, namesImage} from '../image-name.ts'
import type {Scan} from '../scan.ts'
import type {VexComponent, VexScope} from './document.ts'

/** What an image is known by. */
export interface ImageIdentity {
  readonly digests: ReadonlySet<string>
  /** `registry.example.com/credit:v12`, or a path. */
  readonly labels: readonly string[]
  readonly platform: string | null
}

/** @param also digests and names by which the image is known besides: its index, the tag that the caller wrote */
export function identityOf({digests, image, platform}: Scan, also: readonly string[]): ImageIdentity {
  const labels = [...new Set([image, ...also.filter(each => !each.startsWith('sha256:'))])]
  const named = labels.flatMap(label => /@(sha256:[0-9a-f]{64})$/.exec(label)?.[1] ?? [])
  const known = also.filter(each => each.startsWith('sha256:'))
  return {digests: new Set([...digests, ...known, ...named]), labels, platform}
}

/** Whether the scope speaks of a package of the image. @param purl of the package; undefined where none is known */
export function coversFlaw({product, parts}: VexScope, image: ImageIdentity, purl: PackageUrl | undefined): boolean {
  if (isThisImage(product, image)) return parts.length === 0 || parts.some(part => isPackage(part, purl))
  // A package that holds another: which packages brought the inner one into the image is not known here.
  return parts.length === 0 && isPackage(product, purl)
}

function isPackage({purls}: VexComponent, purl: PackageUrl | undefined): boolean {
  return purl !== undefined && purls.some(each => !isImageUrl(each) && coversPackage(each, purl))
}

function isThisImage({purls, digests, names}: VexComponent, image: ImageIdentity): boolean {
  return (
    digests.some(digest => image.digests.has(digest)) ||
    purls.some(purl => isImageUrl(purl) && urlNames(purl, image)) ||
    names.some(name => isNamed(name, image))
  )
}

/** purl-spec, types `oci` and `docker`: such a package is an image. */
export function isImageUrl({type}: PackageUrl): boolean {
  return type === 'oci' || type === 'docker'
}

/** purl-spec, types `oci` and `docker`. A digest says all; without one the repository counts, with tag and architecture if given. */
function urlNames(purl: PackageUrl, {digests, labels, platform}: ImageIdentity): boolean {
  if (purl.version?.startsWith('sha256:')) return digests.has(purl.version)
  const arch = purl.qualifiers.get('arch')
  if (arch !== undefined && arch !== platform?.split('/')[1]) return false
  const tag = purl.version ?? purl.qualifiers.get('tag')
  return labels.some(label => (tag === undefined || tag === tagOf(label)) && isRepository(purl, label))
}

function isRepository({type, namespace, name, qualifiers}: PackageUrl, label: string): boolean {
  const repository = qualifiers
    .get('repository_url')
    ?.replace(/^https?:\/\//, '')
    .replace(/\/+$/, '')
  const path = namespace === '' ? name : `${namespace}/${name}`
  if (repository !== undefined) return isSameName(repository, label) || isSameName(`${repository}/${path}`, label)
  return type === 'docker' ? isSameName(path, label) : imageNameOf(label).split('/').at(-1) === name
}

function isNamed(text: string, {digests, labels}: ImageIdentity): boolean {
  const at = text.indexOf('@')
  if (at >= 0) return digests.has(text.slice(at + 1))
  const tag = tagOf(text)
  return labels.some(label => (tag === undefined || tag === tagOf(label)) && isSameName(imageNameOf(text), label))
}

function isSameName(name: string, label: string): boolean {
  return !name.includes('*') && namesImage(name, label)
}

function tagOf(label: string): string | undefined {
  return /:([^/:@]+)(?:@|$)/.exec(label.slice(label.lastIndexOf('/') + 1))?.[1]
}

/** Of a flaw in a package. */
export function purlOf(flaw: object): PackageUrl | undefined {
  return 'purl' in flaw && typeof flaw.purl === 'string' ? parsePackageUrl(flaw.purl) : undefined
}
