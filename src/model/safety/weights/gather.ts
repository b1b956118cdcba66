import type {TensorEntry} from '../format.ts'
import {openTally} from './tally.ts'
import type {WeightTally} from './tally-run.ts'

/** What was read of the values of one tensor. */
export type TensorValues =
  | {readonly kind: 'read'; readonly tally: WeightTally}
  /** Its type, or where its values lie, is not understood. */
  | {readonly kind: 'not read'; readonly why: 'type' | 'place'}

/** Large enough to make the overhead of a read small, small enough to stay in a processor's cache. */
const chunkBytes = 4 * 2 ** 20

/**
 * Reads the values of a tensor once, in chunks, while its file is open: meant for `ScanPorts.onTensor`. Reads at the
 * speed of the disk; a tensor that only claims to be large ends where its file ends.
 */
export async function gatherWeights({dtype, shape, data}: TensorEntry): Promise<TensorValues> {
  if (shape.includes(0)) return {kind: 'read', tally: {values: 0, nan: 0, infinite: 0, isZero: false}}
  const run = openTally(dtype)
  if (run === null) return {kind: 'not read', why: 'type'}
  if (data === null) return {kind: 'not read', why: 'place'}
  const end = Math.min(data.end, data.bytes.size)
  const chunk = new Uint8Array(Math.max(0, Math.min(chunkBytes, end - data.begin)))
  for (let at = data.begin; at < end; at += chunkBytes) {
    run.add(await data.bytes.slice(at, Math.min(end, at + chunkBytes), chunk))
  }
  return {kind: 'read', tally: run.tally}
}
