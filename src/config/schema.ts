/**
 * The format of `slipway.yml`, whole. Every field is described here and nowhere else: the JSON Schema for editors and
 * the reference in `docs/config.md` are made from it. Parts that are designed but not built are refused, never ignored.
 * Reading rules: a limit is a plain sentence (`at-most`, `at-least`, `may-lose`); durations, percentages, sizes and
 * rates carry their unit; keys are kebab-case, and stay so in the parsed value.
 */
import * as z from 'zod'
import {UserError} from '../core/failure.ts'
import {parseDuration, parsePercent, parseRate} from '../core/quantity.ts'
import {severities} from '../core/severity.ts'

/** Text with a unit, parsed; the parser's own message becomes the issue. */
function quantity(parse: (text: string) => number, example: string) {
  return z
    .string(`expected text with a unit such as "${example}"`)
    .transform((text, context) => {
      try {
        return parse(text)
      } catch (error) {
        if (!(error instanceof UserError)) throw error
        context.addIssue({code: 'custom', message: `expected text with a unit such as "${example}"`})
        return z.NEVER
      }
    })
    .meta({examples: [example]})
}

/** A part of the design that does not work yet. Refused with its name, so that nobody believes it is in force. */
function notYet(what: string) {
  return z
    .custom<never>(() => false, {
      message: `${what}: designed but not built yet. Remove it: Slipway refuses what it would not do.`,
    })
    .meta({not: {}, description: `Not built yet: ${what}.`})
    .optional()
}

const duration = () => quantity(parseDuration, '2h')
const percent = () => quantity(parsePercent, '5%')
const rate = () => quantity(parseRate, '1000/s')
/** A time that something takes: zero would be a loop without a pause, or a limit that nothing keeps. */
const positiveDuration = () => duration().refine(durationMs => durationMs > 0, 'expected more than 0s')

const fractionOrPercent = 'expected a fraction from 0 to 1, or text such as "0.1%"'
/** `0.1%` or a fraction in [0, 1]; parsed to the fraction. */
const share = () =>
  z
    .union([
      z.number().min(0, fractionOrPercent).max(1, fractionOrPercent),
      quantity(text => parsePercent(text) / 100, '0.1%'),
    ])
    .refine(fraction => fraction <= 1, fractionOrPercent)
    .meta({examples: ['0.1%', 0.001]})

const column = (what: string) => z.string().min(1).describe(what)
const name = (what: string) =>
  z
    .string()
    .regex(
      /^[a-z0-9][a-z0-9-]{0,49}$/,
      'expected lower-case letters, digits and "-", at most 50, not starting with "-"',
    )
    .describe(what)

// ---- model and validation ----

export const metricNames = ['accuracy', 'precision', 'recall', 'f1', 'roc-auc', 'log-loss'] as const
export type MetricName = (typeof metricNames)[number]

const metricGate = z
  .strictObject({
    metric: z.enum(metricNames).describe('Metric to hold against the limits.'),
    'at-least': z.number().optional().describe('Fails below this value. For metrics where more is better.'),
    'at-most': z
      .number()
      .optional()
      .describe('Fails above this value. For metrics where less is better, such as log-loss.'),
    'may-lose': z
      .number()
      .min(0)
      .optional()
      .describe(
        'Margin in the metric’s unit: pass only where the candidate is shown not to be worse than the baseline by more.',
      ),
    'in-each': notYet('a gate for every value of a column (`in-each`)'),
  })
  .refine(gate => gate['at-least'] !== undefined || gate['at-most'] !== undefined || gate['may-lose'] !== undefined, {
    message: 'expected a metric gate with at least one of at-least, at-most, may-lose',
  })

const fairnessGate = z.strictObject({
  fairness: z.enum(['demographic-parity-difference']).describe('Difference between groups to hold against the limit.'),
  by: column('Column whose values are the groups. It must be listed under columns.groups.'),
  'at-most': z.number().min(0).max(1).describe('Largest difference that is allowed.'),
  'min-group': z
    .int()
    .min(1)
    .default(30)
    .describe(
      'A group with fewer rows is left out and listed; the gate is inconclusive when fewer than two groups remain.',
    ),
})

const unbuiltGate = z.union([
  z.looseObject({drift: notYet('the drift gate').unwrap()}),
  z.looseObject({command: notYet('the command gate').unwrap()}),
])

