/** Nothing is counted twice: what the ledger says was served, was served. */
import type {EventOf} from '../../src/rollout/events.ts'
import type {Served} from './fleet.ts'
import type {World} from './world.ts'

type Sides = Record<'candidate' | 'stable', {n: number; bad: number}>

export interface CountWatch {
  measured(event: EventOf<'measured'>): void
}

const none: Served = {n: 0, bad: 0}

/** From the start of a rollout on. */
export function watchCounts(world: World, {candidate, stable}: EventOf<'rollout-started'>): CountWatch {
  const {fleet, transcript} = world
  const sums = new Map<string, Sides>()
  const served = () => ({
    candidate: fleet.served(candidate.version),
    stable: stable ? fleet.served(stable.version) : none,
  })
  world.catchUp()
  const before = served()

  return {
    measured({guards}) {
      world.catchUp()
      const now = served()
      for (const [guard, arms] of Object.entries(guards)) {
        const sum = sums.get(guard) ?? {candidate: {n: 0, bad: 0}, stable: {n: 0, bad: 0}}
        sums.set(guard, sum)
        for (const side of ['candidate', 'stable'] as const) {
          const tally = arms[side]
          sum[side].n += tally.n
          if ('bad' in tally) sum[side].bad += tally.bad
          const truth = {n: now[side].n - before[side].n, bad: now[side].bad - before[side].bad}
          if (sum[side].n <= truth.n && sum[side].bad <= truth.bad) continue
          const counted = `${sum[side].bad} of ${sum[side].n} ${side} requests`
          transcript.breach(`counted-once: ${guard} has ${counted}, ${truth.bad} of ${truth.n} were served`)
        }
      }
    },
  }
}
