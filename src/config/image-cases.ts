/**
 * Flaws that stand for all others, as far as some rules can tell them apart: for each condition one on either side of
 * what the rules say. Two lists of rules that decide alike on these decide alike on every flaw whose facts are known, but
 * for names that fit two patterns at once.
 */
import {compileGlobs} from '../core/glob.ts'
import {formatDuration, formatShare} from '../core/quantity.ts'
import type {Severity} from '../core/severity.ts'
import {severities} from '../core/severity.ts'
import type {ImageRule} from './image-schema.ts'

export type RuleKind = NonNullable<ImageRule['kind']>

/** One flaw, as rules see it. A fact that no rule asks for is absent. */
export interface ImageCase {
  readonly kind: RuleKind
  readonly severity?: Severity
  readonly fixable?: boolean
  readonly exploited?: boolean
  /** 0 to 1 */
  readonly epss?: Range
  readonly fixAgeMs?: Range
  readonly isNew?: boolean
  readonly id?: string
  readonly package?: string
  readonly licence?: string
}

/** Between two limits of the rules; without an end above the highest. */
interface Range {
  readonly from: number
  readonly to: number | null
}

/** Lists that differ in more ways than this are compared by nobody. */
const mostCases = 20_000

/** Stands where a pattern has "*": no name has it, so that no other pattern fits by chance. */
const anySigns = '\u{1}'

export function kindOf(rule: Pick<ImageRule, 'kind'>): RuleKind {
  return rule.kind ?? 'vulnerability'
}

/**
 * Every combination that the rules can tell apart, kind by kind. Of rules with very many names the combinations of names
 * within each rule; null when those are too many as well.
 */
export function casesOf(rules: readonly ImageRule[]): readonly ImageCase[] | null {
  return enumerate(rules, allNames) ?? enumerate(rules, namesOfRules)
}

function enumerate(rules: readonly ImageRule[], namesOf: (rules: readonly ImageRule[]) => Values[]) {
  const cases: ImageCase[] = []
  for (const kind of new Set<RuleKind>(['vulnerability', ...rules.map(kindOf)])) {
    const own = rules.filter(rule => kindOf(rule) === kind)
    const ofKind = combinations({kind}, [...dimensionsOf(kind, own), ...namesOf(own)])
    if (ofKind === null || cases.length + ofKind.length > mostCases) return null
    // What has no fix has no age of it.
    cases.push(...ofKind.filter(({fixable, fixAgeMs}) => fixable !== false || (fixAgeMs?.from ?? 0) === 0))
  }
  return cases
}

function combinations(start: ImageCase, dimensions: readonly Values[]): readonly ImageCase[] | null {
  let cases: readonly ImageCase[] = [start]
  for (const values of dimensions) {
    if (cases.length * values.length > mostCases) return null
    cases = cases.flatMap(each => values.map(value => ({...each, ...value})))
  }
  return cases
}

type Values = readonly Partial<ImageCase>[]

/** Severity and fix of vulnerabilities are always told apart: people read gates by them. */
function dimensionsOf(kind: RuleKind, rules: readonly ImageRule[]): readonly Values[] {
  const isVulnerability = kind === 'vulnerability'
  const asks = (key: keyof ImageRule) => rules.some(rule => rule[key] !== undefined)
  const either = (name: 'exploited' | 'isNew') => [{[name]: true}, {[name]: false}]
  return [
    ...(isVulnerability || asks('severity') ? [severities.toReversed().map(severity => ({severity}))] : []),
    ...(isVulnerability ? [[{fixable: true}, {fixable: false}]] : []),
    ...(asks('known-exploited') ? [either('exploited')] : []),
    ...(asks('epss-at-least') ? [rangesOf(rules, 'epss-at-least').map(epss => ({epss}))] : []),
    ...(asks('fix-older-than') ? [rangesOf(rules, 'fix-older-than').map(fixAgeMs => ({fixAgeMs}))] : []),
    ...(asks('new') ? [either('isNew')] : []),
  ]
}

/** The highest first. */
function rangesOf(rules: readonly ImageRule[], key: 'epss-at-least' | 'fix-older-than'): readonly Range[] {
  const limits = [...new Set([0, ...rules.flatMap(rule => rule[key] ?? [])])].sort((a, b) => b - a)
  return limits.map((from, index) => ({from, to: limits[index - 1] ?? null}))
}

const names = ['id', 'package', 'licence'] as const
const other = `${anySigns}${anySigns}`

/** A name for each pattern, and one that none names; each with each. */
function allNames(rules: readonly ImageRule[]): Values[] {
  return names
    .filter(key => rules.some(rule => rule[key] !== undefined))
    .map(key => samples(rules, key).map(name => ({[key]: name})))
}

