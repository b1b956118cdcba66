/** The part of `slipway.yml` that says how a release travels to all traffic: stages, presets, deadlines, approvals. */
import * as z from 'zod'
import {percent, positiveDuration, share} from './fields.ts'
import {guard} from './guard-schema.ts'
import {officeHours} from './window-schema.ts'

// ---- stages ----

const stage = z
  .strictObject({
    weight: percent()
      .refine(weight => weight > 0 && weight <= 100, 'expected more than 0% and at most 100%')
      .optional()
      .describe('Share of requests for the candidate.'),
    mirror: percent()
      .refine(weight => weight > 0 && weight <= 100, 'expected more than 0% and at most 100%')
      .optional()
      .describe('Share of requests that the candidate gets a copy of; its answers reach nobody. Instead of a weight.'),
    for: positiveDuration().describe('Dwell: how long the stage is watched.'),
    'at-least': positiveDuration()
      .optional()
      .describe(
        'The stage may end after this time already, as soon as every guard is shown to be safe. Without it, never early.',
      ),
    'at-most': positiveDuration()
      .optional()
      .describe(
        'With `when-evidence-is-short: extend`: how long the stage may last at most. Default: twice its dwell.',
      ),
    'ask-first': z
      .boolean()
      .default(false)
      .describe('Whether a person must say `resume` before this stage begins: go or no-go.'),
  })
  .refine(each => (each.weight === undefined) !== (each.mirror === undefined), {
    message: 'expected a stage with either weight or mirror',
  })
export type StageConfig = z.output<typeof stage>

// ---- the rollout ----

export const presets = ['canary', 'blue-green', 'all-at-once', 'shadow', 'feature-flag'] as const
export type Preset = (typeof presets)[number]

const hourMs = 3_600_000
const canaryStages = [
  {weight: 5, for: 2 * hourMs, 'ask-first': false},
  {weight: 25, for: 6 * hourMs, 'ask-first': false},
  {weight: 50, for: 12 * hourMs, 'ask-first': false},
]

/** Stages where the file names none. */
export const presetStages: Readonly<Record<Preset, readonly StageConfig[]>> = {
  canary: canaryStages,
  'blue-green': [
    {weight: 10, for: hourMs, 'ask-first': false},
    {weight: 50, for: hourMs, 'ask-first': false},
  ],
  'all-at-once': [],
  shadow: [{mirror: 100, for: 24 * hourMs, 'ask-first': false}],
  'feature-flag': canaryStages,
}

/** Milliseconds of watching after 100 %, where the file does not say. */
export const presetBakes: Readonly<Record<Preset, number>> = {
  canary: 0,
  'blue-green': hourMs,
  'all-at-once': hourMs,
  shadow: 0,
  'feature-flag': 0,
}

const defaultGuards = [
  {name: 'errors', share: {of: 'http_requests_total', bad: 'code=~"5.."'}, 'at-most': '0.1%'},
  {name: 'latency', histogram: 'http_request_duration_seconds', p95: '120ms'},
]

const rolloutKeys = z.strictObject({
  preset: z
    .enum(presets)
    .default('canary')
    .describe(
      'Stages and bake that hold where the file names none. canary: 5% for 2h, 25% for 6h, 50% for 12h. blue-green: 10% and 50% for 1h each, then the old side is kept for 1h. all-at-once: no stage, and 1h of watching. shadow: all requests mirrored for 24h. feature-flag: as canary, for a command target that turns a flag.',
    ),
  stages: z
    .array(stage)
    .min(1)
    .optional()
    .superRefine((stages, context) => {
      for (const [index, each] of (stages ?? []).entries()) {
        const before = stages?.[index - 1]
        const problem = before && problemAfter(before, each)
        if (problem) context.addIssue({code: 'custom', message: problem, path: [index]})
      }
    })
    .describe('Planned weights and dwells; 100 % follows the last one. Default: those of the preset.'),
  bake: positiveDuration()
    .optional()
    .describe(
      'How long the guards go on judging after 100 %, with the old release kept beside: a rollback is still automatic and instant. Then the old one is removed. Default: that of the preset.',
    ),
  'false-abort-rate': share()
    .refine(alpha => alpha > 0 && alpha < 0.5, 'expected more than 0 and less than 50%')
    .prefault('1%')
    .describe('Largest chance to abort a healthy release, over the whole rollout and all guards together.'),
  'when-evidence-is-short': z
    .enum(['hold', 'extend', 'continue'])
    .default('hold')
    .describe(
      'At the end of a dwell without enough evidence: hold for a person, extend the stage up to its at-most and then hold, or continue.',
    ),
  tick: positiveDuration().prefault('5m').describe('Time between two looks.'),
  'stale-after': positiveDuration().prefault('1h').describe('A rollout whose last tick is older is reported as stale.'),
  'dead-after': positiveDuration()
    .prefault('6h')
    .describe(
      'A rollout whose candidate has traffic and that nobody looked at for longer is aborted by the next tick instead of being continued.',
    ),
  deadline: positiveDuration()
    .optional()
    .describe(
      'How long it may take from the first stage until the candidate has all traffic; holds and pauses count, the bake does not.',
    ),
  'when-late': z
    .enum(['abort', 'hold'])
    .default('abort')
    .describe('What happens at the deadline: abort, or hold until a person says resume.'),
  'only-during': z
    .array(officeHours)
    .default([])
    .describe(
      'Times in which the candidate may get more traffic: office hours. Guards and aborts know no hours. Default: always.',
    ),
  guards: z.array(guard).min(1).prefault(defaultGuards).describe('What is judged while traffic moves.'),
})
export const rollout = rolloutKeys.transform(keys => ({
  ...keys,
  stages: keys.stages ?? presetStages[keys.preset],
  /** Milliseconds; 0 where nothing is watched after 100 %. */
  bake: keys.bake ?? presetBakes[keys.preset],
}))
export type RolloutConfig = z.output<typeof rollout>

/** Mirroring comes before weights, and weights rise. */
function problemAfter(before: StageConfig, stage: StageConfig): string | undefined {
  if (stage.mirror !== undefined) {
    return before.mirror === undefined ? 'expected stages with mirror before all stages with weight' : undefined
  }
  return stage.weight !== undefined && stage.weight <= (before.weight ?? 0)
    ? `expected weights that rise from stage to stage; ${stage.weight}% follows ${before.weight}%`
    : undefined
}

// ---- approvals ----

export const approval = z.strictObject({
  team: z.string().min(1).describe('Who must approve.'),
  when: z
    .enum(['always', 'major', 'policy-loosened'])
    .default('always')
    .describe(
      'major: the first number of the version changes. policy-loosened: the policy became looser since the release in production.',
    ),
})
export type ApprovalConfig = z.output<typeof approval>
