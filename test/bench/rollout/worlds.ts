/** Seeded worlds: what a service under a canary would have counted, look by look. All of them are stated here, in one place. */
import {type Recording, recordingOf} from '../../../src/backtest/competitors/recording.ts'
import type {Trace, TraceLine} from '../../../src/backtest/trace.ts'
import {drawBinomial} from '../../../src/core/binomial.ts'
import {createRandom, type Random} from '../../../src/core/random.ts'
import type {GuardTest, PlannedGuard} from '../../../src/rollout/guards.ts'

/** 20 hours of looks each five minutes, the candidate at 10 % of the requests. */
export const ticks = 240
export const tickMs = 5 * 60_000
export const weightPercent = 10
/** What the guard allows, and what a healthy release has. */
export const limit = 0.01
export const healthy = 0.005
export const alpha = 0.01

/** Candidate requests a tick. */
export const sizes = [20, 300, 3000] as const

export const noises = ['independent', 'clustered 5x', 'shared bursts', 'wrong weight', 'diurnal'] as const
export type Noise = (typeof noises)[number]

export interface World {
  /** Candidate requests a tick, on average. */
  readonly size: number
  readonly noise: Noise
  /** Share of bad requests of the candidate at a tick, before what the noise does to both. */
  readonly candidate: (tick: number) => number
  readonly stable: number
  readonly ticks?: number
}

export function makeTrace(world: World, seed: number): Trace {
  const random = createRandom(seed)
  const {size, noise, candidate, stable} = world
  const total = (size * 100) / weightPercent
  let burstUntil = -1
  const lines: TraceLine[] = []
  for (let tick = 0; tick < (world.ticks ?? ticks); tick++) {
    if (noise === 'shared bursts' && random.uniform() < 0.01) burstUntil = tick + 3
    // What both releases suffer: 10 % errors in a burst, and errors that follow the hour of the day.
    const hour = (tick * tickMs) / 3_600_000
    const wave = Math.sin((2 * Math.PI * hour) / 24)
    const shared = (rate: number) => {
      if (tick < burstUntil) return 0.1
      return noise === 'diurnal' ? rate * (1 + 0.5 * wave) : rate
    }
    const requests = Math.round(noise === 'diurnal' ? total * (1 + 0.8 * wave) : total)
    const n = drawBinomial(random, requests, noise === 'wrong weight' ? 0.12 : weightPercent / 100)
    const draw = (of: number, rate: number) => drawBad(random, of, shared(rate), noise)
    const arms = {
      candidate: counts(n, draw(n, candidate(tick))),
      stable: counts(requests - n, draw(requests - n, stable)),
    }
    lines.push({at: (tick + 1) * tickMs, weightPercent, guards: {errors: arms}, absent: {}, alerts: {}})
  }
  return {lines, intervalMs: tickMs}
}

/** Clustered: the same share, in clusters of five on one side. */
function drawBad(random: Random, n: number, rate: number, noise: Noise): number {
  if (noise !== 'clustered 5x') return drawBinomial(random, n, rate)
  return Math.min(n, 5 * drawBinomial(random, n, rate / 5))
}

function counts(n: number, bad: number) {
  return {n, bad, suspect: bad}
}

/** The guard that everybody is asked: at most 1 % errors. We are also asked for "no worse than stable", within the same alpha. */
export function guardOf(tests: readonly GuardTest[], session?: string): PlannedGuard {
  const query = {kind: 'share', name: 'errors', of: 'requests_total', bad: 'code="500"'} as const
  return {name: 'errors', query: session === undefined ? query : {...query, session}, tests}
}

const atMost: readonly GuardTest[] = [{kind: 'share-at-most', limit, alpha}]
const both: readonly GuardTest[] = [
  {kind: 'share-at-most', limit, alpha: alpha / 2},
  {kind: 'share-at-most-times-stable', times: 1, alpha: alpha / 2},
]

/** Counts of requests, which may come in clusters; and of sessions, which the engine takes as they are. */
export const limitOnly = guardOf(atMost)
export const limitOnlyBySession = guardOf(atMost, 'session')
export const bothTests = guardOf(both)
export const bothTestsBySession = guardOf(both, 'session')

export function recordingFor(trace: Trace): Recording {
  return recordingOf(trace, [limitOnly])
}
