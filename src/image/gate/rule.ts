/** A rule of the gate in words, and how strict it is. */
import type {ImageRule} from '../../config/image-schema.ts'
import {formatDuration, formatShare} from '../../core/quantity.ts'
import {verdicts} from '../../core/verdict.ts'
import type {FlawKind} from '../scan.ts'

/** A rule that names no kind is about vulnerabilities. */
export function kindOf(rule: ImageRule): FlawKind {
  return rule.kind ?? 'vulnerability'
}

/** Whether `a` holds more back than `b`: `fail` before `warn` before `pass`. */
export function isStricter(a: ImageRule['verdict'], b: ImageRule['verdict']): boolean {
  return verdicts.indexOf(a) > verdicts.indexOf(b)
}

/** `critical, fixable: fail`, `secret: fail`, `CVE-2024-3094, new: fail` */
export function describeRule(rule: ImageRule): string {
  return `${conditionsOf(rule).join(', ')}: ${rule.verdict}`
}

function conditionsOf(rule: ImageRule): readonly string[] {
  const {kind, id, severity, fixable, package: packages, licence} = rule
  const stated = [
    ...(kind === undefined || kind === 'vulnerability' ? [] : [kind]),
    ...(id === undefined ? [] : [oneOf(id)]),
    ...(severity === undefined ? [] : [severity]),
    ...(fixable === undefined ? [] : [fixable ? 'fixable' : 'not fixable']),
    ...(rule['known-exploited'] === undefined
      ? []
      : [rule['known-exploited'] ? 'known exploited' : 'not known exploited']),
    ...(rule['epss-at-least'] === undefined ? [] : [`EPSS at least ${formatShare(rule['epss-at-least'])}`]),
    ...(rule['fix-older-than'] === undefined ? [] : [`fix older than ${formatDuration(rule['fix-older-than'])}`]),
    ...(rule.new === undefined ? [] : [rule.new ? 'new' : 'not new']),
    ...(packages === undefined ? [] : [`in ${oneOf(packages)}`]),
    ...(licence === undefined ? [] : [oneOf(licence)]),
  ]
  return stated.length === 0 ? ['any severity'] : stated
}

const shownNames = 3

function oneOf(names: readonly string[]): string {
  const rest = names.length - shownNames
  return [...names.slice(0, shownNames), ...(rest > 0 ? [`${rest} more`] : [])].join(' or ')
}
