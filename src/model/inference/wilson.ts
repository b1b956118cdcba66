import {invariant} from '../../core/assert.ts'
import type {Interval} from '../../core/finding.ts'
import {wilsonBounds} from '../../core/wilson.ts'
import {zOfCoverage} from './normal.ts'

/**
 * Wilson's score interval of one proportion (`core/wilson.ts`).
 * @param hits number of successes, 0 .. n
 * @param coverage two-sided, in (0, 1)
 */
export function wilsonInterval(hits: number, n: number, coverage: number): Interval {
  invariant(n > 0 && hits >= 0 && hits <= n, `a proportion needs 0 <= hits <= n and n > 0, got ${hits} of ${n}`)
  return {...wilsonBounds(hits, n, zOfCoverage(coverage)), confidence: coverage, method: 'Wilson'}
}
