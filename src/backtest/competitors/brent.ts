/**
 * A zero of a function by Brent's method: inverse quadratic interpolation where it helps, bisection where it does not.
 * Source: R. P. Brent, "Algorithms for Minimization Without Derivatives" (1973), chapter 4, procedure zero, with the
 * stopping rule of netlib's zeroin, which R's uniroot uses too. On a function with steps, as ranks make one, the result
 * is a point within `tolerance` of a change of sign.
 */

const mostSteps = 1000

/** @param f has different signs at `low` and `high`, or a zero at one of them */
export function findZero(f: (x: number) => number, low: number, high: number, tolerance: number): number {
  let [older, best, other] = [low, high, low]
  let [fOlder, fBest] = [f(low), f(high)]
  let fOther = fOlder
  if (fOlder === 0) return low
  if (fBest === 0) return high
  for (let step = 0; step <= mostSteps; step++) {
    const previous = best - older
    if (Math.abs(fOther) < Math.abs(fBest)) {
      ;[older, best, other] = [best, other, best]
      ;[fOlder, fBest, fOther] = [fBest, fOther, fBest]
    }
    const enough = 2 * Number.EPSILON * Math.abs(best) + tolerance / 2
    const half = (other - best) / 2
    if (Math.abs(half) <= enough || fBest === 0) return best
    const mayInterpolate = Math.abs(previous) >= enough && Math.abs(fOlder) > Math.abs(fBest)
    const guess = mayInterpolate ? interpolate(older, best, other, fOlder, fBest, fOther, previous, enough) : undefined
    const move = guess ?? half
    older = best
    fOlder = fBest
    best += Math.abs(move) < enough ? Math.sign(move) * enough : move
    fBest = f(best)
    if (fBest > 0 === fOther > 0 && fBest !== 0) {
      other = older
      fOther = fOlder
    }
  }
  return best
}

/** The step to the interpolated zero; undefined where it would leave the bracket or would not shrink fast enough. */
function interpolate(
  older: number,
  best: number,
  other: number,
  fOlder: number,
  fBest: number,
  fOther: number,
  previous: number,
  enough: number,
): number | undefined {
  const width = other - best
  const s = fBest / fOlder
  let p: number
  let q: number
  if (older === other) {
    p = width * s
    q = 1 - s
  } else {
    const ratio = fOlder / fOther
    const r = fBest / fOther
    p = s * (width * ratio * (ratio - r) - (best - older) * (r - 1))
    q = (ratio - 1) * (r - 1) * (s - 1)
  }
  if (p > 0) q = -q
  else p = -p
  const fits = p < 0.75 * width * q - Math.abs(enough * q) / 2 && p < Math.abs((previous * q) / 2)
  return fits ? p / q : undefined
}
