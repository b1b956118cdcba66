/**
 * A small fixed generator, so that a report with a seed can be computed again on any machine.
 * xoshiro128** by Blackman and Vigna ("Scrambled linear pseudorandom number generators", 2018), seeded by the
 * mixing function of SplitMix32. Not for secrets.
 */
export interface Random {
  /** Uniform on 0 .. 2^32 - 1. */
  uint32(): number
  /** Uniform on [0, 1) with 53 random bits. */
  uniform(): number
  /** Uniform on 0 .. limit - 1; no number is likelier than another by more than limit / 2^32. */
  below(limit: number): number
}

export function createRandom(seed: number): Random {
  const mix = splitMix32(seed)
  return fromState([mix(), mix(), mix(), mix()])
}

/** From a raw state that is not all zero; for the published test vectors. */
export function fromState([first, second, third, fourth]: readonly [number, number, number, number]): Random {
  let a = first | 0
  let b = second | 0
  let c = third | 0
  let d = fourth | 0

  const uint32 = () => {
    const result = Math.imul(rotateLeft(Math.imul(b, 5), 7), 9)
    const shifted = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= shifted
    d = rotateLeft(d, 11)
    return result >>> 0
  }

  return {
    uint32,
    uniform: () => ((uint32() >>> 5) * 67_108_864 + (uint32() >>> 6)) / 9_007_199_254_740_992,
    below: limit => Math.floor((uint32() * limit) / 4_294_967_296),
  }
}

function splitMix32(seed: number): () => number {
  // Both halves of a seed above 2^32 count.
  let state = (seed ^ Math.imul(Math.floor(seed / 4_294_967_296), 0x85ebca6b)) | 0
  return () => {
    state = (state + 0x9e3779b9) | 0
    let mixed = state ^ (state >>> 16)
    mixed = Math.imul(mixed, 0x21f0aaad)
    mixed ^= mixed >>> 15
    mixed = Math.imul(mixed, 0x735a2d97)
    return mixed ^ (mixed >>> 15)
  }
}

function rotateLeft(value: number, by: number): number {
  return (value << by) | (value >>> (32 - by))
}
