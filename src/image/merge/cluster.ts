/**
 * Which of many reports of vulnerabilities speak of the same one. Scanners name it differently: Trivy by its CVE, Grype
 * by the GHSA, a distributor by an advisory that may stand for ten of them. So:
 *
 * - within one version of one package, two that have one CVE in common are one;
 * - two with different CVEs are never one, whatever advisory they share: else a waiver of one would cover the other;
 * - what has no CVE belongs to all that share one of its names, and is one of its own where nobody does;
 * - an advisory for several CVEs is divided among them as soon as anybody else names one of them alone.
 */
import {isCve} from '../../core/cve.ts'
import {packageKey, plainName, versionKey} from '../identity.ts'
import type {Vulnerability} from '../scan.ts'

/** No honest advisory has more names of its own; what has is kept as it is, and joined with nothing by those names. */
const mostNames = 100

/** The CVEs that it is about. One that is known by a CVE is about that one, whatever it is related to. */
export function cvesOf({id, aliases}: Vulnerability): readonly string[] {
  return isCve(id) ? [id] : aliases.filter(isCve)
}

export interface Joining {
  /** One of several that are the same. The order of them does not matter. */
  unite(all: readonly Vulnerability[]): Vulnerability
  /** An advisory for several CVEs as one for each of them. */
  divide(advisory: Vulnerability): readonly Vulnerability[]
}

/** Joins those that are the same. Linear in the number of names and places. */
export function cluster(vulnerabilities: readonly Vulnerability[], joining: Joining): readonly Vulnerability[] {
  const placed = new Placed(vulnerabilities)
  const byPlace = Map.groupBy(vulnerabilities, each => placed.keyOf(each))
  return [...byPlace.values()].flatMap(all => inOnePlace(all, joining))
}

/** One version of one package under one key, also for scanners that give no package URL or no version. */
class Placed {
  readonly #named = new Map<string, string>()

  constructor(all: readonly Vulnerability[]) {
    // Where everybody says which package and which version, nobody has to be found by name.
    if (all.every(isWhole)) return
    for (const each of all) {
      const key = placeOf(each)
      if (!key.startsWith('pkg:')) continue
      for (const name of new Set([each.package, plainName(packageKey(each.package, each.purl))])) {
        for (const version of [versionKey(each.installedVersion), '']) this.#remember(`${name}\n${version}`, key)
      }
    }
  }

  /** Of several packages of that name the first by its key, so that the order of the reports does not matter. */
  #remember(name: string, key: string): void {
    const known = this.#named.get(name)
    if (known === undefined || key < known) this.#named.set(name, key)
  }

  keyOf(each: Vulnerability): string {
    const key = placeOf(each)
    if (isWhole(each)) return key
    return this.#named.get(`${each.package}\n${versionKey(each.installedVersion)}`) ?? key
  }
}

function isWhole({package: name, purl, installedVersion}: Vulnerability): boolean {
  return installedVersion !== '' && packageKey(name, purl).startsWith('pkg:')
}

function placeOf(each: Vulnerability): string {
  return `${packageKey(each.package, each.purl)}\n${versionKey(each.installedVersion)}`
}

function inOnePlace(all: readonly Vulnerability[], {unite, divide}: Joining): readonly Vulnerability[] {
  if (all.length === 1) return [unite(all)]
  const groups = Map.groupBy(all, each => Math.min(cvesOf(each).length, 2))
  const byCve = new Map<string, Vulnerability[]>()
  for (const each of groups.get(1) ?? []) push(byCve, keyOfId(cvesOf(each)[0] ?? each.id), each)
  const whole = divideAdvisories(groups.get(2) ?? [], byCve, divide)
  const named = [...byCve.values()]
  const advisories = [...Map.groupBy(whole, each => keyOfId(each.id)).values()].map(group => [...group])
  const alone = attachNameless(joinByNames(groups.get(0) ?? []).map(unite), named, advisories)
  return [...named.map(unite), ...advisories.map(unite), ...alone]
}

/**
 * Divides what has a CVE in common with what somebody names alone, and puts the parts into `byCve`. A part may be what
 * the next advisory has in common: so each CVE is looked at once, and each advisory when its first one comes up.
 * @returns those that nobody divides
 */
function divideAdvisories(
  advisories: readonly Vulnerability[],
  byCve: Map<string, Vulnerability[]>,
  divide: Joining['divide'],
): readonly Vulnerability[] {
  const byName = new Map<string, Vulnerability[]>()
  for (const each of advisories) {
    if (each.aliases.length - cvesOf(each).length > mostNames) continue
    for (const cve of cvesOf(each)) push(byName, keyOfId(cve), each)
  }
  const divided = new Set<Vulnerability>()
  // A Map is walked in the order of insertion, and what is added on the way is walked as well.
  for (const cve of byCve.keys()) {
    for (const each of byName.get(cve) ?? []) {
      if (divided.has(each)) continue
      divided.add(each)
      for (const part of divide(each)) push(byCve, keyOfId(part.id), part)
    }
  }
  return advisories.filter(each => !divided.has(each))
}

/** Groups of those that share a name, directly or through others: union-find with halving of paths. */
function joinByNames(all: readonly Vulnerability[]): readonly (readonly Vulnerability[])[] {
  const parents = all.map((_, index) => index)
  const rootOf = (start: number) => {
    let index = start
    for (let parent = parents[index] ?? index; parent !== index; parent = parents[index] ?? index) {
      parents[index] = parents[parent] ?? parent
      index = parent
    }
    return index
  }
  const firstOf = new Map<string, number>()
  all.forEach((each, index) => {
    for (const id of namesOf(each)) {
      const first = firstOf.get(id)
      if (first === undefined) firstOf.set(id, index)
      else parents[rootOf(index)] = rootOf(first)
    }
  })
  return [...Map.groupBy(all.entries(), ([index]) => rootOf(index)).values()].map(group =>
    group.map(([, each]) => each),
  )
}

/** Adds each to every group that shares one of its names, those of a single CVE before advisories; returns the rest. */
function attachNameless(
  nameless: readonly Vulnerability[],
  named: readonly Vulnerability[][],
  advisories: readonly Vulnerability[][],
): readonly Vulnerability[] {
  if (nameless.length === 0) return []
  const [byName, byAdvisory] = [groupsByName(named), groupsByName(advisories)]
  return nameless.filter(each => {
    const names = namesOf(each)
    if (names.length > mostNames) return true
    const related = (index: typeof byName) => new Set(names.flatMap(name => index.get(name) ?? []))
    const [groups, wider] = [related(byName), related(byAdvisory)]
    const joined = groups.size > 0 ? groups : wider
    for (const group of joined) group.push({...each, places: each.places.slice(0, mostNames)})
    // In more places than are copied it stays one of its own as well: none of them may be lost.
    return joined.size === 0 || each.places.length > mostNames
  })
}

function groupsByName(groups: readonly Vulnerability[][]): ReadonlyMap<string, readonly Vulnerability[][]> {
  const index = new Map<string, Vulnerability[][]>()
  for (const group of groups) for (const name of new Set(group.flatMap(namesOf))) push(index, name, group)
  return index
}

function namesOf({id, aliases}: Vulnerability): readonly string[] {
  return [...new Set([id, ...aliases].map(keyOfId))]
}

function keyOfId(id: string): string {
  return id.toUpperCase()
}

function push<T>(lists: Map<string, T[]>, key: string, value: T): void {
  const list = lists.get(key)
  if (list) list.push(value)
  else lists.set(key, [value])
}
