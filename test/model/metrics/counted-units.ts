import type {Statistic} from '../../../src/model/metrics/statistic.ts'

/** Of how many queries or problems a mean is taken, and how many there are; null for a metric of rows. */
export function countedUnits(statistic: Statistic): {counted: number; all: number} | null {
  if (statistic.kind !== 'mean' || statistic.unitOf === null) return null
  const {among, values} = statistic
  return {counted: among === null ? values.length : among.filter(flag => flag === 1).length, all: values.length}
}
