/** How single facts of several reports become one, whatever their order. */
import type {Day} from '../../core/day.ts'
import type {Place, Suppression, VexWord} from '../scan.ts'

/** Each once, sorted. Names that differ by case alone are one. */
export function sortedNames(names: readonly string[]): readonly string[] {
  if (names.length === 1) return names
  const byKey = new Map<string, string>()
  for (const name of names) {
    const known = byKey.get(name.toLowerCase())
    if (known === undefined || name < known) byKey.set(name.toLowerCase(), name)
  }
  return [...byKey.values()].sort()
}

/** The shortest text that says something, and of equally short ones the first by its letters. */
export function firstText(texts: readonly (string | undefined)[]): string | undefined {
  let best: string | undefined
  for (const text of texts) {
    if (text === undefined || text === '') continue
    if (best === undefined || text.length < best.length || (text.length === best.length && text < best)) best = text
  }
  return best
}

/** Null where none is known. */
export function earliest(days: readonly (Day | null)[]): Day | null {
  return days.reduce((a, b) => (a === null || (b !== null && b < a) ? b : a), null)
}

/** Each once, sorted by its key. */
export function uniqueBy<T>(all: readonly T[], keyOf: (each: T) => string): readonly T[] {
  if (all.length < 2) return all
  return [...new Map(all.map(each => [keyOf(each), each] as const))]
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([, each]) => each)
}

/** Every place of all of them once, sorted. */
export function placesOf(all: readonly {readonly places: readonly Place[]}[]): readonly Place[] {
  return uniqueBy(
    all.flatMap(each => each.places),
    keyOfPlace,
  )
}

/** A text by which places sort: of the image before of the repository, then by path and line. */
export function keyOfPlace(place: Place): string {
  const line = String(place.line ?? 0).padStart(9, '0')
  if (place.kind === 'image') return `image\n${place.path}\n${line}\n${place.layer ?? ''}`
  return `repository\n${place.file}\n${line}`
}

/**
 * Suppressed only where everybody who found it says so: the word of one who does not stands. Of several suppressions
 * the one that ends first is named.
 */
export function suppressionOf(all: readonly {readonly suppressed?: Suppression}[]): Suppression | undefined {
  let best: Suppression | undefined
  for (const {suppressed} of all) {
    if (suppressed === undefined) return undefined
    if (best === undefined || keyOfSuppression(suppressed) < keyOfSuppression(best)) best = suppressed
  }
  return best
}

function keyOfSuppression({by, reason, until}: Suppression): string {
  // Days of this era have five digits; without an end it ends last.
  return [until === undefined ? '9'.repeat(9) : String(until).padStart(9, '0'), by, reason].join('\n')
}

/** What is known to affect weighs more than what is still looked into. */
export function vexOf(all: readonly {readonly vex?: VexWord}[]): VexWord | undefined {
  let best: VexWord | undefined
  for (const {vex} of all) if (vex !== undefined && (best === undefined || keyOfVex(vex) < keyOfVex(best))) best = vex
  return best
}

function keyOfVex({status, by, says}: VexWord): string {
  return [status, by, says].join('\n')
}
