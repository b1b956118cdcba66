/** Fast 32-bit hashes for tables in memory. Not for secrets, and no name for anything that is kept: that is sha256. */

/**
 * FNV-1a over bytes[start] up to bytes[end]: Fowler, Noll, Vo; draft-eastlake-fnv, section 2. Offset basis 2166136261,
 * prime 16777619. A signed 32-bit number.
 */
export function fnv1a(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5 | 0
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193)
  return hash
}

/** The finalizer of MurmurHash3: every bit of the input reaches every bit of the result. A signed 32-bit number. */
export function mixBits(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return mixed ^ (mixed >>> 16)
}
