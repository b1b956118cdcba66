/**
 * The format of `slipway.yml`, whole. Every field is described here and nowhere else: the JSON Schema for editors and
 * the reference in `docs/config.md` are made from it. Parts that are designed but not built are refused, never ignored.
 * Reading rules: a limit is a plain sentence (`at-most`, `at-least`, `may-lose`); durations, percentages, sizes and
 * rates carry their unit; keys are kebab-case, and stay so in the parsed value.
 */
import * as z from 'zod'
import {severities} from '../core/severity.ts'
import {column, name, notYet, percent, positiveDuration, rate, withoutLogin} from './fields.ts'
import {approval, rollout} from './rollout-schema.ts'
import {freezeWindow} from './window-schema.ts'

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
  router: withoutLogin(z.url()).describe('Address of the router’s control API.'),
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
    'Prints the state as JSON: {"stable", "candidate", "weight", "ready"}, and "mirror" where `mirror` is configured; ready is the candidate, or the stable release where there is none.',
  ),
  deploy: argv(
    'Puts {version} ({model}, {image}) beside the stable release, without traffic; where nothing serves yet, it becomes the stable release. Without it the release has to be there already, and `read` has to show it: so with feature flags.',
  ).optional(),
  'set-weight': argv(
    'Sends {weight} percent of requests to the candidate. At 100 the stable release stays, without traffic.',
  ),
  mirror: argv(
    'Sends the candidate a copy of {percent} percent of the stable release’s requests and drops its answers; 0 ends it. Without it, a plan that mirrors is refused.',
  ).optional(),
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
    .describe('Smallest step of a weight; 0 and 100 can always be set.'),
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
  url: z
    .array(withoutLogin(z.string().min(1)))
    .min(1)
    .describe('Pages of one release, one for each replica; {version} is replaced.'),
})

const prometheusSource = z.strictObject({
  kind: z.literal('prometheus').describe('Asks a Prometheus server (or one that speaks its HTTP API).'),
  url: withoutLogin(z.url()).describe('Address of the server.'),
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

const environment = z.strictObject({
  target: target.describe('Who moves the traffic.'),
  telemetry: telemetry.describe('Who measures it.'),
  traffic: rate().optional().describe('Requests that the environment receives, for the plan: 1000/s, 20/min, 100/day.'),
  rollout: rollout.prefault({}).describe('How a release travels to all traffic.'),
  approvals: z.array(approval).default([]).describe('Who must approve before the first weight.'),
  freeze: z
    .array(freezeWindow)
    .default([])
    .describe('Times in which no release gets more traffic. Guards go on judging; an abort or rollback never waits.'),
  notify: notYet('notices (`notify`)'),
})
export type EnvironmentConfig = z.output<typeof environment>

const gitRemote = z
  .string()
  .min(1)
  .refine(
    remote => !/^https?:\/\/[^/]*@/i.test(remote),
    'expected an address without a user or token: name it by token-env',
  )
  .refine(
    remote => !remote.startsWith('-') && !remote.includes('::') && !/\s/.test(remote),
    'expected https://…, ssh://…, git@host:path, a folder such as "./records.git", or the name of a remote',
  )
  .meta({examples: ['git@git.example.com:ml/records.git', './records.git', 'origin']})

const records = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z
        .literal('git-branch')
        .describe('Branches slipway/<service>/… of this repository, through the Git data API.'),
    }),
    z.strictObject({
      kind: z
        .literal('git-push')
        .describe('Branches slipway/<service>/… of any git remote, by the git program: no GitHub needed.'),
      remote: gitRemote.describe(
        'The remote: an address, a folder with a slash, or a remote of the repository in the working directory.',
      ),
      folder: z
        .string()
        .min(1)
        .default('.slipway/records.git')
        .describe(
          'Where the bare copy of the remote lies. It is made when it is missing, and may be deleted while none runs.',
        ),
      'token-env': z
        .string()
        .regex(/^[A-Z_][A-Z0-9_]*$/, 'expected the name of an environment variable, never the secret itself')
        .optional()
        .describe(
          'Name of the environment variable that holds a token for an https remote. Default: git’s own credentials.',
        ),
      user: z
        .string()
        .regex(/^[^\s:]+$/, 'expected a user name without ":"')
        .default('git')
        .describe('User name that belongs to the token; GitLab’s job token wants gitlab-ci-token.'),
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
