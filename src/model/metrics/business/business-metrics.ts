import type {Metric} from '../metric.ts'
import {costOfBinary, costOfMulticlass} from './cost.ts'
import {valueOfBinary, valueOfMulticlass, valueOfRegression} from './value.ts'

export const businessMetrics: readonly (Metric<'binary'> | Metric<'multiclass'> | Metric<'regression'>)[] = [
  costOfBinary,
  costOfMulticlass,
  valueOfBinary,
  valueOfMulticlass,
  valueOfRegression,
]
