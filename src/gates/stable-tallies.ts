import {isFailure, UserError} from '../core/failure.ts'
import type {Release} from '../core/release.ts'
import {atZero, type CountedQuery, growthOf, nothingOf, problemOf} from '../rollout/growth.ts'
import type {PlannedGuard} from '../rollout/guards.ts'
import {addTallies, type Tally} from '../rollout/tally.ts'
import type {GuardReading, Series, Source} from '../telemetry/source.ts'

/**
 * What the stable release counted since its processes began, by guard: the history that a plan takes its rates and spreads
 * from. A guard that cannot be read is left out, and the plan then says what it assumes.
 */
export async function stableTallies(
  guards: readonly PlannedGuard[],
  source: Source,
  stable: Release | null,
): Promise<Readonly<Record<string, Tally>>> {
  if (stable === null) return {}
  const readings = await readGuards(guards, source, stable)
  return Object.fromEntries(
    guards.flatMap(({name, query}) => {
      const reading = readings[name]
      if (reading?.kind !== 'counted' || query.kind === 'alert') return []
      const tally = sumOf(reading.candidate, query)
      return tally === null ? [] : [[name, tally]]
    }),
  )
}

/** Silence is no reason not to plan. */
async function readGuards(
  guards: readonly PlannedGuard[],
  source: Source,
  {version}: Release,
): Promise<Readonly<Record<string, GuardReading>>> {
  try {
    const queries = guards.map(guard => guard.query)
    return (await source.read(queries, {candidate: version, stable: null})).guards
  } catch (error) {
    if (!isFailure(error) || error instanceof UserError) throw error
    return {}
  }
}

/** All processes together; null where one of them counts what cannot be, or in other buckets. */
function sumOf(series: Series, query: CountedQuery): Tally | null {
  let sum: Tally | null = nothingOf(query)
  for (const counter of Object.values(series)) {
    if (sum === null || problemOf(counter, query) !== undefined) return null
    const growth = growthOf(counter, atZero(counter), query)
    if (growth.kind !== 'grown') return null
    sum = addTallies(sum, growth.tally)
  }
  return sum
}
