import type {Interval} from '../../core/finding.ts'
import {newcombeInterval} from '../inference/newcombe.ts'

/** Rows of one group, and how many of them are predicted positive. */
export interface GroupSelection {
  readonly name: string
  readonly n: number
  readonly selected: number
}

export interface DemographicParity {
  /** Groups with enough rows, by falling selection rate. */
  readonly groups: readonly GroupSelection[]
  /** Number of groups with too few rows. Their names and sizes stay here: small groups are people. */
  readonly leftOut: number
  /** Largest minus smallest selection rate; null where fewer than two groups are left. */
  readonly difference: number | null
  /** Of that difference, as if the two groups had been chosen beforehand; null with it. */
  readonly interval: Interval | null
  /** Rows in the groups that count. */
  readonly n: number
}

/**
 * Demographic parity difference: largest minus smallest selection rate, the share of a group that is predicted positive
 * (fairlearn `demographic_parity_difference`, method between_groups). The interval of the difference between the two
 * extreme groups is Newcombe's; with many groups the difference itself is biased upward, never down.
 * @param codes,names the group of each row
 */
export function demographicParity(
  {codes, names}: {readonly codes: Int32Array; readonly names: readonly string[]},
  predictedPositive: Uint8Array,
  {minGroup, coverage}: {readonly minGroup: number; readonly coverage: number},
): DemographicParity {
  const sizes = new Array<number>(names.length).fill(0)
  const selected = new Array<number>(names.length).fill(0)
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row] ?? 0
    sizes[code] = (sizes[code] ?? 0) + 1
    selected[code] = (selected[code] ?? 0) + (predictedPositive[row] ?? 0)
  }
  const all = names.map((name, code) => ({name, n: sizes[code] ?? 0, selected: selected[code] ?? 0}))
  const groups = all
    .filter(group => group.n >= minGroup)
    .sort((a, b) => selectionRate(b) - selectionRate(a) || (a.name < b.name ? -1 : 1))
  const [highest, lowest] = [groups[0], groups.at(-1)]
  const judged = groups.length >= 2 && highest && lowest ? {highest, lowest} : null
  return {
    groups,
    leftOut: all.length - groups.length,
    difference: judged && selectionRate(judged.highest) - selectionRate(judged.lowest),
    interval:
      judged &&
      newcombeInterval(
        {hits: judged.highest.selected, n: judged.highest.n},
        {hits: judged.lowest.selected, n: judged.lowest.n},
        coverage,
      ),
    n: groups.reduce((sum, group) => sum + group.n, 0),
  }
}

export function selectionRate({selected, n}: GroupSelection): number {
  return selected / n
}
