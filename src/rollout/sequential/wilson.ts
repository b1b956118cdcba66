import type {Interval} from '../../core/finding.ts'
import {wilsonBounds} from '../../core/wilson.ts'
import type {Rate} from './rate-against-limit.ts'

/** Standard normal quantile of 97.5 %. */
const z = 1.959964

/**
 * The 95 % Wilson score interval of one rate, for display only: it holds for one look, while decisions rest on e-values,
 * which hold for all looks. Undefined without requests.
 */
export function wilsonInterval({n, bad}: Rate): Interval | undefined {
  return n === 0 ? undefined : {...wilsonBounds(bad, n, z), confidence: 0.95, method: 'Wilson'}
}
