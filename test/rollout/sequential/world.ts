import type {Stratum} from '../../../src/rollout/sequential/rate-against-stable.ts'

/** What both releases do, look by look. Shares are fractions. */
export interface World {
  /** Candidate requests a look; stable has nine times as many at a weight of 10 %. */
  readonly requests: number
  readonly weight?: number
  readonly candidate: number
  readonly stable: number
  /** Bad requests that come together. */
  readonly cluster?: number
  /** 1 % of looks begin an outage of three looks, in which 10 % of both releases' requests fail. */
  readonly hasBursts?: boolean
  /** Traffic and errors swing over a day of 288 looks. */
  readonly isDiurnal?: boolean
}

/** The looks of one run of a world, one after the other. */
export function looksOf(world: World, random: () => number): () => Stratum {
  const {requests, weight = 0.1, cluster = 1, hasBursts = false, isDiurnal = false} = world
  let look = 0
  let burst = 0
  return () => {
    const day = (2 * Math.PI * look++) / 288
    const traffic = isDiurnal ? 1 + 0.8 * Math.sin(day) : 1
    const trouble = isDiurnal ? 1 + 0.5 * Math.sin(day + 1) : 1
    if (hasBursts && burst === 0 && random() < 0.01) burst = 3
    const outage = burst > 0 ? 0.1 : 0
    burst = Math.max(0, burst - 1)
    const count = (n: number, share: number) => ({
      n,
      bad: Math.min(n, cluster * poisson(random, (n * share * trouble) / cluster) + poisson(random, n * outage)),
    })
    return {
      candidate: count(Math.round(requests * traffic), world.candidate),
      stable: count(Math.round((requests * traffic * (1 - weight)) / weight), world.stable),
    }
  }
}

/** Knuth's product of uniforms, in steps that cannot underflow. */
export function poisson(random: () => number, mean: number): number {
  let events = 0
  for (let left = mean; left > 0; left -= 500) {
    const floor = Math.exp(-Math.min(left, 500))
    for (let product = random(); product > floor; product *= random()) events++
  }
  return events
}

/** The middle one of an odd number of values. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

/** How many of `runs` seeded runs it happens in. */
export function count(runs: number, happens: (run: number) => boolean): number {
  let times = 0
  for (let run = 0; run < runs; run++) if (happens(run)) times++
  return times
}
