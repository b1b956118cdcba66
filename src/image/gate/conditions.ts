/**
 * Does a rule mean this flaw? Each condition says yes, no, or that a fact is missing; a rule means a flaw when all say
 * yes, and certainly does not when one says no. What is left is open, and the gate must not read it as a no.
 */
import type {ImageRule} from '../../config/image-schema.ts'
import type {Day} from '../../core/day.ts'
import {compileGlobs} from '../../core/glob.ts'
import {idsOf, namesOfUrl, packageOf} from '../identity.ts'
import type {UnknownFact} from '../judgement.ts'
import type {Flaw, FlawKind, Scan, Vulnerability} from '../scan.ts'
import {licenceFits, parseLicence} from './licence-expression.ts'
import {describeRule, kindOf} from './rule.ts'

/** `null`: yes or no, whoever supplies the missing fact. */
export type Answer = 'yes' | 'no' | UnknownFact

export interface Facts {
  readonly knows: Scan['knows']
  /** New to the baseline, or nothing to compare with. */
  readonly countsAsNew: boolean
  readonly today: Day
}

export interface CompiledRule {
  readonly kind: FlawKind
  readonly verdict: ImageRule['verdict']
  readonly text: string
  readonly index: number
  ask(flaw: Flaw, facts: Facts): Answer
}

type Condition = (flaw: Flaw, facts: Facts) => Answer

/** Everything that a rule says, prepared once for many flaws. */
export function compileRule(rule: ImageRule, index: number): CompiledRule {
  const conditions = conditionsOf(rule)
  return {
    kind: kindOf(rule),
    verdict: rule.verdict,
    text: describeRule(rule),
    index,
    ask: (flaw, facts) => {
      let missing: UnknownFact | undefined
      for (const condition of conditions) {
        const answer = condition(flaw, facts)
        if (answer === 'no') return 'no'
        if (answer !== 'yes') missing ??= answer
      }
      return missing ?? 'yes'
    },
  }
}

/** Those whose missing fact weighs most stand first: the first that is missing is the one that is named. */
function conditionsOf(rule: ImageRule): readonly Condition[] {
  const exploited = rule['known-exploited']
  const epss = rule['epss-at-least']
  const fixAge = rule['fix-older-than']
  return [
    ...(exploited === undefined ? [] : [ofVulnerability(isExploited(exploited))]),
    ...(epss === undefined ? [] : [ofVulnerability(epssAtLeast(epss))]),
    ...(fixAge === undefined ? [] : [ofVulnerability(fixOlderThan(fixAge))]),
    ...(rule.licence === undefined ? [] : [hasLicence(rule.licence, rule.verdict === 'pass')]),
    ...(rule.severity === undefined ? [] : [hasSeverity(rule.severity)]),
    ...(rule.fixable === undefined ? [] : [ofVulnerability(isFixable(rule.fixable))]),
    ...(rule.new === undefined ? [] : [isNew(rule.new)]),
    ...(rule.id === undefined ? [] : [hasId(rule.id)]),
    ...(rule.package === undefined ? [] : [inPackage(rule.package)]),
  ]
}

function answer(holds: boolean): Answer {
  return holds ? 'yes' : 'no'
}

function ofVulnerability(condition: (flaw: Vulnerability, facts: Facts) => Answer): Condition {
  return (flaw, facts) => (flaw.kind === 'vulnerability' ? condition(flaw, facts) : 'no')
}

/** A catalogue lists what is exploited and is silent on the rest: once it was read, silence is a no. */
function isExploited(expected: boolean) {
  return ({knownExploited, foundBy}: Vulnerability, {knows}: Facts): Answer => {
    if (knownExploited !== null) return answer(expected)
    const isLookedUp = knows.knownExploited || (knows.knownExploitedBy?.some(name => foundBy.includes(name)) ?? false)
    return isLookedUp ? answer(!expected) : 'known-exploited'
  }
}

function epssAtLeast(least: number) {
  return ({epss}: Vulnerability): Answer => (epss === null ? 'epss' : answer(epss.score >= least))
}

const msPerDay = 86_400_000

function fixOlderThan(ageMs: number) {
  return ({fix}: Vulnerability, {today}: Facts): Answer => {
    if (!hasFix(fix)) return fix.state === 'unknown' ? 'fix' : 'no'
    // A day that is not yet there is a mistake of the source, and says nothing of the fix's age.
    if (fix.date === null || fix.date > today) return 'fix-date'
    return answer((today - fix.date) * msPerDay > ageMs)
  }
}

function isFixable(expected: boolean) {
  return ({fix}: Vulnerability): Answer => {
    if (hasFix(fix)) return answer(expected)
    return fix.state === 'unknown' ? 'fix' : answer(!expected)
  }
}

/** A version to upgrade to is known, or the scanner says that there is one without naming it. */
function hasFix({state, versions}: Vulnerability['fix']): boolean {
  return versions.length > 0 || state === 'fixed'
}

function hasSeverity(expected: ImageRule['severity']): Condition {
  return ({severity}) => (severity === 'unknown' && expected !== 'unknown' ? 'severity' : answer(severity === expected))
}

function isNew(expected: boolean): Condition {
  return (_, {countsAsNew}) => answer(countsAsNew === expected)
}

function hasId(patterns: readonly string[]): Condition {
  const named = compileGlobs(patterns)
  return flaw => answer(idsOf(flaw).some(named))
}

/** By name, by name and version, or by purl: whole, without qualifiers, or without the version as well. */
function inPackage(patterns: readonly string[]): Condition {
  const named = compileGlobs(patterns)
  return flaw => {
    const held = packageOf(flaw)
    if (held === null) return 'no'
    const {name, version, purl} = held
    if (named(name) || named(`${name}@${version}`)) return 'yes'
    if (purl === undefined) return 'no'
    if (named(purl)) return 'yes'
    const names = namesOfUrl(purl)
    if (names === undefined) return 'no'
    return answer(named(names.bare) || named(`${names.bare}@${names.version === '' ? version : names.version}`))
  }
}

/** SPDX's word for a licence that nobody states: who names it says what is to become of such packages. */
const noAssertion = 'NOASSERTION'

function hasLicence(patterns: readonly string[], allows: boolean): Condition {
  const named = compileGlobs(patterns)
  const takesUnknown = patterns.some(pattern => pattern.toUpperCase() === noAssertion)
  return flaw => {
    if (flaw.kind !== 'licence') return 'no'
    const fits = licenceFits(parseLicence(flaw.licence), named, allows)
    if (fits === null) return takesUnknown ? 'yes' : 'licence'
    return answer(fits)
  }
}
