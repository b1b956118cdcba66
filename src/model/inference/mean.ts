import {wilsonBounds} from '../../core/wilson.ts'
import type {Sample} from '../evaluation/outcomes.ts'
import type {MeanStatistic} from '../metrics/statistic.ts'
import {type Units, unitsOf} from './blocks.ts'
import type {BlockSums, RatioDifference} from './studentized.ts'

/** What a mean rests on: its sums block by block, for one model or for two on the same rows. */
export interface MeanSums extends RatioDifference {
  /** Units that count and weigh something, for the candidate. */
  readonly counted: number
  /** Each unit is a block, and all of them weigh alike. */
  readonly isPlain: boolean
}

/** Sums of one mean; the baseline's part is zero. */
export function sumsOf(statistic: MeanStatistic, sample: Sample): MeanSums {
  const units = unitsOf(sample, statistic.unitOf, statistic.values.length)
  const candidate = blockSums(statistic, units)
  const kept = keptBlocks(candidate.bottoms, candidate.bottoms)
  const nothing = new Float64Array(kept.count)
  return {
    blocks: kept.count,
    candidate: kept.of(candidate),
    baseline: {tops: nothing, bottoms: nothing},
    retain: 0,
    link: statistic.link,
    counted: countUnits(statistic, units),
    isPlain: units.weights === null && units.blocks.of === null,
  }
}

/** Sums of two means on the same rows. */
export function pairedSumsOf(one: MeanStatistic, other: MeanStatistic, sample: Sample, retain: number): MeanSums {
  const units = unitsOf(sample, one.unitOf, one.values.length)
  const candidate = blockSums(one, units)
  const baseline = blockSums(other, units)
  const kept = keptBlocks(candidate.bottoms, baseline.bottoms)
  return {
    blocks: kept.count,
    candidate: kept.of(candidate),
    baseline: kept.of(baseline),
    retain,
    link: one.link,
    counted: countUnits(one, units),
    isPlain: units.weights === null && units.blocks.of === null,
  }
}

function blockSums({values, among}: MeanStatistic, {count, weights, blocks}: Units): BlockSums {
  const tops = new Float64Array(blocks.count)
  const bottoms = new Float64Array(blocks.count)
  for (let unit = 0; unit < count; unit++) {
    if (among !== null && among[unit] !== 1) continue
    const weight = weights === null ? 1 : (weights[unit] ?? 0)
    if (weight === 0) continue
    const block = blocks.of === null ? unit : (blocks.of[unit] ?? 0)
    tops[block] = (tops[block] ?? 0) + weight * (values[unit] ?? 0)
    bottoms[block] = (bottoms[block] ?? 0) + weight
  }
  return {tops, bottoms}
}

/** Blocks in which something counts. The others say nothing of the mean, and would only look like more data. */
function keptBlocks(ours: Float64Array, theirs: Float64Array) {
  const {length} = ours
  const kept = new Uint32Array(length)
  let count = 0
  for (let block = 0; block < length; block++) {
    if ((ours[block] ?? 0) > 0 || (theirs[block] ?? 0) > 0) kept[count++] = block
  }
  const taken = (from: Float64Array) => {
    if (count === length) return from
    const to = new Float64Array(count)
    for (let at = 0; at < count; at++) to[at] = from[kept[at] ?? 0] ?? 0
    return to
  }
  return {count, of: ({tops, bottoms}: BlockSums): BlockSums => ({tops: taken(tops), bottoms: taken(bottoms)})}
}

function countUnits({among}: MeanStatistic, {count, weights}: Units): number {
  if (among === null && weights === null) return count
  let counted = 0
  for (let unit = 0; unit < count; unit++) {
    if (among !== null && among[unit] !== 1) continue
    if (weights === null || (weights[unit] ?? 0) > 0) counted++
  }
  return counted
}

/**
 * Wilson's bounds of a proportion whose rows weigh unequally or come in clusters: as if from so many independent rows as
 * would vary as much (Korn and Graubard, "Confidence intervals for proportions with small expected number of positive
 * counts", Survey Methodology 24 (1998); Franco, Little, Louis and Slud, Journal of Survey Statistics and Methodology 7
 * (2019)). Where nothing varies, as many as there are blocks, counted by their weights.
 */
export function effectiveWilson(share: number, variance: number, blocks: number, quantile: number) {
  const rows = variance > 0 && share > 0 && share < 1 ? (share * (1 - share)) / variance : blocks
  return wilsonBounds(share * rows, rows, quantile)
}
