/** Everything that chance decides in a simulated world, from one seed: the same seed tells the same story on any machine. */
import {invariant} from '../../src/core/assert.ts'
import {createRandom} from '../../src/core/random.ts'

export interface Dice {
  chance(probability: number): boolean
  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number
  pick<T>(choices: readonly [T, ...T[]] | readonly T[]): T
}

/** Streams are apart, so that a change of one (other faults) leaves the others (the same people) as they were. */
const streams = ['story', 'faults', 'latency', 'telemetry'] as const

export function diceOf(seed: number, stream: (typeof streams)[number]): Dice {
  const random = createRandom(seed * streams.length + streams.indexOf(stream))
  return {
    chance: probability => random.uniform() < probability,
    between: (low, high) => low + Math.floor(random.uniform() * (high - low + 1)),
    pick(choices) {
      const picked = choices[random.below(choices.length)]
      invariant(picked !== undefined, 'Nothing to choose from.')
      return picked
    },
  }
}
