/** Why Grype takes a match away (`grype/presenter/models/ignore.go`): rules of its config, VEX, or rules of its own. */
import type {Suppression} from '../../scan.ts'
import {type Part, partOf, partsOf, textOf} from '../fields.ts'

/** A match that no rule is named for is taken away all the same. */
export function suppressionOf(match: Part): Suppression {
  const rules = (partsOf(match, 'appliedIgnoreRules') ?? []).map(describe).filter(rule => rule !== '')
  return {by: 'grype', reason: [...new Set(rules)].slice(0, 5).join('; ') || 'It does not say why.'}
}

function describe(rule: Part): string {
  const reason = textOf(rule, 'reason')
  const status = textOf(rule, 'vex-status')
  if (status) return ['VEX: ', status, reasonOfVex(rule), reason].filter(Boolean).join('').trim()
  return reason || conditionsOf(rule)
}

function reasonOfVex(rule: Part): string {
  const justification = textOf(rule, 'vex-justification')
  return justification ? ` (${justification})` : ''
}

/** A rule without a reason: what it asks for. */
function conditionsOf(rule: Part): string {
  const of = partOf(rule, 'package')
  const conditions = [
    ...['vulnerability', 'namespace', 'fix-state', 'match-type'].map(key => condition(rule, key, key)),
    ...(of === undefined
      ? []
      : ['name', 'version', 'language', 'type', 'location', 'upstream-name'].map(key =>
          condition(of, key, `package ${key}`),
        )),
  ].filter(text => text !== '')
  return conditions.length === 0 ? '' : `a rule for ${conditions.join(', ')}`
}

function condition(part: Part, key: string, shown: string): string {
  const value = textOf(part, key)
  return value ? `${shown} ${value}` : ''
}
