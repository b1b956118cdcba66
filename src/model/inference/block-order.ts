/** Beyond so many blocks the sorting would cost more than it gives: another order moves a bound by the noise of its draws. */
const mostSorted = 100_000

/**
 * Blocks by what they add to both values, sum then product: an order that is the same however a file is sorted, and whichever
 * model is called the candidate. Rounded, because sums in another order differ in their last digits.
 */
export function placesBy(influencesOf: (share: number) => Float64Array | null, blocks: number): Uint32Array | null {
  if (blocks > mostSorted) return null
  const ours = influencesOf(0)
  const both = influencesOf(-1)
  if (ours === null || both === null) return null
  const products = ours.map((each, block) => each * ((both[block] ?? 0) - each))
  const [sumKeys, productKeys] = [rounded(both), rounded(products)]
  return Uint32Array.from(sumKeys.keys()).sort(
    (a, b) => (sumKeys[a] ?? 0) - (sumKeys[b] ?? 0) || (productKeys[a] ?? 0) - (productKeys[b] ?? 0) || a - b,
  )
}

function rounded(values: Float64Array): Float64Array {
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  return largest > 0 ? values.map(value => Math.round((value / largest) * 1e8)) : values
}
