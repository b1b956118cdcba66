import type {Severity} from '../../core/severity.ts'

/** Words of several tools, in lower case. CycloneDX has `info` and `none` below `low`, Grype has `negligible`. */
const words: ReadonlyMap<string, Severity> = new Map([
  ['unknown', 'unknown'],
  ['none', 'negligible'],
  ['info', 'negligible'],
  ['negligible', 'negligible'],
  ['low', 'low'],
  ['medium', 'medium'],
  ['moderate', 'medium'],
  ['high', 'high'],
  ['critical', 'critical'],
])

/** Undefined for a word that no tool is known to use. */
export function severityOfWord(word: string): Severity | undefined {
  return words.get(word.toLowerCase())
}

/**
 * By a score of CVSS (v3.1 specification, section 5). A zero is written by tools that have no score at all, so it says
 * nothing. Undefined for what is no score.
 */
export function severityOfScore(score: number): Severity | undefined {
  if (!(score >= 0 && score <= 10)) return undefined
  if (score >= 9) return 'critical'
  if (score >= 7) return 'high'
  if (score >= 4) return 'medium'
  return score > 0 ? 'low' : 'unknown'
}
