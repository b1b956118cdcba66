import {createRandom} from '../../core/random.ts'
import {normalQuantile} from '../inference/normal.ts'
import {chiSquareQuantile} from './chi-square-distribution.ts'
import {type CellCounts, type CountDistance, total} from './distances.ts'

/**
 * What a measure shows where nothing drifted: two samples of the same distribution, of the very sizes at hand, are never
 * exactly alike.
 */
export interface Chance {
  /** The effect stays at or below this in 95 of 100 such pairs of samples. */
  readonly upper: number
  /** Mean effect, for measures that count squares (psi) or shares (new-categories); null for distances. */
  readonly mean: number | null
  /** Mean of the squared effect, for distances; null for psi. */
  readonly meanSquare: number | null
}

const draws = 1000
const upperShare = 0.95

/**
 * How much of a limit chance alone uses up: its mean over the limit, for distances both squared. PSI is a sum of squares
 * as it is, so that one rule asks the same number of rows of all measures.
 */
export function usedByChance({mean, meanSquare}: Chance, limit: number): number {
  const linear = share(mean ?? 0, limit)
  return Math.max(linear, share(meanSquare ?? 0, limit * limit))
}

function share(part: number, whole: number): number {
  return part === 0 ? 0 : part / whole
}

export function chanceOfCounts(measure: CountDistance, counts: CellCounts, seed: number): Chance {
  const n = total(counts.reference)
  const m = total(counts.judged)
  const inverse = 1 / n + 1 / m
  const freedom = counts.reference.length - 1
  if (freedom === 0) return {upper: 0, mean: measure === 'psi' ? 0 : null, meanSquare: measure === 'psi' ? null : 0}
  const quantile = chiSquareQuantile(1 - upperShare, freedom)
  switch (measure) {
    case 'psi':
      // psi / (1/n + 1/m) is chi-square in the limit: Yurdakul and Naranjo, "Statistical properties of the population
      // stability index", Journal of Risk Model Validation 14 (2020).
      return {upper: inverse * quantile, mean: inverse * freedom, meanSquare: null}
    case 'jensen-shannon':
      // The divergence of two near distributions is an eighth of their chi-square distance, to second order.
      return {upper: Math.sqrt((inverse * quantile) / 8), mean: null, meanSquare: (inverse * freedom) / 8}
    case 'chi-square':
      return {upper: Math.sqrt(quantile / (n + m)), mean: null, meanSquare: freedom / (n + m)}
    case 'total-variation':
      return chanceOfTotalVariation(counts, inverse, seed)
  }
}

/** Kolmogorov's limit law: mean of the square π² / 12, 95 % quantile 1.3581. With ties it is a little too wide. */
export function chanceOfKolmogorovSmirnov(n: number, m: number): Chance {
  const inverse = 1 / n + 1 / m
  return {upper: 1.3580986393225505 * Math.sqrt(inverse), mean: null, meanSquare: (Math.PI ** 2 / 12) * inverse}
}

/**
 * The shares of both samples differ by a normal vector with covariance (1/n + 1/m)(diag(π) - ππ'), π being the shares of
 * both together: drawn with the seed of the config.
 */
function chanceOfTotalVariation({reference, judged}: CellCounts, inverse: number, seed: number): Chance {
  const normal = normalDraws(seed)
  const n = total(reference) + total(judged)
  const roots = Float64Array.from(reference, (here, cell) => Math.sqrt((here + (judged[cell] ?? 0)) / n))
  const noise = new Float64Array(roots.length)
  return simulated(() => {
    let along = 0
    for (let cell = 0; cell < roots.length; cell++) {
      const draw = normal()
      noise[cell] = draw
      along += draw * (roots[cell] ?? 0)
    }
    let sum = 0
    for (let cell = 0; cell < roots.length; cell++) {
      const root = roots[cell] ?? 0
      sum += Math.abs(root * ((noise[cell] ?? 0) - root * along))
    }
    return (sum / 2) * Math.sqrt(inverse)
  })
}

/** Intervals on which the two distribution functions are compared; finer ones move the third digit. */
const gridIntervals = 128

/**
 * The distribution functions of two samples differ by a Brownian bridge over that of both together; the distance is the
 * area below its absolute value (del Barrio, Giné and Matrán, "Central limit theorems for the Wasserstein distance",
 * Annals of Probability 27, 1999).
 * @param unit what the distance is divided by
 */
