/** What several tools say of one image for one platform, as one scan. Never a weaker statement than any of theirs. */
import type {Digest} from '../../core/digest.ts'
import {UserError} from '../../core/failure.ts'
import type {SourcePackage} from '../../core/system-package.ts'
import {packageKey, versionKey} from '../identity.ts'
import type {OperatingSystem, Package, Scan, ScannerRun} from '../scan.ts'
import {mergeFlaws} from './flaws.ts'
import {firstText, sortedNames, uniqueBy} from './words.ts'

/**
 * Linear in the number of flaws and packages; the order of the scans does not matter but for the image's name.
 * @throws UserError `image/scans-contradict` when the scans are of different bytes or platforms
 */
export function mergeScans(scans: readonly [Scan, ...Scan[]]): Scan {
  const [first] = scans
  const packages = mergePackages(scans)
  const knowers = sortedNames(scans.flatMap(exploitationKnowers))
  return {
    scanners: uniqueBy(
      scans.flatMap(scan => scan.scanners),
      keyOfRun,
    ),
    image: first.image,
    digests: commonDigests(scans),
    configDigest: commonConfig(scans),
    platform: commonPlatform(scans),
    os: mergeSystems(scans),
    packages,
    packageCount: most([...scans.map(scan => scan.packageCount), packages?.length ?? null]),
    flaws: mergeFlaws(scans.flatMap(scan => scan.flaws)),
    lookedFor: [...new Set(scans.flatMap(scan => scan.lookedFor))].sort(),
    knows: {
      // A fact is known of all only where everybody who looked for vulnerabilities looked it up as well.
      knownExploited: everybody(scans, scan => scan.knows.knownExploited),
      epss: everybody(scans, scan => scan.knows.epss),
      ...(knowers.length === 0 ? {} : {knownExploitedBy: knowers}),
    },
    doubts: [...new Set(scans.flatMap(scan => scan.doubts))].sort(),
  }
}

function exploitationKnowers({knows, scanners}: Scan): readonly string[] {
  return [...(knows.knownExploitedBy ?? []), ...(knows.knownExploited ? scanners.map(({name}) => name) : [])]
}

function everybody(scans: readonly Scan[], knows: (scan: Scan) => boolean): boolean {
  const asked = scans.filter(scan => scan.lookedFor.includes('vulnerability'))
  return asked.length > 0 ? asked.every(knows) : scans.some(knows)
}

function keyOfRun({name, version, at, databaseBuilt}: ScannerRun): string {
  return JSON.stringify([name, version, at, databaseBuilt])
}

/** The digests by which every scan that names any names the image: each vouches for what all of them looked at. */
function commonDigests(scans: readonly Scan[]): readonly Digest[] {
  const naming = scans.filter(scan => scan.digests.length > 0)
  const [first, ...others] = naming
  if (first === undefined) return []
  const common = first.digests.filter(digest => others.every(scan => scan.digests.includes(digest)))
  if (common.length === 0) throw contradiction('image', naming, scan => scan.digests.join(', '))
  return [...new Set(common)].sort()
}

/**
 * The config digest tells images apart where no manifest digest does. Where the manifest is agreed on, tools that count
 * another blob as the image's id do not make it two images.
 */
function commonConfig(scans: readonly Scan[]): Digest | null {
  const [one, ...others] = new Set(scans.map(scan => scan.configDigest).filter(digest => digest !== null))
  if (others.length === 0) return one ?? null
  const unnamed = scans.filter(scan => scan.configDigest !== null && scan.digests.length === 0)
  if (unnamed.length === 0) return null
  throw contradiction('image', scans, scan => scan.configDigest ?? 'unknown')
}

/** `linux/arm64` and `linux/arm64/v8` are one platform, of which one scanner says more. */
function commonPlatform(scans: readonly Scan[]): string | null {
  const platforms = scans.map(scan => scan.platform).filter(platform => platform !== null)
  const longest = platforms.toSorted((a, b) => b.length - a.length || (a < b ? -1 : 1))[0]
  if (longest === undefined) return null
  if (platforms.every(each => longest === each || longest.startsWith(`${each}/`))) return longest
  throw contradiction('platform', scans, scan => scan.platform ?? 'unknown')
}

function contradiction(what: string, scans: readonly Scan[], of: (scan: Scan) => string): UserError {
  const said = scans.map(scan => `${scan.scanners.map(({name}) => name).join(' and ')}: ${of(scan)}`)
  return new UserError('image/scans-contradict', `The scans are not of one ${what}. ${said.join('; ')}.`, {
    hint: 'Give reports of the same image for the same platform, by digest.',
  })
}

function mergeSystems(scans: readonly Scan[]): OperatingSystem | null {
  const systems = scans.map(scan => scan.os).filter(os => os !== null)
  if (systems.length === 0) return null
  const [name = ''] = systems.map(os => os.name).toSorted((a, b) => b.length - a.length || (a < b ? -1 : 1))
  const ends = systems.map(os => os.endOfLife)
  return {
    name,
    endOfLife: ends.includes(true) ? true : ends.includes(false) ? false : null,
    packages: most(systems.map(os => os.packages)),
  }
}

function most(counts: readonly (number | null)[]): number | null {
  return counts.reduce((a, b) => (a === null || (b !== null && b > a) ? b : a), null)
}

function mergePackages(scans: readonly Scan[]): readonly Package[] | null {
  const lists = scans.map(scan => scan.packages).filter(list => list !== null)
  if (lists.length === 0) return null
  const byKey = new Map<string, Package>()
  for (const each of lists.flat()) {
    const key = `${packageKey(each.name, each.purl)}\n${versionKey(each.version)}`
    const known = byKey.get(key)
    byKey.set(key, known === undefined ? each : unitePackages(known, each))
  }
  return [...byKey.values()]
}

function unitePackages(a: Package, b: Package): Package {
  const purl = firstText([a.purl, b.purl])
  const path = firstText([a.path, b.path])
  const [source] = [a.source, b.source].filter(each => each !== undefined).toSorted(compareSources)
  return {
    name: firstText([a.name, b.name]) ?? '',
    version: firstText([a.version, b.version]) ?? '',
    type: firstText([a.type, b.type]) ?? '',
    licences: sortedNames([...a.licences, ...b.licences]),
    ...(source === undefined ? {} : {source}),
    ...(purl === undefined ? {} : {purl}),
    ...(path === undefined ? {} : {path}),
  }
}

/** The one that names a version first, then by its text: the order of the scans must not matter. */
function compareSources(a: SourcePackage, b: SourcePackage): number {
  if ((a.version === '') !== (b.version === '')) return a.version === '' ? 1 : -1
  const [one, other] = [`${a.name}@${a.version}`, `${b.name}@${b.version}`]
  return one < other ? -1 : one > other ? 1 : 0
}
