import {type Bounded, differenceBounds, ratioBounds} from './contrast.ts'
import {type Bounds, boundsNothing, boundsOf, correlation, type GroupMean} from './group-mean.ts'
import type {CrossMoments} from './moments.ts'

/** The groups of one rate, as they are compared. */
export interface Compared {
  readonly groups: readonly GroupMean[]
  /** For each group all rows that are not in it, left-out groups too. */
  readonly others: readonly GroupMean[]
  readonly all: GroupMean
  readonly centre: number
  readonly cross: {
    readonly ofGroups: (one: number, other: number) => CrossMoments
    readonly withOthers: (group: number) => CrossMoments
  } | null
}

export interface Comparing {
  readonly shape: 'difference' | 'ratio'
  readonly against: 'each-other' | 'all-rows' | 'zero'
}

/** The largest gap between groups (for a ratio: the smallest ratio), and between which bounds the true one lies. */
export interface Gap extends Bounds {
  readonly value: number
  /** Places of the two groups that are furthest apart; one place where groups are compared with all rows or with zero. */
  readonly furthest: readonly number[]
}

/** How many comparisons the largest gap is the largest of. Of two groups that are all rows, either one tells of both. */
export function comparisonsOf({groups, others}: Pick<Compared, 'groups' | 'others'>, {against}: Comparing): number {
  const count = groups.length
  if (against === 'each-other') return (count * (count - 1)) / 2
  return against === 'all-rows' && count === 2 && others[0]?.n === groups[1]?.n ? 1 : count
}

/**
 * The largest gap is biased upward: of groups that are alike one is highest and one lowest by chance. The two bounds
 * answer this in the two ways that keep their promise whatever the groups:
 *
 * - The bound on the near side ("at least so unfair") is the largest of all comparisons' own bounds, each taken at the
 *   level that keeps all of them true together: Šidák, JASA 62 (1967), which holds for two-sided normal statistics of any
 *   dependence. So it is 0 for groups that are alike in 95 of 100 samples, however many they are.
 * - The bound on the far side ("at most so unfair") is the largest of the comparisons' bounds at the plain level. To be
 *   too small it must be so in the very comparison that is the largest in truth: an intersection-union test (Berger,
 *   Technometrics 24 (1982)), which needs no correction.
 *
 * Null where a ratio has no value: all rates are 0.
 * @param nearTail,farTail chance with which a single comparison's bound may be wrong
 */
export function gapOf(compared: Compared, comparing: Comparing, nearTail: number, farTail: number): Gap | null {
  const value = gapValue(
    compared.groups.map(({mean}) => mean),
    compared.all.mean,
    comparing,
  )
  if (value === null) return null
  const near = extremes(compared, comparing, nearTail)
  const far = extremes(compared, comparing, farTail)
  if (comparing.shape === 'ratio') {
    return {...value, low: Math.min(value.value, far.far), high: Math.max(value.value, near.near)}
  }
  return {...value, low: Math.min(value.value, near.near), high: Math.max(value.value, far.far)}
}

/** Value of the gap alone: fairlearn's `MetricFrame.difference` and `.ratio`, methods between_groups and to_overall. */
export function gapValue(
  means: readonly number[],
  overall: number,
  {shape, against}: Comparing,
): {value: number; furthest: readonly number[]} | null {
  const sizes = against === 'zero' ? means.map(Math.abs) : means
  const highest = placeOf(sizes, (a, b) => a > b)
  // The last of several: where all groups are alike, the other side is another group.
  const lowest = placeOf(sizes, (a, b) => a <= b)
  const [high = 0, low = 0] = [sizes[highest], sizes[lowest]]
  if (against === 'zero') return {value: high, furthest: [highest]}
  if (against === 'each-other') {
    if (shape === 'difference') return {value: high - low, furthest: [highest, lowest]}
    return high > 0 ? {value: low / high, furthest: [highest, lowest]} : null
  }
  if (shape === 'difference') {
    const place = high - overall >= overall - low ? highest : lowest
    return {value: Math.abs((means[place] ?? 0) - overall), furthest: [place]}
  }
  if (!(overall > 0)) return null
  const place = overall / high <= low / overall ? highest : lowest
  return {value: Math.min(overall / high, low / overall), furthest: [place]}
}

/** `near`: how unfair at least, `far`: how unfair at most, over all comparisons. */
function extremes(compared: Compared, {shape, against}: Comparing, tail: number): {near: number; far: number} {
  const {groups, others, cross, centre} = compared
  const bounded = groups.map(group => withBounds(group, tail))
  const found = shape === 'difference' ? {near: 0, far: 0} : {near: 1, far: 1}
  const see = (bounds: Bounds, weightShare: number) => {
    if (shape === 'difference') {
      const scale = 1 - weightShare
      found.near = Math.max(found.near, scale * bounds.low, -scale * bounds.high)
      found.far = Math.max(found.far, scale * bounds.high, -scale * bounds.low)
    } else {
      const low = againstAll(bounds.low, weightShare)
      const high = againstAll(bounds.high, weightShare)
      found.near = Math.min(found.near, high, 1 / low)
      found.far = Math.min(found.far, low, 1 / high)
    }
  }
  const boundsOfPair = shape === 'difference' ? differenceBounds : ratioBounds
  switch (against) {
    case 'zero':
      for (const group of bounded) see(group, 0)
      break
    case 'each-other':
      for (const [at, one] of bounded.entries()) {
        for (let place = at + 1; place < bounded.length; place++) {
          const other = bounded[place]
          if (!other) continue
          const related = cross ? correlation(one.group, other.group, cross.ofGroups(at, place), centre) : 0
          see(boundsOfPair(one, other, related), 0)
        }
      }
      break
    case 'all-rows':
      for (const [at, one] of bounded.entries()) {
        const rest = others[at]
        // A group that holds every row is all rows.
        if (!rest || !(rest.weight > 0)) continue
        const related = cross ? correlation(one.group, rest, cross.withOthers(at), centre) : 0
        see(boundsOfPair(one, withBounds(rest, tail), related), one.group.weight / (one.group.weight + rest.weight))
      }
      break
  }
  return found
}

/** From a group's ratio to all other rows to its ratio to all rows, of which it is a part itself. */
function againstAll(ratio: number, weightShare: number): number {
  return ratio === Number.POSITIVE_INFINITY ? 1 / weightShare : ratio / (weightShare * ratio + 1 - weightShare)
}

function withBounds(group: GroupMean, tail: number): Bounded & {readonly group: GroupMean} {
  return {group, mean: group.mean, isBoundless: boundsNothing(group), ...boundsOf(group, tail)}
}

function placeOf(values: readonly number[], isBetter: (one: number, other: number) => boolean): number {
  let best = 0
  for (const [place, value] of values.entries()) if (isBetter(value, values[best] ?? value)) best = place
  return best
}
