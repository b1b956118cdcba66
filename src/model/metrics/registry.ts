import type {MetricName} from '../../core/metric-catalog.ts'
import {metricEntry, type Task} from '../../core/metric-catalog.ts'
import type {Outcomes} from '../evaluation/outcomes.ts'
import {type Undefined, unanswerable} from '../inference/estimate.ts'
import {businessMetrics} from './business/business-metrics.ts'
import {classificationMetrics} from './classification/classification-metrics.ts'
import type {Metric, MetricQuestion, OutcomesOf, RowValues} from './metric.ts'
import {rankingMetrics} from './ranking/ranking-metrics.ts'
import {regressionMetrics} from './regression/regression-metrics.ts'
import type {Statistic} from './statistic.ts'
import {textMetrics} from './text/text-metrics.ts'

/** A metric for one task, whichever. */
export type AnyMetric = {[T in Task]: Metric<T>}[Task]

/** Every metric that can be computed from rows, one for each name and task. */
export const metrics: readonly AnyMetric[] = [
  ...classificationMetrics,
  ...regressionMetrics,
  ...rankingMetrics,
  ...textMetrics,
  ...businessMetrics,
]

export function findMetric<T extends Task>(name: MetricName, task: T): Metric<T> | undefined {
  return metrics.find((metric): metric is AnyMetric & Metric<T> => metric.name === name && metric.task === task)
}

/** How the metric is computed, in one sentence for the report; undefined where the task has no such metric. */
export function conventionOf(question: MetricQuestion, task: Task): string | undefined {
  return metrics.find(metric => metric.name === question.metric && metric.task === task)?.convention(question)
}

/** The statistic that a question asks of these outcomes, or why there is none. */
export function statisticOf(outcomes: Outcomes, question: MetricQuestion, rows: RowValues): Statistic | Undefined {
  switch (outcomes.task) {
    case 'binary':
      return ask('binary', outcomes, question, rows)
    case 'multiclass':
      return ask('multiclass', outcomes, question, rows)
    case 'multilabel':
      return ask('multilabel', outcomes, question, rows)
    case 'regression':
      return ask('regression', outcomes, question, rows)
    case 'ranking':
      return ask('ranking', outcomes, question, rows)
    case 'text':
      return ask('text', outcomes, question, rows)
  }
}

function ask<T extends Task>(
  task: T,
  outcomes: OutcomesOf<T>,
  question: MetricQuestion,
  rows: RowValues,
): Statistic | Undefined {
  const metric = findMetric(question.metric, task)
  if (metric) return metric.statistic(outcomes, question, rows)
  const tasks = metricEntry(question.metric).tasks.join(', ')
  return unanswerable(
    'model/metric-of-another-task',
    `${question.metric} is a metric of ${tasks}; these predictions are ${task}.`,
  )
}
