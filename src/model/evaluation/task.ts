import type {ColumnsConfig, PredictionsConfig} from '../../config/validation-schema.ts'
import {UserError} from '../../core/failure.ts'
import type {Task} from '../../core/metric-catalog.ts'

/** What the config says of the model: its task, in one word. */
export type TaskConfig = Pick<PredictionsConfig, 'task' | 'positive' | 'columns'>

/**
 * What the model does. `positive` alone says binary; anything else must be said, because no column tells a relevance from
 * a target, or a class from a text.
 * @throws UserError `model/task-unknown`
 */
export function taskOf(config: TaskConfig): Task {
  if (config.task !== undefined) return config.task
  if (config.positive !== undefined) return 'binary'
  throw new UserError('model/task-unknown', 'The config does not say what the model does: neither positive nor task.', {
    hint: hintOf(config.columns),
  })
}

function hintOf({score, scores, quantiles, interval, query, correct}: ColumnsConfig): string {
  const add = (task: string) => `Its columns look like a ${task} model’s: add validation.predictions.task: ${task}.`
  if (query !== undefined && score !== undefined) return add('ranking')
  if (quantiles !== undefined || interval !== undefined) return add('regression')
  if (correct !== undefined) return add('text')
  if (scores !== undefined) return `${add('multiclass')} Or multilabel, where a row can have several classes.`
  return 'Add validation.predictions.positive, the class that counts as positive, or task: multiclass, regression, text ...'
}
