/** (c) How near our requests to detect are to the fewest that any test with this alpha needs on average: ln(1/alpha)/KL. */
import {finite, median, requestsUntil} from './figures.ts'
import {first, knowing, usBySession, usFirst, worldsOf} from './judges.ts'
import {alpha, healthy, limit, limitOnly, limitOnlyBySession} from './worlds.ts'

export interface BoundJob {
  readonly kind: 'bound'
  readonly size: number
  /** Times the limit. */
  readonly ratios: readonly number[]
  readonly runs: number
}

export interface Bound {
  readonly kind: 'bound'
  readonly size: number
  readonly rows: readonly {
    readonly contender: string
    readonly ratio: number
    readonly medianRequests: number | null
    readonly bound: number
  }[]
}

export function distanceToBound({size, ratios, runs}: BoundJob, seed: number): Bound {
  const rows = ratios.flatMap(ratio => {
    const traces = worldsOf({size, noise: 'independent', candidate: () => ratio * limit, stable: healthy}, runs, seed)
    const bound = Math.log(1 / alpha) / divergence(ratio * limit, limit)
    return [
      knowing(limitOnly, {size, noise: 'independent'}, seed),
      first(limitOnly, usFirst),
      first(limitOnlyBySession, usBySession),
    ].map(judge => {
      const requests = traces.map((trace, run) => requestsUntil(trace, judge.abortLine(trace, run)))
      return {contender: judge.name, ratio, medianRequests: finite(median(requests)), bound}
    })
  })
  return {kind: 'bound', size, rows}
}

/** Kullback-Leibler divergence of Bernoulli(p) from Bernoulli(q), in nats. */
function divergence(p: number, q: number): number {
  return p * Math.log(p / q) + (1 - p) * Math.log((1 - p) / (1 - q))
}
