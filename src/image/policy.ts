/**
 * The gate over what a scanner found. Rules decide in order, the first match wins, and what no rule names is reported
 * and not gated. A waiver that holds takes a vulnerability out of the gate, never out of the report.
 */
import type {ImageRule} from '../config/schema.ts'
import type {Waiver} from '../config/waivers.ts'
import {type Day, formatDay} from '../core/day.ts'
import type {Finding} from '../core/finding.ts'
import {compareSeverity} from '../core/severity.ts'
import {verdicts} from '../core/verdict.ts'
import type {Vulnerability} from './scanner.ts'
import {unusedWaivers, type WaiverState, waiverOf} from './waivers.ts'

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
  return distinct(vulnerabilities).map(affected => ({
    affected,
    outcome: applyRules(affected, rules),
    waiver: waiverOf(affected, waivers, today),
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

/**
 * One finding for each gated vulnerability, one for each waiver that needs somebody's eye, and, where nothing is in the
 * way, one that says so with the numbers.
 */
export function policyFindings(judged: readonly Judged[], waivers: readonly Waiver[]): readonly Finding[] {
  const gated = judged.filter(isGated).map(toFinding)
  const unused = unusedWaivers(
    waivers,
    judged.map(({affected}) => affected),
  ).map(unusedFinding)
  return judged.some(isOpen) ? [...gated, ...unused] : [nothingGated(judged), ...gated, ...unused]
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

// ---- findings ----

function toFinding({affected, outcome, waiver}: Judged): Finding {
  const subject = `${affected.id} in ${affected.package} ${affected.installedVersion}`.trim()
  const common = {
    id: 'image/vulnerability' as const,
    subject,
    ...(affected.title === '' ? {} : {why: sentence(affected.title)}),
    remedy: remedyFor(affected),
    value: affected.severity,
    ...(outcome.kind === 'no-rule' ? {} : {limit: outcome.rule}),
    details: detailsOf(affected, waiver),
  }
  const severity = `${describeSeverity(affected)}, ${describeFix(affected)}`
  switch (waiver.kind) {
    case 'holds': {
      const until = `${waiver.waiver.owner} accepts it until ${formatDay(waiver.waiver.expires)}: ${waiver.waiver.reason}`
      if (!waiver.expiresSoon) {
        return {...common, verdict: 'pass', reason: 'image/waived', what: sentence(`${severity}; ${until}`)}
      }
      const left = waiver.daysLeft === 0 ? 'Its last day is today' : `${days(waiver.daysLeft)} left`
      const what = sentence(`${severity}; ${until.replace(/\.$/, '')}. ${left}`)
      return {...common, verdict: 'warn', reason: 'image/waiver-expires-soon', what}
    }
    case 'expired': {
      const ended = `the waiver of ${waiver.waiver.owner} ended on ${formatDay(waiver.waiver.expires)}`
      const what = sentence(`${severity}; ${ended}, so it counts again`)
      return {...common, verdict: verdictOf(outcome), reason: 'image/waiver-expired', what}
    }
    case 'none': {
      const reason = outcome.kind === 'severity-unknown' ? 'image/severity-unknown' : 'image/vulnerability-found'
      return {...common, verdict: verdictOf(outcome), reason, what: sentence(severity)}
    }
  }
}

function verdictOf(outcome: RuleOutcome): ImageRule['verdict'] {
  switch (outcome.kind) {
    case 'rule':
      return outcome.verdict
    case 'severity-unknown':
      return 'warn'
    case 'no-rule':
      return 'pass'
  }
}

function detailsOf(
  {id, installedVersion, fixedVersions, locations, url, purl, ...rest}: Affected,
  waiver: WaiverState,
) {
  return {
    vulnerability: id,
    package: rest.package,
    installedVersion,
    fixedVersions,
    locations,
    ...(purl === undefined ? {} : {purl}),
    ...(url === undefined ? {} : {url}),
    ...(waiver.kind === 'none'
      ? {}
      : {waiverOwner: waiver.waiver.owner, waiverUntil: formatDay(waiver.waiver.expires)}),
  }
}

function describeSeverity({severity}: Affected): string {
  return severity === 'unknown' ? 'Severity unknown' : severity.charAt(0).toUpperCase() + severity.slice(1)
}

function describeFix({fixedVersions}: Affected): string {
  return fixedVersions.length === 0 ? 'no fixed version' : `fixed in ${fixedVersions.join(', ')}`
}

function remedyFor(affected: Affected): string {
  return affected.fixedVersions.length === 0
    ? 'Remove the package, choose another base image, or waive it with an owner, a reason and a date.'
    : `Upgrade ${affected.package} to ${affected.fixedVersions.join(' or ')}.`
}

function unusedFinding(waiver: Waiver): Finding {
  const where = waiver.package === undefined ? '' : ` in ${waiver.package}`
  return {
    id: 'image/waivers-are-needed',
    verdict: 'warn',
    reason: 'image/waiver-unused',
    subject: `waiver of ${waiver.vulnerability}${where}`,
    what: `The waiver of ${waiver.owner} on line ${waiver.line} covers nothing in this image.`,
    why: 'A waiver that nobody needs hides the vulnerability when it comes back.',
    remedy: 'Remove it, or correct its names.',
  }
}

function nothingGated(judged: readonly Judged[]): Finding {
  const gated = judged.filter(isGated).length
  const others = judged.length - gated
  const waived =
    gated === 0 ? '' : ` ${count(gated, 'vulnerability')} that the gate names ${gated === 1 ? 'is' : 'are'} waived.`
  const reported = others === 0 ? '' : ` ${count(others, 'other')} ${others === 1 ? 'is' : 'are'} reported below.`
  return {
    id: 'image/no-gated-vulnerabilities',
    verdict: 'pass',
    reason: 'image/no-gated-vulnerabilities',
    subject: 'vulnerabilities',
    what: `No vulnerability stands against the gate.${waived}${reported}`,
    value: judged.length,
    details: {waived: gated, notGated: others},
  }
}

function count(number: number, what: 'vulnerability' | 'other'): string {
  const plural = what === 'vulnerability' ? 'vulnerabilities' : 'others'
  return `${number} ${number === 1 ? what : plural}`
}

function days(number: number): string {
  return number === 1 ? '1 day' : `${number} days`
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`
}
