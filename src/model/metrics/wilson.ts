import {invariant} from '../../core/assert.ts'
import type {Interval} from '../../core/finding.ts'
import {zOfCoverage} from './normal.ts'

/**
 * Score interval of one proportion: Wilson, "Probable inference, the law of succession, and statistical inference",
 * JASA 22 (1927); recommended by Brown, Cai and DasGupta, Statistical Science 16 (2001). No continuity correction.
 * @param hits number of successes, 0 .. n
 * @param coverage two-sided, in (0, 1)
 */
export function wilsonInterval(hits: number, n: number, coverage: number): Interval {
  invariant(n > 0 && hits >= 0 && hits <= n, `a proportion needs 0 <= hits <= n and n > 0, got ${hits} of ${n}`)
  const z = zOfCoverage(coverage)
  const share = hits / n
  const center = (share + (z * z) / (2 * n)) / (1 + (z * z) / n)
  const half = (z * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n))) / (1 + (z * z) / n)
  return {
    // At the edges the formula is exact but rounding is not.
    low: hits === 0 ? 0 : Math.max(0, center - half),
    high: hits === n ? 1 : Math.min(1, center + half),
    confidence: coverage,
    method: 'Wilson',
  }
}
