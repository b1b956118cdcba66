import type {Judged, RuleOutcome} from '../judgement.ts'

/**
 * What becomes of a flaw, in one word: the sections of the report, the levels of SARIF and the counts are all made from it.
 *
 * - `blocks`, `warns`: a rule says so. `undecided`: a fact that a stricter rule asks for is not known.
 * - `waived`: by us, for a while. `suppressed`: by somebody else.
 * - `reported`: no rule is against it.
 */
export type Fate = 'blocks' | 'warns' | 'undecided' | 'waived' | 'suppressed' | 'reported'

/** A waiver counts before somebody else's word: it has an owner and a date. */
export function fateOf({flaw, outcome, waiver}: Pick<Judged, 'flaw' | 'outcome' | 'waiver'>): Fate {
  if (waiver.kind === 'holds') return 'waived'
  if (flaw.suppressed) return 'suppressed'
  return fateByRule(outcome)
}

/** What the gate says, whatever is waived or suppressed. */
export function fateByRule(outcome: RuleOutcome): 'blocks' | 'warns' | 'undecided' | 'reported' {
  switch (outcome.kind) {
    case 'undecided':
      return 'undecided'
    case 'no-rule':
      return 'reported'
    case 'rule':
      return outcome.verdict === 'fail' ? 'blocks' : outcome.verdict === 'warn' ? 'warns' : 'reported'
  }
}

/** Somebody has to do something about it. */
export function isOpen(fate: Fate): boolean {
  return fate === 'blocks' || fate === 'warns' || fate === 'undecided'
}
