import {conclude, type Finding} from '../core/finding.ts'
import type {GateOutcome} from './session.ts'

/** The outcome with further findings: they count like any other, and stand first in the report. */
export function withFindings(outcome: GateOutcome, more: readonly Finding[]): GateOutcome {
  if (more.length === 0) return outcome
  const {gate} = outcome.result
  const findings = [...outcome.result.findings, ...more]
  const {verdict, reason} = conclude(findings, gate)
  return {
    ...outcome,
    result: {...outcome.result, verdict, reason, findings},
    report: {
      ...outcome.report,
      verdict,
      reason,
      blocks: [{kind: 'findings', findings: more}, ...outcome.report.blocks],
    },
  }
}
