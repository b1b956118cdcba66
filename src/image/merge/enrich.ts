/** What lists of others say of the vulnerabilities that a scanner found: whether they are exploited, and how likely it is. */

import type {Day} from '../../core/day.ts'
import {idsOf} from '../identity.ts'
import type {Epss, Flaw, KnownExploited, Scan, Vulnerability} from '../scan.ts'
import {highestEpss, uniteExploited} from './vulnerability.ts'

/** By CVE in upper case; null where no such list was read. */
export interface Lists {
  readonly knownExploited: {
    readonly entries: ReadonlyMap<string, KnownExploited>
    readonly released?: Day | null
  } | null
  readonly epss: {readonly scores: ReadonlyMap<string, Epss>; readonly date?: Day | null} | null
}

/** A list adds to what the scanner knows and takes nothing away: what either calls exploited is. */
export function enrich(scan: Scan, {knownExploited, epss}: Lists): Scan {
  if (knownExploited === null && epss === null) return scan
  const withLists = (flaw: Vulnerability): Vulnerability => {
    const cves = idsOf(flaw).map(id => id.toUpperCase())
    const listed = cves.map(cve => knownExploited?.entries.get(cve) ?? null)
    const scores = cves.map(cve => epss?.scores.get(cve) ?? null)
    // The list was named for its day: its score counts, and the scanner's own where it has none.
    return {
      ...flaw,
      knownExploited: uniteExploited([flaw.knownExploited, ...listed]),
      epss: highestEpss(scores) ?? flaw.epss,
    }
  }
  const flaws: readonly Flaw[] = scan.flaws.map(flaw => (flaw.kind === 'vulnerability' ? withLists(flaw) : flaw))
  const knows = {
    ...scan.knows,
    knownExploited: scan.knows.knownExploited || knownExploited !== null,
    epss: scan.knows.epss || epss !== null,
  }
  return {...scan, flaws, knows}
}
