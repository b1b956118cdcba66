import type {Severity} from '../../../core/severity.ts'
import {severityOfScore, severityOfWord} from '../severity-words.ts'
import type {SarifLevel, SarifResult, SarifRule} from './log.ts'

/**
 * The tool's own word where it tags its rule with one (`HIGH` of Trivy and Docker Scout), else the score that GitHub
 * reads (`security-severity`), else the level. What is open or to be reviewed has no level, and is not harmless for that.
 */
export function severityOf(result: SarifResult, rule: SarifRule | undefined, level: SarifLevel): Severity {
  const words = tagsOf(rule?.properties?.tags).flatMap(tag => severityOfWord(tag) ?? [])
  const [word, ...others] = new Set(words)
  if (word !== undefined && others.length === 0) return word
  const scored = scoreOf(result.properties) ?? scoreOf(rule?.properties)
  if (scored !== undefined && scored !== 'unknown') return scored
  if (result.kind === 'open' || result.kind === 'review') return 'unknown'
  return scored ?? severityOfLevel(level)
}

/** A number, or one written as text, as GitHub asks for it. */
function scoreOf(properties: SarifResult['properties']): Severity | undefined {
  const score = properties?.['security-severity']
  if (typeof score === 'number') return severityOfScore(score)
  return typeof score === 'string' && score.trim() !== '' ? severityOfScore(Number(score)) : undefined
}

function severityOfLevel(level: SarifLevel): Severity {
  switch (level) {
    case 'error':
      return 'high'
    case 'warning':
      return 'medium'
    case 'note':
      return 'low'
    case 'none':
      return 'unknown'
  }
}

/** In lower case. */
export function tagsOf(tags: readonly unknown[] | null | undefined): readonly string[] {
  return (tags ?? []).flatMap(tag => (typeof tag === 'string' ? [tag.toLowerCase()] : []))
}
