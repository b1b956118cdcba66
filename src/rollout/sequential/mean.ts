/** Bounded values (a quality score, the revenue of a request, its cost) as the three sums that a counter can carry. */
import {logSpaced, normalised} from './mixture.ts'

/** Sums over `n` values. Without squares a test assumes the largest spread that the bounds allow. */
export interface Mean {
  readonly n: number
  readonly sum: number
  readonly sumOfSquares: number | null
}

/** Smallest and largest possible value. */
export interface Bounds {
  readonly low: number
  readonly high: number
}

/** Both releases in one look, or in all looks before it. */
export interface MeanLook {
  readonly candidate: Mean
  readonly stable: Mean
}

export const noMean: Mean = {n: 0, sum: 0, sumOfSquares: 0}

export function addMeans(a: Mean, b: Mean): Mean {
  const squares = a.sumOfSquares === null || b.sumOfSquares === null ? null : a.sumOfSquares + b.sumOfSquares
  return {n: a.n + b.n, sum: a.sum + b.sum, sumOfSquares: squares}
}

/** The counts as a test may see them where values come in clusters; see `dispersion.ts`. */
export function dividedMean({n, sum, sumOfSquares}: Mean, factor: number): Mean {
  return {n: n / factor, sum: sum / factor, sumOfSquares: sumOfSquares === null ? null : sumOfSquares / factor}
}

/**
 * The sums of (x - low)/(high - low), which lie in [0, 1]: what every test of a mean takes. Null when no values within the
 * bounds have such sums; that is broken telemetry or wrong bounds, and no evidence. Rounding of 1 in 10^9 is forgiven.
 */
export function scaleMean({n, sum, sumOfSquares}: Mean, {low, high}: Bounds): Mean | null {
  const range = high - low
  if (!(range > 0) || !(n >= 0)) return null
  const scaled = (sum - n * low) / range
  const slack = 1e-9 * Math.max(1, n, Math.abs(sum / range))
  if (!isWithin(scaled, 0, n, slack)) return null
  const total = clamp(scaled, 0, n)
  if (sumOfSquares === null) return {n, sum: total, sumOfSquares: null}
  const squares = (sumOfSquares - 2 * low * sum + n * low * low) / (range * range)
  const least = n === 0 ? 0 : (total * total) / n
  const squareSlack = slack + 1e-9 * Math.abs(sumOfSquares / (range * range))
  if (!isWithin(squares, least, total, squareSlack)) return null
  return {n, sum: total, sumOfSquares: clamp(squares, least, total)}
}

/** The sums of 1 - x: a test of "too low" is a test of "too high" of these. For values in [0, 1]. */
export function mirrored({n, sum, sumOfSquares}: Mean): Mean {
  return {n, sum: n - sum, sumOfSquares: sumOfSquares === null ? null : n - 2 * sum + sumOfSquares}
}

/** The squares, or the most that they can be: x^2 <= x in [0, 1]. */
export function squaresOf({sum, sumOfSquares}: Mean): number {
  return sumOfSquares ?? sum
}

/** Shares of the alternatives in every test of a mean: 24 bets, all alike. */
export const meanWeights: readonly number[] = normalised(Array.from({length: 24}, () => 1))

/** 24 bets from `least` to nearly the largest that cannot lose everything, as parts of that largest one. */
export function bets(least: number): readonly number[] {
  return logSpaced(least, 0.95, meanWeights.length)
}

/**
 * psi(b l)/b^2 with psi(u) = -ln(1 - u) - u: what Fan's inequality charges for a squared deviation. For x >= -b and
 * 0 <= l b < 1: exp(l x - psi(b l)/b^2 x^2) <= 1 + l x (Fan, Grama, Liu 2015, lemma 4.1), with equality at x = -b.
 */
export function fanCharge(bet: number, reach: number): number {
  const u = bet * reach
  if (u < 1e-4) return bet * bet * (1 / 2 + u / 3)
  return (-Math.log1p(-u) - u) / (reach * reach)
}

function isWithin(value: number, low: number, high: number, slack: number): boolean {
  return value >= low - slack && value <= high + slack
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high)
}
