/**
 * Since when the evidence against a candidate rises. Over hours a total stays below its limit while the last looks are far
 * above it, and an abort that names the total alone looks wrong. So what was counted since the evidence was at its lowest
 * is kept, begun anew at each new minimum as a CUSUM is (Page 1954). For words alone: no decision rests on it, and it is
 * chosen after the fact, so its interval covers less than it says. Pure, plain JSON, computable again from the looks.
 */

import type {ArmTallies} from '../tally.ts'
import {addArms, type GuardLook} from './accumulate.ts'

export interface Rise {
  /** ln e at its lowest. */
  readonly lowest: number
  /** When it was lowest, in milliseconds since 1970. */
  readonly since: number
  /** Looks since then. */
  readonly looks: number
  /** What those counted; null while it is at its lowest. */
  readonly tallies: ArmTallies | null
}

/** What was counted since the evidence of a test was lowest, where that is not all that was counted. */
export interface Part extends ArmTallies {
  /** Milliseconds since 1970. */
  readonly since: number
  readonly looks: number
}

/**
 * @param known before this look; null at the first one, when e is 1
 * @param logE of harm, after the look; null for a test that is answered from sums
 * @param since when what the look counted begins
 */
export function riseAfter(known: Rise | null, logE: number | null, look: GuardLook, since: number): Rise | null {
  if (logE === null) return null
  const {lowest, looks, tallies, ...rest} = known ?? {lowest: 0, since, looks: 0, tallies: null}
  if (logE <= lowest) return {lowest: logE, since: look.at, looks: 0, tallies: null}
  const {candidate, stable} = look
  const sum = tallies === null ? {candidate, stable} : addArms(tallies, {candidate, stable})
  return {...rest, lowest, looks: looks + 1, tallies: sum}
}

/** Null where nothing speaks for harm now (e at most 1), or the evidence rises since the first request. */
export function partOf(rise: Rise | null | undefined, logE: number, {candidate}: ArmTallies): Part | null {
  if (!rise?.tallies || logE <= 0 || rise.tallies.candidate.n >= candidate.n) return null
  return {...rise.tallies, since: rise.since, looks: rise.looks}
}
