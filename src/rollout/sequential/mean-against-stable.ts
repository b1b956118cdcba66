/**
 * The mean of bounded values against the stable release's: "revenue may lose 5 %", "cost may grow 10 %". Values of both
 * are scaled to [0, 1] by the same bounds.
 *
 * H0 "in every look, the candidate's mean is at least `factor` times the stable one's". Both means may drift over the day,
 * as they do; only their relation is fixed. With n and m observed requests of candidate and stable in a look, each value of
 * the candidate counts -a and each of stable +a', where m a' = n a `factor`: then the expected total is at most 0 under H0.
 * By Fan's inequality exp(a (c - x) - psi(b a)/b^2 (x - c)^2) <= 1 + a (c - x) with b = 1 - c, and 1 + a (c - mu) <=
 * exp(a (c - mu)), so exp(a (mu - x) - charge) is an e-value around any centre c that was fixed before the look (empirical
 * Bernstein: Howard, Ramdas, McAuliffe, Sekhon 2021, theorem 4), and so is the product over all values of both releases.
 * The centres are the past means: a poor one costs evidence, never validity. Only n, S and SS are needed.
 */
import {type Bounds, bets, fanCharge, type Mean, type MeanLook, squaresOf} from './mean.ts'

export interface MeanRelation {
  /** Of the stable mean, in the values' own unit: 0.95 for "may lose 5 %", 1.1 for "may grow 10 %". */
  readonly factor: number
  /** The values' bounds: a part of a mean is a part of its distance to 0, not to `low`. */
  readonly bounds: Bounds
}

/**
 * ln e of one look against H0 "the candidate's mean is at least `factor` times the stable one's", for each of
 * `meanWeights`. Look and past are scaled; past are the sums of all looks before, of which the first only teaches.
 * Harm for "may lose"; evidence of safety for "may grow".
 */
export function ratiosOfMeanBelowStable(look: MeanLook, relation: MeanRelation, past: MeanLook): readonly number[] {
  return ratios(look, relation, past, 'below')
}

/** The same against H0 "at most `factor` times". Harm for "may grow"; evidence of safety for "may lose". */
export function ratiosOfMeanAboveStable(look: MeanLook, relation: MeanRelation, past: MeanLook): readonly number[] {
  return ratios(look, relation, past, 'above')
}

type Direction = 'below' | 'above'

/** What the squares are taken around: fixed before the values are seen. */
interface Centres {
  readonly candidate: number
  readonly stable: number
}

/** From a bet that suits a shift of a hundredth of the spread to nearly the largest one. */
const parts = bets(0.005)
/** Centres at the very edge of the bounds would allow bets without end. A larger reach than needed is valid. */
const leastReach = 0.001

function ratios(look: MeanLook, relation: MeanRelation, past: MeanLook, direction: Direction): readonly number[] {
  const teaches = look.candidate.n === 0 || look.stable.n === 0 || past.stable.n === 0
  if (teaches) return parts.map(() => 0)
  const stable = meanOf(past.stable)
  return around(
    {candidate: past.candidate.n === 0 ? stable : meanOf(past.candidate), stable},
    look,
    relation,
    direction,
  )
}

function around(centres: Centres, look: MeanLook, {factor, bounds}: MeanRelation, direction: Direction): number[] {
  const {candidate, stable} = look
  const isBelow = direction === 'below'
  // How far a value may lie on the side that counts against the bet: x up to 1, or down to 0.
  const candidateReach = Math.max(leastReach, isBelow ? 1 - centres.candidate : centres.candidate)
  const stableReach = Math.max(leastReach, isBelow ? centres.stable : 1 - centres.stable)
  const largest = 1 / Math.max(stable.n * candidateReach, candidate.n * factor * stableReach)
  const sign = isBelow ? -1 : 1
  const offset = ((factor - 1) * bounds.low) / (bounds.high - bounds.low)
  return parts.map(part => {
    const candidateBet = part * largest * stable.n
    const stableBet = part * largest * candidate.n * factor
    const total = sign * (candidateBet * (candidate.sum - candidate.n * offset) - stableBet * stable.sum)
    return (
      total -
      fanCharge(candidateBet, candidateReach) * deviation(candidate, centres.candidate) -
      fanCharge(stableBet, stableReach) * deviation(stable, centres.stable)
    )
  })
}

function meanOf({n, sum}: Mean): number {
  return sum / n
}

function deviation(mean: Mean, centre: number): number {
  return squaresOf(mean) - 2 * centre * mean.sum + mean.n * centre * centre
}
