import type {Interval} from '../../core/finding.ts'
import type {Rate} from './rate-against-limit.ts'

/** Standard normal quantile of 97.5 %. */
const z = 1.959964

/**
 * The 95 % Wilson score interval of one rate (Wilson 1927), for display only: it holds for one look, while decisions
 * rest on e-values, which hold for all looks. Undefined without requests.
 */
export function wilsonInterval({n, bad}: Rate): Interval | undefined {
  if (n === 0) return undefined
  const share = bad / n
  const center = share + z ** 2 / (2 * n)
  const spread = z * Math.sqrt((share * (1 - share)) / n + z ** 2 / (4 * n ** 2))
  const scale = 1 + z ** 2 / n
  return {
    // At the ends the bound is 0 or 1 exactly; computed, it would miss it by a rounding error such as 1e-19.
    low: bad === 0 ? 0 : Math.max(0, (center - spread) / scale),
    high: bad === n ? 1 : Math.min(1, (center + spread) / scale),
    confidence: 0.95,
    method: 'Wilson',
  }
}
