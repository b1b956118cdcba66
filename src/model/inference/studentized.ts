import {effectiveBlocks} from './effective-blocks.ts'
import {studentCdf, tOfCoverage} from './student.ts'

/**
 * The difference of two (functions of) ratios of sums over independent blocks: link(Σ top / Σ bottom) of the candidate minus
 * `retain` times the same of the baseline. One model alone has `retain` 0.
 */
export interface RatioDifference {
  readonly blocks: number
  readonly candidate: BlockSums
  readonly baseline: BlockSums
  readonly retain: number
  readonly link: 'square-root' | null
}

/** Sums of weight times value and of weight, block by block. */
export interface BlockSums {
  readonly tops: Float64Array
  readonly bottoms: Float64Array
}

/** A difference with the influence of each block on it: what the difference gains by the block, to first order. */
export interface Influenced {
  readonly difference: number
  readonly influences: Float64Array
  readonly standardError: number
  /** sqrt(blocks / blocks of equal weight that they are worth): 1 where all weigh alike. */
  readonly unevenness: number
}

export interface Linearized extends Influenced {
  readonly candidateValue: number
  readonly baselineValue: number
}

/** An interval as its two bounds, and the level at which its upper bound falls below zero, and its lower bound rises above it. */
export interface Bounds {
  readonly low: number
  readonly high: number
  readonly pBelow: number
  readonly pAbove: number
}

export function linearize(ratios: RatioDifference): Linearized {
  const {blocks, candidate, baseline, retain, link} = ratios
  const one = partOf(sumOf(candidate.tops), sumOf(candidate.bottoms), link)
  const other = partOf(sumOf(baseline.tops), sumOf(baseline.bottoms), link)
  const influences = new Float64Array(blocks)
  let squares = 0
  for (let block = 0; block < blocks; block++) {
    const influence =
      one.slope * ((candidate.tops[block] ?? 0) - one.ratio * (candidate.bottoms[block] ?? 0)) -
      retain * other.slope * ((baseline.tops[block] ?? 0) - other.ratio * (baseline.bottoms[block] ?? 0))
    influences[block] = influence
    squares += influence * influence
  }
  return {
    difference: one.value - retain * other.value,
    candidateValue: one.value,
    baselineValue: other.value,
    influences,
    standardError: Math.sqrt((squares * blocks) / (blocks - 1)),
    unevenness: unevennessOf(candidate.bottoms),
  }
}

export function unevennessOf(weights: Float64Array): number {
  const effective = effectiveBlocks(weights)
  return effective > 0 ? Math.sqrt(weights.length / effective) : 1
}

/** Standard error of a sum of influences of independent blocks. */
export function standardErrorOf(influences: Float64Array): number {
  let squares = 0
  for (let block = 0; block < influences.length; block++) squares += (influences[block] ?? 0) ** 2
  return Math.sqrt((squares * influences.length) / (influences.length - 1))
}

/**
 * How much of the skewness is taken out: a sample shows less skewness than it was drawn from, and the less the more unevenly
 * its rows weigh. 1.6 is what keeps both bounds at their level for lognormal losses at 50, 200 and 1,000 rows
 * (`test/simulation/model/`); the uncorrected t misses there in 13, 10 and 8 % instead of 5 %.
 */
const skewnessTaken = 1.6

/**
 * Student's t, widened where the influences are skewed: Hall, "On the removal of skewness by transformation", Journal of
 * the Royal Statistical Society B 54 (1992), the monotone cubic. Losses and costs are skewed, and a one-sided question is
 * answered by the very side on which t promises too much; the other side stays as t has it. As good as a bootstrap-t in
 * our simulations, without its draws: nothing depends on a seed or on the order of rows.
 */
export function studentizedBounds(
  {difference, influences, standardError, unevenness}: Influenced,
  coverage: number,
): Bounds {
  const skew = skewnessTaken * unevenness * skewnessOf(influences)
  const freedom = influences.length - 1
  const t = tOfCoverage(coverage, freedom)
  const standing = difference / standardError
  const corrected = toHall(standing, skew)
  return {
    low: difference - Math.max(t, fromHall(t, skew)) * standardError,
    high: difference + Math.max(t, -fromHall(-t, skew)) * standardError,
    pBelow: studentCdf(Math.max(standing, corrected), freedom),
    pAbove: studentCdf(-Math.min(standing, corrected), freedom),
  }
}

/** Skewness of a sum of independent blocks: that of one block over the root of their number. */
export function skewnessOf(influences: Float64Array): number {
  let squares = 0
  let cubes = 0
  for (let block = 0; block < influences.length; block++) {
    const influence = influences[block] ?? 0
    squares += influence * influence
    cubes += influence * influence * influence
  }
  return squares === 0 ? 0 : cubes / squares ** 1.5
}

function toHall(t: number, skew: number): number {
  return Math.abs(skew) < 1e-9 ? t : ((1 + (skew * t) / 3) ** 3 - 1) / skew + skew / 6
}

function fromHall(z: number, skew: number): number {
  return Math.abs(skew) < 1e-9 ? z : (3 / skew) * (Math.cbrt(1 + skew * (z - skew / 6)) - 1)
}

/** One model's ratio, its value under the link, and how much the value moves with one more in the top. */
function partOf(top: number, bottom: number, link: 'square-root' | null) {
  if (bottom === 0) return {ratio: 0, value: 0, slope: 0}
  const ratio = top / bottom
  if (link === null) return {ratio, value: ratio, slope: 1 / bottom}
  const value = Math.sqrt(ratio)
  return {ratio, value, slope: value === 0 ? 0 : 1 / (2 * value * bottom)}
}

function sumOf(values: Float64Array): number {
  let sum = 0
  for (let at = 0; at < values.length; at++) sum += values[at] ?? 0
  return sum
}
