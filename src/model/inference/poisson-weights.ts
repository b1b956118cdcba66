/**
 * Poisson(1) numbers, one for each block and resample: the bootstrap in which every block is drawn independently of the
 * others (Chamandy et al., "Estimating uncertainty for massive data streams", Google (2012)). A block's number is a hash of
 * seed, resample and the block's own number, so that a resample can be made again alone, and both models share it.
 */

/** 65,536 equally likely numbers with Poisson(1)'s shares: one look-up for each 16 random bits. */
const table = poissonTable()

/** Fills `into` with the numbers of one resample. */
export function fillPoisson(into: Uint8Array, seed: number, replicate: number): void {
  const key = mix(mix(seed | 0) ^ mix(Math.floor(seed / 4_294_967_296) | 0) ^ Math.imul(replicate + 1, 0x9e3779b1))
  const {length} = into
  let counter = key
  for (let at = 0; at < length; at += 2) {
    counter = (counter + 0x9e3779b9) | 0
    // The mixing function "lowbias32" of Wellons' search for good 32-bit hashes, inlined: this loop is the bootstrap's cost.
    let bits = counter ^ key
    bits = Math.imul(bits ^ (bits >>> 16), 0x21f0aaad)
    bits = Math.imul(bits ^ (bits >>> 15), 0x735a2d97)
    bits ^= bits >>> 15
    into[at] = table[bits & 0xffff] ?? 0
    if (at + 1 < length) into[at + 1] = table[bits >>> 16] ?? 0
  }
}

function mix(value: number): number {
  let bits = (value + 0x9e3779b9) | 0
  bits = Math.imul(bits ^ (bits >>> 16), 0x21f0aaad)
  bits = Math.imul(bits ^ (bits >>> 15), 0x735a2d97)
  return bits ^ (bits >>> 15)
}

/** Entries rounded so that mean and variance are 1 to within 1e-4, the mean exactly. */
function poissonTable(): Uint8Array {
  const size = 65_536
  const shares: number[] = []
  let share = Math.exp(-1)
  for (let value = 0; value <= 8; value++) {
    shares.push(Math.round(share * size))
    share /= value + 1
  }
  let total = shares.reduce((sum, each) => sum + each, 0)
  shares[1] = (shares[1] ?? 0) + size - total
  // The mean is now off by a few entries: exchange a 1 for a 0 or a 2 as often as needed.
  total = shares.reduce((sum, each, value) => sum + value * each, 0)
  const off = total - size
  shares[1] = (shares[1] ?? 0) - Math.abs(off)
  if (off > 0) shares[0] = (shares[0] ?? 0) + off
  else shares[2] = (shares[2] ?? 0) - off
  const entries = new Uint8Array(size)
  let at = 0
  for (const [value, count] of shares.entries()) {
    entries.fill(value, at, at + count)
    at += count
  }
  return entries
}
