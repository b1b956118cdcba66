import {invariant} from '../../core/assert.ts'
import type {Interval} from '../../core/finding.ts'
import {zOfCoverage} from './normal.ts'

/** Rows on which exactly one of the two models is right; the others say nothing about the difference. */
export interface Discordance {
  /** Rows that only the candidate gets right. */
  readonly gained: number
  /** Rows that only the baseline gets right. */
  readonly lost: number
  /** All rows. */
  readonly n: number
}

/**
 * Score interval of the difference of two paired proportions, (gained - lost) / n: Tango, "Equivalence test and
 * confidence interval for the difference in proportions for the paired-sample design", Statistics in Medicine 17
 * (1998). Unlike Wald it stays honest where few rows or none are discordant: without any, it is ± z² / (n + z²).
 */
export function tangoInterval(pairs: Discordance, coverage: number): Interval {
  const {gained, lost, n} = pairs
  invariant(n > 0 && gained >= 0 && lost >= 0 && gained + lost <= n, 'discordant rows are among all rows')
  const z = zOfCoverage(coverage)
  const estimate = (gained - lost) / n
  return {
    low: solve(difference => tangoScore(pairs, difference) - z, -1, estimate),
    high: solve(difference => tangoScore(pairs, difference) + z, estimate, 1),
    confidence: coverage,
    method: 'Tango score, paired',
  }
}

/** Tango's statistic for the null hypothesis that the true difference is `difference`. Falls as `difference` rises. */
export function tangoScore({gained, lost, n}: Discordance, difference: number): number {
  const distance = gained - lost - n * difference
  if (distance === 0) return 0
  // Maximum-likelihood estimate of the share of rows that only the baseline gets right, given the difference.
  const a = 2 * n
  const b = -gained - lost + (2 * n - gained + lost) * difference
  const c = -lost * difference * (1 - difference)
  const share = (Math.sqrt(Math.max(0, b * b - 4 * a * c)) - b) / (2 * a)
  const variance = n * (2 * share + difference * (1 - difference))
  return variance > 0 ? distance / Math.sqrt(variance) : Math.sign(distance) * Number.POSITIVE_INFINITY
}

/** Where a falling function crosses zero, by bisection; at the edge where it does not. */
function solve(fall: (difference: number) => number, from: number, to: number): number {
  let low = from
  let high = to
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2
    if (fall(middle) > 0) low = middle
    else high = middle
  }
  return (low + high) / 2
}
