/** What is worth reading first, and what is no news. */
import type {SeenFlaw} from './across-platforms.ts'
import {type Fate, isOpen} from './fate.ts'

/** What blocks, then what somebody has to look at, then the rest; within that by severity, as they are given. */
export function openFirst(seen: readonly SeenFlaw[]): readonly SeenFlaw[] {
  return seen.toSorted((a, b) => urgency[a.fate] - urgency[b.fate])
}

const urgency: Readonly<Record<Fate, number>> = {
  blocks: 0,
  undecided: 1,
  warns: 2,
  reported: 3,
  waived: 4,
  suppressed: 5,
}

/** What is waived or suppressed is no news; nor is the use of a package that no rule names. */
export function isNews({fate, judged: {flaw, outcome}}: SeenFlaw): boolean {
  const isInventory = flaw.kind === 'package' || flaw.kind === 'licence'
  return isOpen(fate) || (fate === 'reported' && !(isInventory && outcome.kind === 'no-rule'))
}
