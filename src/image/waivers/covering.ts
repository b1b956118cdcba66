/** Waivers found by what they name, so that ten thousand of them and as many flaws cost the sum and not the product. */
import type {Waiver} from '../../config/waivers.ts'
import {coversPackage, type PackageUrl, packageIdentity, parsePackageUrl} from '../../core/package-url.ts'
import {namesImage} from '../image-name.ts'
import {matchesPattern, type Pattern, parsePattern} from '../path-pattern.ts'
import type {Flaw, Place} from '../scan.ts'

/** A waiver made ready for comparing. */
interface Ready {
  readonly waiver: Waiver
  readonly purl: PackageUrl | undefined
  /** A path with stars; an exact one is a part of the key. */
  readonly path: Pattern | undefined
}

/** The waivers of one thing that is named. */
interface Named {
  /** By the package that they are for; '' for every package. */
  readonly byPackage: Map<string, Scope>
  /** Some name their package by URL, so that the one of a flaw must be read. */
  byUrl: boolean
}

interface Scope {
  /** For every path, or for a pattern of paths. */
  readonly wide: Ready[]
  readonly byPath: Map<string, Ready[]>
}

export interface WaiverIndex {
  readonly bySubject: ReadonlyMap<string, Named>
}

/** Linear in the number of waivers; patterns and package URLs are read once. */
export function indexWaivers(waivers: readonly Waiver[]): WaiverIndex {
  const bySubject = new Map<string, Named>()
  for (const waiver of waivers) {
    const purl = waiver.package === undefined ? undefined : parsePackageUrl(waiver.package)
    const path = waiver.path === undefined ? undefined : plainPath(waiver.path)
    const pattern = path?.includes('*') ? parsePattern(path) : undefined
    const named = entryOf(bySubject, subjectKey(waiver.kind, waiver.id), () => ({byPackage: new Map(), byUrl: false}))
    if (purl) named.byUrl = true
    const packageKey = purl ? packageIdentity(purl) : (waiver.package ?? '')
    const scope = entryOf(named.byPackage, packageKey, () => ({wide: [], byPath: new Map()}))
    const ready = {waiver, purl, path: pattern}
    if (path === undefined || pattern) scope.wide.push(ready)
    else entryOf<Ready[]>(scope.byPath, path, () => []).push(ready)
  }
  return {bySubject}
}

function entryOf<V>(map: Map<string, V>, key: string, make: () => V): V {
  const known = map.get(key)
  if (known !== undefined) return known
  const made = make()
  map.set(key, made)
  return made
}

/**
 * Waivers that cover a flaw, for each of its places: a waiver of one path says nothing of the same flaw in another. A
 * flaw without a place has one that no path names.
 */
export function coveringWaivers(flaw: Flaw, image: string, {bySubject}: WaiverIndex): readonly (readonly Waiver[])[] {
  const named: Named[] = []
  for (const name of namesOf(flaw)) {
    const found = bySubject.get(subjectKey(flaw.kind, name))
    if (found) named.push(found)
  }
  if (named.length === 0) return []
  const inPackage = 'package' in flaw ? flaw : undefined
  const url = named.some(({byUrl}) => byUrl) ? inPackage?.purl : undefined
  const purl = url === undefined ? undefined : parsePackageUrl(url)
  const packages = new Set(['', inPackage?.package ?? '', purl ? packageIdentity(purl) : ''])
  const scopes = named.flatMap(({byPackage}) => [...packages].flatMap(key => byPackage.get(key) ?? []))
  if (scopes.length === 0) return []
  const paths = flaw.places.length < 2 ? [pathOf(flaw.places[0])] : [...new Set(flaw.places.map(pathOf))]
  return paths.map(path => {
    const found: Waiver[] = []
    for (const {wide, byPath} of scopes) {
      collect(wide, path, purl, image, found)
      if (path !== '') collect(byPath.get(path) ?? [], path, purl, image, found)
    }
    return found
  })
}

function collect(
  candidates: readonly Ready[],
  path: string,
  purl: PackageUrl | undefined,
  image: string,
  found: Waiver[],
): void {
  for (const each of candidates) {
    if (each.purl && !(purl && coversPackage(each.purl, purl))) continue
    if (each.path && !(path !== '' && matchesPattern(each.path, path))) continue
    if (each.waiver.image !== undefined && !namesImage(each.waiver.image, image)) continue
    found.push(each.waiver)
  }
}

/** Every name that a waiver may call a flaw by. */
function namesOf(flaw: Flaw): readonly string[] {
  switch (flaw.kind) {
    case 'vulnerability':
      return flaw.aliases.includes(flaw.id) ? flaw.aliases : [flaw.id, ...flaw.aliases]
    case 'licence':
      return flaw.id === flaw.licence ? [flaw.id] : [flaw.id, flaw.licence]
    case 'package':
      return flaw.id === flaw.package ? [flaw.id] : [flaw.id, flaw.package]
    case 'secret':
    case 'misconfiguration':
    case 'end-of-life':
      return [flaw.id]
  }
}

function pathOf(place: Place | undefined): string {
  if (!place) return ''
  return plainPath(place.kind === 'image' ? place.path : place.file)
}

/** `/usr/lib/x` and `./usr/lib/x` as `usr/lib/x`. */
function plainPath(path: string): string {
  return path.replace(/^(?:\.?\/)+/, '')
}

function subjectKey(kind: Waiver['kind'], name: string): string {
  return `${kind} ${kind === 'misconfiguration' ? checkName(name) : name}`
}

/** Trivy has called the same check `KSV014`, `KSV-0014` and `AVD-KSV-0014` over the years. */
function checkName(id: string): string {
  const match = /^(?:AVD-)?([A-Z]{2,12})-?0{0,4}([1-9]\d{0,5})$/.exec(id)
  return match ? `${match[1]}-${match[2]}` : id
}
