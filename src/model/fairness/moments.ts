import type {Grouping, Sample} from '../evaluation/outcomes.ts'
import {orderByCode, type RowOrder} from '../slices/row-index.ts'
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
    : sumByRow(rate, codes, count, sample.weights, centre)
}

function sumByRow(
  {values, among}: Rate,
  codes: Int32Array,
  count: number,
  weights: Float64Array | null,
  centre: number,
): GroupMoments {
  const sums = new Float64Array(count * width)
  for (let row = 0; row < codes.length; row++) {
    if (among !== null && among[row] !== 1) continue
    const b = weights === null ? 1 : (weights[row] ?? 0)
    if (b > 0) addUnit(sums, (codes[row] ?? 0) * width, b * ((values[row] ?? 0) - centre), b, 1)
  }
  const groups = Array.from({length: count}, (_, code) => momentsAt(sums, code))
  const all = groups.reduce((sum, group) => combine(sum, group, 1), nothing)
  return {centre, groups, all, others: groups.map(group => combine(all, group, -1)), cross: null}
}

function sumByCluster(
  {values, among}: Rate,
  codes: Int32Array,
  count: number,
  {weights, clusters}: Sample & {readonly clusters: Grouping},
  centre: number,
  needsPairs: boolean,
): GroupMoments {
  const sums = new Float64Array(count * width)
  const sumAll = new Float64Array(width)
  // Others of a group: the units of all clusters, less those of the clusters it is in, plus what these have elsewhere.
  const changed = new Float64Array(count * width)
  const pairs = new Float64Array(needsPairs ? count * count * 3 : 0)
  const withAll = new Float64Array(count * 4)
  const a = new Float64Array(count)
  const b = new Float64Array(count)
  const rowsIn = new Int32Array(count)
  const touched: number[] = []

  const {order, ends} = orderOf(clusters)
  for (let cluster = 0; cluster < clusters.count; cluster++) {
    let clusterA = 0
    let clusterB = 0
    let clusterRows = 0
    const end = ends[cluster + 1] ?? 0
    for (let at = ends[cluster] ?? 0; at < end; at++) {
      const row = order[at] ?? 0
      if (among !== null && among[row] !== 1) continue
      const weight = weights === null ? 1 : (weights[row] ?? 0)
      if (!(weight > 0)) continue
      const code = codes[row] ?? 0
      const value = weight * ((values[row] ?? 0) - centre)
      if (rowsIn[code] === 0) touched.push(code)
      a[code] = (a[code] ?? 0) + value
      b[code] = (b[code] ?? 0) + weight
      rowsIn[code] = (rowsIn[code] ?? 0) + 1
      clusterA += value
      clusterB += weight
      clusterRows++
    }
    if (clusterRows > 0) addUnit(sumAll, 0, clusterA, clusterB, clusterRows)
    for (const one of touched) {
      const oneA = a[one] ?? 0
      const oneB = b[one] ?? 0
      const oneRows = rowsIn[one] ?? 0
      addUnit(sums, one * width, oneA, oneB, oneRows)
      subtractUnit(changed, one * width, clusterA, clusterB, clusterRows)
      if (oneRows < clusterRows) {
        addUnit(changed, one * width, clusterA - oneA, clusterB - oneB, clusterRows - oneRows)
      }
      add(withAll, one * 4, oneA * clusterA)
      add(withAll, one * 4 + 1, oneA * clusterB)
      add(withAll, one * 4 + 2, oneB * clusterA)
      add(withAll, one * 4 + 3, oneB * clusterB)
      if (!needsPairs) continue
      for (const other of touched) {
        const at = (one * count + other) * 3
        add(pairs, at, oneA * (a[other] ?? 0))
        add(pairs, at + 1, oneA * (b[other] ?? 0))
        add(pairs, at + 2, oneB * (b[other] ?? 0))
      }
    }
    for (const code of touched) {
      a[code] = 0
      b[code] = 0
      rowsIn[code] = 0
    }
    touched.length = 0
  }

  const all = momentsAt(sumAll, 0)
  const groups = Array.from({length: count}, (_, code) => momentsAt(sums, code))
  const pair = (one: number, other: number, which: number) => pairs[(one * count + other) * 3 + which] ?? 0
  const total = (group: number, which: number) => withAll[group * 4 + which] ?? 0
  return {
    centre,
    groups,
    all,
    others: groups.map((_, code) => combine(all, momentsAt(changed, code), 1)),
    cross: {
      ofGroups: (one, other) => ({
        aa: pair(one, other, 0),
        ab: pair(one, other, 1),
        ba: pair(other, one, 1),
        bb: pair(one, other, 2),
      }),
      withOthers: group => {
        const {aa = 0, ab = 0, bb = 0} = groups[group] ?? {}
        return {aa: total(group, 0) - aa, ab: total(group, 1) - ab, ba: total(group, 2) - ab, bb: total(group, 3) - bb}
      },
    },
  }
}

/** Sorted once for all gates and columns of a run. */
const orders = new WeakMap<Grouping, RowOrder>()

function orderOf(clusters: Grouping): RowOrder {
  const known = orders.get(clusters)
  if (known) return known
  const order = orderByCode(clusters.codes, clusters.count)
  orders.set(clusters, order)
  return order
}

const width = 11
const nothing: Moments = {n: 0, units: 0, a: 0, b: 0, aa: 0, ab: 0, bb: 0, aaa: 0, aab: 0, abb: 0, bbb: 0}

function addUnit(sums: Float64Array, at: number, a: number, b: number, rows: number): void {
  put(sums, at, a, b, rows, 1)
}

function subtractUnit(sums: Float64Array, at: number, a: number, b: number, rows: number): void {
  put(sums, at, a, b, rows, -1)
}

function put(sums: Float64Array, at: number, a: number, b: number, rows: number, sign: 1 | -1): void {
  const signedA = sign * a
  const signedB = sign * b
  add(sums, at, sign * rows)
  add(sums, at + 1, sign)
  add(sums, at + 2, signedA)
  add(sums, at + 3, signedB)
  add(sums, at + 4, signedA * a)
  add(sums, at + 5, signedA * b)
  add(sums, at + 6, signedB * b)
  add(sums, at + 7, signedA * a * a)
  add(sums, at + 8, signedA * a * b)
  add(sums, at + 9, signedA * b * b)
  add(sums, at + 10, signedB * b * b)
}

function add(sums: Float64Array, at: number, value: number): void {
  sums[at] = (sums[at] ?? 0) + value
}

function momentsAt(sums: Float64Array, group: number): Moments {
  const at = (offset: number) => sums[group * width + offset] ?? 0
  return {
    n: at(0),
    units: at(1),
    a: at(2),
    b: at(3),
    aa: at(4),
    ab: at(5),
    bb: at(6),
    aaa: at(7),
    aab: at(8),
    abb: at(9),
    bbb: at(10),
  }
}

function combine(one: Moments, other: Moments, sign: 1 | -1): Moments {
  return {
    n: one.n + sign * other.n,
    units: one.units + sign * other.units,
    a: one.a + sign * other.a,
    b: one.b + sign * other.b,
    aa: one.aa + sign * other.aa,
    ab: one.ab + sign * other.ab,
    bb: one.bb + sign * other.bb,
    aaa: one.aaa + sign * other.aaa,
    aab: one.aab + sign * other.aab,
    abb: one.abb + sign * other.abb,
    bbb: one.bbb + sign * other.bbb,
  }
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
