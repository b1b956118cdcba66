/** Where in the repository a flaw of the image comes from: the line that a person would change. */
import {parsePackageUrl} from '../../core/package-url.ts'
import type {Flaw} from '../scan.ts'
import {lastFrom} from './dockerfile.ts'
import type {Ecosystem} from './locks/pin.ts'
import {type Pin, pinsIn} from './locks.ts'

interface TextFile {
  /** Relative to the repository's root. */
  readonly path: string
  readonly text: string
}

export interface PlaceFiles {
  readonly dockerfile: TextFile | null
  /** Lock files, those that pin more exactly first (`lockNames`). */
  readonly locks: readonly TextFile[]
}

export interface RepositoryPlace {
  readonly file: string
  readonly line?: number
}

/**
 * Reads all files once; the answer looks up. Packages of the operating system come in with the last FROM of the
 * Dockerfile, packages of a language by the line of a lock file that pins this version (or any), and what no lock file
 * knows came with the base image. null: no file of the repository brings it in.
 */
export function placesIn({dockerfile, locks}: PlaceFiles): (flaw: Flaw) => RepositoryPlace | null {
  const from = baseOf(dockerfile)
  const pins = new Map<string, Located[]>()
  for (const file of locks) {
    for (const pin of pinsIn(file.path, file.text)) {
      const key = keyOf(pin.ecosystem, pin.name)
      const there = pins.get(key)
      const located = {...pin, file: file.path}
      if (there) there.push(located)
      else pins.set(key, [located])
    }
  }
  return flaw => {
    const own = flaw.places.find(place => place.kind === 'repository')
    if (own) return own.line === undefined ? {file: own.file} : {file: own.file, line: own.line}
    return pinned(flaw, pins) ?? from
  }
}

interface Located extends Pin {
  readonly file: string
}

function baseOf(dockerfile: TextFile | null): RepositoryPlace | null {
  if (!dockerfile) return null
  const line = lastFrom(dockerfile.text)
  return line === null ? {file: dockerfile.path} : {file: dockerfile.path, line}
}

function pinned(flaw: Flaw, pins: ReadonlyMap<string, readonly Located[]>): RepositoryPlace | undefined {
  if (!('package' in flaw)) return undefined
  const named = nameOf(flaw)
  if (!named) return undefined
  const lines = pins.get(keyOf(named.ecosystem, named.name)) ?? []
  const installed = versionOf(named.ecosystem, flaw.installedVersion)
  const exact = lines.find(({version}) => version !== null && versionOf(named.ecosystem, version) === installed)
  // A line that pins another version is not where this one comes from: a base image has brought it.
  const found = exact ?? lines.find(({version}) => version === null)
  return found && {file: found.file, line: found.line}
}

const ecosystems: ReadonlyMap<string, Ecosystem> = new Map(
  (['pypi', 'conda', 'npm', 'golang', 'cargo', 'maven', 'gem', 'composer'] as const).map(each => [each, each]),
)

function nameOf(flaw: Extract<Flaw, {package: string}>): {ecosystem: Ecosystem; name: string} | undefined {
  const purl = flaw.purl === undefined ? undefined : parsePackageUrl(flaw.purl)
  if (purl) {
    const ecosystem = ecosystems.get(purl.type)
    return ecosystem && {ecosystem, name: purl.namespace === '' ? purl.name : `${purl.namespace}/${purl.name}`}
  }
  const ecosystem = flaw.places.map(ecosystemOf).find(each => each !== undefined)
  return ecosystem && {ecosystem, name: flaw.package.replace(':', '/')}
}

/** Folders that only one package manager writes, for scanners that give no package URL. */
function ecosystemOf(place: Flaw['places'][number]): Ecosystem | undefined {
  if (place.kind !== 'image') return undefined
  if (/\.(dist|egg)-info(\/|$)|\/site-packages\//.test(place.path)) return 'pypi'
  if (/(^|\/)node_modules\//.test(place.path)) return 'npm'
  if (/\.jar$/.test(place.path)) return 'maven'
  if (/\.gemspec$/.test(place.path)) return 'gem'
  return undefined
}

function keyOf(ecosystem: Ecosystem, name: string): string {
  return `${ecosystem} ${normalised(ecosystem, name)}`
}

/** Names that mean the same package, as its index says. */
function normalised(ecosystem: Ecosystem, name: string): string {
  switch (ecosystem) {
    case 'pypi':
      // PEP 503.
      return name.toLowerCase().replace(/[-_.]+/g, '-')
    case 'conda':
    case 'composer':
    case 'golang':
      return name.toLowerCase()
    case 'npm':
    case 'cargo':
    case 'maven':
    case 'gem':
      return name
  }
}

/** Versions that mean the same: PEP 440 leaves out zeros at the end, and Go writes a `v`. */
function versionOf(ecosystem: Ecosystem, version: string): string {
  switch (ecosystem) {
    case 'pypi':
    case 'conda':
      return withoutZeros(version.toLowerCase().replace(/^v/, ''))
    case 'golang':
    case 'composer':
      return version.replace(/^v/, '').replace(/\+incompatible$/, '')
    case 'npm':
    case 'cargo':
    case 'maven':
    case 'gem':
      return version
  }
}

function withoutZeros(version: string): string {
  let end = version.length
  while (end > 2 && version.startsWith('.0', end - 2)) end -= 2
  return version.slice(0, end)
}
