import {assertNever} from '../core/assert.ts'
import {shortDigest} from '../core/digest.ts'
import type {Gate, GateResult} from '../core/result.ts'
import type {Block, Report} from './report.ts'

/** The report that every gate begins with: verdict, summary, findings worst first, then the gate's own blocks, then what was judged. */
export function reportOf(result: GateResult, blocks: readonly Block[] = []): Report {
  const {gate, service, verdict, reason, summary, findings} = result
  return {
    title: `${titleOf(gate)} of ${service}`,
    verdict,
    reason,
    summary,
    blocks: [
      ...(findings.length === 0 ? [] : [{kind: 'findings', findings} as const]),
      ...blocks,
      {kind: 'paragraph', text: judged(result)},
    ],
  }
}

function titleOf(gate: Gate): string {
  switch (gate) {
    case 'model':
      return 'Model'
    case 'image':
      return 'Image'
    case 'plan':
      return 'Rollout plan'
    case 'rollout':
      return 'Rollout'
    case 'policy':
      return 'Policy'
    case 'backtest':
      return 'Backtest'
    default:
      return assertNever(gate)
  }
}

/** `Judged: v2, model 1f0c9a5b2d7e, image 77aa01c4e9f0.` */
function judged({subject, rollout}: GateResult): string {
  const parts = [
    subject.version,
    subject.model && `model ${shortDigest(subject.model)}`,
    subject.image && `image ${shortDigest(subject.image)}`,
    rollout && `environment ${rollout.environment}`,
  ].filter(part => part !== undefined)
  return parts.length === 0 ? 'Judged: no bytes, the rules only.' : `Judged: ${parts.join(', ')}.`
}
