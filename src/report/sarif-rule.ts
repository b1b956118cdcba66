import type {Finding, ReasonCode} from '../core/finding.ts'
import type {Severity} from '../core/severity.ts'
import {severities} from '../core/severity.ts'
import type {Verdict} from '../core/verdict.ts'
import {escapeMarkdown} from './escape.ts'
import {withoutSurprises} from './sarif-text.ts'

/** What is said of all findings with one reason. */
export interface RuleText {
  /** A few words: `External data outside the model folder`. */
  readonly title: string
  /** One sentence each. */
  readonly why: string
  readonly remedy: string
  /** `CVE-2024-34359`. */
  readonly cves?: readonly string[]
}

interface Graded {
  readonly finding: Finding
  readonly severity: Severity
}

/** GitHub’s limits: names of 255 signs, descriptions of 1,024, 20 tags. */
const longestName = 255
const longestDescription = 1024
const mostTags = 20

/** The rules of some findings, in the order of their ids, so that the file does not change with the order of findings. */
export function rulesOf(graded: readonly Graded[], textOf: (reason: ReasonCode) => RuleText | null = () => null) {
  const byReason = new Map<ReasonCode, Graded[]>()
  for (const each of graded) {
    const same = byReason.get(each.finding.reason)
    if (same) same.push(each)
    else byReason.set(each.finding.reason, [each])
  }
  const reasons = [...byReason.keys()].sort()
  const list = reasons.map(reason => ruleOf(reason, byReason.get(reason) ?? [], textOf(reason)))
  const indexes = new Map(reasons.map((reason, index) => [reason, index]))
  return {list, indexOf: (reason: ReasonCode) => indexes.get(reason) ?? -1}
}

function ruleOf(reason: ReasonCode, graded: readonly Graded[], known: RuleText | null) {
  const text = known ?? textOf(reason, graded)
  const gravest = graded.reduce((worst, each) => (rankOf(each.severity) > rankOf(worst.severity) ? each : worst))
  const [area = 'slipway'] = reason.split('/')
  const help = `${text.why} ${text.remedy}`
  const cves = text.cves ?? []
  const alsoKnown = cves.length === 0 ? '' : `\n\nKnown as ${cves.join(', ')}.`
  return {
    id: reason,
    name: withoutSurprises(nameOf(reason), longestName),
    shortDescription: {text: withoutSurprises(text.title, longestDescription)},
    fullDescription: {text: withoutSurprises(text.why, longestDescription)},
    help: {
      text: `${withoutSurprises(help, 4000)}${alsoKnown}`,
      markdown: `**Why it matters.** ${escapeMarkdown(text.why)}\n\n**What to do.** ${escapeMarkdown(text.remedy)}${alsoKnown}`,
    },
    defaultConfiguration: {level: levelOf(gravest.finding.verdict)},
    properties: {
      tags: ['security', area, ...cves].slice(0, mostTags),
      precision: 'high',
      'security-severity': securitySeverity[gravest.severity],
    },
  }
}

function textOf(reason: ReasonCode, graded: readonly Graded[]): RuleText {
  const explained = graded.map(({finding}) => finding)
  return {
    title: nameOf(reason),
    why: explained.find(({why}) => why !== undefined)?.why ?? `The check ${explained[0]?.id ?? reason} says so.`,
    remedy:
      explained.find(({remedy}) => remedy !== undefined)?.remedy ?? 'Read the finding, and correct what it names.',
  }
}

/** `model/pickle-import` becomes `Pickle import`. */
function nameOf(reason: ReasonCode): string {
  const words = (reason.split('/')[1] ?? reason).replaceAll('-', ' ')
  return words.slice(0, 1).toUpperCase() + words.slice(1)
}

/**
 * GitHub reads a number in a text: above 9.0 critical, 7.0 to 8.9 high, 4.0 to 6.9 medium, else low; 0.0 is no security
 * alert at all. So nothing stands on a border.
 */
const securitySeverity: Readonly<Record<Severity, string>> = {
  critical: '9.5',
  high: '8.0',
  medium: '5.5',
  low: '2.0',
  negligible: '1.0',
  // Nobody has said how grave it is; that is no reason to show it last.
  unknown: '5.5',
}

export function rankOf(severity: Severity): number {
  return severity === 'unknown' ? severities.indexOf('medium') - 0.5 : severities.indexOf(severity)
}

export function levelOf(verdict: Verdict): 'error' | 'warning' | 'note' {
  switch (verdict) {
    case 'error':
    case 'fail':
      return 'error'
    case 'inconclusive':
    case 'warn':
      return 'warning'
    case 'pass':
    case 'not-applicable':
      return 'note'
  }
}
