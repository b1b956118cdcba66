/** What a file of metrics says, whichever tool wrote it. */
import type {Digest} from '../../core/digest.ts'
import type {Undefined} from '../inference/estimate.ts'

/** The tools whose files are read. `generic`: an object of numbers, of no tool in particular. */
export type MetricsTool =
  | 'generic'
  | 'dvc'
  | 'sklearn-report'
  | 'mlflow'
  | 'model-index'
  | 'trainer'
  | 'hf-evaluate'
  | 'lm-eval'
  | 'inspect'
  | 'ultralytics'
  | 'lightning'
  | 'keras'
  | 'sagemaker'
  | 'sagemaker-violations'
  | 'evidently'
  | 'great-expectations'
  | 'deepchecks'
  | 'wandb'
  | 'k6'

export interface MetricsFile {
  readonly path: string
  readonly source: MetricsTool
  /** Which of several runs, revisions, models or epochs was read; null where the file holds one. */
  readonly run: string | null
  /** Of the file's bytes; of a folder: of all files that were read. */
  readonly digest: Digest
  /** By the names of the file itself, nested names joined with ".". */
  readonly values: ReadonlyMap<string, ReportedValue>
  /** Shorter words for those names (`accuracy` for `eval_accuracy`), where they are the word for one value only. */
  readonly aliases: ReadonlyMap<string, string>
}

/** One value of a file, with what the file says about it. */
export interface ReportedValue {
  /** Finite; or why there is none. Never 0 in the place of "absent". */
  readonly value: number | Undefined
  /** As the file itself says. */
  readonly better?: 'more' | 'less'
  /** Rows, documents or requests that it rests on. */
  readonly n?: number
  /** Standard error of the value. */
  readonly stderr?: number
  /** The value is the share of `n` for which something holds. */
  readonly share?: true
  /** What it was measured on, facet by facet: name, config, split, revision ... as far as the file says. */
  readonly dataset?: Dataset
  /** Measured on the rows that the model has learned from. */
  readonly onTraining?: true
  /** A sentence on what the file says beside the number, and what was made of it. */
  readonly note?: string
}

export type Dataset = Readonly<Record<string, string>>

/** A value by its own name, or by a shorter one where that is clear. */
export function findReported(file: MetricsFile, name: string): ReportedValue | undefined {
  return file.values.get(name) ?? file.values.get(file.aliases.get(name) ?? name)
}
