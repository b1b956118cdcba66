import {accuracyMetrics} from './accuracy.ts'
import {averagePrecisionMetrics} from './average-precision.ts'
import {balancedAccuracyMetrics} from './balanced-accuracy.ts'
import {brierMetrics} from './brier.ts'
import {calibrationErrorMetrics} from './calibration-error.ts'
import type {ClassificationMetric} from './classification-metric.ts'
import {kappaMetrics} from './cohen-kappa.ts'
import {fScoreMetrics} from './f-score.ts'
import {hammingLossMetrics} from './hamming-loss.ts'
import {jaccardMetrics} from './jaccard.ts'
import {logLossMetrics} from './log-loss.ts'
import {mccMetrics} from './mcc.ts'
import {precisionMetrics} from './precision.ts'
import {recallMetrics} from './recall.ts'
import {rocAucMetrics} from './roc-auc.ts'
import {specificityMetrics} from './specificity.ts'
import {topKAccuracyMetrics} from './top-k-accuracy.ts'

/** Every metric of binary, multiclass and multilabel models, in the order of the documentation. */
export const classificationMetrics: readonly ClassificationMetric[] = [
  ...accuracyMetrics,
  ...balancedAccuracyMetrics,
  ...precisionMetrics,
  ...recallMetrics,
  ...specificityMetrics,
  ...fScoreMetrics,
  ...jaccardMetrics,
  ...mccMetrics,
  ...kappaMetrics,
  ...hammingLossMetrics,
  ...topKAccuracyMetrics,
  ...rocAucMetrics,
  ...averagePrecisionMetrics,
  ...logLossMetrics,
  ...brierMetrics,
  ...calibrationErrorMetrics,
]
