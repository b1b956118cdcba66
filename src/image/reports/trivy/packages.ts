/** `Package` of aquasecurity/trivy (`pkg/fanal/types/package.go`) in our words. */
import type {Package} from '../../scan.ts'
import {numberOf, type Part, partOf, requiredText, textOf, textsOf} from '../fields.ts'

/** @param type Trivy's word for where the package comes from, for packages without a purl: `alpine`, `python-pkg` */
export function toPackage(part: Part, type: string): Package {
  const identifier = partOf(part, 'Identifier')
  const purl = identifier && textOf(identifier, 'PURL')
  const path = textOf(part, 'FilePath')
  return {
    name: requiredText(part, 'Name'),
    version: versionOf(part),
    type: (purl && /^pkg:([a-z][a-z0-9.+-]*)\//i.exec(purl)?.[1]) ?? type,
    ...(purl === undefined ? {} : {purl}),
    licences: textsOf(part, 'Licenses'),
    ...(path === undefined || path === '' ? {} : {path}),
  }
}

/** `epoch:version-release`, as Debian and rpm write it (`pkg/scan/utils`, FormatVersion): as in InstalledVersion of a finding. */
function versionOf(part: Part): string {
  const version = textOf(part, 'Version') ?? ''
  if (version === '') return ''
  const epoch = numberOf(part, 'Epoch') ?? 0
  const release = textOf(part, 'Release') ?? ''
  return `${epoch === 0 ? '' : `${epoch}:`}${version}${release === '' ? '' : `-${release}`}`
}

export function byName(packages: readonly Package[]): ReadonlyMap<string, readonly Package[]> {
  const found = new Map<string, Package[]>()
  for (const each of packages) {
    const same = found.get(each.name)
    if (same) same.push(each)
    else found.set(each.name, [each])
  }
  return found
}
