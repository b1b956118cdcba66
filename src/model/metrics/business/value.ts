import type {Task} from '../../../core/metric-catalog.ts'
import {quoted} from '../../expression/expression.ts'
import {type Undefined, unanswerable, undefinedBecause} from '../../inference/estimate.ts'
import {meanOf} from '../mean-statistic.ts'
import type {Metric, MetricQuestion, RowValues} from '../metric.ts'
import type {Statistic} from '../statistic.ts'

/** Mean over rows of an expression of columns: `amount * (prediction == 'good') - 5`. */
export const valueOfBinary: Metric<'binary'> = valueMetric('binary')
export const valueOfMulticlass: Metric<'multiclass'> = valueMetric('multiclass')
export const valueOfRegression: Metric<'regression'> = valueMetric('regression')

function valueMetric<T extends Task>(task: T): Metric<T> {
  return {
    name: 'value',
    task,
    convention: ({of}) => `value: mean over rows of ${of ?? 'an expression'}; it must have a value on every row`,
    statistic: (_, question, rows) => meanValue(question, rows),
  }
}

function meanValue({of}: MetricQuestion, rows: RowValues): Statistic | Undefined {
  if (of === undefined) return unanswerable('model/no-expression', 'value needs an expression under `of`.')
  const values = rows.valuesOf(of)
  if (!(values instanceof Float64Array)) return values
  const without = values.reduce((count, value) => (Number.isNaN(value) ? count + 1 : count), 0)
  if (without === 0) return meanOf(values)
  // Leaving the rows out would take what is missing for what is average.
  return undefinedBecause(
    'model/value-missing',
    `${quoted(of)} has no value on ${without} of ${values.length} rows; say what they count, as in if(amount is missing, 0, amount).`,
  )
}
