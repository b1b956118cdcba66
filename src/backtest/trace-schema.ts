/** The form of one line of a trace, as it comes from outside. What lines mean together is checked by `read-trace.ts`. */
import * as z from 'zod'

const whole = (what: string) =>
  z
    .int('expected a whole number')
    .min(0, 'is negative: a delta cannot be; a counter that began anew counts from 0')
    .describe(what)

const counts = z
  .strictObject({
    n: whole('Requests since the line before.'),
    bad: whole('Bad ones: an error, or slower than the limit. Of a count guard: the events.'),
    suspect: whole('Possibly bad ones, where the limit is no bucket bound. Default: bad.').optional(),
  })
  .describe('Counts of a share, quantile or count guard.')

const mean = z
  .strictObject({
    n: whole('Requests since the line before.'),
    sum: z.number('expected a finite number').describe('Sum of their values.'),
    sumOfSquares: z
      .number('expected a finite number')
      .min(0, 'is negative: a sum of squares cannot be')
      .optional()
      .describe('Sum of the squares of their values, where somebody measured it.'),
  })
  .describe('Sums of a mean guard.')

const shape = z
  .strictObject({
    bounds: z.array(z.number()).min(1).describe('Upper bounds of all buckets but the last, rising.'),
    buckets: z.array(whole('Requests in one bucket.')).min(2).describe('Requests in each bucket, not cumulative.'),
  })
  .describe('Buckets of a distribution guard.')

const arms = <T extends z.ZodType>(arm: T) =>
  z.strictObject({candidate: arm.describe('The candidate.'), stable: arm.describe('The stable release.')})

export type LineInput = z.output<typeof lineSchema>

export const lineSchema = z
  .strictObject({
    at: z.iso
      .datetime({offset: true, error: 'expected a time such as "2026-01-01T00:05:00Z"'})
      .describe('End of the interval: ISO 8601.'),
    weight: z
      .number('expected a number of percent')
      .min(0, 'expected 0 to 100 percent')
      .max(100, 'expected 0 to 100 percent')
      .describe('Share of requests that the candidate was given in the interval, in percent.'),
    guards: z
      .record(z.string(), z.union([arms(counts), arms(mean), arms(shape)]))
      .describe('What each guard counted since the line before. A guard that is missing was not measured.'),
    alerts: z
      .record(z.string(), z.array(z.string()))
      .default({})
      .describe('Alerts that fired, by alert guard; an empty list says that none did.'),
    partial: z
      .record(z.string(), z.string())
      .optional()
      .describe('Guards that were seen in part only, and what was missing: they can show harm, and no safety.'),
    absent: z
      .record(
        z.string(),
        z.strictObject({
          kind: z.enum(['no-data', 'query-failed']).describe('Silence, or a source that did not answer.'),
          detail: z.string().describe('What the source said.'),
        }),
      )
      .default({})
      .describe('Why a guard was not measured, where somebody knows.'),
  })
  .meta({
    title: 'One line of a trace',
    description: 'Measurements of one rollout since the line before, for `slipway backtest`. A trace is JSON Lines.',
  })

/** JSON Schema (2020-12) of one line, for editors and for whoever writes traces. */
export function traceJsonSchema(): Readonly<Record<string, unknown>> {
  return {$id: 'urn:slipway:schema:trace:1', ...z.toJSONSchema(lineSchema, {io: 'input'})}
}
