import type {Release} from '../core/release.ts'
import type {PlannedGuard} from '../rollout/guards.ts'
import {foldSeries} from '../rollout/look/counters.ts'
import type {CountedQuery} from '../rollout/look/growth.ts'
import type {Clock} from '../runtime/clock.ts'
import type {GuardQuery, Series, Source} from '../telemetry/source.ts'

/** Between the two looks that tell the traffic. */
const observeForMs = 5000

/** A process that is younger has served too few people for an average. */
const youngestMs = 5 * 60_000

/**
 * Requests per second of the release that serves: between two looks a few seconds apart; where no new sample came between
 * them, on average since its processes began. null where neither is known.
 */
export async function observeTraffic(
  guards: readonly PlannedGuard[],
  {version}: Release,
  {source, clock}: {readonly source: Source; readonly clock: Clock},
): Promise<number | null> {
  const query = guards.map(guard => guard.query).find(countsRequests)
  if (!query) return null
  const look = async () => {
    const {guards: readings} = await source.read([query], {candidate: version, stable: null})
    const reading = readings[query.name]
    return reading?.kind === 'counted' ? {at: clock.now().getTime(), series: reading.candidate} : null
  }
  const first = await look()
  if (first === null) return null
  await clock.sleep(observeForMs)
  const second = await look()
  if (second === null) return null
  const fold = foldSeries(first.series, second.series, {query, since: first.at, now: second.at})
  if (fold.kind !== 'folded') return null
  // Between two samples of a server may lie more time than between two looks at it, or none at all.
  const elapsedMs = (sampledAt(second.series) ?? second.at) - (sampledAt(first.series) ?? first.at)
  return elapsedMs > 0 ? fold.tally.n / (elapsedMs / 1000) : averageOf(second.series)
}

/** Not sessions, and not alerts. */
function countsRequests(query: GuardQuery): query is CountedQuery {
  return query.kind !== 'alert' && !(query.kind === 'share' && query.session !== undefined)
}

function sampledAt(series: Series): number | undefined {
  const times = Object.values(series).flatMap(counter => counter.sampledAt ?? [])
  return times.length === 0 ? undefined : Math.max(...times)
}

/** Of all processes together, since each began. */
function averageOf(series: Series): number | null {
  let perSecond = 0
  for (const {n, beganAt, sampledAt: at} of Object.values(series)) {
    if (beganAt === undefined || at === undefined || at - beganAt < youngestMs) return null
    perSecond += n / ((at - beganAt) / 1000)
  }
  return perSecond
}
