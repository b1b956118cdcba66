/**
 * The format of `slipway.yml`, whole. Every field is described here and nowhere else: the JSON Schema for editors and
 * the reference in `docs/config.md` are made from it. Parts that are designed but not built are refused, never ignored.
 * Reading rules: a limit is a plain sentence (`at-most`, `at-least`, `may-lose`); durations, percentages, sizes and
 * rates carry their unit; keys are kebab-case, and stay so in the parsed value.
 */
import * as z from 'zod'
import {name, notYet, percent, positiveDuration, rate, withoutLogin} from './fields.ts'
import {image} from './image-schema.ts'
import {approval, rollout} from './rollout-schema.ts'
import {safety} from './safety-schema.ts'
import {modelCard, validation} from './validation-schema.ts'
import {freezeWindow} from './window-schema.ts'

// ---- model ----

const model = z.strictObject({
  files: z.string().min(1).describe('Model files that are digested, checked and promoted: a file or a folder.'),
  formats: z
    .enum(['weights-only', 'allowlist', 'report'])
    .default('weights-only')
    .describe(
      'weights-only: nothing that could run code when it is loaded. allowlist: also pickles of which every import is on the allow-list, or allowed below. report: everything is said, and only what cannot be read blocks.',
    ),
  safety: safety.describe('What is allowed beside weights, and what the files are held against.'),
  card: modelCard.optional(),
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
