/** What can go wrong with one call of a port, and how long a call takes. */
import type {Dice} from './dice.ts'

/**
 * crash: the process dies before or after the call took effect. error: it fails and did nothing. timeout: it fails
 * although it did its work. late: it fails, and takes effect after all, minutes later. stall: the process stands still
 * for minutes just before or just after the call takes effect, and then goes on as if nothing had been. twin: another
 * run begins just then, and both go on at the same time.
 */
export const faultKinds = [
  'crash-before',
  'crash-after',
  'error',
  'timeout',
  'late',
  'stall-before',
  'stall-after',
  'twin',
] as const

export type FaultKind = (typeof faultKinds)[number]

/** Which call goes wrong: counted from 1 over all processes of a story. */
export type FaultPlan = (step: number) => FaultKind | undefined

export function faultsByChance({rate, kinds}: {rate: number; kinds: readonly FaultKind[]}, dice: Dice): FaultPlan {
  return () => (rate > 0 && dice.chance(rate) ? dice.pick(kinds) : undefined)
}

/** Milliseconds of one way, to the port or back; now and then a slow one. */
export function latency(dice: Dice): number {
  return dice.chance(0.005) ? dice.between(1000, 40_000) : dice.between(5, 300)
}

/** After this the caller gives up. */
export const givesUpAfterMs = 30_000

/** A process that stands still, or a request that is stuck on its way: seconds to a quarter of an hour. */
export function stall(dice: Dice): number {
  return dice.between(5000, 15 * 60_000)
}
