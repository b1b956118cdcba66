import type {Mean} from '../../../src/rollout/sequential/mean.ts'

/** One value in [0, 1] whose mean is in proportion to `factor`, as far as the bounds allow. */
export type Draw = (random: () => number, factor: number) => number

/** What business metrics look like: how they are spread matters to a test of their mean. */
export const kinds = {
  /** One request in ten converts. */
  conversions: (random, factor) => (random() < 0.1 * factor ? 1 : 0),
  /** A quality score of 0.8, give or take 0.05. */
  score: (random, factor) => Math.min(1, Math.max(0, 0.8 * factor + 0.05 * normal(random))),
  /** 2 % of requests bring anything between nothing and half of the largest amount. */
  purchases: (random, factor) => (random() < 0.02 * factor ? random() / 2 : 0),
  /** A tenth on average, with an exponential tail. */
  cost: (random, factor) => Math.min(1, -0.1 * factor * Math.log(1 - random())),
} satisfies Record<string, Draw>

/** Their means for a factor of 1; of the cost 0.1 (1 - e^-10), since its tail ends at 1. */
export const meansOf: Readonly<Record<keyof typeof kinds, number>> = {
  conversions: 0.1,
  score: 0.8,
  purchases: 0.005,
  cost: 0.1 * (1 - Math.exp(-10)),
}

export function sumsOf(values: readonly number[]): Mean {
  let [sum, squares] = [0, 0]
  for (const value of values) {
    sum += value
    squares += value * value
  }
  return {n: values.length, sum, sumOfSquares: squares}
}

/** Box and Muller 1958. */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}
