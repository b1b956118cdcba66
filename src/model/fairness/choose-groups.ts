import {type Combination, type GroupKey, groupName} from '../slices/combine-groups.ts'
import type {Rate} from './rate.ts'

/** What a group must have to be judged. */
export interface GroupLimits {
  readonly minGroup: number
  readonly minPositives: number
  readonly minNegatives: number
}

/** Which groups are judged. Those that are not stay uncounted in the gap, and never unsaid. */
export interface ChosenGroups {
  readonly judged: readonly GroupKey[]
  /** Place in `judged` of each row's group; `judged.length` where it is left out. */
  readonly codes: Int32Array
  /** Number of groups with too few rows. Their names stay here: small groups are people. */
  readonly tooSmall: number
  /** Groups with rows enough, but too few that the rate looks at: of the positive class, of the others, predicted positive. */
  readonly tooFewOfAClass: readonly GroupKey[]
  /** Required groups that no row has. */
  readonly requiredMissing: readonly string[]
  /** Required groups that are left out. */
  readonly requiredLeftOut: readonly string[]
}

/**
 * A rate of five rows says nothing, and a group that is left out looks perfectly fair: so it is left out, and told.
 * Rows of weight 0 do not count.
 */
export function chooseGroups(
  {codes, groups}: Combination,
  rates: readonly Rate[],
  weights: Float64Array | null,
  limits: GroupLimits,
  required: readonly string[],
): ChosenGroups {
  const sizes = countRows(codes, groups.length, null, weights)
  const counted = rates.map(rate => ({
    rows: rate.among ? countRows(codes, groups.length, rate.among, weights) : sizes,
    needed: Math.max(1, neededBy(rate, limits)),
  }))
  const isLarge = groups.map((_, code) => (sizes[code] ?? 0) >= limits.minGroup)
  const isJudged = groups.map(
    (_, code) => isLarge[code] === true && counted.every(({rows, needed}) => (rows[code] ?? 0) >= needed),
  )
  const judged = groups.filter((_, code) => isJudged[code])
  const names = new Map(groups.map((group, code) => [groupName(group), isJudged[code] === true]))
  return {
    judged,
    codes: renumbered(codes, isJudged, judged.length),
    tooSmall: isLarge.filter(large => !large).length,
    tooFewOfAClass: groups.filter((_, code) => isLarge[code] && !isJudged[code]),
    requiredMissing: required.filter(name => !names.has(name)),
    requiredLeftOut: required.filter(name => names.get(name) === false),
  }
}

function neededBy({name}: Rate, {minPositives, minNegatives}: GroupLimits): number {
  switch (name) {
    case 'true positive rate':
    case 'precision':
      return minPositives
    case 'false positive rate':
      return minNegatives
    case 'selection rate':
    case 'accuracy':
    case 'mean score above the observed rate':
    case 'mean prediction':
    case 'log loss':
    case 'error rate':
    case 'mean absolute error':
    case 'share of wrong labels':
    case 'loss':
      return 1
  }
}

function countRows(
  codes: Int32Array,
  count: number,
  among: Uint8Array | null,
  weights: Float64Array | null,
): Int32Array {
  const rows = new Int32Array(count)
  for (let row = 0; row < codes.length; row++) {
    if (among !== null && among[row] !== 1) continue
    if (weights !== null && !((weights[row] ?? 0) > 0)) continue
    const code = codes[row] ?? 0
    rows[code] = (rows[code] ?? 0) + 1
  }
  return rows
}

function renumbered(codes: Int32Array, isJudged: readonly boolean[], leftOut: number): Int32Array {
  let next = 0
  const places = Int32Array.from(isJudged, judged => (judged ? next++ : leftOut))
  const renamed = new Int32Array(codes.length)
  for (let row = 0; row < codes.length; row++) renamed[row] = places[codes[row] ?? 0] ?? leftOut
  return renamed
}
