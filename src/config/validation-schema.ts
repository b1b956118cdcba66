/** The part of `slipway.yml` that judges a model: which data, which columns play which role, and which gates. */
import * as z from 'zod'
import {tasks} from '../core/metric-catalog.ts'
import {column} from './fields.ts'
import {gate} from './model-gate-schema.ts'

/** Values that somebody measured: a number, or a number with what is known about how sure it is. */
const knownValue = z.union([
  z.number(),
  z.strictObject({
    value: z.number().describe('The value.'),
    low: z.number().optional().describe('Lower bound of its interval.'),
    high: z.number().optional().describe('Upper bound of its interval.'),
    rows: z.int().min(1).optional().describe('Rows that it rests on.'),
  }),
])
export type KnownValue = z.output<typeof knownValue>
const knownValues = z.record(z.string().min(1), knownValue)

const columns = z.strictObject({
  id: column('Identifies a row; candidate and baseline are joined by it.').default('id'),
  label: column('The true class, value, relevance or text.').default('label'),
  prediction: column('What the model answers. Classes: without it, the score at the threshold decides.').optional(),
  score: column(
    'binary: probability of the positive class, in [0, 1]. ranking: the higher, the further up.',
  ).optional(),
  scores: z
    .record(z.string().min(1), column('The column with its probability.'))
    .optional()
    .describe('multiclass, multilabel: the score column of each class.'),
  quantiles: z
    .record(
      z.string().regex(/^0?\.\d+$/, 'expected a level between 0 and 1, such as "0.9"'),
      column('The column with this quantile.'),
    )
    .optional()
    .describe('regression: the column of each predicted quantile, by its level.'),
  interval: z
    .strictObject({low: column('Lower end.'), high: column('Upper end.')})
    .optional()
    .describe('regression: columns of a predicted interval.'),
  weight: column('How much a row counts; from 0.').optional(),
  cluster: column('What comes and goes together (a customer, a document): intervals resample it whole.').optional(),
  query: column('ranking: the query of a row. text: the problem that a row is one sample of.').optional(),
  timestamp: column('When the row was observed: ISO 8601, or seconds or milliseconds since 1970.').optional(),
  correct: column('text: whether the answer was found correct: true or false, 1 or 0.').optional(),
  groups: z.array(column('A group column.')).default([]).describe('Columns that gates may ask for group by group.'),
  separator: z.string().min(1).max(3).default('|').describe('multilabel: between the classes of one cell.'),
})
export type ColumnsConfig = z.output<typeof columns>

const slice = z.strictObject({
  name: z.string().min(1).max(60).describe('How gates and reports call it.'),
  where: z.string().min(1).describe('Which rows belong to it: an expression such as "age < 25 and sex == \'female\'".'),
})
export type SliceConfig = z.output<typeof slice>

const predictions = z.strictObject({
  candidate: z
    .string()
    .min(1)
    .describe(
      'Predictions of the candidate: csv, tsv, jsonl or parquet, also .gz and .zst; a file, a folder or a glob.',
    ),
  baseline: z
    .union([z.string().min(1), knownValues])
    .describe(
      'Predictions of the release in production on the same rows; `production`: what that release left as evidence; values by metric; or `none` for the first release ever.',
    ),
  'baseline-file': z
    .string()
    .min(1)
    .optional()
    .describe(
      'With `baseline: production`: where the predictions of a release lie; {version} is replaced. They must be those that its evidence names.',
    ),
  environment: z
    .string()
    .min(1)
    .default('production')
    .describe('With `baseline: production`: the environment whose release is meant.'),
  task: z
    .enum(tasks)
    .optional()
    .describe('What the model does. Default: binary where `positive` is given; else it must be said.'),
  columns: columns.prefault({}).describe('Which column plays which role.'),
  positive: z
    .union([z.string(), z.number(), z.boolean()])
    .transform(String)
    .optional()
    .describe('binary: the positive class, as it is written in the label column.'),
  classes: z
    .array(z.union([z.string(), z.number(), z.boolean()]).transform(String))
    .min(2)
    .optional()
    .describe('All classes of the contract, so that a mean over classes does not change when one is missing.'),
  threshold: z
    .number()
    .min(0)
    .max(1)
    .default(0.5)
    .describe('A score at or above it predicts the positive class, where there is no prediction column.'),
  'min-rows': z.int().min(1).default(30).describe('With fewer rows nothing is concluded.'),
})
export type PredictionsConfig = z.output<typeof predictions>

const metricsFile = z.strictObject({
  candidate: z.string().min(1).describe('The candidate’s file of metrics.'),
  baseline: z
    .union([z.string().min(1), knownValues])
    .optional()
    .describe(
      'That of the release in production: a file, `production` for what its evidence keeps, values by name, or `none`.',
    ),
  environment: z
    .string()
    .min(1)
    .optional()
    .describe('With `baseline: production`: the environment whose release is meant. Default: production.'),
  run: z.string().min(1).optional().describe('Which run, task or model of the file, where it holds several.'),
  'baseline-run': z.string().min(1).optional().describe('The same of the baseline’s file. Default: as `run`.'),
})
export type MetricsFileConfig = z.output<typeof metricsFile>

export const validation = z.strictObject({
  predictions: predictions.optional().describe('Row-level predictions on an evaluation set.'),
  metrics: z
    .union([
      z
        .string()
        .min(1)
        .transform((candidate): MetricsFileConfig => ({candidate})),
      metricsFile,
    ])
    .optional()
    .describe(
      'A file of metrics that another tool wrote (DVC, MLflow, scikit-learn, Hugging Face, lm-eval, Ultralytics …), for gates with `reported`.',
    ),
  slices: z.array(slice).default([]).describe('Named parts of the data that gates may ask for with in-each.'),
  gates: z
    .array(gate)
    .min(1)
    .optional()
    .describe(
      'What the model must keep. Default: accuracy at least 0.85, and, for each group column, a demographic parity difference of at most 0.1.',
    ),
  'when-inconclusive': z
    .enum(['block', 'warn'])
    .default('block')
    .describe('What an inconclusive answer does to the gate.'),
  confidence: z
    .number()
    .gt(0.5)
    .lt(1)
    .default(0.95)
    .describe('One-sided confidence of comparisons and of intervals’ bounds.'),
  resamples: z.int().min(200).max(100_000).default(1000).describe('Number of resamples of a bootstrap.'),
  seed: z.int().min(0).default(1).describe('Seed of the bootstrap; it stands in the report.'),
})
export type ValidationConfig = z.output<typeof validation>

export const modelCard = z
  .union([
    z
      .string()
      .min(1)
      .transform((file): ModelCardConfig => ({file, requires: [...cardParts]})),
    z.strictObject({
      file: z.string().min(1).describe('The model card: Markdown, with or without YAML front matter.'),
      requires: z
        .array(z.string().min(1))
        .min(1)
        .default(() => [...cardParts])
        .describe('Sections and fields that it must have, with something written in them.'),
    }),
  ])
  .describe('The model card. Default of what it must say: owner, intended use, data, limits, metrics.')

export const cardParts = ['owner', 'intended use', 'data', 'limits', 'metrics'] as const
export interface ModelCardConfig {
  readonly file: string
  readonly requires: readonly string[]
}
