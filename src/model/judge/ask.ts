import {metricEntry} from '../../core/metric-catalog.ts'
import {type MetricQuestion, questionName} from '../../core/metric-question.ts'
import type {Evaluation} from '../evaluation/evaluation.ts'
import {compareStatistics, compareWithKnown} from '../inference/compare.ts'
import type {Comparison} from '../inference/comparison.ts'
import {type Estimate, type Undefined, unanswerable} from '../inference/estimate.ts'
import {estimateOf} from '../inference/estimate-of.ts'
import type {InferenceOptions} from '../inference/options.ts'
import {valueOf as valueOfStatistic} from '../inference/value-of.ts'
import {statisticOf} from '../metrics/registry.ts'
import type {Statistic} from '../metrics/statistic.ts'
import type {Baseline} from './baseline.ts'
import {rowValuesOf} from './row-values.ts'

/** How a run judges, whatever the metric. */
export type AskOptions = Omit<InferenceOptions, 'range'>

/** One metric of the candidate on some rows, and what it takes to compare it. */
export interface Asked {
  readonly question: MetricQuestion
  readonly estimate: Estimate
  /**
   * Candidate minus `retain` times baseline; null where the config declares that there is no baseline.
   * @param share of the baseline's value that may be lost (above 0) or must be gained (below 0)
   */
  readonly comparedWith: (share: number) => Comparison | null
}

/** Row by resample: about five seconds of resampling. */
const mostWeighings = 1e8

/** Whether only resampling whole rows can say how sure the metric is, and there are too many rows to do so unasked. */
export function takesLong(question: MetricQuestion, evaluation: Evaluation, {replicates}: AskOptions): boolean {
  if (evaluation.rows * replicates <= mostWeighings) return false
  const statistic = statisticOf(evaluation.candidate, question, rowValuesOf(evaluation, 'candidate'))
  return statistic.kind === 'weighted'
}

/** Asks one question of the candidate on all rows of an evaluation. */
export function ask(question: MetricQuestion, evaluation: Evaluation, baseline: Baseline, options: AskOptions): Asked {
  const {metric} = question
  const {range, better} = metricEntry(metric)
  const {sample} = evaluation
  const inference = {...options, range}
  const candidate = statisticOf(evaluation.candidate, question, rowValuesOf(evaluation, 'candidate'))
  const estimate = isUndefined(candidate) ? candidate : estimateOf(candidate, sample, inference)
  const moreIsBetter = better === 'more'

  const comparedWith = (share: number): Comparison | null => {
    switch (baseline.kind) {
      case 'none':
        return null
      case 'unusable':
        return unanswerable(
          'model/baseline-unusable',
          'the baseline’s predictions cannot be used, see the finding above.',
        )
      case 'known': {
        const known = baseline.values[questionName(question)]
        if (known === undefined) return noKnownValue(question, baseline)
        if (estimate.kind === 'undefined') return estimate
        const pairing = baseline.evaluation === evaluation.digest ? 'same-rows' : 'independent'
        const retain = retained(known.value, share, moreIsBetter)
        return compareWithKnown(estimate, known, {...inference, retain, moreIsBetter, pairing})
      }
      case 'rows': {
        if (evaluation.baseline === null) {
          return unanswerable('model/baseline-unusable', 'the baseline has no predictions on these rows.')
        }
        const theirs = statisticOf(evaluation.baseline, question, rowValuesOf(evaluation, 'baseline'))
        if (isUndefined(candidate)) return candidate
        if (isUndefined(theirs)) return {...theirs, what: `The baseline: ${theirs.what}`}
        const value = share === 0 ? 0 : (valueOfStatistic(theirs, sample.weights) ?? 0)
        const retain = retained(value, share, moreIsBetter)
        return compareStatistics(candidate, theirs, sample, {...inference, retain, moreIsBetter})
      }
    }
  }
  return {question, estimate, comparedWith: remembered(comparedWith)}
}

/**
 * Which share of the baseline's value the candidate must keep. The share is one of its size, so that a loss of 5 % is a
 * loss for a negative value too: of -2 remains -2.1, where more is better.
 */
function retained(baseline: number, share: number, moreIsBetter: boolean): number {
  const towardsWorse = moreIsBetter ? -1 : 1
  return 1 + towardsWorse * Math.sign(baseline) * share
}

function isUndefined(statistic: Statistic | Undefined): statistic is Undefined {
  return statistic.kind === 'undefined'
}

function noKnownValue(question: MetricQuestion, {source, values}: Extract<Baseline, {kind: 'known'}>): Undefined {
  const names = Object.keys(values)
  const shown = names.length > 8 ? `${names.slice(0, 8).join(', ')} and ${names.length - 8} more` : names.join(', ')
  return unanswerable(
    'model/baseline-value-missing',
    `${source} has no value of ${questionName(question)}${names.length === 0 ? '' : `; it has ${shown}`}.`,
  )
}

/** A bootstrap is made once, however many gates and tables ask for it. */
function remembered(compute: (share: number) => Comparison | null): (share: number) => Comparison | null {
  const known = new Map<number, Comparison | null>()
  return share => {
    const found = known.get(share)
    if (found !== undefined) return found
    const computed = compute(share)
    known.set(share, computed)
    return computed
  }
}
