/**
 * The draw that assigns a request to a release. Not a round-robin: traffic with a rhythm (a replayed file, a client that
 * polls) would meet the same release again and again, and the two sides would no longer see the same mix of requests.
 */

/** Uniform draws in [0, 100). mulberry32 (Tommy Ettinger, public domain): 32 bits of state, repeatable by its seed. */
export function createDraws(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    return scramble(state) * 100
  }
}

/** The draw of a session, always the same one: whoever met the candidate at 5 % still meets it at 25 %. */
export function drawOfSession(session: string): number {
  // FNV-1a, 32 bit (Fowler, Noll, Vo), then mixed, because its upper bits alone are not uniform for short keys.
  let hash = 0x811c9dc5
  for (const byte of new TextEncoder().encode(session)) hash = Math.imul(hash ^ byte, 0x01000193)
  return scramble(hash >>> 0) * 100
}

function scramble(state: number): number {
  let mixed = Math.imul(state ^ (state >>> 15), state | 1)
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
}
