/**
 * Flaws that no scanner reports because they are none by themselves: the use of a package, its licence, an operating
 * system at its end. They are made from what the scan knows, and only of kinds that a rule names.
 */
import type {ImageRule} from '../../config/image-schema.ts'
import {packageKey} from '../identity.ts'
import type {EndOfLife, Flaw, FlawKind, Licence, Package, PackageUse, Scan} from '../scan.ts'
import {kindOf} from './rule.ts'

/** The flaws of a scan, and those that the rules ask for besides. */
export function flawsFor(scan: Scan, rules: readonly ImageRule[]): readonly Flaw[] {
  const named = new Set<FlawKind>(rules.map(kindOf))
  const found = new Set<FlawKind>(scan.flaws.map(({kind}) => kind))
  return [
    ...scan.flaws,
    ...(scan.os?.endOfLife && !found.has('end-of-life') ? [endOfLife(scan.os.name, scan)] : []),
    ...(named.has('package') ? uses(scan) : []),
    ...(named.has('licence') ? licences(scan) : []),
  ]
}

function seenIn(scan: Scan) {
  return {severity: 'unknown' as const, foundBy: [...new Set(scan.scanners.map(({name}) => name))].sort()}
}

function endOfLife(name: string, scan: Scan): EndOfLife {
  return {
    kind: 'end-of-life',
    id: name,
    title: `${name} gets no more security updates`,
    places: [],
    ...seenIn(scan),
    severity: 'high',
  }
}

/** Of all packages but those that a report tells as such: one of them says nothing of the others. */
function uses(scan: Scan): readonly PackageUse[] {
  const known = new Set(
    scan.flaws.flatMap(flaw => (flaw.kind === 'package' ? [packageKey(flaw.package, flaw.purl)] : [])),
  )
  return (scan.packages ?? []).filter(each => !known.has(packageKey(each.name, each.purl))).map(each => use(each, scan))
}

function use(each: Package, scan: Scan): PackageUse {
  return {kind: 'package', id: each.name, title: `${each.name} ${each.version}`.trim(), ...inPackage(each, scan)}
}

function inPackage({name, version, purl, path}: Package, scan: Scan) {
  return {
    package: name,
    installedVersion: version,
    ...(purl === undefined ? {} : {purl}),
    places: path === undefined ? [] : [{kind: 'image' as const, path}],
    ...seenIn(scan),
  }
}

/**
 * Licences by the list of packages, where no scanner read the files themselves. A package that states none gets one of
 * its own, `NOASSERTION`, as long as others state theirs: a rule that asks for licences must not overlook it.
 */
function licences(scan: Scan): readonly Licence[] {
  const packages = scan.packages ?? []
  const known = new Set(
    scan.flaws.flatMap(flaw => (flaw.kind === 'licence' ? [packageKey(flaw.package, flaw.purl)] : [])),
  )
  if (known.size === 0 && packages.every(each => each.licences.length === 0)) return []
  return packages
    .filter(each => !known.has(packageKey(each.name, each.purl)))
    .flatMap(each =>
      (each.licences.length === 0 ? ['NOASSERTION'] : each.licences).map(licence => ({
        kind: 'licence' as const,
        id: licence,
        title: licence,
        licence,
        ...inPackage(each, scan),
      })),
    )
}
