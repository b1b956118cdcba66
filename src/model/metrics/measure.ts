import type {MetricName} from '../../config/schema.ts'
import {assertNever} from '../../core/assert.ts'
import type {BootstrapOptions} from '../inference/bootstrap.ts'
import {type Estimate, unanswerable} from '../inference/estimate.ts'
import {accuracy} from './accuracy.ts'
import type {Answers, Positive} from './answers.ts'
import {countConfusion} from './confusion.ts'
import {f1} from './f1.ts'
import {logLoss} from './log-loss.ts'
import {precision} from './precision.ts'
import {recall} from './recall.ts'
import {rocAuc} from './roc-auc.ts'

/** Every metric of the config, in the order of the report. */
export const allMetrics = [
  'accuracy',
  'precision',
  'recall',
  'f1',
  'roc-auc',
  'log-loss',
] as const satisfies readonly MetricName[]

/** One metric of one model. A metric is added by one file and one line here and in `compare.ts`. */
export function measure(metric: MetricName, positive: Positive, answers: Answers, options: BootstrapOptions): Estimate {
  const confusion = () => countConfusion(positive, answers.predictedPositive)
  switch (metric) {
    case 'accuracy':
      return accuracy(answers.correct, options.coverage)
    case 'precision':
      return precision(confusion(), options.coverage)
    case 'recall':
      return recall(confusion(), options.coverage)
    case 'f1':
      return f1(confusion(), options)
    case 'roc-auc':
      return answers.scores ? rocAuc(positive, answers.scores, options.coverage) : noScores
    case 'log-loss':
      return answers.scores ? logLoss(positive, answers.scores, options) : noScores
    default:
      return assertNever(metric)
  }
}

/** Whether a higher value is the better one. */
export function moreIsBetter(metric: MetricName): boolean {
  return metric !== 'log-loss'
}

/** Whether the metric asks "the positive class or not", so that a third class has no place in it. */
export function isBinary(metric: MetricName): boolean {
  return metric !== 'accuracy'
}

export const noScores = unanswerable(
  'model/no-score-column',
  'The metric needs scores, and no score column is named in the config.',
)
