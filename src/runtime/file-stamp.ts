import type {BigIntStats} from 'node:fs'

/** A write that puts size and time of change back still has another time of status: POSIX has no call that sets it. */
export function stampOf({ino, mtimeNs, ctimeNs, size}: BigIntStats): string {
  return [ino, size, mtimeNs, ctimeNs].join('-')
}
