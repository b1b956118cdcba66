/** The part of `slipway.yml` that says how a release travels to all traffic: stages, guards, time windows, approvals. */
import * as z from 'zod'
import {type Moment, parseClock, parseMoment, wallMs, weekdays} from '../core/wall-time.ts'
import {name, percent, positiveDuration, share} from './fields.ts'

// ---- guards ----

const guardName = name('Name of the guard, in reports and in the ledger.')

const metricName = (what: string) => z.string().regex(/^[a-zA-Z_:][a-zA-Z0-9_:]*$/, `expected the name of ${what}`)

/** Of guards whose bad requests, values or events may come several at once. */
const clustered = {
  'clusters-of': z
    .number()
    .min(1)
    .max(1000)
    .default(5)
    .describe(
      'How many of them one cause brings at once (a broken session, a client that retries), taken for granted until the stable release shows it. 1: each comes by itself; then a bad release is aborted after far fewer.',
    ),
}

/** Keys that every guard with statistics has. */
const judged = {
  statistics: z
    .enum(['sequential', 'none'])
    .default('sequential')
    .describe(
      'sequential: aborts by a test whose false alarms are bounded, however often it looks. none: aborts at the first look at which at least 100 candidate requests stand above the limit; it stops healthy releases, and the plan says so.',
    ),
}

const timesStable = (what: string) =>
  z
    .number()
    .min(1)
    .optional()
    .describe(`Aborts when ${what} is shown to be above this multiple of the stable release’s.`)

const shareGuard = z
  .strictObject({
    name: guardName,
    share: z
      .strictObject({
        of: metricName('a counter metric').describe('Counter metric of requests.'),
        bad: z.string().min(1).describe('Label matchers of bad requests, as in PromQL: code=~"5..".'),
        session: z
          .string()
          .regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/, 'expected the name of a label')
          .optional()
          .describe(
            'Label that names the session of a request. Then sessions are counted instead of requests: one is bad when any of its requests is.',
          ),
      })
      .describe('Share of requests that are bad: errors, fallbacks, answers that break the schema, NaN predictions.'),
    'at-most': share().optional().describe('Aborts when the candidate’s share is shown to be above.'),
    'at-most-times-stable': timesStable('the candidate’s share'),
    while: z
      .enum(['always', 'mirroring'])
      .default('always')
      .describe(
        'mirroring: asked at the stages with `mirror` only, for counters that only copies of requests move, such as slipway_mirror_requests_total. At the stages with `weight` no evidence is expected of it; what it showed before still counts.',
      ),
    ...judged,
    ...clustered,
  })
  .refine(guard => guard['at-most'] !== undefined || guard['at-most-times-stable'] !== undefined, {
    message: 'expected a share guard with at-most or at-most-times-stable',
  })

const quantiles = {p50: 0.5, p90: 0.9, p95: 0.95, p99: 0.99} as const

const quantileGuard = z
  .strictObject({
    name: guardName,
    histogram: metricName('a histogram metric without its suffix').describe(
      'Classic Prometheus histogram, in seconds.',
    ),
    p50: positiveDuration().optional().describe('Limit of the median.'),
    p90: positiveDuration().optional().describe('Limit of the 90th percentile.'),
    p95: positiveDuration().optional().describe('Limit of the 95th percentile.'),
    p99: positiveDuration().optional().describe('Limit of the 99th percentile.'),
    'at-most-times-stable': timesStable('the candidate’s share of requests over that limit'),
    ...judged,
    ...clustered,
  })
  .refine(
    guard => Object.keys(quantiles).filter(key => guard[key as keyof typeof quantiles] !== undefined).length === 1,
    {
      message: 'expected a histogram guard with exactly one of p50, p90, p95, p99',
    },
  )

const meanGuard = z
  .strictObject({
    name: guardName,
    mean: z
      .strictObject({
        of: metricName('a summary or histogram metric without its suffix').describe(
          'Summary or histogram whose _sum and _count are read: revenue per decision, a quality score, cost per request.',
        ),
        squares: metricName('a counter metric')
          .optional()
          .describe('Counter of the sum of the squared values. With it, far fewer requests show a change.'),
        between: z
          .tuple([z.number(), z.number()], 'expected two numbers such as [0, 10]')
          .refine(([low, high]) => low < high, 'expected two numbers that rise')
          .describe('Smallest and largest value that one request can have: the test needs a bound.'),
      })
      .describe('Mean of a value that each request has.'),
    'at-least': z.number().optional().describe('Aborts when the candidate’s mean is shown to be below.'),
    'at-most': z.number().optional().describe('Aborts when the candidate’s mean is shown to be above.'),
    'may-lose': share()
      .optional()
      .describe('Aborts when the mean is shown to be lower than the stable release’s by more than this share of it.'),
    'may-grow': share()
      .optional()
      .describe('Aborts when the mean is shown to be higher than the stable release’s by more than this share of it.'),
    ...judged,
    ...clustered,
  })
  .refine(
    guard => ['at-least', 'at-most', 'may-lose', 'may-grow'].some(key => guard[key as 'at-least'] !== undefined),
    {
      message: 'expected a mean guard with at-least, at-most, may-lose or may-grow',
    },
  )

