/** Waivers found by what they name, so that ten thousand of them and as many flaws cost the sum and not the product. */
import type {Waiver} from '../../config/waivers.ts'
import {coversPackage, type PackageUrl, packageIdentity, parsePackageUrl} from '../../core/package-url.ts'
import type {Flaw, Place} from '../scan.ts'
import {namesImage} from './image-name.ts'
import {matchesPattern, type Pattern, parsePattern} from './pattern.ts'

/** A waiver made ready for comparing. */
interface Ready {
  readonly waiver: Waiver
  readonly purl: PackageUrl | undefined
  /** A path with stars; an exact one is a part of the key. */
  readonly path: Pattern | undefined
}

/** For each thing that is named: the waivers of it, by package and exact path. */
export interface WaiverIndex {
  readonly bySubject: ReadonlyMap<string, ReadonlyMap<string, readonly Ready[]>>
}

export function indexWaivers(waivers: readonly Waiver[]): WaiverIndex {
  const bySubject = new Map<string, Map<string, Ready[]>>()
  for (const waiver of waivers) {
    const purl = waiver.package === undefined ? undefined : parsePackageUrl(waiver.package)
    const path = waiver.path === undefined ? undefined : plainPath(waiver.path)
    const pattern = path?.includes('*') ? parsePattern(path) : undefined
    const subject = subjectKey(waiver.kind, waiver.id)
    const scopes = bySubject.get(subject) ?? new Map<string, Ready[]>()
    bySubject.set(subject, scopes)
    const packageKey = purl ? packageIdentity(purl) : (waiver.package ?? '')
    const key = scopeKey(packageKey, pattern ? '' : (path ?? ''))
    const ready = {waiver, purl, path: pattern}
    const known = scopes.get(key)
    if (known) known.push(ready)
    else scopes.set(key, [ready])
  }
  return {bySubject}
}

/**
 * Waivers that cover a flaw, for each of its places: a waiver of one path says nothing of the same flaw in another. A
 * flaw without a place has one that no path names.
 */
export function coveringWaivers(flaw: Flaw, image: string, {bySubject}: WaiverIndex): readonly (readonly Waiver[])[] {
  const scopes = namesOf(flaw).flatMap(name => bySubject.get(subjectKey(flaw.kind, name)) ?? [])
  if (scopes.length === 0) return []
  const inPackage = 'package' in flaw ? flaw : undefined
  const purl = inPackage?.purl === undefined ? undefined : parsePackageUrl(inPackage.purl)
  const packages = ['', ...(inPackage ? [inPackage.package] : []), ...(purl ? [packageIdentity(purl)] : [])]
  const paths = flaw.places.length === 0 ? [''] : [...new Set(flaw.places.map(pathOf))]
  return paths.map(path => {
    const found = new Set<Waiver>()
    for (const scope of scopes) {
      for (const packageKey of packages) {
        collect(scope.get(scopeKey(packageKey, '')), path, purl, image, found)
        if (path !== '') collect(scope.get(scopeKey(packageKey, path)), path, purl, image, found)
      }
    }
    return [...found]
  })
}

function collect(
  candidates: readonly Ready[] | undefined,
  path: string,
  purl: PackageUrl | undefined,
  image: string,
  found: Set<Waiver>,
): void {
  for (const each of candidates ?? []) {
    if (each.purl && !(purl && coversPackage(each.purl, purl))) continue
    if (each.path && !(path !== '' && matchesPattern(each.path, path))) continue
    if (each.waiver.image !== undefined && !namesImage(each.waiver.image, image)) continue
    found.add(each.waiver)
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

function pathOf(place: Place): string {
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

function scopeKey(packageKey: string, path: string): string {
  return `${packageKey}\n${path}`
}
