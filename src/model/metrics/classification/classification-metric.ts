import type {MetricName} from '../../../core/metric-catalog.ts'
import {questionName} from '../../../core/metric-question.ts'
import type {Outcomes} from '../../evaluation/outcomes.ts'
import type {Undefined} from '../../inference/estimate.ts'
import type {Metric, MetricQuestion, OutcomesOf} from '../metric.ts'
import type {Statistic} from '../statistic.ts'
import {noRows} from './lacking.ts'

export type ClassificationTask = 'binary' | 'multiclass' | 'multilabel'
export type ClassificationMetric = Metric<'binary'> | Metric<'multiclass'> | Metric<'multilabel'>

/**
 * A metric of one task that is never asked about no rows at all.
 * @param convention without the name of the metric, which is put before it
 */
export function metricOf<T extends ClassificationTask>(
  name: MetricName,
  task: T,
  convention: (question: MetricQuestion) => string,
  statistic: (outcomes: OutcomesOf<T>, question: MetricQuestion) => Statistic | Undefined,
): Metric<T> {
  return {
    name,
    task,
    convention: question => `${questionName(question)}: ${convention(question)}`,
    statistic: (outcomes, question) => (isEmpty(outcomes) ? noRows : statistic(outcomes, question)),
  }
}

function isEmpty({rows}: Outcomes): boolean {
  return rows === 0
}
