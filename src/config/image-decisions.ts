/**
 * Two lists of image rules, compared by what they decide and not by how they are written: the first match decides, so
 * order counts, and a rule that is never reached means nothing.
 */
import {severities} from '../core/severity.ts'
import type {ImageRule} from './image-schema.ts'
import type {Difference} from './policy-rules.ts'

interface Case {
  readonly name: string
  readonly severity: ImageRule['severity']
  readonly fixable: boolean
}

const cases: readonly Case[] = [...severities].reverse().flatMap(severity => [
  {name: `${severity}, fixable`, severity, fixable: true},
  {name: `${severity}, not fixable`, severity, fixable: false},
])

/** One difference for each kind of vulnerability that is now judged otherwise. */
export function compareImageRules(base: readonly ImageRule[], head: readonly ImageRule[]): readonly Difference[] {
  const differences = cases.flatMap(each => {
    const [from, to] = [decide(base, each), decide(head, each)]
    return from === to ? [] : [{aspect: each.name, direction: directionOf(from, to), from, to}]
  })
  if (differences.length > 0) return differences
  return [{direction: 'changed', from: 'one wording', to: 'another with the same meaning'}]
}

/** `critical: fail; fixable high: fail; high: warn` */
export function describeImageRules(rules: readonly ImageRule[]): string {
  return rules.map(rule => `${conditionsOf(rule)}: ${rule.verdict}`).join('; ')
}

function conditionsOf({severity, fixable}: ImageRule): string {
  const fix = fixable === undefined ? [] : [fixable ? 'fixable' : 'not fixable']
  return [...fix, severity ?? 'any severity'].join(' ')
}

const reported = 'reported only'
type Decision = ImageRule['verdict'] | typeof reported

function decide(rules: readonly ImageRule[], {severity, fixable}: Case): Decision {
  const rule = rules.find(
    each =>
      (each.severity === undefined || each.severity === severity) &&
      (each.fixable === undefined || each.fixable === fixable),
  )
  return rule?.verdict ?? reported
}

const strictness: Readonly<Record<Decision, number>> = {fail: 2, warn: 1, pass: 0, [reported]: 0}

function directionOf(from: Decision, to: Decision): Difference['direction'] {
  const change = strictness[to] - strictness[from]
  if (change === 0) return 'changed'
  return change < 0 ? 'loosened' : 'tightened'
}
