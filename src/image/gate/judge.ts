/**
 * The gate over what was found. Of the rules about a flaw's kind the first that means it decides; what none names is
 * reported and not gated. A waiver that holds, or a suppression, takes a flaw out of the gate, never out of the report.
 *
 * Missing facts do not pass: a stricter rule that was passed over because a fact is missing leaves the flaw undecided.
 */
import type {ImageRule} from '../../config/image-schema.ts'
import type {Day} from '../../core/day.ts'
import {compareSeverity} from '../../core/severity.ts'
import {packageOf} from '../identity.ts'
import type {Baseline, Judged, RuleOutcome} from '../judgement.ts'
import {mergeFlaws} from '../merge/flaws.ts'
import type {Flaw, FlawKind, Scan} from '../scan.ts'
import {type WaiverIndex, waiverOf} from '../waivers/state.ts'
import {compareWith} from './baseline.ts'
import {type CompiledRule, compileRule, type Facts} from './conditions.ts'
import {flawsFor} from './derived.ts'
import {isStricter} from './rule.ts'

export interface GatePolicy {
  readonly rules: readonly ImageRule[]
  readonly waivers: WaiverIndex
  readonly baseline: Baseline
  readonly today: Day
  /** Name of the image as waivers know it, without tag and digest. */
  readonly image: string
}

/** Every flaw with its fate, most severe first. Pure, and linear in the number of flaws. */
export function judgeScan(scan: Scan, policy: GatePolicy): readonly Judged[] {
  const {waivers, today, image} = policy
  const byKind = Map.groupBy(policy.rules.map(compileRule), ({kind}) => kind)
  const isNewTo = compareWith(policy.baseline)
  return mergeFlaws(flawsFor(scan, policy.rules))
    .map(found => {
      const flaw = withoutEnded(found, today)
      const isNew = isNewTo(flaw)
      const facts = {knows: scan.knows, countsAsNew: isNew ?? true, today}
      return {
        flaw,
        isNew,
        outcome: decide(flaw, rulesOf(byKind, flaw.kind), facts),
        waiver: waiverOf(flaw, image, waivers, today),
      }
    })
    .sort((a, b) => compareFlaws(a.flaw, b.flaw))
}

const none: readonly CompiledRule[] = []

function rulesOf(byKind: ReadonlyMap<FlawKind, readonly CompiledRule[]>, kind: FlawKind): readonly CompiledRule[] {
  return byKind.get(kind) ?? none
}

/** Whether the gate names it: a rule says fail or warn, or it cannot be told that none does. */
export function isGated({flaw, outcome}: Pick<Judged, 'flaw' | 'outcome'>): boolean {
  if (flaw.suppressed !== undefined) return false
  return outcome.kind === 'undecided' || (outcome.kind === 'rule' && outcome.verdict !== 'pass')
}

/** Stands against the gate, and nobody has accepted it. */
export function isOpen(judged: Judged): boolean {
  return isGated(judged) && judged.waiver.kind !== 'holds'
}

function decide(flaw: Flaw, rules: readonly CompiledRule[], facts: Facts): RuleOutcome {
  let open: (RuleOutcome & {kind: 'undecided'; verdict?: never}) | undefined
  let openVerdict: ImageRule['verdict'] = 'pass'
  for (const rule of rules) {
    const answer = rule.ask(flaw, facts)
    if (answer === 'no') continue
    if (answer === 'yes') {
      if (open !== undefined && isStricter(openVerdict, rule.verdict)) return open
      return {kind: 'rule', verdict: rule.verdict, rule: rule.text, index: rule.index}
    }
    // Of several the strictest counts, and of equally strict ones the first.
    if (!isStricter(rule.verdict, openVerdict)) continue
    open = {kind: 'undecided', rule: rule.text, index: rule.index, unknown: answer}
    openVerdict = rule.verdict
  }
  return open ?? {kind: 'no-rule'}
}

/** What somebody took away until a day counts again when that day is over. */
function withoutEnded(flaw: Flaw, today: Day): Flaw {
  if (flaw.suppressed?.until === undefined || flaw.suppressed.until >= today) return flaw
  const {suppressed: _, ...rest} = flaw
  return rest
}

/** Most severe first, then by package and id, so that two reports of the same image read the same. */
export function compareFlaws(a: Flaw, b: Flaw): number {
  const [inA, inB] = [packageOf(a), packageOf(b)]
  return (
    compareSeverity(b.severity, a.severity) ||
    compareText(inA?.name ?? '', inB?.name ?? '') ||
    compareText(a.id, b.id) ||
    compareText(a.kind, b.kind) ||
    compareText(inA?.version ?? '', inB?.version ?? '') ||
    compareText(inA?.purl ?? '', inB?.purl ?? '') ||
    compareText(JSON.stringify(a.places), JSON.stringify(b.places))
  )
}

function compareText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1
}
