/**
 * How often the two bounds of a gap miss the true gap: on worlds whose truth is known. The near bound ("shown unfair") is
 * wrong where it claims more than the true gap, the far bound ("shown fair") where it claims less.
 */
import {drawBinomial} from '../../../src/core/binomial.ts'
import {createRandom, type Random} from '../../../src/core/random.ts'
import type {Sample} from '../../../src/model/evaluation/outcomes.ts'
import {type Comparing, comparisonsOf, gapOf, gapValue} from '../../../src/model/fairness/gap.ts'
import {groupMean} from '../../../src/model/fairness/group-mean.ts'
import {sumMoments} from '../../../src/model/fairness/moments.ts'
import {momentsOfShare} from '../../../src/model/fairness/moments-by-row.ts'
import type {Rate} from '../../../src/model/fairness/rate.ts'
import {normalQuantile} from '../../../src/model/inference/normal.ts'

export interface World {
  readonly name: string
  readonly comparing: Comparing
  /** Rows of each group. */
  readonly sizes: readonly number[]
  /** True mean of each group. */
  readonly means: readonly number[]
  readonly rows:
    | {readonly kind: 'shares'}
    /** Losses with a long tail: lognormal, sigma of the logarithm. */
    | {readonly kind: 'lognormal'; readonly sigma: number}
    /** Shares in clusters of `size` rows, which lie within one group or reach across two; `within` is the correlation. */
    | {
        readonly kind: 'clusters'
        readonly size: number
        readonly within: number
        readonly across: boolean
        /** The clusters are there, but nobody says so. */
        readonly ignored?: true
      }
    /** Shares whose rows weigh 1 or `heavy`. */
    | {readonly kind: 'weights'; readonly heavy: number}
}

export interface Misses {
  /** Share of samples in which the near bound claims more than the truth. */
  readonly near: number
  /** Share of samples in which the far bound claims less than the truth. */
  readonly far: number
}

export const alpha = 0.05

export function missesOf(world: World, runs: number, seed: number): Misses {
  const random = createRandom(seed)
  const {comparing, means, sizes} = world
  const total = sizes.reduce((sum, size) => sum + size, 0)
  const overall = means.reduce((sum, mean, at) => sum + (mean * (sizes[at] ?? 0)) / total, 0)
  const truth = gapValue(means, overall, comparing)?.value ?? 0
  let near = 0
  let far = 0
  for (let run = 0; run < runs; run++) {
    const compared = drawGroups(world, random)
    const nearTail = -Math.expm1(Math.log1p(-alpha) / comparisonsOf(compared, comparing)) / 2
    const gap = gapOf(compared, comparing, nearTail, alpha)
    if (gap === null) continue
    const isRatio = comparing.shape === 'ratio'
    if (isRatio ? gap.high < truth - 1e-9 : gap.low > truth + 1e-9) near++
    if (isRatio ? gap.low > truth + 1e-9 : gap.high < truth - 1e-9) far++
  }
  return {near: near / runs, far: far / runs}
}

function drawGroups({sizes, means, rows}: World, random: Random) {
  if (rows.kind === 'shares') {
    const context = {centre: 0, isShare: true, isClustered: false, range: [0, 1]} as const
    const counts = sizes.map((n, at) => ({n, hits: drawBinomial(random, n, means[at] ?? 0)}))
    const all = counts.reduce((sum, {n, hits}) => ({n: sum.n + n, hits: sum.hits + hits}), {n: 0, hits: 0})
    return {
      centre: 0,
      cross: null,
      groups: counts.map(count => groupMean(momentsOfShare(count.n, count.hits), context)),
      others: counts.map(({n, hits}) => groupMean(momentsOfShare(all.n - n, all.hits - hits), context)),
      all: groupMean(momentsOfShare(all.n, all.hits), context),
    }
  }
  const {rate, codes, sample} = drawRows(sizes, means, rows, random)
  const {centre, groups, others, all, cross} = sumMoments(rate, codes, sizes.length, sample, true)
  const context = {centre, isShare: rate.isShare, isClustered: sample.clusters !== null, range: rate.range}
  return {
    centre,
    cross,
    groups: groups.map(moments => groupMean(moments, context)),
    others: others.map(moments => groupMean(moments, context)),
    all: groupMean(all, context),
  }
}

function drawRows(
  sizes: readonly number[],
  means: readonly number[],
  rows: Exclude<World['rows'], {kind: 'shares'}>,
  random: Random,
): {rate: Rate; codes: Int32Array; sample: Sample} {
  const n = sizes.reduce((sum, size) => sum + size, 0)
  const codes = Int32Array.from(sizes.flatMap((size, code) => new Array<number>(size).fill(code)))
  const values = new Float64Array(n)
  const share: Rate = {name: 'selection rate', values, among: null, isShare: true, range: [0, 1]}
  const plain: Sample = {rows: n, weights: null, clusters: null}
  const meanAt = (row: number) => means[codes[row] ?? 0] ?? 0
  switch (rows.kind) {
    case 'lognormal': {
      const {sigma} = rows
      for (let row = 0; row < n; row++) {
        const z = normalQuantile(Math.max(Number.EPSILON, random.uniform()))
        values[row] = meanAt(row) * Math.exp(sigma * z - (sigma * sigma) / 2)
      }
      return {
        rate: {...share, name: 'log loss', isShare: false, range: [0, Number.POSITIVE_INFINITY]},
        codes,
        sample: plain,
      }
    }
    case 'weights': {
      const weights = new Float64Array(n)
      for (let row = 0; row < n; row++) {
        values[row] = random.uniform() < meanAt(row) ? 1 : 0
        weights[row] = random.uniform() < 0.5 ? 1 : rows.heavy
      }
      return {rate: share, codes, sample: {...plain, weights}}
    }
    case 'clusters': {
      // A row takes its cluster's uniform number with chance sqrt(within), so two rows of it agree with chance `within`.
      const count = Math.ceil(n / rows.size)
      const clusters = Int32Array.from({length: n}, (_, row) =>
        rows.across ? row % count : Math.floor(row / rows.size),
      )
      const shared = Float64Array.from({length: count}, () => random.uniform())
      const follow = Math.sqrt(rows.within)
      for (let row = 0; row < n; row++) {
        const own = random.uniform() < follow ? (shared[clusters[row] ?? 0] ?? 0) : random.uniform()
        values[row] = own < meanAt(row) ? 1 : 0
      }
      return {rate: share, codes, sample: rows.ignored ? plain : {...plain, clusters: {codes: clusters, count}}}
    }
  }
}
