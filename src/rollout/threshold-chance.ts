/**
 * How often a plain threshold stops a healthy release. It has no error rate of its own: it compares what was counted with
 * the limit at each look, and chance alone lifts a count above it.
 */
import {thresholdRequests} from './counting-rules.ts'
import type {Course} from './detection.ts'

/** From so many bad requests expected on, a release at half the limit stays below it at all further looks (7 standard deviations). */
const settled = 50

/**
 * Chance that a release whose share of bad requests is half of `limit` is aborted by a threshold at `limit`, over all
 * looks of the plan. Bad requests come independently (Poisson), each weight is counted by itself, and a threshold judges
 * from `thresholdRequests` on. Exact up to rounding: the distribution of the count is carried from look to look, without
 * the runs that were aborted.
 */
export function chanceOfFalseAbort(limit: number, {stages, tickMs, traffic}: Course): number {
  const healthy = stages.reduce((chance, {weightPercent, mirrorPercent = 0, dwellMs}) => {
    const perSecond = (traffic * (weightPercent > 0 ? weightPercent : mirrorPercent)) / 100
    const perLook = (perSecond * tickMs) / 1000
    return chance * chanceOfStaying(limit, perLook, Math.ceil(dwellMs / tickMs))
  }, 1)
  return 1 - healthy
}

function chanceOfStaying(limit: number, perLook: number, looks: number): number {
  const badPerLook = (perLook * limit) / 2
  let counts = [1]
  for (let look = 1; look <= looks; look++) {
    if (Math.max(1, look - 1) * badPerLook > settled) break
    counts = convolve(counts, poisson(badPerLook))
    if (look * perLook >= thresholdRequests) counts = counts.slice(0, Math.floor(limit * look * perLook + 1e-9) + 1)
  }
  return Math.min(
    1,
    counts.reduce((sum, chance) => sum + chance, 0),
  )
}

/** P(0), P(1) ... until what is left is below 1e-12. */
function poisson(mean: number): number[] {
  const most = Math.ceil(mean + 8 * Math.sqrt(mean) + 12)
  let log = -mean
  const chances = [Math.exp(log)]
  for (let count = 1; count <= most; count++) {
    log += Math.log(mean / count)
    chances.push(Math.exp(log))
  }
  return chances
}

function convolve(a: readonly number[], b: readonly number[]): number[] {
  const sums = new Array<number>(a.length + b.length - 1).fill(0)
  for (const [i, x] of a.entries()) {
    for (const [j, y] of b.entries()) sums[i + j] = (sums[i + j] ?? 0) + x * y
  }
  return sums
}
