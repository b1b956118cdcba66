import type {PlannedGuard} from '../rollout/guards.ts'
import {atZero, type CountedQuery, growthOf, nothingOf, problemOf} from '../rollout/look/growth.ts'
import {addTallies, type Tally} from '../rollout/tally.ts'
import type {Reading, Series} from '../telemetry/source.ts'

/**
 * What the stable release counted since its processes began, by guard: the history that a plan takes its rates and spreads
 * from. A guard that cannot be read is left out, and the plan then says what it assumes.
 */
export function stableTallies(
  guards: readonly PlannedGuard[],
  readings: Reading['guards'],
): Readonly<Record<string, Tally>> {
  return Object.fromEntries(
    guards.flatMap(({name, query}) => {
      const reading = readings[name]
      if (reading?.kind !== 'counted' || query.kind === 'alert') return []
      const tally = sumOf(reading.candidate, query)
      return tally === null ? [] : [[name, tally]]
    }),
  )
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
