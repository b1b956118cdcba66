import type {WeightsConfig} from '../../config/safety-schema.ts'
import type {Config} from '../../config/schema.ts'
import {type Day, parseDay} from '../../core/day.ts'
import type {UserError} from '../../core/failure.ts'
import type {Finding} from '../../core/finding.ts'
import type {SafetyFacts} from './gather.ts'
import {judgeScan, type ScanJudgement} from './judge.ts'
import type {Allowance, SafetyPolicy} from './policy.ts'
import {compareTensors} from './weights/compare.ts'
import type {WeightFacts} from './weights/facts.ts'
import {judgeWeights} from './weights/judge.ts'

/** Everything that there is to say about the files of a model: what they hold, and whether they are the ones meant. */
export function judgeSafety(
  {scan, weights, provenance}: SafetyFacts,
  model: Config['model'],
  today: Day,
): ScanJudgement {
  const {findings, verdicts} = judgeScan(scan, safetyPolicy(model, today))
  return {findings: [...findings, ...weightFindings(weights, model.safety.weights), ...provenance], verdicts}
}

function weightFindings(facts: WeightFacts | null, policy: WeightsConfig | undefined): readonly Finding[] {
  if (facts === null || policy === undefined) return []
  const {tensors, previous} = facts
  const {changed, ...limits} = policy
  if (previous === null) return judgeWeights(tensors, null, limits)
  if (previous.kind === 'missing') return [...judgeWeights(tensors, null, limits), noPrevious(previous.failure)]
  return judgeWeights(tensors, compareTensors(previous.value, tensors), {...limits, changed})
}

function noPrevious({code, message, hint}: UserError): Finding {
  return {
    id: 'model/weights-unchanged',
    verdict: 'inconclusive',
    reason: code,
    subject: 'tensors since the previous release',
    what: message,
    why: 'Without the previous tensors nobody can say what changed.',
    ...(hint === undefined ? {} : {remedy: hint}),
  }
}

function safetyPolicy({formats, safety}: Config['model'], today: Day): SafetyPolicy {
  return {formats, today, allow: safety.allow.map(allowanceOf)}
}

function allowanceOf({expires, ...rest}: Config['model']['safety']['allow'][number]): Allowance {
  // The schema lets days of the calendar through only; an unreadable one would be over.
  return {...rest, expires: parseDay(expires) ?? Number.NEGATIVE_INFINITY}
}
