/** Is this image, or this package in it, what a VEX statement speaks of? In doubt it is not. */
import {coversPackage, type PackageUrl, parsePackageUrl} from '../../core/package-url.ts'
import type {Scan} from '../scan.ts'
import {imageNameOf, namesImage} from '../waivers/image-name.ts'
import type {VexComponent, VexScope} from './document.ts'

/** What an image is known by. */
export interface ImageIdentity {
  readonly digests: ReadonlySet<string>
  /** As it was scanned: `registry.example.com/credit:v12`, or a path. */
  readonly label: string
  readonly platform: string | null
}

/** @param more digests by which the image is known besides: its index */
export function identityOf({digests, image, platform}: Scan, more: readonly string[]): ImageIdentity {
  const named = /@(sha256:[0-9a-f]{64})$/.exec(image)?.[1]
  return {digests: new Set([...digests, ...more, ...(named === undefined ? [] : [named])]), label: image, platform}
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

export function isThisImage({purls, digests, names}: VexComponent, image: ImageIdentity): boolean {
  return (
    digests.some(digest => image.digests.has(digest)) ||
    purls.some(purl => isImageUrl(purl) && urlNames(purl, image)) ||
    names.some(name => nameNames(name, image))
  )
}

export function isImageUrl({type}: PackageUrl): boolean {
  return type === 'oci' || type === 'docker'
}

/** purl-spec, types `oci` and `docker`. A digest says all; without one the repository counts, with tag and architecture if given. */
function urlNames({type, namespace, name, version, qualifiers}: PackageUrl, image: ImageIdentity): boolean {
  if (version?.startsWith('sha256:')) return image.digests.has(version)
  const tag = version ?? qualifiers.get('tag')
  const arch = qualifiers.get('arch')
  if (tag !== undefined && tag !== tagOf(image.label)) return false
  if (arch !== undefined && arch !== image.platform?.split('/')[1]) return false
  const repository = qualifiers.get('repository_url')?.replace(/^https?:\/\//, '')
  const path = namespace === '' ? name : `${namespace}/${name}`
  if (repository !== undefined) {
    return isSameName(repository, image.label) || isSameName(`${repository.replace(/\/+$/, '')}/${path}`, image.label)
  }
  if (type === 'docker') return isSameName(path, image.label)
  return imageNameOf(image.label).split('/').at(-1) === name
}

function nameNames(text: string, image: ImageIdentity): boolean {
  const at = text.indexOf('@')
  if (at >= 0) return image.digests.has(text.slice(at + 1))
  const tag = tagOf(text)
  return (tag === undefined || tag === tagOf(image.label)) && isSameName(imageNameOf(text), image.label)
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
