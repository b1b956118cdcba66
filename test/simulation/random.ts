/** mulberry32 (public domain, Tommy Ettinger): a small seeded generator of numbers in [0, 1). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = state
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** How many of `n` requests are bad, each with probability `share`. */
export function binomial(random: () => number, n: number, share: number): number {
  let bad = 0
  for (let request = 0; request < n; request++) if (random() < share) bad++
  return bad
}
