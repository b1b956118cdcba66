/**
 * The gate over what a scanner found. Rules decide in order, the first match wins, and what no rule names is reported
 * and not gated. A waiver that holds takes a vulnerability out of the gate, never out of the report.
 */
import type {ImageRule} from '../config/image-schema.ts'
import type {Waiver} from '../config/waivers.ts'
import type {Day} from '../core/day.ts'
import {compareSeverity} from '../core/severity.ts'
import {verdicts} from '../core/verdict.ts'
import type {Vulnerability} from './scanner.ts'
import {indexWaivers, type WaiverState, waiverOf} from './waivers.ts'

/** One vulnerability in one version of one package, wherever in the image it lies. */
export interface Affected extends Vulnerability {
  readonly locations: readonly string[]
}

export type RuleOutcome =
  /** A rule decided. */
  | {readonly kind: 'rule'; readonly verdict: ImageRule['verdict']; readonly rule: string}
  /** Of unknown severity, and a stricter rule would have matched if the severity were the one that it names. */
  | {readonly kind: 'severity-unknown'; readonly rule: string}
  | {readonly kind: 'no-rule'}

/** What becomes of one vulnerability. */
export interface Judged {
  readonly affected: Affected
  readonly outcome: RuleOutcome
  readonly waiver: WaiverState
}

/** Judges every vulnerability, most severe first. Pure; `today` decides about waivers alone. */
export function judge(
  vulnerabilities: readonly Vulnerability[],
  rules: readonly ImageRule[],
  waivers: readonly Waiver[],
  today: Day,
): readonly Judged[] {
  const index = indexWaivers(waivers)
  return distinct(vulnerabilities).map(affected => ({
    affected,
    outcome: applyRules(affected, rules),
    waiver: waiverOf(affected, index, today),
  }))
}

/** Whether the gate names it: a rule says fail or warn, or it cannot be told that none does. */
export function isGated({outcome}: Judged): boolean {
  return outcome.kind === 'severity-unknown' || (outcome.kind === 'rule' && outcome.verdict !== 'pass')
}

/** Stands against the gate, and nobody has accepted it. */
export function isOpen(judged: Judged): boolean {
  return isGated(judged) && judged.waiver.kind !== 'holds'
}

function applyRules(affected: Affected, rules: readonly ImageRule[]): RuleOutcome {
  const fixable = affected.fixedVersions.length > 0
  const fitting = rules.filter(rule => rule.fixable === undefined || rule.fixable === fixable)
  const index = fitting.findIndex(rule => rule.severity === undefined || rule.severity === affected.severity)
  const decisive = fitting[index]
  if (affected.severity === 'unknown') {
    // Unknown is not harmless: each rule passed over on the way might have been meant.
    const passedOver = index < 0 ? fitting : fitting.slice(0, index)
    const stricter = passedOver.find(rule => isStricter(rule.verdict, decisive?.verdict ?? 'pass'))
    if (stricter) return {kind: 'severity-unknown', rule: describeRule(stricter)}
  }
  if (!decisive) return {kind: 'no-rule'}
  return {kind: 'rule', verdict: decisive.verdict, rule: describeRule(decisive)}
}

function isStricter(a: ImageRule['verdict'], b: ImageRule['verdict']): boolean {
  return verdicts.indexOf(a) > verdicts.indexOf(b)
}

/** `critical fixable: fail` */
export function describeRule({severity, fixable, verdict}: ImageRule): string {
  const what = [severity ?? 'any severity', fixable === undefined ? '' : fixable ? 'fixable' : 'not fixable']
  return `${what.filter(word => word !== '').join(', ')}: ${verdict}`
}

/**
 * A package that lies in several places is one thing to upgrade. Where the places differ in severity the highest counts.
 * Order: most severe first, then by package and id, so that two reports of the same image read the same.
 */
function distinct(vulnerabilities: readonly Vulnerability[]): readonly Affected[] {
  const byKey = new Map<string, Affected>()
  for (const each of vulnerabilities) {
    const key = JSON.stringify([each.id, each.package, each.installedVersion])
    const known = byKey.get(key)
    byKey.set(key, known ? merge(known, each) : {...each, locations: [each.location]})
  }
  return [...byKey.values()].sort(
    (a, b) => compareSeverity(b.severity, a.severity) || compareText(a.package, b.package) || compareText(a.id, b.id),
  )
}

function merge(known: Affected, next: Vulnerability): Affected {
  return {
    ...known,
    severity: compareSeverity(next.severity, known.severity) > 0 ? next.severity : known.severity,
    fixedVersions: [...new Set([...known.fixedVersions, ...next.fixedVersions])],
    locations: [...new Set([...known.locations, next.location])],
  }
}

function compareText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1
}
