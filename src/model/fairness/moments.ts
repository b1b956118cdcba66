import type {Sample} from '../evaluation/outcomes.ts'
import {sumByCluster} from './moments-by-cluster.ts'
import {bySets, countShares, sumRows} from './moments-by-row.ts'
import type {Rate} from './rate.ts'

/**
 * What a weighted mean over some rows, and its uncertainty, are made of: sums over independent units. A unit is a row,
 * or what one cluster has in a group. It brings A, its sum of weight times value, and B, its sum of weights; the mean is
 * ΣA / ΣB. Values count from a centre near the mean, so that squares do not cancel.
 */
export interface Moments {
  /** Rows that count and weigh something. */
  readonly n: number
  readonly units: number
  readonly a: number
  readonly b: number
  readonly aa: number
  readonly ab: number
  readonly bb: number
  readonly aaa: number
  readonly aab: number
  readonly abb: number
  readonly bbb: number
}

/** Sums of products over the units of two sets of rows, where one cluster may have a unit in both. */
export interface CrossMoments {
  readonly aa: number
  readonly ab: number
  readonly ba: number
  readonly bb: number
}

export interface GroupMoments {
  readonly centre: number
  readonly groups: readonly Moments[]
  /** For each group: all rows that are not in it. */
  readonly others: readonly Moments[]
  readonly all: Moments
  /** Of two groups, or of a group and all rows that are not in it; null where rows are independent. */
  readonly cross: {
    readonly ofGroups: (one: number, other: number) => CrossMoments
    readonly withOthers: (group: number) => CrossMoments
  } | null
}

/**
 * Sums the rows of each group; linear in rows.
 * @param codes the group of each row, 0 .. count - 1
 * @param pairs whether groups will be compared with each other; costs memory for each pair where rows come in clusters
 */
export function sumMoments(rate: Rate, codes: Int32Array, count: number, sample: Sample, pairs: boolean): GroupMoments {
  const centre = rate.isShare ? 0 : meanOfRows(rate, sample.weights)
  return sample.clusters
    ? sumByCluster(rate, codes, count, {...sample, clusters: sample.clusters}, centre, pairs)
    : bySets(
        centre,
        rate.isShare && !sample.weights
          ? countShares(rate, codes, count)
          : sumRows(rate, codes, count, sample.weights, centre),
      )
}

function meanOfRows({values, among}: Rate, weights: Float64Array | null): number {
  let a = 0
  let b = 0
  for (let row = 0; row < values.length; row++) {
    if (among !== null && among[row] !== 1) continue
    const weight = weights === null ? 1 : (weights[row] ?? 0)
    a += weight * (values[row] ?? 0)
    b += weight
  }
  return b > 0 ? a / b : 0
}
