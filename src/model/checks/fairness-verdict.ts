/** From a gap, its bounds and its limit to a verdict and its code. */
import type {FairnessGate} from '../../config/model-gate-schema.ts'
import type {ReasonCode} from '../../core/finding.ts'
import type {Verdict} from '../../core/verdict.ts'
import type {Fairness} from '../fairness/fairness.ts'
import {familyOf, shapeOf} from '../fairness/measures.ts'

/** Where the value and its two bounds stand to the limit. */
export interface Standing {
  readonly holds: boolean
  readonly shownFair: boolean
  readonly shownUnfair: boolean
}

/** A value of exactly the limit keeps it: 0.3 - 0.2 is above 0.1 only in the last bit of a double. */
const rounding = 1e-12

export function standingOf({value, low, high}: Fairness, limit: number, shape: 'difference' | 'ratio'): Standing {
  if (shape === 'difference') {
    return {
      holds: value <= limit + rounding,
      shownFair: high <= limit + rounding,
      shownUnfair: low > limit + rounding,
    }
  }
  return {holds: value >= limit - rounding, shownFair: low >= limit - rounding, shownUnfair: high < limit - rounding}
}

export function verdictOf(judgeBy: FairnessGate['judge-by'], {holds, shownFair, shownUnfair}: Standing): Verdict {
  switch (judgeBy) {
    case 'value':
      return !holds ? 'fail' : shownFair ? 'pass' : 'warn'
    case 'shown-fair':
      return shownFair ? 'pass' : shownUnfair ? 'fail' : 'inconclusive'
    case 'shown-unfair':
      return shownUnfair ? 'fail' : shownFair ? 'pass' : 'warn'
  }
}

/** `model/demographic-parity-above-limit`, `model/demographic-parity-ratio-below-limit`. */
export function reasonOf({fairness: measure}: FairnessGate, verdict: Verdict): ReasonCode {
  const isRatio = shapeOf(measure) === 'ratio'
  const name = isRatio ? measure : familyOf(measure)
  switch (verdict) {
    case 'pass':
      return `model/${name}-within-limit`
    case 'warn':
      return `model/${name}-near-limit`
    case 'inconclusive':
      return `model/${name}-inconclusive`
    case 'fail':
    case 'error':
    case 'not-applicable':
      return `model/${name}-${isRatio ? 'below' : 'above'}-limit`
  }
}
