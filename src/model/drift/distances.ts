import {chiSquareTail} from './chi-square-distribution.ts'

/** Rows by cell (a bin or a category), cell by cell the same on both sides, and at least one row on each side. */
export interface CellCounts {
  readonly reference: Float64Array
  readonly judged: Float64Array
}

export type CountDistance = 'psi' | 'jensen-shannon' | 'total-variation' | 'chi-square'

export function distanceOf(measure: CountDistance, counts: CellCounts): number {
  switch (measure) {
    case 'psi':
      return populationStability(counts)
    case 'jensen-shannon':
      return jensenShannon(counts)
    case 'total-variation':
      return totalVariation(counts)
    case 'chi-square':
      return chiSquare(counts).effect
  }
}

/**
 * Population stability index: the sum over cells of (q - p) ln(q / p), p being the reference. A cell that is empty on one
 * side counts as half a row there, so that the logarithm is finite; a cell that is empty on both counts nothing.
 */
export function populationStability({reference, judged}: CellCounts): number {
  const n = total(reference)
  const m = total(judged)
  let sum = 0
  for (let cell = 0; cell < reference.length; cell++) {
    const here = reference[cell] ?? 0
    const there = judged[cell] ?? 0
    if (here === 0 && there === 0) continue
    const p = Math.max(here, 0.5) / n
    const q = Math.max(there, 0.5) / m
    sum += (q - p) * Math.log(q / p)
  }
  return sum
}

/**
 * Jensen-Shannon distance: the square root of the divergence, as scipy.spatial.distance.jensenshannon. With base e (what
 * scipy and Evidently take) it lies in [0, 0.8326], with base 2 in [0, 1].
 */
export function jensenShannon({reference, judged}: CellCounts, base: number = Math.E): number {
  const n = total(reference)
  const m = total(judged)
  let sum = 0
  for (let cell = 0; cell < reference.length; cell++) {
    const p = (reference[cell] ?? 0) / n
    const q = (judged[cell] ?? 0) / m
    const middle = (p + q) / 2
    if (p > 0) sum += p * Math.log(p / middle)
    if (q > 0) sum += q * Math.log(q / middle)
  }
  // Rounding may leave a sum just below zero where both sides are alike.
  return Math.sqrt(Math.max(0, sum) / 2 / Math.log(base))
}

/** Half the sum of |p - q|: the largest difference of the probabilities of any event. */
export function totalVariation({reference, judged}: CellCounts): number {
  const n = total(reference)
  const m = total(judged)
  let sum = 0
  for (let cell = 0; cell < reference.length; cell++) {
    sum += Math.abs((reference[cell] ?? 0) / n - (judged[cell] ?? 0) / m)
  }
  return sum / 2
}

export interface ChiSquare {
  readonly statistic: number
  readonly freedom: number
  /** Of the hypothesis that both sides come from one distribution. Tiny for any difference where rows are many. */
  readonly p: number
  /** Cramér's V: the square root of statistic / (n + m), in [0, 1]. Does not grow with the number of rows. */
  readonly effect: number
}

/** Pearson's test of a 2 x k table: scipy.stats.chi2_contingency with correction=False. */
export function chiSquare({reference, judged}: CellCounts): ChiSquare {
  const n = total(reference)
  const m = total(judged)
  let statistic = 0
  let cells = 0
  for (let cell = 0; cell < reference.length; cell++) {
    const here = reference[cell] ?? 0
    const there = judged[cell] ?? 0
    if (here === 0 && there === 0) continue
    cells++
    const expectedHere = ((here + there) * n) / (n + m)
    const expectedThere = ((here + there) * m) / (n + m)
    statistic += (here - expectedHere) ** 2 / expectedHere + (there - expectedThere) ** 2 / expectedThere
  }
  const freedom = Math.max(0, cells - 1)
  return {
    statistic,
    freedom,
    p: freedom === 0 ? 1 : chiSquareTail(statistic, freedom),
    effect: Math.sqrt(statistic / (n + m)),
  }
}

export function total(counts: Float64Array): number {
  let sum = 0
  for (let cell = 0; cell < counts.length; cell++) sum += counts[cell] ?? 0
  return sum
}
