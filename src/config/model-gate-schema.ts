/** The gates of a model in `slipway.yml`: what is asked, what it is held against, and what the answer does. */
import * as z from 'zod'
import {metricNames} from '../core/metric-catalog.ts'
import {parsePercent, parseSize} from '../core/quantity.ts'
import {column, percent, positiveDuration, quantity} from './fields.ts'

// ---- words that several gates share ----

/** `0.01` in the metric's own unit, or `5%` of the baseline's value; parsed to a number or to `{ofBaseline: 0.05}`. */
const margin = () =>
  z
    .union([
      z.number().min(0, 'expected a number from 0, or a share of the baseline such as "5%"'),
      z
        .string('expected a number in the metric’s unit, or a share of the baseline such as "5%"')
        .transform((text, context) => {
          try {
            return {ofBaseline: parsePercent(text) / 100}
          } catch {
            context.addIssue({code: 'custom', message: 'expected a number, or a share of the baseline such as "5%"'})
            return z.NEVER
          }
        }),
    ])
    .meta({examples: [0.01, '5%']})

export type Margin = number | {readonly ofBaseline: number}

/** What every gate may say about itself. */
const bearing = {
  name: z.string().min(1).max(60).optional().describe('What the report calls this gate.'),
  'when-failed': z
    .enum(['block', 'warn'])
    .default('block')
    .describe('warn: shown and counted, but it stops no release.'),
  'when-inconclusive': z
    .enum(['block', 'warn'])
    .optional()
    .describe('For this gate alone; default: validation.when-inconclusive.'),
}

const minRows = z
  .int()
  .min(1)
  .default(30)
  .describe('A slice with fewer rows is inconclusive: it is never skipped, and never shown.')

const inEach = z
  .array(z.union([z.string().min(1), z.array(z.string().min(1)).min(2).max(4)]))
  .min(1)
  .optional()
  .describe(
    'The same gate for every value of these group columns, for every combination of a list of them, or for a slice by its name.',
  )

// ---- gates ----

const metricGate = z
  .strictObject({
    metric: z.enum(metricNames).describe('Metric to hold against the limits.'),
    'at-least': z.number().optional().describe('Fails below this value. For metrics where more is better.'),
    'at-most': z
      .number()
      .optional()
      .describe('Fails above this value. For metrics where less is better, such as log-loss.'),
    'may-lose': margin()
      .optional()
      .describe(
        'Margin in the metric’s unit, or as a share of the baseline’s value: pass only where the candidate is shown not to be worse than the baseline by more.',
      ),
    'must-gain': margin()
      .optional()
      .describe('Pass only where the candidate is shown to be better than the baseline by more than this.'),
    'judge-by': z
      .enum(['value', 'bound'])
      .default('value')
      .describe(
        'What is held against at-least and at-most: the value (a warning when its interval reaches across the limit), or the interval’s nearer bound.',
      ),
    'in-each': inEach,
    'min-rows': minRows,
    average: z
      .enum(['macro', 'micro', 'weighted', 'samples'])
      .optional()
      .describe('How the classes are joined, where there are more than two. Default: macro.'),
    class: z.union([z.string(), z.number(), z.boolean()]).transform(String).optional().describe('One class alone.'),
    beta: z.number().gt(0).optional().describe('f-beta: how many times recall matters more than precision.'),
    k: z.int().min(1).optional().describe('Length of the list that is looked at; pass-at-k: number of samples.'),
    bins: z.int().min(2).max(1000).optional().describe('ece, mce: number of bins. Default: 15.'),
    binning: z
      .enum(['equal-width', 'equal-mass'])
      .optional()
      .describe('ece, mce: bins of equal width (default), or with equally many rows.'),
    level: z.number().gt(0).lt(1).optional().describe('pinball-loss: level of the quantile.'),
    weighting: z
      .enum(['linear', 'quadratic'])
      .optional()
      .describe('cohen-kappa: how far apart two classes are, in the order of `classes`. Default: all alike.'),
    pairs: z
      .enum(['one-vs-rest', 'one-vs-one'])
      .optional()
      .describe('roc-auc of more than two classes. Default: one-vs-rest.'),
    costs: z
      .record(z.string(), z.record(z.string(), z.number()))
      .optional()
      .describe('cost: what a decision costs, by true class, then by predicted class. Negative is a gain.'),
    of: z
      .string()
      .min(1)
      .optional()
      .describe('value: an expression of columns, such as "amount * (prediction == \'good\')"; its mean is the value.'),
    ...bearing,
  })
  .refine(
    gate => (['at-least', 'at-most', 'may-lose', 'must-gain'] as const).some(limit => gate[limit] !== undefined),
    {message: 'expected a metric gate with at least one of at-least, at-most, may-lose, must-gain'},
  )

