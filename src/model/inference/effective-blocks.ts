/** (Σ weight)² / Σ weight²: how many blocks of equal weight they are worth (Kish). */
export function effectiveBlocks(bottoms: Float64Array): number {
  let sum = 0
  let squares = 0
  for (let block = 0; block < bottoms.length; block++) {
    const weight = bottoms[block] ?? 0
    sum += weight
    squares += weight * weight
  }
  return squares === 0 ? 0 : (sum * sum) / squares
}