function namesOfRules(rules: readonly ImageRule[]): Values[] {
  const asked = names.filter(key => rules.some(rule => rule[key] !== undefined))
  const tuples = new Map<string, Partial<ImageCase>>()
  for (const rule of [...rules, null]) {
    let own: Partial<ImageCase>[] = [{}]
    for (const key of asked) {
      const values = rule?.[key] === undefined ? [other] : samples([rule], key)
      own = own.flatMap(each => values.map(name => ({...each, [key]: name})))
    }
    for (const each of own) tuples.set(JSON.stringify(each), each)
  }
  return [[...tuples.values()]]
}

function samples(rules: readonly ImageRule[], key: (typeof names)[number]): readonly string[] {
  const patterns = rules.flatMap(rule => rule[key] ?? [])
  return [...new Set([...patterns.map(pattern => pattern.replaceAll('*', anySigns)), other])]
}

/** Place of the first rule that means a case; -1 where none does. Prepared once for many cases. */
export function firstMatchOf(rules: readonly ImageRule[]): (each: ImageCase) => number {
  const tests = rules.map(testOf)
  return each => tests.findIndex(means => means(each))
}

function testOf(rule: ImageRule): (each: ImageCase) => boolean {
  const {severity, fixable, new: isNew} = rule
  const kind = kindOf(rule)
  const exploited = rule['known-exploited']
  const epss = rule['epss-at-least']
  const fixAge = rule['fix-older-than']
  const [fitsId, fitsPackage, fitsLicence] = [named(rule.id), named(rule.package), named(rule.licence)]
  return each =>
    kind === each.kind &&
    (severity === undefined || severity === each.severity) &&
    (fixable === undefined || fixable === each.fixable) &&
    (exploited === undefined || exploited === each.exploited) &&
    (epss === undefined || (each.epss?.from ?? 0) >= epss) &&
    (fixAge === undefined || (each.fixable !== false && (each.fixAgeMs?.from ?? 0) >= fixAge)) &&
    (isNew === undefined || isNew === each.isNew) &&
    fitsId(each.id) &&
    fitsPackage(each.package) &&
    fitsLicence(each.licence)
}

function named(patterns: readonly string[] | undefined): (name: string | undefined) => boolean {
  if (patterns === undefined) return () => true
  const fits = compileGlobs(patterns)
  return name => name !== undefined && fits(name)
}

/** What tells a case from others, in words; names as the patterns that they stand for. */
export function wordsOf(each: ImageCase): readonly {readonly fact: keyof ImageCase; readonly words: string}[] {
  const {kind, severity, fixable, exploited, epss, fixAgeMs, isNew} = each
  const name = (fact: 'id' | 'package' | 'licence', before: string) => {
    const sample = each[fact]
    if (sample === undefined) return []
    const isOther = sample === other
    const words = isOther ? `another ${fact}` : `${before}${sample.replaceAll(anySigns, '*')}`
    return [{fact, words}]
  }
  return [
    ...(kind === 'vulnerability' ? [] : [{fact: 'kind' as const, words: kind}]),
    ...(severity === undefined ? [] : [{fact: 'severity' as const, words: severity}]),
    ...(fixable === undefined ? [] : [{fact: 'fixable' as const, words: fixable ? 'fixable' : 'not fixable'}]),
    ...(exploited === undefined
      ? []
      : [{fact: 'exploited' as const, words: exploited ? 'known exploited' : 'not known exploited'}]),
    ...(epss === undefined ? [] : [{fact: 'epss' as const, words: describeEpss(epss)}]),
    ...(fixAgeMs === undefined ? [] : [{fact: 'fixAgeMs' as const, words: describeFixAge(fixAgeMs)}]),
    ...(isNew === undefined ? [] : [{fact: 'isNew' as const, words: isNew ? 'new' : 'not new'}]),
    ...name('id', ''),
    ...name('package', 'in '),
    ...name('licence', 'under '),
  ]
}

function describeEpss({from, to}: Range): string {
  if (to === null) return `EPSS at least ${formatShare(from)}`
  return from === 0 ? `EPSS below ${formatShare(to)}` : `EPSS from ${formatShare(from)} to ${formatShare(to)}`
}

function describeFixAge({from, to}: Range): string {
  if (to === null) return `fix older than ${formatDuration(from)}`
  return from === 0
    ? `no fix older than ${formatDuration(to)}`
    : `fix older than ${formatDuration(from)}, at most ${formatDuration(to)}`
}