const reportedGate = z
  .strictObject({
    reported: z.string().min(1).describe('A value of the file under validation.metrics, by its name there.'),
    better: z
      .enum(['more', 'less'])
      .optional()
      .describe('Which way is better. Needed where the name does not tell: an unknown direction is refused.'),
    'at-least': z.number().optional().describe('Fails below this value.'),
    'at-most': z.number().optional().describe('Fails above this value.'),
    'may-lose': margin().optional().describe('Largest loss against the baseline, in the value’s unit or as a share.'),
    ...bearing,
  })
  .refine(gate => (['at-least', 'at-most', 'may-lose'] as const).some(limit => gate[limit] !== undefined), {
    message: 'expected a gate with at least one of at-least, at-most, may-lose',
  })

export const fairnessMeasures = [
  'demographic-parity-difference',
  'demographic-parity-ratio',
  'equalized-odds-difference',
  'equalized-odds-ratio',
  'equal-opportunity-difference',
  'equal-opportunity-ratio',
  'predictive-parity-difference',
  'predictive-parity-ratio',
  'calibration-difference',
  'loss-difference',
  'loss-ratio',
] as const
export type FairnessMeasure = (typeof fairnessMeasures)[number]

const fairnessGate = z
  .strictObject({
    fairness: z.enum(fairnessMeasures).describe('What is compared between groups.'),
    by: z
      .union([column('A group column.'), z.array(column('A group column.')).min(2).max(4)])
      .describe('Column whose values are the groups, or several: then each combination is a group.'),
    class: z
      .union([z.string(), z.number(), z.boolean()])
      .transform(String)
      .optional()
      .describe(
        'multiclass, multilabel: the class whose prediction is what groups are compared in. binary: `positive` is it.',
      ),
    'at-most': z.number().min(0).optional().describe('Largest difference that is allowed.'),
    'at-least': z
      .number()
      .min(0)
      .max(1)
      .optional()
      .describe('Smallest ratio that is allowed; 0.8 is the four-fifths rule.'),
    'judge-by': z
      .enum(['value', 'shown-fair', 'shown-unfair'])
      .default('value')
      .describe(
        'value: the difference itself is held against the limit. shown-fair: passes only where the interval lies within it. shown-unfair: fails only where the interval lies beyond it.',
      ),
    'compared-with': z
      .enum(['each-other', 'all-rows'])
      .default('each-other')
      .describe('Largest against smallest group, or each group against all rows together.'),
    odds: z
      .enum(['worst', 'mean'])
      .default('worst')
      .describe('equalized-odds: the worse of the two rates, or their mean.'),
    'min-group': z
      .int()
      .min(1)
      .default(30)
      .describe(
        'A group with fewer rows is left out and listed; the gate is inconclusive when fewer than two groups remain.',
      ),
    'min-positives': z
      .int()
      .min(1)
      .default(5)
      .describe('Rows of the positive class that a group needs, for rates among them.'),
    'min-negatives': z.int().min(1).default(5).describe('Rows of the other classes that a group needs.'),
    required: z
      .array(z.string().min(1))
      .default([])
      .describe(
        'Groups that must be judged, by value (combinations as "a, b"): inconclusive when one is missing or too small.',
      ),
    ...bearing,
  })
  .refine(gate => (gate['at-most'] === undefined) !== (gate['at-least'] === undefined), {
    message: 'expected a fairness gate with at-most for a difference, or at-least for a ratio',
  })

const weakSegmentsGate = z.strictObject({
  'weak-segments': z
    .enum(['accuracy', 'log-loss', 'brier', 'mae', 'mse', 'correct-share', 'exact-match'])
    .describe('Metric by which parts of the data are searched that the model serves worse than the rest.'),
  'may-lag': z.number().min(0).describe('How much worse than all rows together a part may be, in the metric’s unit.'),
  among: z
    .array(column('A column.'))
    .min(1)
    .optional()
    .describe('Columns that parts are made of. Default: columns.groups.'),
  depth: z.int().min(1).max(2).default(2).describe('How many columns are combined.'),
  'min-rows': z.int().min(10).default(100).describe('Smallest part that is looked at.'),
  ...bearing,
})

export const driftMeasures = [
  'psi',
  'jensen-shannon',
  'wasserstein',
  'ks',
  'chi-square',
  'total-variation',
  'missing-rate',
  'new-categories',
] as const
export type DriftMeasure = (typeof driftMeasures)[number]

