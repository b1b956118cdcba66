import type {Sample} from '../evaluation/outcomes.ts'
import type {Compared, Comparison} from './comparison.ts'
import {effectiveBlocks} from './effective-blocks.ts'
import {effectiveWilson, type MeanSums} from './mean.ts'
import {boundsOf, moverHalves, type Reach} from './mover.ts'
import {normalCdf} from './normal.ts'
import type {ComparisonOptions} from './options.ts'
import {clamped, noRows, pWorseOf, rangeOfDifference} from './rules.ts'
import {tOfCoverage} from './student.ts'
import {type Linearized, linearize} from './studentized.ts'
import {type Discordance, tangoInterval, tangoScore} from './tango.ts'

/**
 * Two proportions on the same rows. Tango's score interval where both count the same rows, all alike; else MOVER with Wilson's
 * bounds: where rows weigh unequally, come in clusters, count for one model only (precision), or a share of the baseline
 * is the margin. MOVER never reaches less far than what so many rows without a difference cannot exclude: two models that
 * nearly always agree have a correlation near 1, and their bounds would cancel.
 */
export function compareShares(
  sums: MeanSums,
  linear: Linearized,
  sample: Sample,
  base: Omit<Compared, 'interval' | 'variancePerRow' | 'pWorse' | 'unseen'>,
  options: ComparisonOptions,
): Comparison {
  const {retain, coverage, range, moreIsBetter} = options
  const unseen = {relevant: effectiveBlocks(sums.candidate.bottoms), scale: 1}
  const variancePerRow = Number.isFinite(linear.standardError) ? linear.standardError ** 2 * base.n : 0
  const sameRows = sameBottoms(sums)
  const pairs = sums.isPlain && sameRows ? countDiscordance(sums) : null
  const score = pairs && tangoScore(pairs, 0)
  const pOfTango = score === null ? null : normalCdf(moreIsBetter ? score : -score)
  if (pairs && pOfTango !== null && retain === 1) {
    const pWorse = pOfTango
    return {...base, interval: tangoInterval(pairs, coverage), variancePerRow, pWorse, unseen}
  }
  if (sums.blocks < 2) return noRows
  const parts = partsOf(sums)
  const bottoms = {ours: sums.candidate.bottoms, theirs: sums.baseline.bottoms}
  if (effectiveBlocks(bottoms.ours) === 0 || effectiveBlocks(bottoms.theirs) === 0) return noRows
  const freedom = sums.isPlain ? Number.POSITIVE_INFINITY : freedomOf(sums)
  const ours = reachOfShare(linear.candidateValue, parts.candidateError, sums)
  const theirs = reachOfShare(linear.baselineValue, parts.baselineError, {
    ...sums,
    candidate: sums.baseline,
  })
  const reachWith =
    (share: number): Reach =>
    quantile => {
      const {below, above} = moverHalves(ours, theirs, share, parts.correlation, quantile)
      const least = (quantile * quantile) / (unseen.relevant + quantile * quantile)
      return {below: Math.max(least, below), above: Math.max(least, above)}
    }
  const quantile = tOfCoverage(coverage, freedom)
  const bounds = boundsOf(linear.difference, reachWith(retain), quantile, freedom)
  const whole = linear.candidateValue - linear.baselineValue
  const method = sums.isPlain
    ? 'MOVER with Wilson, paired'
    : `MOVER with Wilson, paired, ${sample.clusters ? 'by cluster' : 'weighted'}`
  return {
    ...base,
    interval: clamped(bounds, rangeOfDifference(range, retain), coverage, method),
    variancePerRow,
    pWorse: pOfTango ?? pWorseOf(boundsOf(whole, reachWith(1), quantile, freedom), options),
    unseen,
  }
}

/** Standard errors of both values and the correlation of the two, from the influences of the same blocks. */
function partsOf(sums: MeanSums) {
  const nothing = {tops: new Float64Array(sums.blocks), bottoms: new Float64Array(sums.blocks)}
  const ours = linearize({...sums, baseline: nothing})
  const theirs = linearize({...sums, candidate: sums.baseline, baseline: nothing})
  const candidateError = ours.standardError
  const baselineError = theirs.standardError
  let products = 0
  for (let block = 0; block < sums.blocks; block++) {
    products += (ours.influences[block] ?? 0) * (theirs.influences[block] ?? 0)
  }
  const scale = candidateError * baselineError
  const correlation = scale > 0 ? (products * sums.blocks) / (sums.blocks - 1) / scale : 0
  return {candidateError, baselineError, correlation: Math.min(1, Math.max(-1, correlation))}
}

/** Wilson's bounds of one proportion, by its effective rows. */
export function reachOfShare(share: number, standardError: number, {isPlain, counted, candidate}: MeanSums): Reach {
  const blocks = effectiveBlocks(candidate.bottoms)
  return quantile => {
    const variance = isPlain && counted > 0 ? (share * (1 - share)) / blocks : standardError ** 2
    const {low, high} = effectiveWilson(share, variance, blocks, quantile)
    return {below: share - low, above: high - share}
  }
}

/** Blocks of equal weight, less one; of two models those of the one that has fewer. */
export function freedomOf({candidate, baseline, retain}: MeanSums): number {
  const ours = effectiveBlocks(candidate.bottoms)
  const both = retain === 0 ? ours : Math.min(ours, effectiveBlocks(baseline.bottoms))
  return Math.max(1, both - 1)
}

function countDiscordance({candidate, baseline, blocks}: MeanSums): Discordance {
  let gained = 0
  let lost = 0
  for (let block = 0; block < blocks; block++) {
    const step = (candidate.tops[block] ?? 0) - (baseline.tops[block] ?? 0)
    if (step > 0) gained++
    else if (step < 0) lost++
  }
  return {gained, lost, n: blocks}
}

function sameBottoms({candidate, baseline, blocks}: MeanSums): boolean {
  for (let block = 0; block < blocks; block++) if (candidate.bottoms[block] !== baseline.bottoms[block]) return false
  return true
}
