import {compareSeverity, type Severity} from '../../../core/severity.ts'
import type {Cvss} from '../../scan.ts'
import {severityOfScore, severityOfWord} from '../severity-words.ts'
import type {CycloneDxRating, CycloneDxVulnerability} from './document.ts'

/**
 * A document may hold one rating for each source. What counts is that of the database which the vulnerability is from
 * (a distributor rates how it is built there), else NVD's, else the gravest.
 */
export function ratingOf(each: CycloneDxVulnerability): {readonly severity: Severity; readonly source: string | null} {
  const rated = (each.ratings ?? []).flatMap(rating => {
    const severity = severityOf(rating)
    return severity === undefined ? [] : [{severity, source: rating.source?.name || null}]
  })
  const own = each.source?.name?.toLowerCase()
  const ofOwn = rated.find(({source}) => source !== null && source.toLowerCase() === own)
  const ofNvd = rated.find(({source}) => source?.toLowerCase() === 'nvd')
  const [gravest] = [...rated].sort((a, b) => compareSeverity(b.severity, a.severity))
  return ofOwn ?? ofNvd ?? gravest ?? {severity: 'unknown', source: null}
}

function severityOf({severity, score}: CycloneDxRating): Severity | undefined {
  const word = severity ? severityOfWord(severity) : undefined
  if (word !== undefined && word !== 'unknown') return word
  return score === undefined || score === null ? word : severityOfScore(score)
}

/** `scoreMethod` of the specification. */
const cvssVersions: ReadonlyMap<string, string> = new Map([
  ['CVSSv2', '2.0'],
  ['CVSSv3', '3.0'],
  ['CVSSv31', '3.1'],
  ['CVSSv4', '4.0'],
])

/** None for a rating by another method, or without vector or score. */
export function toCvss({method, vector, score, source}: CycloneDxRating): readonly Cvss[] {
  const version = cvssVersions.get(method ?? '')
  if (version === undefined || !vector || typeof score !== 'number') return []
  return [{source: source?.name || 'unknown', version, vector, score}]
}
