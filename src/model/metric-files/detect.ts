/** Which tool wrote a file: by its content, never by its name. */
import {UserError} from '../../core/failure.ts'
import type {Content} from './content.ts'
import {deepchecks} from './deepchecks.ts'
import {dvc} from './dvc.ts'
import {evidently} from './evidently.ts'
import type {MetricsFormat} from './format.ts'
import {generic} from './generic.ts'
import {greatExpectations} from './great-expectations.ts'
import {hfEvaluate} from './hf-evaluate.ts'
import {inspect} from './inspect.ts'
import {k6} from './k6.ts'
import {keras} from './keras.ts'
import {lightning} from './lightning.ts'
import {lmEval} from './lm-eval.ts'
import {mlflow} from './mlflow.ts'
import {modelIndex} from './model-index.ts'
import {sagemaker} from './sagemaker.ts'
import {sagemakerViolations} from './sagemaker-violations.ts'
import {sklearnReport} from './sklearn-report.ts'
import {trainer} from './trainer.ts'
import {ultralytics} from './ultralytics.ts'
import {wandb} from './wandb.ts'

/** Each knows its own files and no other's. */
export const formats: readonly MetricsFormat[] = [
  deepchecks,
  dvc,
  evidently,
  greatExpectations,
  hfEvaluate,
  inspect,
  k6,
  keras,
  lightning,
  lmEval,
  mlflow,
  modelIndex,
  sagemaker,
  sagemakerViolations,
  sklearnReport,
  trainer,
  ultralytics,
  wandb,
]

/** @throws UserError `model/metrics-unknown` or `model/metrics-ambiguous` */
export function detectFormat(path: string, content: Content): MetricsFormat {
  const [found, ...others] = formats.filter(format => format.recognises(content))
  if (found && others.length === 0) return found
  if (found) {
    const titles = [found, ...others].map(({title}) => title).join(' and of ')
    throw new UserError('model/metrics-ambiguous', `${path} looks like a file of ${titles}.`, {
      hint: 'Write one file for each.',
    })
  }
  if (generic.recognises(content)) return generic
  const looked = [...formats, generic].map(({title, knownBy}) => `${title} (${knownBy})`).join('; ')
  throw new UserError('model/metrics-unknown', `${path} is no file of metrics that is known. Looked for: ${looked}.`, {
    hint: 'Write the metrics as a JSON object of numbers.',
  })
}
