/** Where one tool was told to hide what another reports: it counts, and somebody should know why the two differ. */
import {idsOf, packageKey, packageOf, versionKey} from '../identity.ts'
import type {Flaw, Scan} from '../scan.ts'

const shown = 5

/** One sentence for each suppressor whose word does not stand; empty where everybody agrees. */
export function contradictions(scans: readonly Scan[]): readonly string[] {
  if (scans.length < 2) return []
  const reported = new Set<string>()
  for (const {flaws} of scans) for (const flaw of flaws) if (flaw.suppressed === undefined) add(flaw, reported)
  if (reported.size === 0) return []
  const hidden = scans.flatMap(scan =>
    scan.flaws.filter(flaw => flaw.suppressed && keysOf(flaw).some(key => reported.has(key))),
  )
  return [...Map.groupBy(hidden, flaw => flaw.suppressed?.by ?? '')].map(([by, flaws]) => {
    const names = [...new Set(flaws.map(flaw => flaw.id))].sort()
    const rest = names.length - shown
    const named = `${names.slice(0, shown).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`
    return `${by} takes away ${named}, which another scanner reports: so it counts`
  })
}

function add(flaw: Flaw, keys: Set<string>): void {
  for (const key of keysOf(flaw)) keys.add(key)
}

function keysOf(flaw: Flaw): readonly string[] {
  const held = packageOf(flaw)
  const where = held === null ? '' : `${packageKey(held.name, held.purl)}\n${versionKey(held.version)}`
  return idsOf(flaw).map(id => `${flaw.kind}\n${id.toUpperCase()}\n${where}`)
}
