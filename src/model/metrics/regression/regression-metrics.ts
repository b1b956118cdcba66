import type {Metric} from '../metric.ts'
import {meanAbsoluteError, meanError} from './absolute-error.ts'
import {intervalCoverage, intervalWidth} from './interval.ts'
import {maxError} from './max-error.ts'
import {medianAbsoluteError} from './median-absolute-error.ts'
import {mape, smape} from './percentage-error.ts'
import {pinballLoss} from './pinball-loss.ts'
import {r2} from './r2.ts'
import {mse, rmse} from './squared-error.ts'
import {wape} from './wape.ts'

export const regressionMetrics: readonly Metric<'regression'>[] = [
  rmse,
  mse,
  meanAbsoluteError,
  medianAbsoluteError,
  maxError,
  meanError,
  r2,
  mape,
  smape,
  wape,
  pinballLoss,
  intervalCoverage,
  intervalWidth,
]
