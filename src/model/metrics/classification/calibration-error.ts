import type {MetricName} from '../../../core/metric-catalog.ts'
import type {BinaryOutcomes, MulticlassOutcomes} from '../../evaluation/outcomes.ts'
import type {Undefined} from '../../inference/estimate.ts'
import type {MetricQuestion} from '../metric.ts'
import type {Statistic} from '../statistic.ts'
import {type BinSums, binningOf, binSums, forecastsOf} from './calibration.ts'
import {type ClassificationMetric, metricOf} from './classification-metric.ts'
import {noRows, noScores} from './lacking.ts'
import {weightedStatistic} from './weighted-statistic.ts'

/**
 * How far confidence and truth lie apart, bin by bin (Naeini et al. 2015; Guo et al. 2017): ece the mean over bins weighted
 * by their rows, mce the largest. As torchmetrics `BinaryCalibrationError` and `MulticlassCalibrationError` with norm l1
 * and max, 15 bins. Both depend on the binning, and are above 0 for a perfectly calibrated model too: few rows in a bin
 * give a gap by chance.
 */
export const calibrationErrorMetrics: readonly ClassificationMetric[] = [
  ...calibrationError('ece', meanGap),
  ...calibrationError('mce', largestGap),
]

function calibrationError(
  name: Extract<MetricName, 'ece' | 'mce'>,
  gapOf: (sums: BinSums) => number | null,
): ClassificationMetric[] {
  const statistic = (
    outcomes: BinaryOutcomes | MulticlassOutcomes,
    question: MetricQuestion,
  ): Statistic | Undefined => {
    const forecasts = forecastsOf(outcomes)
    if (forecasts === null) return noScores
    const sumsOf = binSums(forecasts, binningOf(question))
    return weightedStatistic(weights => gapOf(sumsOf(weights)), noRows)
  }
  const binned = (question: MetricQuestion) => {
    const {bins, binning} = binningOf(question)
    return binning === 'equal-width'
      ? `${bins} bins of equal width, closed on the left, and p = 1 in a bin of its own`
      : `${bins} bins of equal weight, equal scores together`
  }
  return [
    metricOf(
      name,
      'binary',
      question => `probability of the positive class against its share, ${binned(question)}`,
      statistic,
    ),
    metricOf(
      name,
      'multiclass',
      question => `highest score of a row against the share of right answers, ${binned(question)}`,
      statistic,
    ),
  ]
}

function meanGap({weight, confidence, came}: BinSums): number | null {
  let gaps = 0
  let total = 0
  for (let bin = 0; bin < weight.length; bin++) {
    total += weight[bin] ?? 0
    gaps += Math.abs((confidence[bin] ?? 0) - (came[bin] ?? 0))
  }
  return total > 0 ? gaps / total : null
}

function largestGap({weight, confidence, came}: BinSums): number | null {
  let largest: number | null = null
  for (let bin = 0; bin < weight.length; bin++) {
    const rows = weight[bin] ?? 0
    if (rows > 0) largest = Math.max(largest ?? 0, Math.abs((confidence[bin] ?? 0) - (came[bin] ?? 0)) / rows)
  }
  return largest
}