const gate = z.union([metricGate, fairnessGate, unbuiltGate])
export type MetricGate = z.output<typeof metricGate>
export type FairnessGate = z.output<typeof fairnessGate>

const predictions = z.strictObject({
  candidate: z.string().min(1).describe('Predictions of the candidate: a .csv or .jsonl file.'),
  baseline: z
    .string()
    .min(1)
    .refine(
      text => text !== 'production',
      'expected a file or none: a baseline from production’s evidence is designed but not built yet',
    )
    .describe(
      'Predictions of the release in production on the same rows: a .csv or .jsonl file, or `none` for the first release ever.',
    ),
  columns: z
    .strictObject({
      id: column('Identifies a row; candidate and baseline are joined by it.').default('id'),
      label: column('The true class.').default('label'),
      prediction: column('The predicted class. Without it, the score at the threshold decides.').optional(),
      score: column('Probability of the positive class, in [0, 1].').optional(),
      groups: z.array(column('A group column.')).default([]).describe('Columns that fairness gates may ask for.'),
    })
    .prefault({})
    .describe('Which column plays which role.'),
  positive: z
    .union([z.string(), z.number(), z.boolean()])
    .transform(String)
    .describe('The positive class, as it is written in the label column.'),
  threshold: z
    .number()
    .min(0)
    .max(1)
    .default(0.5)
    .describe('A score at or above it predicts the positive class, where there is no prediction column.'),
})

const validation = z.strictObject({
  predictions: predictions.optional().describe('Row-level predictions on an evaluation set.'),
  metrics: notYet('a metrics file without row-level predictions (`validation.metrics`)'),
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
  seed: z.int().min(0).default(1).describe('Seed of the bootstrap; it stands in the report.'),
})

const model = z.strictObject({
  files: z.string().min(1).describe('Model files that are digested, checked and promoted: a file or a folder.'),
  formats: z
    .enum(['weights-only', 'allowlist', 'report'])
    .default('weights-only')
    .refine(text => text === 'weights-only', 'expected weights-only: the others are designed but not built yet')
    .describe(
      'weights-only: nothing that could run code when it is loaded. The others are designed and refused until they work.',
    ),
  card: notYet('the model card check (`model.card`)'),
})

// ---- image ----

const imageRule = z.strictObject({
  severity: z.enum(severities).optional().describe('Matches vulnerabilities of exactly this severity.'),
  fixable: z
    .boolean()
    .optional()
    .describe('true: matches only where a fixed version exists; false: only where none does.'),
  verdict: z.enum(['fail', 'warn', 'pass']).describe('What a match means.'),
  'known-exploited': notYet('the known-exploited rule'),
  new: notYet('the new-since-production rule'),
})
export type ImageRule = z.output<typeof imageRule>

const image = z.strictObject({
  scanner: z
    .enum(['trivy', 'report', 'grype', 'both'])
    .default('trivy')
    .refine(
      text => text === 'trivy' || text === 'report',
      'expected trivy or report: the others are designed but not built yet',
    )
    .describe(
      'trivy: run Trivy from PATH. report: read its JSON report from a file. The others are designed and refused until they work.',
    ),
  report: z.string().min(1).optional().describe('Path of a Trivy JSON report, for `scanner: report`.'),
  gate: z
    .array(imageRule)
    .min(1)
    .default([
      {severity: 'critical', verdict: 'fail'},
      {severity: 'high', fixable: true, verdict: 'fail'},
      {severity: 'high', verdict: 'warn'},
    ])
    .describe('First match decides; what no rule names is reported, not gated.'),
  waivers: z
    .string()
    .min(1)
    .optional()
    .describe('Path of the waiver file: vulnerability, package, owner, reason, expires.'),
})

// ---- environments ----

const localTarget = z.strictObject({
  kind: z.literal('local').describe('The embedded router of `slipway router`, on this machine.'),
  router: z.url().describe('Address of the router’s control API.'),
  start: z
    .array(z.string())
    .min(1)
    .optional()
    .describe('Program that serves one release; {version} and {port} are replaced. The router starts and stops it.'),
})

const argv = (what: string) => z.array(z.string().min(1)).min(1).describe(what)

