import {invariant} from '../../core/assert.ts'
import {logGamma} from '../../core/log-gamma.ts'
import {normalCdf, normalQuantile} from './normal.ts'

/** From here on Student's distribution is the normal one to more digits than an interval has. */
const normalFrom = 1e6

/**
 * Distribution function of Student's t, by the regularised incomplete beta function (Abramowitz and Stegun, 26.7.1).
 * @param freedom degrees of freedom, > 0, also fractional
 */
export function studentCdf(t: number, freedom: number): number {
  invariant(freedom > 0, `degrees of freedom must be above 0, got ${freedom}`)
  if (freedom >= normalFrom) return normalCdf(t)
  const tail = incompleteBeta(freedom / (freedom + t * t), freedom / 2, 0.5) / 2
  return t < 0 ? tail : 1 - tail
}

/** Quantile of Student's t: bisection on {@link studentCdf} from a bracket around the normal quantile. */
export function studentQuantile(probability: number, freedom: number): number {
  if (freedom >= normalFrom) return normalQuantile(probability)
  if (probability > 0.5) return -studentQuantile(1 - probability, freedom)
  let high = 0
  let low = Math.min(-1, normalQuantile(probability))
  while (studentCdf(low, freedom) > probability) low *= 2
  for (let step = 0; step < 100 && high - low > 1e-13 * -low; step++) {
    const middle = (low + high) / 2
    if (studentCdf(middle, freedom) > probability) high = middle
    else low = middle
  }
  return (low + high) / 2
}

/** t of a two-sided interval with this coverage; at infinitely many degrees of freedom z. */
export function tOfCoverage(coverage: number, freedom: number): number {
  return studentQuantile((1 + coverage) / 2, freedom)
}

/** I_x(a, b) by the continued fraction of Lentz (Numerical Recipes, §6.4), on the side where it converges fast. */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0
  if (x >= 1) return 1
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a)
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x))
  let c = 1
  let d = 1 / awayFromZero(1 - ((a + b) * x) / (a + 1))
  let fraction = d
  for (let m = 1; m <= 500; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / awayFromZero(1 + even * d)
    c = awayFromZero(1 + even / c)
    fraction *= d * c
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / awayFromZero(1 + odd * d)
    c = awayFromZero(1 + odd / c)
    fraction *= d * c
    if (Math.abs(d * c - 1) < 1e-15) break
  }
  return (front * fraction) / a
}

function awayFromZero(value: number): number {
  return Math.abs(value) < 1e-300 ? 1e-300 : value
}
