import type {PredictionsConfig} from '../../config/validation-schema.ts'
import type {Evaluation} from '../evaluation/evaluation.ts'

/**
 * How the rows were read, as evidence keeps it beside the values: `binary, positive "bad", weighted`. The name of a
 * question is the same whatever class is positive; its answer is not. The threshold is no part of it: where a score
 * becomes a decision is the model's own affair, and may change with it.
 */
export function readingOf(
  {positive, classes}: Pick<PredictionsConfig, 'positive' | 'classes'>,
  {task, sample}: Pick<Evaluation, 'task' | 'sample'>,
): string {
  const words: readonly string[] = [
    task,
    ...(positive === undefined ? [] : [`positive "${positive}"`]),
    ...(classes === undefined ? [] : [`classes ${classes.map(name => `"${name}"`).join(', ')}`]),
    ...(sample.weights === null ? [] : ['weighted']),
  ]
  return words.join(', ')
}