const commandTarget = z.strictObject({
  kind: z.literal('command').describe('Your own scripts. No shell: an argument list each.'),
  read: argv(
    'Prints the state as JSON: {"stable", "candidate", "weight", "ready"}; ready is the candidate, or the stable release where there is none.',
  ),
  deploy: argv('Puts {version} ({model}, {image}) beside the stable release, without traffic.'),
  'set-weight': argv('Sends {weight} percent of requests to the candidate.'),
  promote: argv('Makes {version} the stable release.'),
  restore: argv('Sends all traffic to {version} and removes the candidate.'),
  env: z
    .array(z.string())
    .default([])
    .describe('Names of environment variables that the scripts may see, besides PATH and HOME.'),
  timeout: positiveDuration().prefault('5m').describe('Time limit of one script.'),
  granularity: percent()
    .refine(weight => weight > 0 && weight <= 100, 'expected more than 0% and at most 100%')
    .prefault('1%')
    .describe('Smallest step of a weight.'),
})

/** Target kinds of the design that do not work yet; named so that the refusal can say so. */
export const unbuiltTargets = [
  'haproxy',
  'kubernetes',
  'gateway-api',
  'istio',
  'argo-rollouts',
  'kserve',
  'sagemaker',
  'cloud-run',
  'vertex-ai',
  'lambda',
] as const
/** Source kinds of the design that do not work yet. */
export const unbuiltSources = ['datadog', 'cloudwatch', 'http-json', 'github'] as const

const target = z.discriminatedUnion('kind', [localTarget, commandTarget])
export type TargetConfig = z.output<typeof target>

const scrapeSource = z.strictObject({
  kind: z.literal('scrape').describe('Reads the /metrics pages of the two releases; needs no metrics server.'),
  url: z.array(z.string().min(1)).min(1).describe('Pages of one release, one for each replica; {version} is replaced.'),
})

const prometheusSource = z.strictObject({
  kind: z.literal('prometheus').describe('Asks a Prometheus server (or one that speaks its HTTP API).'),
  url: z.url().describe('Address of the server.'),
  'release-label': z
    .string()
    .regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/)
    .default('version')
    .describe('Label whose value is the release’s version.'),
  'token-from': z
    .string()
    .regex(/^[A-Z_][A-Z0-9_]*$/, 'expected the name of an environment variable, never the secret itself')
    .optional()
    .describe('Name of the environment variable that holds a bearer token.'),
})

const telemetry = z.discriminatedUnion('kind', [scrapeSource, prometheusSource])
export type TelemetryConfig = z.output<typeof telemetry>

const guardName = name('Name of the guard, in reports and in the ledger.')

const shareGuard = z
  .strictObject({
    name: guardName,
    share: z
      .strictObject({
        of: z
          .string()
          .regex(/^[a-zA-Z_:][a-zA-Z0-9_:]*$/, 'expected the name of a counter metric')
          .describe('Counter metric of requests.'),
        bad: z.string().min(1).describe('Label matchers of bad requests, as in PromQL: code=~"5..".'),
      })
      .describe('Share of requests that are bad.'),
    'at-most': share().optional().describe('Aborts when the candidate’s share is shown to be above.'),
    'at-most-times-stable': z
      .number()
      .min(1)
      .optional()
      .describe('Aborts when the candidate’s share is shown to be above this multiple of the stable release’s.'),
  })
  .refine(guard => guard['at-most'] !== undefined || guard['at-most-times-stable'] !== undefined, {
    message: 'expected a share guard with at-most or at-most-times-stable',
  })

const quantiles = {p50: 0.5, p90: 0.9, p95: 0.95, p99: 0.99} as const

const quantileGuard = z
  .strictObject({
    name: guardName,
    histogram: z
      .string()
      .regex(/^[a-zA-Z_:][a-zA-Z0-9_:]*$/, 'expected the base name of a histogram metric')
      .describe('Classic Prometheus histogram, in seconds.'),
    p50: positiveDuration().optional().describe('Limit of the median.'),
    p90: positiveDuration().optional().describe('Limit of the 90th percentile.'),
    p95: positiveDuration().optional().describe('Limit of the 95th percentile.'),
    p99: positiveDuration().optional().describe('Limit of the 99th percentile.'),
  })
  .refine(
    guard => Object.keys(quantiles).filter(key => guard[key as keyof typeof quantiles] !== undefined).length === 1,
    {
      message: 'expected a histogram guard with exactly one of p50, p90, p95, p99',
    },
  )

const unbuiltGuard = z.union([
  z.looseObject({mean: notYet('a guard on a mean').unwrap()}),
  z.looseObject({count: notYet('a guard on a count of events').unwrap()}),
  z.looseObject({alert: notYet('a guard on alerts').unwrap()}),
])

