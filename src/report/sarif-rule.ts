import type {Severity} from '../core/severity.ts'
import type {Verdict} from '../core/verdict.ts'
import {pageOf} from './page.ts'
import {said, withoutSurprises} from './sarif-text.ts'

export type SarifLevel = 'error' | 'warning' | 'note'

/** What is said of all results with one id. Texts are plain, and may come from outside. */
export interface SarifRule {
  readonly id: string
  /** A few words for lists of rules. */
  readonly name: string
  /** The heading of an alert. */
  readonly title: string
  readonly description: string
  /** `markdown` is escaped already. */
  readonly help: {readonly text: string; readonly markdown: string}
  /** Page about it; only http and https come through. */
  readonly url?: string
  readonly level: SarifLevel
  readonly tags: readonly string[]
  /** How often it is right: GitHub sorts alerts of one severity by it. */
  readonly precision: 'very-high' | 'high' | 'medium'
  /** As `securitySeverityOf` writes it. */
  readonly securitySeverity: string
}

/** GitHub’s limits: names of 255 signs, descriptions of 1,024, 20 tags of which 10 are shown. */
const longestName = 255
const longestDescription = 1024
const longestHelp = 4000
const mostTags = 10

/** The rule as it stands in a file. Nothing that GitHub wants is ever empty: it refuses a whole file for one empty text. */
export function renderRule(rule: SarifRule): object {
  const {id, description, help, level, precision, securitySeverity} = rule
  const url = pageOf(rule.url)
  const title = said(rule.title, longestDescription, id)
  return {
    id,
    name: said(rule.name, longestName, id),
    shortDescription: {text: title},
    fullDescription: {text: said(description, longestDescription, title)},
    help: {
      text: said(help.text, longestHelp, title),
      markdown: help.markdown.trim() === '' ? title : help.markdown,
    },
    ...(url === null ? {} : {helpUri: url}),
    defaultConfiguration: {level},
    properties: {
      tags: [...new Set(rule.tags)].slice(0, mostTags).map(tag => said(tag, 100, 'security')),
      precision,
      'security-severity': securitySeverity,
    },
  }
}

/** An id that is no longer than a name may be, with nothing in it that hides text. */
export function ruleId(id: string): string {
  return said(withoutSurprises(id, longestName).trim(), longestName, 'unnamed')
}

/**
 * GitHub reads a number in a text: above 9.0 critical, 7.0 to 8.9 high, 4.0 to 6.9 medium, else low; 0.0 is no security
 * alert at all. So nothing stands on a border.
 */
const bands: Readonly<Record<Severity, {readonly usual: string; readonly low: number; readonly high: number}>> = {
  critical: {usual: '9.5', low: 9.1, high: 10},
  high: {usual: '8.0', low: 7, high: 8.9},
  medium: {usual: '5.5', low: 4, high: 6.9},
  low: {usual: '2.0', low: 0.1, high: 3.9},
  negligible: {usual: '1.0', low: 0.1, high: 3.9},
  // Nobody has said how grave it is; that is no reason to show it last.
  unknown: {usual: '5.5', low: 0.1, high: 10},
}

/**
 * @param score CVSS base score, 0 to 10. It chooses the place within the severity, never another severity: GitHub shall
 * not call critical what the gate judged as medium.
 */
export function securitySeverityOf(severity: Severity, score?: number): string {
  return score !== undefined && isWithin(severity, score) ? tenths(score).toFixed(1) : bands[severity].usual
}

/** Whether GitHub would read a CVSS score as this severity. */
export function isWithin(severity: Severity, score: number): boolean {
  const {low, high} = bands[severity]
  return tenths(score) >= low && tenths(score) <= high
}

/** 9.0 is critical for CVSS, and high for GitHub, which asks for more than that. */
function tenths(score: number): number {
  const rounded = Math.round(score * 10) / 10
  return rounded === 9 ? 9.1 : rounded
}

export function levelOf(verdict: Verdict): SarifLevel {
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
