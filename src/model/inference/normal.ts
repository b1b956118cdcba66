import {invariant} from '../../core/assert.ts'

/**
 * Quantile of the standard normal distribution: algorithm AS 241 (PPND16) of Wichura, "The percentage points of the
 * normal distribution", Applied Statistics 37 (1988). Relative error about 1e-16;
 * the coefficients are written as the nearest float64.
 * @param probability in (0, 1)
 */
export function normalQuantile(probability: number): number {
  invariant(probability > 0 && probability < 1, `a probability must lie between 0 and 1, got ${probability}`)
  const centered = probability - 0.5
  if (Math.abs(centered) <= 0.425) {
    const r = 0.180625 - centered * centered
    return (centered * polynomial(centerTop, r)) / polynomial(centerBottom, r)
  }
  const r = Math.sqrt(-Math.log(centered < 0 ? probability : 1 - probability))
  const size =
    r <= 5
      ? polynomial(middleTop, r - 1.6) / polynomial(middleBottom, r - 1.6)
      : polynomial(tailTop, r - 5) / polynomial(tailBottom, r - 5)
  return centered < 0 ? -size : size
}

/** z of a two-sided interval with this coverage: 0.95 gives 1.96. */
export function zOfCoverage(coverage: number): number {
  return normalQuantile((1 + coverage) / 2)
}

/**
 * Distribution function of the standard normal distribution. Marsaglia, "Evaluating the normal distribution", Journal of
 * Statistical Software 11 (2004): a series of positive terms in the middle, and in the tails, where it would cancel, the
 * continued fraction of Mills' ratio. Relative error below 1e-12, in both tails.
 */
export function normalCdf(x: number): number {
  const size = Math.abs(x)
  const density = Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)
  if (size > 4) {
    let fraction = size
    for (let k = 80; k > 0; k--) fraction = size + k / fraction
    const tail = density / fraction
    return x < 0 ? tail : 1 - tail
  }
  let term = size
  let sum = size
  for (let k = 3; term > sum * 1e-17; k += 2) {
    term *= (x * x) / k
    sum += term
  }
  return x < 0 ? 0.5 - density * sum : 0.5 + density * sum
}

function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduceRight((sum, coefficient) => sum * x + coefficient, 0)
}

const centerTop = [
  3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987, 67265.7709270087,
  33430.57558358813, 2509.0809287301227,
]
const centerBottom = [
  1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271, 28729.085735721943,
  5226.495278852854,
]
const middleTop = [
  1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684, 0.2417807251774506,
  0.022723844989269184, 0.0007745450142783414,
]
const middleBottom = [
  1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008, 0.015198666563616457,
  0.0005475938084995345, 1.0507500716444169e-9,
]
const tailTop = [
  6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487, 0.026532189526576124,
  0.0012426609473880784, 0.000027115555687434876, 2.0103343992922881e-7,
]
const tailBottom = [
  1, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 0.0007868691311456133, 0.000018463183175100548,
  1.421511758316446e-7, 2.0442631033899397e-15,
]
