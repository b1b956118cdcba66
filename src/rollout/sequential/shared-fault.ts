/**
 * An absolute limit that does not blame the candidate for a fault of both releases (an upstream that fails, a client that
 * sends garbage to either).
 *
 * H0 "in every epoch the candidate keeps the limit, or it is no worse than the stable release at the same time". Two
 * e-processes run side by side, one against each half of that; at the end of an epoch both go on from the smaller of the
 * two, alternative by alternative. Whichever half holds in an epoch, the value is at most that half's process, which is a
 * supermartingale there: so is the whole, and Ville's inequality holds over the rollout. A candidate that is worse than
 * stable in calm hours, yet within its limit, is thus not blamed for an outage of both either; requiring merely that both
 * tests reach 1/alpha some time would blame it.
 *
 * An epoch is a look, or as many looks as would bring twelve bad requests at the limit: with less, a look cannot tell which
 * half holds, and taking the smaller would only lose. Where the stable release has no traffic nothing is excused.
 */
import {type Alternatives, worse} from './alternatives.ts'
import {advance, type EProcess, logUnspent, newEProcess} from './e-process.ts'
import {logSumExp} from './mixture.ts'
import {harmRatiosOfRateAboveLimit} from './rate-against-limit.ts'
import {harmRatiosOfRateAboveStable, type Stratum} from './rate-against-stable.ts'

/** Plain JSON, and computable again from the looks. */
export interface SharedFaultProcess {
  /** Against "keeps the limit". */
  readonly limit: EProcess
  /** Against "is no worse than stable". */
  readonly stable: EProcess
  /** Bad requests that the limit allows to what the candidate has answered in this epoch. */
  readonly allowedInEpoch: number
}

export function newSharedFaultProcess({weights}: Pick<Alternatives, 'weights'> = worse): SharedFaultProcess {
  return {limit: newEProcess(weights), stable: newEProcess(weights), allowedInEpoch: 0}
}

/** One more look at a rate with an absolute `limit`, a fraction in (0, 1). Without candidate requests nothing changes. */
export function observeRate(process: SharedFaultProcess, look: Stratum, limit: number): SharedFaultProcess {
  if (look.candidate.n === 0) return process
  const againstLimit = harmRatiosOfRateAboveLimit(look.candidate, limit)
  const againstStable = look.stable.n === 0 ? againstLimit : harmRatiosOfRateAboveStable(look, 1)
  return observeBoth(process, againstLimit, againstStable, look.candidate.n * limit)
}

/** ln e after all looks so far; 0 before the first. */
export function logEOfShared({limit, stable}: SharedFaultProcess): number {
  return logSumExp([...smaller(limit, stable), logUnspent(limit.starts, limit.looks)])
}

/** Allowed bad requests after which an epoch ends. */
const epochEnds = 12

/**
 * The same for any question: ln e of one look against each half, alternative by alternative.
 * @param allowed bad requests that the limit allows to what the candidate answered in this look, or their like
 */
export function observeBoth(
  process: SharedFaultProcess,
  againstLimit: readonly number[],
  againstStable: readonly number[],
  allowed: number,
): SharedFaultProcess {
  const limit = advance(process.limit, againstLimit)
  const stable = advance(process.stable, againstStable)
  const allowedInEpoch = process.allowedInEpoch + allowed
  if (allowedInEpoch < epochEnds) return {limit, stable, allowedInEpoch}
  const started = smaller(limit, stable)
  return {limit: {...limit, started}, stable: {...stable, started}, allowedInEpoch: 0}
}

function smaller(a: EProcess, b: EProcess): readonly number[] {
  return a.started.map((log, index) => Math.min(log, b.started[index] ?? Number.NEGATIVE_INFINITY))
}
