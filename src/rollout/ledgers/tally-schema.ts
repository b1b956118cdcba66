/** Tallies and raw counters as a ledger keeps them (see `tally.ts` and `telemetry/source.ts`). */
import * as z from 'zod'

const count = z.int().min(0)

// A request may bring several events, so that bad may exceed n; a ledger does not say beside them which kind they are.
const counts = z
  .strictObject({n: count, bad: count, suspect: count})
  .refine(({bad, suspect}) => bad <= suspect, 'expected bad <= suspect')
const mean = z
  .strictObject({n: count, sum: z.number(), sumOfSquares: z.number().min(0).nullable()})
  .refine(({n, sum}) => n > 0 || sum === 0, 'expected no sum without a request')
const shape = z
  .strictObject({n: count, bounds: z.array(z.number()), buckets: z.array(count)})
  .refine(({bounds, buckets}) => buckets.length === bounds.length + 1, 'expected one bucket more than bounds')
  .refine(({n, buckets}) => buckets.reduce((sum, each) => sum + each, 0) === n, 'expected buckets that add up to n')
  .refine(
    ({bounds}) => bounds.every((bound, index) => bound > (bounds[index - 1] ?? -Infinity)),
    'expected bounds that rise',
  )

/** Tallies of both releases; both of one kind. */
export const armTallies = z.union([
  z.strictObject({candidate: counts, stable: counts}),
  z.strictObject({candidate: mean, stable: mean}),
  z.strictObject({candidate: shape, stable: shape}),
])

const kept = {
  beganAt: z.exactOptional(count),
  sampledAt: z.exactOptional(count),
  missed: z.exactOptional(count),
}
const counter = z.union([
  z.strictObject({n: count, bad: count, suspect: z.exactOptional(count), ...kept}),
  z.strictObject({n: count, sum: z.number(), sumOfSquares: z.exactOptional(z.number().min(0)), ...kept}),
  z.strictObject({n: count, bounds: z.array(z.number()), buckets: z.array(count), ...kept}),
])
export const series = z.record(z.string(), counter)
