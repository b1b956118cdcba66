import {isFailure, messageOf} from '../core/failure.ts'
import type {ReasonCode} from '../core/finding.ts'
import type {Gate} from '../core/result.ts'
import {reportOf} from '../report/from-result.ts'
import type {Files} from '../runtime/files.ts'
import type {GateOutcome} from './session.ts'

/** What a gate answers that could not judge: verdict `error`, with the failure's own code; a defect where it has none. */
export function failedOutcome(gate: Gate, error: unknown, service: string = unknownService): GateOutcome {
  const known = isFailure(error)
  const reason: ReasonCode = known ? error.code : 'slipway/defect'
  const what = known ? error.message : `This is a defect of Slipway, please report it: ${messageOf(error)}`
  const remedy = known && error.hint !== undefined ? {remedy: error.hint} : {}
  const result = {
    gate,
    service,
    verdict: 'error' as const,
    reason,
    summary: (what.split('\n')[0] ?? what).replace(/:$/, '.'),
    findings: [{id: reason, verdict: 'error' as const, reason, subject: gate, what, ...remedy}],
    subject: {},
  }
  return {result, report: reportOf(result)}
}

const unknownService = 'slipway'

/**
 * The service that a config names, also where the rest of it is wrong: a failure belongs into the same check and the same
 * comment as the verdicts before and after it.
 */
export async function serviceIn(files: Pick<Files, 'readText'>, config = 'slipway.yml'): Promise<string> {
  try {
    const text = await files.readText(config)
    return /^service: *["']?([a-z0-9][a-z0-9-]*)["']? *(?:#.*)?$/m.exec(text)?.[1] ?? unknownService
  } catch {
    // No config, no name: that is the failure to tell of, and not a second one.
    return unknownService
  }
}
