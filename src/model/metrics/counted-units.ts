import type {Statistic} from './statistic.ts'

/** Of how many queries or problems a mean is taken; null for a metric of rows. */
export interface CountedUnits {
  readonly counted: number
  readonly all: number
}

/** How many queries a ranking metric could not judge is `all - counted`: the report must say it. */
export function countedUnits(statistic: Statistic): CountedUnits | null {
  if (statistic.kind !== 'mean' || statistic.unitOf === null) return null
  const {among, values} = statistic
  const counted = among === null ? values.length : among.reduce((count, flag) => count + flag, 0)
  return {counted, all: values.length}
}
