import type {RegressionOutcomes} from '../../evaluation/outcomes.ts'
import {type Undefined, unanswerable} from '../../inference/estimate.ts'
import {meanOf} from '../mean-statistic.ts'
import type {Metric, MetricQuestion} from '../metric.ts'
import type {Statistic} from '../statistic.ts'

/** Share of targets within the predicted interval, its ends included. Good is neither more nor less, but its level. */
export const intervalCoverage: Metric<'regression'> = {
  name: 'interval-coverage',
  task: 'regression',
  convention: () => 'interval-coverage: share of targets from low to high, both included',
  statistic: ofIntervals(({target}, low, high) => {
    const inside = target.map((truth, row) => (truth >= (low[row] ?? 0) && truth <= (high[row] ?? 0) ? 1 : 0))
    return meanOf(inside, {isShare: true})
  }),
}

/** Mean of high - low. Tells something only beside the coverage: an interval without width is narrow, and misses. */
export const intervalWidth: Metric<'regression'> = {
  name: 'interval-width',
  task: 'regression',
  convention: () => 'interval-width: mean of high - low, in the unit of the target; read it beside interval-coverage',
  statistic: ofIntervals((_, low, high) => meanOf(high.map((end, row) => end - (low[row] ?? 0)))),
}

function ofIntervals(
  build: (outcomes: RegressionOutcomes, low: Float64Array, high: Float64Array) => Statistic | Undefined,
): (outcomes: RegressionOutcomes, question: MetricQuestion) => Statistic | Undefined {
  return (outcomes, {metric}) =>
    outcomes.interval
      ? build(outcomes, outcomes.interval.low, outcomes.interval.high)
      : unanswerable('model/no-interval', `${metric} needs a predicted interval, and columns.interval is not given.`)
}
