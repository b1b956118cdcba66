import type {ReportedGate} from '../../config/model-gate-schema.ts'
import type {UserError} from '../../core/failure.ts'
import type {Finding} from '../../core/finding.ts'

/** A file of metrics that could not be read. */
export function unreadableReported(
  gate: ReportedGate,
  side: 'candidate' | 'baseline',
  path: string,
  failure: UserError,
): Finding {
  return {
    id: 'model/reported-usable',
    subject: gate.name ?? gate.reported,
    verdict: 'error',
    reason: failure.code === 'file/not-found' ? `model/reported-${side}-missing` : failure.code,
    what: failure.message.includes(path) ? failure.message : `${path}: ${failure.message}`,
    why: 'A value that nobody could read was not kept.',
    ...(failure.hint === undefined ? {} : {remedy: failure.hint}),
  }
}