const driftGate = z.strictObject({
  drift: z.enum(driftMeasures).describe('How far two columns lie apart.'),
  against: z
    .string()
    .min(1)
    .describe('The data that it should look like (training, production): a file, folder or glob.'),
  in: z.string().min(1).optional().describe('The data that is judged. Default: the candidate’s predictions file.'),
  'at-most': z.number().min(0).describe('Largest effect that is allowed, in the measure’s unit.'),
  among: z
    .array(column('A column.'))
    .min(1)
    .optional()
    .describe(
      'Columns that are compared. Default: all but id, cluster, query and timestamp; label, answers and weight may be missing on one side.',
    ),
  bins: z
    .int()
    .min(2)
    .max(200)
    .default(10)
    .describe('psi, jensen-shannon and total-variation of numbers: number of bins.'),
  binning: z
    .enum(['reference-quantiles', 'equal-width'])
    .default('reference-quantiles')
    .describe('Where bins begin and end: at quantiles of the reference, or equally far apart over both.'),
  ...bearing,
})

const contractGate = z.strictObject({
  contract: z
    .string()
    .min(1)
    .describe(
      'A JSON Schema (2020-12) of one request or response, or an MLflow model’s MLmodel file with a signature.',
    ),
  of: z.enum(['request', 'response']).default('request').describe('Which side of the service it describes.'),
  rows: z
    .string()
    .min(1)
    .optional()
    .describe('Rows that must keep it: jsonl, csv, tsv or parquet. Default: the candidate’s predictions file.'),
  'compatible-with': z
    .string()
    .min(1)
    .optional()
    .describe('The contract that is deployed: what it allows must stay allowed (request), or promised (response).'),
  ...bearing,
})

const dataGate = z.strictObject({
  data: z.string().min(1).describe('The new data set: a file, folder or glob.'),
  against: z.string().min(1).describe('The data set it was made from.'),
  'rows-within': percent().optional().describe('By how much the number of rows may differ.'),
  'same-columns': z.boolean().default(true).describe('Names and kinds of all columns must be equal.'),
  'missing-may-grow': percent()
    .optional()
    .describe('By how many percentage points the share of missing values of a column may grow.'),
  unique: z
    .array(z.union([column('A column.'), z.array(column('A column.')).min(2)]))
    .default([])
    .describe('Columns, or lists of columns, whose values may not repeat.'),
  references: z
    .array(
      z.strictObject({
        column: column('Column whose values must exist elsewhere.'),
        in: z.string().min(1).describe('The data set that they must exist in.'),
        'its-column': column('Column there. Default: the same name.').optional(),
      }),
    )
    .default([])
    .describe('Foreign keys.'),
  'same-values': z
    .array(column('A column.'))
    .default([])
    .describe('Columns whose values must be equal in both, whatever the order of rows: compared by a checksum.'),
  ...bearing,
})

const commandGate = z
  .strictObject({
    command: z
      .union([z.array(z.string().min(1)).min(1), z.string().min(1)])
      .describe('A program and its arguments. It prints findings as JSON. A line of text only with `shell: true`.'),
    name: z.string().min(1).max(60).describe('What the report calls this gate.'),
    shell: z.boolean().default(false).describe('Hand the line to `sh -c`.'),
    timeout: positiveDuration().prefault('5m').describe('Time limit.'),
    'max-output': quantity(parseSize, '1MiB').prefault('1MiB').describe('Largest output that is read.'),
    env: z
      .array(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/))
      .default([])
      .describe('Names of environment variables that the program may see, besides PATH and HOME.'),
    'when-failed': bearing['when-failed'],
    'when-inconclusive': bearing['when-inconclusive'],
  })
  .refine(gate => gate.shell === (typeof gate.command === 'string'), {
    message: 'expected a list of arguments, or one line of text together with `shell: true`',
  })

export const gate = z.union([
  metricGate,
  reportedGate,
  fairnessGate,
  weakSegmentsGate,
  driftGate,
  contractGate,
  dataGate,
  commandGate,
])
export type ModelGate = z.output<typeof gate>
export type MetricGate = z.output<typeof metricGate>
export type ReportedGate = z.output<typeof reportedGate>
export type FairnessGate = z.output<typeof fairnessGate>
export type WeakSegmentsGate = z.output<typeof weakSegmentsGate>
export type DriftGate = z.output<typeof driftGate>
export type ContractGate = z.output<typeof contractGate>
export type DataGate = z.output<typeof dataGate>
export type CommandGate = z.output<typeof commandGate>
