/** `Package` of aquasecurity/trivy (`pkg/fanal/types/package.go`) in our words. */
import {type SourcePackage, versionOf} from '../../../core/system-package.ts'
import type {Package} from '../../scan.ts'
import {numberOf, type Part, partOf, requiredText, textOf, textsOf} from '../fields.ts'

/** @param type Trivy's word for where the package comes from, for packages without a purl: `alpine`, `python-pkg` */
export function toPackage(part: Part, type: string): Package {
  const identifier = partOf(part, 'Identifier')
  const purl = identifier && textOf(identifier, 'PURL')
  const path = textOf(part, 'FilePath')
  const source = sourceOf(part)
  return {
    name: requiredText(part, 'Name'),
    version: versionIn(part, ''),
    type: (purl && /^pkg:([a-z][a-z0-9.+-]*)\//i.exec(purl)?.[1]) ?? type,
    ...(purl === undefined ? {} : {purl}),
    licences: textsOf(part, 'Licenses'),
    ...(source === undefined ? {} : {source}),
    ...(path === undefined || path === '' ? {} : {path}),
  }
}

/**
 * `epoch:version-release`, as Debian and rpm write it (`pkg/scan/utils`, FormatVersion): as in InstalledVersion of a finding.
 * @param prefix `Src` for the version of the source package
 */
function versionIn(part: Part, prefix: '' | 'Src'): string {
  const [version = '', release = ''] = ['Version', 'Release'].map(word => textOf(part, `${prefix}${word}`))
  return versionOf(String(numberOf(part, `${prefix}Epoch`) ?? 0), version, release)
}

function sourceOf(part: Part): SourcePackage | undefined {
  const name = textOf(part, 'SrcName')
  return name ? {name, version: versionIn(part, 'Src')} : undefined
}
