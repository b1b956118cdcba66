/** The guards of `slipway.yml`: what is judged while traffic moves, one schema for each kind. */
import * as z from 'zod'
import {name, positiveDuration, share} from './fields.ts'

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

export const guard = z.union([shareGuard, quantileGuard, meanGuard, countGuard, alertGuard, distributionGuard])
export type ShareGuard = z.output<typeof shareGuard>
export type QuantileGuard = z.output<typeof quantileGuard>
export type MeanGuard = z.output<typeof meanGuard>
export type CountGuard = z.output<typeof countGuard>
export type AlertGuard = z.output<typeof alertGuard>
export type DistributionGuard = z.output<typeof distributionGuard>
export type GuardConfig = z.output<typeof guard>
