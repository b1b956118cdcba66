/** The plan of a rollout as a ledger keeps it (see `stages.ts` and `guards.ts`). */
import * as z from 'zod'

const text = z.string().min(1)
const percent = z.number().min(0).max(100)
const duration = z.number().min(0)

const query = z.discriminatedUnion('kind', [
  z.strictObject({kind: z.literal('share'), name: text, of: text, bad: text, session: z.exactOptional(text)}),
  z.strictObject({kind: z.literal('quantile'), name: text, histogram: text, limit: z.number().positive()}),
  z.strictObject({
    kind: z.literal('mean'),
    name: text,
    of: text,
    squares: z.exactOptional(text),
    low: z.number(),
    high: z.number(),
  }),
  z.strictObject({kind: z.literal('events'), name: text, of: text, where: z.exactOptional(text), per: text}),
  z.strictObject({kind: z.literal('alert'), name: text, matchers: text}),
  z.strictObject({kind: z.literal('distribution'), name: text, histogram: text}),
])

const judged = {alpha: z.number().min(0).lt(1), method: z.exactOptional(z.enum(['sequential', 'threshold']))}
const bounds = {low: z.number(), high: z.number()}
const fraction = z.number().gt(0).lt(1)
const times = z.number().min(1)

const test = z.discriminatedUnion('kind', [
  z.strictObject({kind: z.literal('share-at-most'), limit: fraction, ...judged}),
  z.strictObject({kind: z.literal('share-at-most-times-stable'), times, ...judged}),
  z.strictObject({
    kind: z.literal('quantile-at-most'),
    quantile: fraction,
    limitSeconds: z.number().positive(),
    ...judged,
  }),
  z.strictObject({
    kind: z.literal('slow-at-most-times-stable'),
    times,
    limitSeconds: z.number().positive(),
    ...judged,
  }),
  z.strictObject({kind: z.enum(['mean-at-least', 'mean-at-most']), limit: z.number(), ...bounds, ...judged}),
  z.strictObject({
    kind: z.enum(['mean-may-lose', 'mean-may-grow']),
    fraction: z.number().min(0).max(1),
    ...bounds,
    ...judged,
  }),
  z.strictObject({kind: z.literal('events-at-most'), limit: z.int().min(0)}),
  z.strictObject({kind: z.literal('events-at-most-times-stable'), times, ...judged}),
  z.strictObject({kind: z.literal('no-alert')}),
  z.strictObject({kind: z.literal('distribution-may-shift'), distance: z.number().min(0).lt(1), ...judged}),
])

const zone = {zone: text}

export const planSchema = z.strictObject({
  stages: z.array(
    z.strictObject({
      weightPercent: percent,
      dwellMs: duration,
      mirrorPercent: z.exactOptional(percent),
      atLeastMs: z.exactOptional(duration),
      atMostMs: z.exactOptional(duration),
      askFirst: z.exactOptional(z.boolean()),
      isBake: z.exactOptional(z.boolean()),
    }),
  ),
  guards: z.array(
    z.strictObject({
      name: text,
      query,
      tests: z.array(test).min(1),
      clustersOf: z.exactOptional(z.number().min(1)),
      whileMirroring: z.exactOptional(z.literal(true)),
    }),
  ),
  falseAbortRate: z.number().gt(0).lt(1),
  safety: z.strictObject({margin: z.number().gt(1), risk: z.number().gt(0).lt(1)}),
  whenEvidenceIsShort: z.enum(['hold', 'extend', 'continue']),
  tickMs: z.number().positive(),
  staleAfterMs: z.number().positive(),
  approvals: z.array(text),
  preset: z.exactOptional(z.enum(['canary', 'blue-green', 'all-at-once', 'shadow', 'feature-flag'])),
  deadlineMs: z.exactOptional(z.number().positive()),
  whenLate: z.exactOptional(z.enum(['abort', 'hold'])),
  deadAfterMs: z.exactOptional(z.number().positive()),
  freeze: z.exactOptional(z.array(z.strictObject({from: text, to: text, why: z.exactOptional(text), ...zone}))),
  onlyDuring: z.exactOptional(
    z.array(
      z.strictObject({
        days: z.array(z.enum(['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'])),
        from: text,
        to: text,
        ...zone,
      }),
    ),
  ),
})
