import {addUnit, combine, momentsAt, nothing, width} from './moment-sums.ts'
import type {GroupMoments, Moments} from './moments.ts'
import type {Rate} from './rate.ts'

/** Rows that are independent lie in one set each: all of them are the sum of the sets, and others what is left. */
export function bySets(centre: number, groups: readonly Moments[]): GroupMoments {
  const all = groups.reduce((sum, group) => combine(sum, group, 1), nothing)
  return {centre, groups, all, others: groups.map(group => combine(all, group, -1)), cross: null}
}

/** Zeros and ones that weigh alike: every sum is the number of rows, or of ones. */
export function countShares({values, among}: Rate, codes: Int32Array, count: number): readonly Moments[] {
  const rows = new Int32Array(count)
  const hits = new Int32Array(count)
  for (let row = 0; row < codes.length; row++) {
    if (among !== null && among[row] !== 1) continue
    const code = codes[row] ?? 0
    rows[code] = (rows[code] ?? 0) + 1
    hits[code] = (hits[code] ?? 0) + (values[row] ?? 0)
  }
  return Array.from({length: count}, (_, code) => momentsOfShare(rows[code] ?? 0, hits[code] ?? 0))
}

/** The moments of `rows` independent rows of weight 1, of which `hits` are 1 and the others 0. */
export function momentsOfShare(rows: number, hits: number): Moments {
  return {
    n: rows,
    units: rows,
    a: hits,
    b: rows,
    aa: hits,
    ab: hits,
    bb: rows,
    aaa: hits,
    aab: hits,
    abb: hits,
    bbb: rows,
  }
}

export function sumRows(
  {values, among}: Rate,
  codes: Int32Array,
  count: number,
  weights: Float64Array | null,
  centre: number,
): readonly Moments[] {
  const sums = new Float64Array(count * width)
  for (let row = 0; row < codes.length; row++) {
    if (among !== null && among[row] !== 1) continue
    const b = weights === null ? 1 : (weights[row] ?? 0)
    if (b > 0) addUnit(sums, (codes[row] ?? 0) * width, b * ((values[row] ?? 0) - centre), b, 1)
  }
  return Array.from({length: count}, (_, code) => momentsAt(sums, code))
}
