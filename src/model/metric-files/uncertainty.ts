import type {Interval} from '../../core/finding.ts'
import {zOfCoverage} from '../inference/normal.ts'
import {wilsonInterval} from '../inference/wilson.ts'
import type {ReportedValue} from './metrics-file.ts'

/**
 * Interval of a value by what the file says beside it: Wilson's for a share of `n`, the normal one for a value with a
 * standard error. Null where the file says neither: then nothing is known of how sure the value is.
 * @param coverage two-sided, in (0, 1)
 */
export function reportedInterval({share, n, stderr}: ReportedValue, value: number, coverage: number): Interval | null {
  if (share === true && n !== undefined && n > 0 && Number.isInteger(n)) {
    const hits = Math.round(value * n)
    // A share of whole rows is a whole number of them, but for rounding; what is none is weighted, or joined from several.
    if (hits >= 0 && hits <= n && Math.abs(value * n - hits) < 0.01) return wilsonInterval(hits, n, coverage)
  }
  if (stderr === undefined || !(stderr > 0)) return null
  const half = zOfCoverage(coverage) * stderr
  return {
    low: value - half,
    high: value + half,
    confidence: coverage,
    method: 'normal, by the standard error of the file',
  }
}

/**
 * Whether a mean is one of zeros and ones: its standard error, computed with n - 1 as the evaluation harnesses do, is
 * then that of a share.
 */
export function isShareOf(value: unknown, stderr: number | undefined, n: number | undefined): boolean {
  if (typeof value !== 'number' || stderr === undefined || n === undefined || n < 2 || value < 0 || value > 1)
    return false
  const expected = Math.sqrt((value * (1 - value)) / (n - 1))
  return Math.abs(stderr - expected) <= 1e-6 * Math.max(expected, 1e-3)
}
