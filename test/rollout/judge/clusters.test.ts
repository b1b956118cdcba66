import {describe, expect, test} from 'vitest'
import {clustersOf} from '../../../src/rollout/judge/clusters.ts'
import {drawnMean, guardOf, type Look, random, standingAfter} from '../world-of-guards.ts'

const score = guardOf('mean', {kind: 'mean-may-lose', fraction: 0.05, low: 0, high: 1, alpha: 0.01})

/** What half-hourly swings of 30 % and 2000 requests a look leave to be corrected, after 240 looks. */
function factorAfter(weightPercent: number, swing: (look: number) => {candidate: number; stable: number}): number {
  const next = random(11)
  const looks: Look[] = Array.from({length: 240}, (_, index) => {
    const share = swing(index)
    return {
      candidate: drawnMean(2000, share.candidate, 1, next),
      stable: drawnMean(2000, share.stable, 1, next),
      weightPercent,
    }
  })
  return clustersOf(score, standingAfter(score, looks).dispersion).correction.factor
}

const swings = (look: number) => 0.3 * (1 + 0.3 * Math.sin((2 * Math.PI * look) / 6))
const together = (look: number) => ({candidate: swings(look), stable: swings(look)})

describe('how values cluster', () => {
  test('what both releases share is no cluster: it costs a comparison nothing', () => {
    expect(factorAfter(50, together)).toBeLessThan(1.3)
  })

  test('what one release does alone is one, though the means agree over the hours', () => {
    const alone = (look: number) => ({candidate: swings(look + 3), stable: swings(look)})
    expect(factorAfter(50, alone)).toBeGreaterThan(5)
  })

  test('copies teach nothing about two releases: they are corrected by the originals alone', () => {
    expect(factorAfter(0, together)).toBeGreaterThan(5)
  })
})
