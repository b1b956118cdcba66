import {drawBinomial} from '../../core/binomial.ts'
import {createRandom, type Random} from '../../core/random.ts'
import {normalQuantile} from '../inference/normal.ts'
import type {InferenceOptions} from '../inference/options.ts'
import {type Comparing, gapValue} from './gap.ts'
import type {GroupMean} from './group-mean.ts'

/** The gap that groups of these sizes show where they are alike in truth. */
export interface ByChance {
  readonly mean: number
  /** Beyond this lies the gap of one sample in twenty. */
  readonly extreme: number
}

/**
 * What chance alone makes of groups that are alike: all have the same true mean, and each its own size and spread. Shares
 * are drawn from the binomial distribution, other means from the normal one. Groups are drawn in the order of their
 * numbers, so that neither the order of rows nor the names of groups change the answer.
 * @param rates one list of groups for each rate; equalized odds has two
 * @param joined how the gaps of several rates become one
 */
export function gapByChance(
  rates: readonly (readonly GroupMean[])[],
  comparing: Comparing,
  joined: (gaps: readonly number[]) => number,
  {seed, replicates}: Pick<InferenceOptions, 'seed' | 'replicates'>,
): ByChance | null {
  const random = createRandom(seed)
  const ordered = rates.map(groups => [...groups].sort((a, b) => a.weight - b.weight || a.variance - b.variance))
  const drawn: number[] = []
  for (let draw = 0; draw < replicates; draw++) {
    const gaps = ordered.map(groups => drawGap(groups, comparing, random))
    const known = gaps.filter(gap => gap !== null)
    if (known.length === gaps.length) drawn.push(joined(known))
  }
  if (drawn.length < replicates / 2) return null
  const sorted = Float64Array.from(drawn).sort()
  const at = Math.floor(0.95 * sorted.length)
  return {
    mean: sorted.reduce((sum, gap) => sum + gap, 0) / sorted.length,
    extreme: (comparing.shape === 'ratio' ? sorted[sorted.length - 1 - at] : sorted[at]) ?? Number.NaN,
  }
}

function drawGap(groups: readonly GroupMean[], comparing: Comparing, random: Random): number | null {
  const weight = groups.reduce((sum, group) => sum + group.weight, 0)
  const truth = comparing.against === 'zero' ? 0 : meanOf(groups, weight, group => group.mean)
  const means = groups.map(group => drawMean(group, truth, random))
  const overall = groups.reduce((sum, group, at) => sum + (group.weight / weight) * (means[at] ?? 0), 0)
  return gapValue(means, overall, comparing)?.value ?? null
}

function drawMean({isShare, effectiveRows, variance, range}: GroupMean, truth: number, random: Random): number {
  if (isShare) {
    const rows = Math.max(1, Math.round(effectiveRows))
    return drawBinomial(random, rows, truth) / rows
  }
  const uniform = Math.max(random.uniform(), Number.EPSILON)
  return Math.min(range[1], Math.max(range[0], truth + Math.sqrt(variance) * normalQuantile(uniform)))
}

function meanOf(groups: readonly GroupMean[], weight: number, of: (group: GroupMean) => number): number {
  return groups.reduce((sum, group) => sum + (group.weight / weight) * of(group), 0)
}
