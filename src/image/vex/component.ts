import {type PackageUrl, parsePackageUrl} from '../../core/package-url.ts'
import type {VexComponent} from './document.ts'

/** A thing by the texts that name it: purls are read, digests and names of images kept, other names mean nothing here. */
export function componentOf(texts: readonly string[], sha256?: readonly string[]): VexComponent {
  const known = texts.filter(text => text !== '')
  const purls = known.flatMap(text => packageIn(text) ?? [])
  const names = known.filter(text => /^[a-z0-9][a-zA-Z0-9._:/@-]*$/.test(text) && !/^[a-z]+:(\/\/|[a-z])/.test(text))
  const digests = (sha256 ?? []).filter(hex => /^[0-9a-f]{64}$/i.test(hex)).map(hex => `sha256:${hex.toLowerCase()}`)
  return {purls, digests, names, label: known[0] ?? digests[0] ?? 'a product without a name'}
}

/** Syft makes the `bom-ref` of a component of its purl and a number of its own, which no package has. */
function packageIn(text: string): PackageUrl | undefined {
  const purl = parsePackageUrl(text)
  if (!purl?.qualifiers.has('package-id')) return purl
  return {...purl, qualifiers: new Map([...purl.qualifiers].filter(([key]) => key !== 'package-id'))}
}
