import type {Random} from './random.ts'

/**
 * Number of hits in `n` trials with chance `p`. Exact: inversion where few hits are expected, else the transformed
 * rejection BTRS of Hörmann, "The generation of binomial random variates", J. Statist. Comput. Simul. 46 (1993).
 */
export function drawBinomial(random: Random, n: number, p: number): number {
  if (n === 0 || p <= 0) return 0
  if (p >= 1) return n
  if (p > 0.5) return n - drawBinomial(random, n, 1 - p)
  return n * p < 10 ? byInversion(random, n, p) : byRejection(random, n, p)
}

function byInversion(random: Random, n: number, p: number): number {
  // Gaps between hits are geometric: jump from hit to hit.
  const logMiss = Math.log1p(-p)
  let hits = 0
  let at = 0
  for (;;) {
    at += Math.floor(Math.log(1 - random.uniform()) / logMiss) + 1
    if (at > n) return hits
    hits++
  }
}

function byRejection(random: Random, n: number, p: number): number {
  const spread = Math.sqrt(n * p * (1 - p))
  const b = 1.15 + 2.53 * spread
  const a = -0.0873 + 0.0248 * b + 0.01 * p
  const c = n * p + 0.5
  const inner = 0.92 - 4.2 / b
  const alpha = (2.83 + 5.1 / b) * spread
  const mode = Math.floor((n + 1) * p)
  const logOdds = Math.log(p / (1 - p))
  const atMode = logFactorial(mode) + logFactorial(n - mode)
  for (;;) {
    const u = random.uniform() - 0.5
    const v = random.uniform()
    const edge = 0.5 - Math.abs(u)
    const hits = Math.floor(((2 * a) / edge + b) * u + c)
    if (edge >= 0.07 && v <= inner) return hits
    if (hits < 0 || hits > n) continue
    const bound = atMode - logFactorial(hits) - logFactorial(n - hits) + (hits - mode) * logOdds
    if (Math.log((v * alpha) / (a / (edge * edge) + b)) <= bound) return hits
  }
}

/** ln(k!) : a product for small k, Stirling's series (error below 1e-12) beyond. */
function logFactorial(k: number): number {
  if (k < 16) {
    let product = 1
    for (let factor = 2; factor <= k; factor++) product *= factor
    return Math.log(product)
  }
  const x = k + 1
  const series = 1 / (12 * x) - 1 / (360 * x ** 3) + 1 / (1260 * x ** 5) - 1 / (1680 * x ** 7)
  return (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + series
}
