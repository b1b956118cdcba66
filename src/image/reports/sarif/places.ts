/** Where a result is: paths out of URIs, relative to the repository as far as the report allows that (§3.4, §3.14.14). */
import * as path from 'node:path'
import {isDigest} from '../../../core/digest.ts'
import type {Place} from '../../scan.ts'
import {percentDecoded} from '../percent.ts'
import type {SarifArtifactLocation, SarifLocation, SarifRun} from './log.ts'

/** Shown are a few; a report may name thousands. */
const mostPlaces = 100
/** `uriBaseId` may stand on another one. */
const mostBases = 8

export type PlacesOf = (locations: readonly SarifLocation[]) => readonly Place[]

/** @param inImage whether the tool looked into an image: then paths are those of its files */
export function openPlaces(run: SarifRun, inImage: boolean): PlacesOf {
  const bases = basesOf(run)
  return locations => {
    const places = new Map<string, Place>()
    for (const location of locations.slice(0, mostPlaces)) {
      const place = placeOf(location, run, bases, inImage)
      if (place !== null) places.set(JSON.stringify(place), place)
    }
    // What is not listed may be anywhere: a waiver of some paths must not cover it.
    if (locations.length > mostPlaces)
      places.set('', inImage ? {kind: 'image', path: ''} : {kind: 'repository', file: ''})
    return [...places.values()]
  }
}

function placeOf(location: SarifLocation, run: SarifRun, bases: Bases, inImage: boolean): Place | null {
  const named = inImage ? namedPlace(location) : null
  if (named !== null) return named
  const file = fileOf(location.physicalLocation?.artifactLocation, run, bases)
  if (file === '') return null
  if (inImage) return {kind: 'image', path: file}
  const line = location.physicalLocation?.region?.startLine
  return {kind: 'repository', file, ...(isLine(line) ? {line} : {})}
}

/** Grype names the file in the image by `credit:v1@sha256:<layer>:/lib/apk/db/installed`; the URI is one of no file. */
function namedPlace({logicalLocations}: SarifLocation): Place | null {
  const full = logicalLocations?.[0]?.fullyQualifiedName ?? ''
  const parts = /@(sha256:[0-9a-f]{64}):\/(.*)$/s.exec(full)
  const layer = parts?.[1]
  if (layer === undefined || !isDigest(layer)) return null
  return {kind: 'image', path: inside(parts?.[2] ?? ''), layer}
}

function isLine(line: number | null | undefined): line is number {
  return line !== undefined && line !== null && Number.isSafeInteger(line) && line >= 1
}

/** Empty where no file is named. */
function fileOf(given: SarifArtifactLocation | null | undefined, run: SarifRun, bases: Bases): string {
  const listed = given?.uri ? given : (run.artifacts?.[given?.index ?? -1]?.location ?? given)
  if (!listed?.uri) return ''
  const uri = withoutQuery(listed.uri)
  if (!isAbsolute(uri)) return inside(percentDecoded(`${bases.prefixes.get(listed.uriBaseId ?? '') ?? ''}${uri}`))
  const whole = percentDecoded(pathOf(uri))
  const above = bases.roots.find(each => whole.startsWith(each))
  return inside(above === undefined ? whole : whole.slice(above.length))
}

interface Bases {
  /** What a relative path below a base starts with: `src/` and `a.py` are `src/a.py`. Empty where the base is a root. */
  readonly prefixes: ReadonlyMap<string, string>
  /** Folders of the machine that the tool ran on, longest first: its own paths are cut off by them. */
  readonly roots: readonly string[]
}

function basesOf(run: SarifRun): Bases {
  const given = new Map(Object.entries(run.originalUriBaseIds ?? {}))
  const prefixes = new Map<string, string>()
  for (const id of given.keys()) prefixes.set(id, prefixOf(id, given))
  const workingDirectories = (run.invocations ?? []).map(({workingDirectory}) => workingDirectory)
  const roots = [...given.values(), ...workingDirectories]
    .flatMap(each => (each?.uri && isAbsolute(each.uri) ? [percentDecoded(pathOf(each.uri)).replace(/\/*$/, '/')] : []))
    .filter(each => each.length > 1)
    .sort((a, b) => b.length - a.length)
  return {prefixes, roots}
}

function prefixOf(id: string, bases: ReadonlyMap<string, SarifArtifactLocation>): string {
  let joined = ''
  let next: string | null | undefined = id
  for (let steps = 0; next && steps < mostBases; steps++) {
    const base = bases.get(next)
    if (!base?.uri || isAbsolute(base.uri)) break
    joined = `${base.uri}${joined}`
    next = base.uriBaseId
  }
  return joined
}

function isAbsolute(uri: string): boolean {
  return /^[a-z][a-z0-9+.-]*:/i.test(uri) && !/^[a-z]:[\\/]/i.test(uri)
}

/** `file:///srv/a.yaml` → `/srv/a.yaml`; `https://host/a` → `/a`. */
function pathOf(uri: string): string {
  const rest = uri.slice(uri.indexOf(':') + 1)
  if (!rest.startsWith('//')) return rest
  const slash = rest.indexOf('/', 2)
  return slash < 0 ? '' : rest.slice(slash)
}

function withoutQuery(uri: string): string {
  const end = uri.search(/[?#]/)
  return end < 0 ? uri : uri.slice(0, end)
}

/** Without a leading slash, without `./`, and never above where it starts. */
function inside(file: string): string {
  const plain = path.posix.normalize(file.replaceAll('\\', '/')).replace(/^\/+/, '')
  const kept = plain.replace(/^(?:\.\.\/)+/, '')
  return kept === '.' || kept === '..' ? '' : kept
}
