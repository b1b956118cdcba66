import type {Interval} from '../../core/finding.ts'
import {wilsonInterval} from './wilson.ts'

/** `hits` of `n`. */
export interface Share {
  readonly hits: number
  readonly n: number
}

/**
 * Interval of the difference of two independent proportions, `a - b`: Newcombe, "Interval estimation for the
 * difference between independent proportions", Statistics in Medicine 17 (1998), method 10 (hybrid score).
 */
export function newcombeInterval(a: Share, b: Share, coverage: number): Interval {
  const shareA = a.hits / a.n
  const shareB = b.hits / b.n
  const intervalA = wilsonInterval(a.hits, a.n, coverage)
  const intervalB = wilsonInterval(b.hits, b.n, coverage)
  const difference = shareA - shareB
  return {
    low: difference - Math.hypot(shareA - intervalA.low, intervalB.high - shareB),
    high: difference + Math.hypot(intervalA.high - shareA, shareB - intervalB.low),
    confidence: coverage,
    method: 'Newcombe hybrid score',
  }
}
