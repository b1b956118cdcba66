import type {MetricName} from '../../config/schema.ts'
import {assertNever} from '../../core/assert.ts'
import type {Finding} from '../../core/finding.ts'
import {judgeNonInferiority, settlingPower} from '../inference/non-inferiority.ts'
import type {Comparison} from '../metrics/compare.ts'
import {moreIsBetter} from '../metrics/measure.ts'
import {advice, type Check, formatCount, formatDifference, formatRange, formatValue} from './check.ts'

interface ComparisonFacts {
  readonly metric: MetricName
  /** Null for the first release ever: the config says that there is no baseline. */
  readonly comparison: Comparison | null
}

export const notWorse: Check<ComparisonFacts, number> = {
  id: 'model/{metric}-may-lose',
  what: 'The candidate’s {metric} is shown not to be worse than the baseline’s by more than the margin.',
  why: 'A release that is worse than the one in production takes something away from its users.',
  remedy: 'Find the rows that only the baseline gets right; train again, or widen the margin with a reason.',
  evaluate: ({metric, comparison}, margin) => {
    const base = {id: `model/${metric}-may-lose`, subject: metric, limit: `may lose ${margin}`} as const
    if (comparison === null) {
      return {
        ...base,
        verdict: 'not-applicable',
        reason: 'model/no-baseline-declared',
        what: `${metric} is not compared: the config declares that there is no baseline.`,
      }
    }
    if (comparison.kind === 'undefined') {
      return {
        ...base,
        verdict: comparison.verdict,
        reason: comparison.reason,
        what: `${metric} cannot be compared: ${comparison.what}`,
        why: notWorse.why,
        remedy: 'Evaluate both models on rows that the metric can speak of.',
      }
    }
    return {...base, ...answer(metric, comparison, margin)}
  },
}

type Answer = Omit<Finding, 'id' | 'subject' | 'limit'>

function answer(metric: MetricName, comparison: Extract<Comparison, {kind: 'compared'}>, margin: number): Answer {
  const {difference, interval, n} = comparison
  const outcome = judgeNonInferiority(comparison, margin, moreIsBetter(metric))
  const numbers = {value: difference, interval, n}
  const seen = `${metric} differs by ${formatDifference(difference)} from the baseline on the same ${formatCount(n)} rows (${formatRange(interval)})`
  switch (outcome.kind) {
    case 'shown':
      return {
        ...numbers,
        verdict: 'pass',
        reason: `model/${metric}-not-worse`,
        what: `${seen}: not worse by more than ${formatValue(margin)}.`,
      }
    case 'worse':
      return {
        ...numbers,
        verdict: 'fail',
        reason: `model/${metric}-worse-than-baseline`,
        what: `${seen}: worse than the baseline.`,
        ...advice('fail', notWorse),
      }
    case 'open': {
      const needed = outcome.rowsNeeded
      const settles =
        needed === null
          ? 'No number of rows can show it where the two do not differ: give a margin above 0.'
          : `About ${formatCount(needed)} rows would settle it (power ${settlingPower}, if the difference stays as seen).`
      return {
        ...numbers,
        verdict: 'inconclusive',
        reason: `model/${metric}-comparison-inconclusive`,
        what: `${seen}: neither shown to be within ${formatValue(margin)} nor shown to be worse. ${settles}`,
        why: notWorse.why,
        remedy:
          needed === null ? 'Give a margin above 0.' : `Evaluate both models on about ${formatCount(needed)} rows.`,
        ...(needed === null ? {} : {details: {rowsNeeded: needed}}),
      }
    }
    default:
      return assertNever(outcome)
  }
}
