/** Tallies and raw counters as a ledger keeps them (see `tally.ts` and `telemetry/source.ts`). */
import * as z from 'zod'

const count = z.int().min(0)

const counts = z
  .strictObject({n: count, bad: count, suspect: count})
  .refine(({bad, suspect}) => bad <= suspect, 'expected bad <= suspect')
const mean = z.strictObject({n: count, sum: z.number(), sumOfSquares: z.number().min(0).nullable()})
const shape = z
  .strictObject({n: count, bounds: z.array(z.number()), buckets: z.array(count)})
  .refine(({bounds, buckets}) => buckets.length === bounds.length + 1, 'expected one bucket more than bounds')

/** Tallies of both releases; both of one kind. */
export const armTallies = z.union([
  z.strictObject({candidate: counts, stable: counts}),
  z.strictObject({candidate: mean, stable: mean}),
  z.strictObject({candidate: shape, stable: shape}),
])

const counter = z.strictObject({n: count, bad: count, suspect: z.exactOptional(count), beganAt: z.exactOptional(count)})
export const series = z.record(z.string(), counter)