const guard = z.union([shareGuard, quantileGuard, unbuiltGuard])
export type ShareGuard = z.output<typeof shareGuard>
export type QuantileGuard = z.output<typeof quantileGuard>

const stage = z.strictObject({
  weight: percent()
    .refine(weight => weight > 0 && weight <= 100, 'expected more than 0% and at most 100%')
    .describe('Share of requests for the candidate.'),
  for: duration().describe('Dwell: how long the stage lasts at least.'),
})

const defaultStages = [
  {weight: '5%', for: '2h'},
  {weight: '25%', for: '6h'},
  {weight: '50%', for: '12h'},
]

const defaultGuards = [
  {name: 'errors', share: {of: 'http_requests_total', bad: 'code=~"5.."'}, 'at-most': '0.1%'},
  {name: 'latency', histogram: 'http_request_duration_seconds', p95: '120ms'},
]

const rollout = z.strictObject({
  stages: z
    .array(stage)
    .min(1)
    .prefault(defaultStages)
    .refine(
      stages => stages.every((each, index) => index === 0 || each.weight > (stages[index - 1]?.weight ?? 0)),
      'expected weights that rise from stage to stage',
    )
    .describe('Planned weights and dwells; 100 % follows the last one.'),
  'false-abort-rate': share()
    .refine(alpha => alpha > 0 && alpha < 0.5, 'expected more than 0 and less than 50%')
    .prefault('1%')
    .describe('Largest chance to abort a healthy release, over the whole rollout and all guards together.'),
  'when-evidence-is-short': z
    .enum(['hold', 'extend', 'continue'])
    .default('hold')
    .describe(
      'At the end of a dwell without enough evidence: hold for a person, extend by one dwell and then hold, or continue.',
    ),
  tick: positiveDuration().prefault('5m').describe('Time between two looks.'),
  'stale-after': positiveDuration().prefault('1h').describe('A rollout whose last tick is older is reported as stale.'),
  bake: notYet('the watch after promotion (`bake`)'),
  guards: z.array(guard).min(1).prefault(defaultGuards).describe('What is judged while traffic moves.'),
})
export type RolloutConfig = z.output<typeof rollout>

const approval = z.strictObject({
  team: z.string().min(1).describe('Who must approve.'),
  when: z
    .enum(['always', 'major', 'policy-loosened'])
    .default('always')
    .describe(
      'major: the first number of the version changes. policy-loosened: the policy became looser since the release in production.',
    ),
})
export type ApprovalConfig = z.output<typeof approval>

const environment = z.strictObject({
  target: target.describe('Who moves the traffic.'),
  telemetry: telemetry.describe('Who measures it.'),
  traffic: rate().optional().describe('Requests that the environment receives, for the plan: 1000/s, 20/min, 100/day.'),
  rollout: rollout.prefault({}).describe('How a release travels to all traffic.'),
  approvals: z.array(approval).default([]).describe('Who must approve before the first weight.'),
  freeze: notYet('freeze windows (`freeze`)'),
  notify: notYet('notices (`notify`)'),
})
export type EnvironmentConfig = z.output<typeof environment>

const records = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z
        .literal('git-branch')
        .describe('Branches slipway/<service>/… of this repository, through the Git data API.'),
    }),
    z.strictObject({
      kind: z.literal('directory').describe('A folder on this machine.'),
      path: z.string().min(1).default('.slipway').describe('The folder.'),
    }),
  ])
  .describe('Where ledgers and evidence are kept. Default: git-branch in a workflow, the folder .slipway elsewhere.')
export type RecordsConfig = z.output<typeof records>

export const configSchema = z
  .strictObject({
    version: z.literal(1).describe('Version of this format.'),
    service: name('Name of the service: names its branches, checks, comments and locks.'),
    model: model.describe('What is promoted.'),
    validation: validation
      .prefault({})
      .describe('Is this model good enough, fair enough, and not worse than the one in production?'),
    image: image.optional().describe('May this image be deployed?'),
    'service-checks': notYet('verify-service (`service-checks`)'),
    environments: z.record(name('Name of an environment.'), environment).default({}).describe('Where releases run.'),
    records: records.optional(),
  })
  .meta({title: 'slipway.yml', description: 'One service’s way from pull request to production.'})

export type Config = z.output<typeof configSchema>
