/**
 * Bounds of the score interval of one proportion: Wilson, "Probable inference, the law of succession, and statistical
 * inference", JASA 22 (1927); recommended by Brown, Cai and DasGupta, Statistical Science 16 (2001). No continuity
 * correction. Exactly 0 where nothing was hit and exactly 1 where everything was: computed, it would miss by a rounding error.
 * @param hits 0 .. n
 * @param n more than 0
 * @param z standard normal quantile of one bound: 1.96 for 95 %
 */
export function wilsonBounds(hits: number, n: number, z: number): {low: number; high: number} {
  const share = hits / n
  const scale = 1 + (z * z) / n
  const center = (share + (z * z) / (2 * n)) / scale
  const half = (z * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n))) / scale
  return {
    low: hits === 0 ? 0 : Math.max(0, center - half),
    high: hits === n ? 1 : Math.min(1, center + half),
  }
}
