/** Which flaws of an image become alerts, and in which order: what GitHub’s limits cut off is the end of it. */
import type {Severity} from '../../core/severity.ts'
import {ruleId, type SarifLevel} from '../../report/sarif-rule.ts'
import type {Judged} from '../judgement.ts'
import type {Flaw} from '../scan.ts'
import {fateByRule, fateOf} from './fate.ts'
import {placeText} from './flaw-text.ts'
import {ruleIdOf} from './sarif-identity.ts'

export interface Entry {
  readonly judged: Judged
  readonly level: SarifLevel
  readonly rule: string
}

export interface Selection {
  /** Most severe first; within a severity what blocks; then by names, so that no order of the scanner’s shows through. */
  readonly entries: readonly Entry[]
  /** How many there are with those that were cut off. */
  readonly total: number
}

/** Sorts no more than it has to: of 50,000 flaws those with a chance to be among the first. */
export function selectEntries(
  judged: readonly Judged[],
  {suppressed, most}: {readonly suppressed: 'shown' | 'left-out'; readonly most: number},
): Selection {
  const buckets: Judged[][] = Array.from({length: bySeverity.length * byLevel.length}, () => [])
  let total = 0
  for (const each of judged) {
    if (!belongs(each, suppressed)) continue
    buckets[bucketOf(each)]?.push(each)
    total++
  }
  const entries: Entry[] = []
  for (const bucket of buckets) {
    if (entries.length >= most) break
    for (const entry of sorted(bucket)) entries.push(entry)
  }
  return {entries: entries.slice(0, most), total}
}

/**
 * Each use of a package and each licence would be an alert: those are there for the rules that name them. GitHub reads no
 * suppressions, so for it what does not count has to be left out.
 */
function belongs({flaw, outcome, waiver}: Judged, suppressed: 'shown' | 'left-out'): boolean {
  const fate = fateOf({flaw, outcome, waiver})
  if (suppressed === 'left-out' && (fate === 'waived' || fate === 'suppressed')) return false
  const isInventory = flaw.kind === 'package' || flaw.kind === 'licence'
  return !isInventory || outcome.kind !== 'no-rule'
}

/** What nobody has rated is no reason to be cut off first. */
const bySeverity: readonly Severity[] = ['critical', 'high', 'medium', 'unknown', 'low', 'negligible']
const byLevel: readonly SarifLevel[] = ['error', 'warning', 'note']
const levels = {blocks: 'error', warns: 'warning', undecided: 'warning', reported: 'note'} as const

function bucketOf({flaw, outcome}: Judged): number {
  return bySeverity.indexOf(flaw.severity) * byLevel.length + byLevel.indexOf(levels[fateByRule(outcome)])
}

function sorted(bucket: readonly Judged[]): readonly Entry[] {
  return bucket
    .map(judged => {
      const rule = ruleId(ruleIdOf(judged.flaw))
      const entry = {judged, level: levels[fateByRule(judged.outcome)], rule}
      return {entry, key: `${rule}\n${whereOf(judged.flaw)}`}
    })
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({entry}) => entry)
}

function whereOf(flaw: Flaw): string {
  const name = 'package' in flaw ? `${flaw.package}\n${flaw.installedVersion}` : ''
  return [name, ...flaw.places.map(placeText).sort()].join('\n')
}
