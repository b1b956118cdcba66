import type {MetricName, Task} from '../../core/metric-catalog.ts'
import type {Outcomes} from '../evaluation/outcomes.ts'
import type {Undefined} from '../inference/estimate.ts'
import type {Statistic} from './statistic.ts'

export type OutcomesOf<T extends Task> = Extract<Outcomes, {task: T}>

/** How a metric is asked: the words of its gate, with the defaults of the catalogue's documentation filled in. */
export interface MetricQuestion {
  readonly metric: MetricName
  readonly average?: 'macro' | 'micro' | 'weighted' | 'samples'
  /** One class alone, by its name. */
  readonly class?: string
  readonly beta?: number
  readonly k?: number
  readonly bins?: number
  readonly binning?: 'equal-width' | 'equal-mass'
  /** Level of a quantile, in (0, 1). */
  readonly level?: number
  readonly weighting?: 'linear' | 'quadratic'
  readonly pairs?: 'one-vs-rest' | 'one-vs-one'
  /** What a decision costs: `costs[truth][prediction]`. */
  readonly costs?: Readonly<Record<string, Readonly<Record<string, number>>>>
  /** An expression of columns: the value of one decision. */
  readonly of?: string
}

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