const countGuard = z
  .strictObject({
    name: guardName,
    count: z
      .strictObject({
        of: metricName('a counter metric').describe('Counter metric of events: complaints, incidents, chargebacks.'),
        where: z.string().min(1).optional().describe('Label matchers of the events that count, as in PromQL.'),
        per: metricName('a counter metric')
          .default('http_requests_total')
          .describe('Counter metric of the requests that the events come from.'),
      })
      .describe('Count of events.'),
    'at-most': z
      .int()
      .min(0)
      .optional()
      .describe(
        'Aborts when the candidate has more events in the whole rollout. 0: the first one aborts. No statistics.',
      ),
    'at-most-times-stable': timesStable('the candidate’s rate of events per request'),
    ...clustered,
  })
  .refine(guard => guard['at-most'] !== undefined || guard['at-most-times-stable'] !== undefined, {
    message: 'expected a count guard with at-most or at-most-times-stable',
  })

const alertGuard = z.strictObject({
  name: guardName,
  alert: z
    .string()
    .min(1)
    .describe('Label matchers of alerts, as in PromQL: severity="critical". Any one that begins to fire aborts.'),
})

const distributionGuard = z.strictObject({
  name: guardName,
  distribution: metricName('a histogram metric without its suffix').describe(
    'Classic Prometheus histogram of what the model answers: scores, predicted values.',
  ),
  'may-shift': share()
    .refine(distance => distance < 1, 'expected less than 100%')
    .describe(
      'Aborts when the distributions of the two releases are shown to differ by more: the largest difference of their cumulative shares (Kolmogorov). Needs about 10 000 requests of each to see a shift of 10 %.',
    ),
})

const guard = z.union([shareGuard, quantileGuard, meanGuard, countGuard, alertGuard, distributionGuard])
export type ShareGuard = z.output<typeof shareGuard>
export type QuantileGuard = z.output<typeof quantileGuard>
export type MeanGuard = z.output<typeof meanGuard>
export type CountGuard = z.output<typeof countGuard>
export type AlertGuard = z.output<typeof alertGuard>
export type DistributionGuard = z.output<typeof distributionGuard>
export type GuardConfig = z.output<typeof guard>

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

// ---- times ----

/** For editors; what no calendar or clock has is refused by the parsers. */
const clockPattern = '([01]?\\d|2[0-3]):[0-5]\\d'
const momentPattern = `^((${weekdays.join('|')}) ${clockPattern}|\\d{4}-\\d{2}-\\d{2}( ${clockPattern})?)$`

const clock = (example: string) =>
  z
    .string()
    .refine(text => parseClock(text) !== null, `expected a time such as "${example}"`)
    .meta({examples: [example], pattern: `^${clockPattern}$`})
const zone = z
  .string()
  .refine(isZone, 'expected a time zone of the IANA list such as Europe/Berlin')
  .default('UTC')
  .describe('Time zone of both times, by its IANA name.')

const moment = () =>
  z
    .string()
    .refine(
      text => parseMoment(text) !== null,
      'expected a day of the week and a time such as "Fri 16:00", or a date such as "2026-12-20" or "2026-12-20 18:00"',
    )
    .meta({examples: ['Fri 16:00', '2026-12-20'], pattern: momentPattern})

/** `Fri 16:00` to `Mon 08:00` each week, or from one date to another once. */
export const freezeWindow = z
  .strictObject({
    from: moment().describe('Begin: "Fri 16:00" each week, or a date once.'),
    to: moment().describe('End, in the same form. A date without a time is frozen until it is over.'),
    zone,
    why: z.string().min(1).optional().describe('What a person reads while it holds.'),
  })
  .superRefine((window, context) => {
    const problem = problemOfWindow(parseMoment(window.from), parseMoment(window.to))
    if (problem) context.addIssue({code: 'custom', message: problem, path: ['to']})
  })
export type FreezeWindowConfig = z.output<typeof freezeWindow>

const officeHours = z.strictObject({
  days: z.array(z.enum(weekdays)).min(1).default(['Mon', 'Tue', 'Wed', 'Thu', 'Fri']).describe('Days of the week.'),
  from: clock('09:00').describe('Begin, on each of these days.'),
  to: clock('17:00').describe('End. A time that is not after the begin is that of the next day.'),
  zone,
})
export type OfficeHoursConfig = z.output<typeof officeHours>

function problemOfWindow(from: Moment | null, to: Moment | null): string | undefined {
  if (from === null || to === null) return undefined
  if (from.kind === 'weekly' && to.kind === 'weekly') {
    const isEmpty = from.weekday === to.weekday && from.minute === to.minute
    return isEmpty ? 'expected an end that differs from the begin' : undefined
  }
  if (from.kind !== 'once' || to.kind !== 'once') return 'expected two days of the week or two dates, not one of each'
  const begin = wallMs(from.date, from.minute ?? 0)
  const end = wallMs(to.date, to.minute ?? 24 * 60)
  return begin < end ? undefined : 'expected an end after the begin'
}

function isZone(text: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', {timeZone: text}).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

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
