import {invariant} from '../../core/assert.ts'
import {logGamma} from '../../core/log-gamma.ts'

/**
 * P(X > x) of a chi-square variable: the regularized incomplete gamma function Q(k/2, x/2), by its series below
 * x = k + 2 and by Lentz's continued fraction above (DLMF 8.11.4 and 8.9.2). Relative error about 1e-13.
 * @param freedom k, degrees of freedom, at least 1
 */
export function chiSquareTail(x: number, freedom: number): number {
  invariant(freedom >= 1, `degrees of freedom must be at least 1, got ${freedom}`)
  if (x <= 0) return 1
  const a = freedom / 2
  const half = x / 2
  const scale = Math.exp(a * Math.log(half) - half - logGamma(a))
  return half < a + 1 ? 1 - scale * lowerSeries(a, half) : scale * upperFraction(a, half)
}

/** The x that is exceeded with probability `tail`, by bisection of {@link chiSquareTail}. */
export function chiSquareQuantile(tail: number, freedom: number): number {
  invariant(tail > 0 && tail < 1, `a probability must lie between 0 and 1, got ${tail}`)
  let low = 0
  let high = freedom + 10
  while (chiSquareTail(high, freedom) > tail) high *= 2
  for (let step = 0; step < 100 && high - low > 1e-13 * high; step++) {
    const middle = (low + high) / 2
    if (chiSquareTail(middle, freedom) > tail) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/** Sum of x^n / (a (a + 1) ... (a + n)). */
function lowerSeries(a: number, x: number): number {
  let term = 1 / a
  let sum = term
  for (let n = 1; n < 100_000 && term > sum * 1e-17; n++) {
    term *= x / (a + n)
    sum += term
  }
  return sum
}

function upperFraction(a: number, x: number): number {
  const tiny = 1e-300
  let b = x + 1 - a
  let c = 1 / tiny
  let d = 1 / b
  let value = d
  for (let i = 1; i < 100_000; i++) {
    const step = -i * (i - a)
    b += 2
    d = 1 / nonZero(step * d + b, tiny)
    c = nonZero(b + step / c, tiny)
    const factor = d * c
    value *= factor
    if (Math.abs(factor - 1) < 1e-16) break
  }
  return value
}

function nonZero(value: number, tiny: number): number {
  return Math.abs(value) < tiny ? tiny : value
}
