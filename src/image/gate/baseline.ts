/**
 * What an image had already. A flaw is known again by any of its names in the same package, whatever the version and
 * wherever it lies: a package that moved or was upgraded without being fixed brings nothing new, and an advisory that
 * gets its CVE a day later is the same advisory. The same CVE in another package is new: somebody has to look at it.
 */
import type {KnownFlaw} from '../../core/known-flaw.ts'
import {idsOf, packageKey, packageOf, placeKey, plainName} from '../identity.ts'
import type {Baseline} from '../judgement.ts'
import type {Flaw, Scan} from '../scan.ts'

/** What is kept of scans, so that a later image can be compared with them. Each once, sorted. */
export function knownFlawsOf(scans: readonly Pick<Scan, 'flaws'>[]): readonly KnownFlaw[] {
  const known = new Map<string, KnownFlaw>()
  for (const {flaws} of scans) {
    for (const flaw of flaws) for (const each of toKnown(flaw)) known.set(JSON.stringify(each), each)
  }
  return [...known].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each)
}

function toKnown(flaw: Flaw): readonly KnownFlaw[] {
  const ids = [...new Set(idsOf(flaw))].sort()
  const held = packageOf(flaw)
  if (held !== null) return [{ids, package: packageKey(held.name, held.purl)}]
  const places = [...new Set(flaw.places.map(placeKey))]
  return places.length === 0 ? [{ids}] : places.map(place => ({ids, place}))
}

/** Whether a flaw is in none of the images that the baseline stands for; null where there is nothing to compare with. */
export type IsNew = (flaw: Flaw) => boolean | null

/** One look for each name of a flaw, however long the baseline is. */
export function compareWith(baseline: Baseline): IsNew {
  if (baseline.kind !== 'known') return () => null
  const seen = new Set<string>()
  for (const {ids, package: held, place} of baseline.flaws) {
    for (const id of ids) {
      seen.add(key(id, held === undefined ? 'place' : 'package', held ?? place ?? ''))
      // A report without package URLs knows the plain name alone, on either side of the comparison.
      if (held?.startsWith('pkg:')) seen.add(key(id, 'name', plainName(held)))
    }
  }
  return flaw => !isKnown(flaw, seen)
}

function isKnown(flaw: Flaw, seen: ReadonlySet<string>): boolean {
  const ids = idsOf(flaw)
  const held = packageOf(flaw)
  if (held !== null) {
    const named = packageKey(held.name, held.purl)
    const isPlain = !named.startsWith('pkg:')
    return ids.some(
      id =>
        seen.has(key(id, 'package', named)) ||
        seen.has(isPlain ? key(id, 'name', named) : key(id, 'package', plainName(named))),
    )
  }
  const places = flaw.places.length === 0 ? [''] : flaw.places.map(placeKey)
  // In several places, it is known when each of them is: a secret in one more file is a new one.
  return places.every(place => ids.some(id => seen.has(key(id, 'place', place))))
}

function key(id: string, what: 'package' | 'name' | 'place', where: string): string {
  return `${what}\n${id.toLowerCase()}\n${where}`
}
