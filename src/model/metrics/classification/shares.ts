import type {MeanStatistic} from '../statistic.ts'

/** The share of rows whose flag is 1, among those that count. */
export function shareOf(flags: Uint8Array, among: Uint8Array | null): MeanStatistic {
  return {kind: 'mean', values: new Float64Array(flags), among, unitOf: null, isShare: true, link: null}
}

/** 1 where both codes are alike. */
export function agreement(left: Int32Array | Uint8Array, right: Int32Array | Uint8Array): Uint8Array {
  const flags = new Uint8Array(left.length)
  for (let row = 0; row < flags.length; row++) flags[row] = left[row] === right[row] ? 1 : 0
  return flags
}
