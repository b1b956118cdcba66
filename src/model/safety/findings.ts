import type {Config} from '../../config/schema.ts'
import {type Day, parseDay} from '../../core/day.ts'
import type {Finding} from '../../core/finding.ts'
import type {SafetyFacts} from './gather.ts'
import {judgeScan} from './judge.ts'
import type {Allowance, SafetyPolicy} from './policy.ts'

/** Everything that there is to say about the files of a model: what they hold, and whether they are the ones meant. */
export function safetyFindings({scan}: SafetyFacts, model: Config['model'], today: Day): readonly Finding[] {
  return [...judgeScan(scan, safetyPolicy(model, today))]
}

export function safetyPolicy({formats, safety}: Config['model'], today: Day): SafetyPolicy {
  return {formats, today, allow: safety.allow.map(allowanceOf)}
}

function allowanceOf({expires, ...rest}: Config['model']['safety']['allow'][number]): Allowance {
  // The schema lets days of the calendar through only; an unreadable one would be over.
  return {...rest, expires: parseDay(expires) ?? Number.NEGATIVE_INFINITY}
}
