import type {MetricName, Task} from '../../core/metric-catalog.ts'
import type {MetricQuestion} from '../../core/metric-question.ts'
import type {Outcomes} from '../evaluation/outcomes.ts'
import type {Undefined} from '../inference/estimate.ts'
import type {Statistic} from './statistic.ts'

export type OutcomesOf<T extends Task> = Extract<Outcomes, {task: T}>

export type {MetricQuestion}

/** One metric for one kind of model. A metric is added by one file, one test and one line in `registry.ts`. */
export interface Metric<T extends Task> {
  readonly name: MetricName
  readonly task: T
  /** The convention in one sentence, as the report prints it: averaging, ties, clipping, division by zero. */
  readonly convention: (question: MetricQuestion) => string
  /** The statistic on these rows, or why there is none: one class only, no scores, an unknown class. */
  readonly statistic: (outcomes: OutcomesOf<T>, question: MetricQuestion, rows: RowValues) => Statistic | Undefined
}

/** Further columns, for metrics that are made of an expression. */
export interface RowValues {
  /** The value of an expression on each row, or why it has none. */
  readonly valuesOf: (expression: string) => Float64Array | Undefined
}
