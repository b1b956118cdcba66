/** What all looks together say about one guard: sums at each weight, and the tests as they run. Pure; one look at a time. */
import type {PlannedGuard} from './guards.ts'
import {type ArmTallies, addTallies} from './tally.ts'

/** Tallies of both releases while one weight was in force. */
export interface WeightTallies extends ArmTallies {
  readonly weightPercent: number
}

export interface GuardStanding {
  readonly atWeights: readonly WeightTallies[]
}

export const noStanding: GuardStanding = {atWeights: []}

/** The standing after one more look at `weightPercent`. */
export function accumulate(
  standing: GuardStanding,
  _guard: PlannedGuard,
  look: ArmTallies,
  weightPercent: number,
): GuardStanding {
  const here = standing.atWeights.find(known => known.weightPercent === weightPercent)
  if (!here) return {atWeights: [...standing.atWeights, {weightPercent, ...look}]}
  const sum = addArms(here, look)
  return {atWeights: standing.atWeights.map(known => (known === here ? {weightPercent, ...sum} : known))}
}

/** Where two looks cannot be added (the buckets of a histogram changed), the newer one stands alone. */
export function addArms(a: ArmTallies, b: ArmTallies): ArmTallies {
  const candidate = addTallies(a.candidate, b.candidate)
  const stable = addTallies(a.stable, b.stable)
  return candidate === null || stable === null ? b : {candidate, stable}
}