export function chanceOfWasserstein(
  reference: Float64Array,
  judged: Float64Array,
  {unit, seed}: {unit: number; seed: number},
): Chance {
  const {widths, middles} = pooledGrid(reference, judged)
  const intervals = widths.length
  const steps = Float64Array.from(middles, (middle, index) => Math.sqrt(middle - (middles[index - 1] ?? 0)))
  const lastStep = Math.sqrt(1 - (middles[intervals - 1] ?? 0))
  const scale = Math.sqrt(1 / reference.length + 1 / judged.length) / unit
  const walk = new Float64Array(intervals)
  const normal = normalDraws(seed)
  return simulated(() => {
    let at = 0
    for (let index = 0; index < intervals; index++) {
      at += normal() * (steps[index] ?? 0)
      walk[index] = at
    }
    const end = at + normal() * lastStep
    let area = 0
    for (let index = 0; index < intervals; index++) {
      area += Math.abs((walk[index] ?? 0) - end * (middles[index] ?? 0)) * (widths[index] ?? 0)
    }
    return area * scale
  })
}

/**
 * Intervals between quantiles of both samples together, found by walking up both: their widths, and the level in the
 * middle of each. Levels are sin² of equal steps, so that the tails, where a small level spans a long way, are cut finely.
 */
function pooledGrid(reference: Float64Array, judged: Float64Array): {widths: Float64Array; middles: Float64Array} {
  const last = reference.length + judged.length - 1
  const intervals = Math.min(gridIntervals, last)
  const levels = Float64Array.from({length: intervals + 1}, (_, k) => Math.sin((Math.PI / 2) * (k / intervals)) ** 2)
  const quantiles = new Float64Array(intervals + 1)
  let i = 0
  let j = 0
  for (const [point, level] of levels.entries()) {
    const rank = Math.round(level * last)
    for (;;) {
      const fromReference = j >= judged.length || (i < reference.length && (reference[i] ?? 0) <= (judged[j] ?? 0))
      if (i + j === rank) {
        quantiles[point] = (fromReference ? reference[i] : judged[j]) ?? 0
        break
      }
      if (fromReference) i++
      else j++
    }
  }
  const each = {length: intervals}
  return {
    widths: Float64Array.from(each, (_, index) => (quantiles[index + 1] ?? 0) - (quantiles[index] ?? 0)),
    middles: Float64Array.from(each, (_, index) => ((levels[index + 1] ?? 0) + (levels[index] ?? 0)) / 2),
  }
}

/** Two shares, with one more row of each kind, so that "none so far" does not claim to know that there are none. */
export function chanceOfShares(hits: number, n: number, m: number): Chance {
  const likely = (hits + 1) / (n + m + 2)
  const variance = likely * (1 - likely) * (1 / n + 1 / m)
  return {upper: normalQuantile((1 + upperShare) / 2) * Math.sqrt(variance), mean: null, meanSquare: variance}
}

/**
 * Rows of a category that the reference does not have come by chance too where the reference is small: their expected
 * share is that of the categories it has once (Good, "The population frequencies of species", Biometrika 40, 1953).
 */
export function chanceOfNewCategories({seenOnce, n}: {seenOnce: number; n: number}, hits: number, m: number): Chance {
  const expected = seenOnce / n
  const likely = (hits + 1) / (m + 2)
  const deviation = Math.sqrt((expected * (1 - expected)) / m)
  return {
    upper: expected + normalQuantile(upperShare) * deviation,
    mean: expected,
    meanSquare: (likely * (1 - likely)) / m,
  }
}

function simulated(draw: () => number): Chance {
  const effects = new Float64Array(draws)
  let squares = 0
  for (let index = 0; index < draws; index++) {
    const effect = draw()
    effects[index] = effect
    squares += effect * effect
  }
  effects.sort()
  return {upper: effects[Math.ceil(draws * upperShare) - 1] ?? 0, mean: null, meanSquare: squares / draws}
}

/** Pairs of independent standard normal numbers from uniform ones: Box and Muller (1958). Many are needed, and fast. */
function normalDraws(seed: number): () => number {
  const random = createRandom(seed)
  let spare: number | null = null
  return () => {
    if (spare !== null) {
      const kept = spare
      spare = null
      return kept
    }
    // Half a step away from 0, so that the logarithm is finite.
    const radius = Math.sqrt(-2 * Math.log((random.uint32() + 0.5) / 4_294_967_296))
    const angle = (2 * Math.PI * random.uint32()) / 4_294_967_296
    spare = radius * Math.sin(angle)
    return radius * Math.cos(angle)
  }
}
