import type {ModelGate} from '../../config/model-gate-schema.ts'
import type {Finding} from '../../core/finding.ts'

/** What the config says that a gate's answer does: whether it stops a release. */
export interface Bearing {
  readonly whenFailed: 'block' | 'warn'
  readonly whenInconclusive: 'block' | 'warn'
}

export function bearingOf(gate: ModelGate, validation: {readonly 'when-inconclusive': 'block' | 'warn'}): Bearing {
  return {
    whenFailed: gate['when-failed'],
    whenInconclusive: gate['when-inconclusive'] ?? validation['when-inconclusive'],
  }
}

/**
 * The findings with the weight that the config gives them. Only what was judged is softened: an error (nothing could be
 * read, the question does not fit the data) stays one, whatever the config says.
 */
export function withBearing(findings: readonly Finding[], {whenFailed, whenInconclusive}: Bearing): Finding[] {
  return findings.map(finding => {
    if (finding.verdict === 'fail' && whenFailed === 'warn') return softened(finding, 'fail')
    if (finding.verdict === 'inconclusive' && whenInconclusive === 'warn') return softened(finding, 'inconclusive')
    return finding
  })
}

function softened(finding: Finding, from: 'fail' | 'inconclusive'): Finding {
  const key = from === 'fail' ? 'when-failed' : 'when-inconclusive'
  return {
    ...finding,
    verdict: 'warn',
    what: `${finding.what} The config lets this pass with a warning (${key}).`,
    details: {...finding.details, softenedFrom: from},
  }
}
