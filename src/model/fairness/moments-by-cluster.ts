import type {Grouping, Sample} from '../evaluation/outcomes.ts'
import {orderByCode, type RowOrder} from '../slices/row-index.ts'
import {add, addUnit, combine, momentsAt, subtractUnit, width} from './moment-sums.ts'
import type {GroupMoments} from './moments.ts'
import type {Rate} from './rate.ts'

/** Every cluster is a unit, and what it has in each group is a unit of that group. */
export function sumByCluster(
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
