/**
 * The mean of bounded values against a fixed number, by betting. Values are scaled to [0, 1] (`scaleMean`).
 *
 * H0 "the mean is at most `bound`", at every request, given the past. A bet l in (0, 1/bound) multiplies a wealth of 1 by
 * 1 + l (x - bound) for each value x: nonnegative, and 1 or less on average under H0, also when the mean changes over time
 * (Waudby-Smith and Ramdas 2023). The product is not known from sums, but a bound below it is, so the e-values here are
 * never larger than the wealth: with 1 + l (x - bound) = (1 + l (c - bound)) (1 + l' (x - c)) and Fan's inequality,
 *
 *     ln e >= n ln(1 + l (c - bound)) + l' (S - n c) - psi(c l')/c^2 (SS - 2 c S + n c^2),   l' = l/(1 + l (c - bound))
 *
 * which needs n, S and SS only, and is exact for values that are 0 or c. c is any number that was fixed before the look:
 * SS/S of the past, which makes it exact for "nothing or always the same" (a purchase), near exact for values that cluster
 * around their mean, and the test of a rate for zeros and ones. Without squares, c = 1 and SS = S do the same for the worst
 * case.
 */
import {bets, fanCharge, type Mean, mirrored, squaresOf} from './mean.ts'

/**
 * ln e of one look against H0 "the mean is at most `bound`", for each bet of `meanWeights`. `bound` is scaled, in (0, 1).
 * `past` are the sums of the looks before; with squares, the first look only teaches how values are spread.
 * Harm for "at most", with the limit; evidence of safety for "at least", with what would be unacceptable.
 */
export function ratiosOfMeanAbove(look: Mean, bound: number, past: Mean): readonly number[] {
  const centre = centreOf(look, past)
  return betsFor(bound).map(part => (centre === null ? 0 : wealth(look, bound, part / bound, centre)))
}

/** The same against H0 "the mean is at least `bound`". Harm for "at least", evidence of safety for "at most". */
export function ratiosOfMeanBelow(look: Mean, bound: number, past: Mean): readonly number[] {
  return ratiosOfMeanAbove(mirrored(look), 1 - bound, mirrored(past))
}

/** The smallest bet is right for zeros and ones with odds 1.1 times those allowed; whatever varies less deserves more. */
function betsFor(bound: number): readonly number[] {
  return bets((0.1 * bound) / (1 + 0.1 * bound))
}

function centreOf(look: Mean, past: Mean): number | null {
  if (look.n === 0) return null
  if (look.sumOfSquares === null || past.sumOfSquares === null) return 1
  if (past.n === 0) return null
  return past.sum > 0 ? Math.min(1, Math.max(past.sumOfSquares / past.sum, 1e-6)) : 1
}

function wealth(look: Mean, bound: number, bet: number, centre: number): number {
  const {n, sum} = look
  const head = 1 + bet * (centre - bound)
  const inner = bet / head
  const deviation = squaresOf(look) - 2 * centre * sum + n * centre * centre
  return n * Math.log(head) + inner * (sum - n * centre) - fanCharge(inner, centre) * deviation
}
