/**
 * Events that are counted beside requests (complaints, alerts, retries): the candidate's count per unit of exposure
 * against the stable release's. One request may bring many events, so a count may exceed its exposure.
 *
 * H0 "the candidate's events per exposure are at most `times` the stable one's". Given c + s Poisson events, c is binomial
 * with the candidate's share of the expected events, so the likelihood ratio of that share is an e-value, exactly, also for
 * intensities that change over time in both releases alike (Przyborowski and Wilenski 1940; Lindon and Malek 2022).
 * Events that come several at once are not Poisson: divide the counts by their dispersion first.
 */
import {better, logLikelihoodRatio, worse} from './alternatives.ts'
import {logMixture} from './mixture.ts'

/** Events of one release, and what could have brought them: its requests, or sessions, or seconds of traffic. */
export interface EventCount {
  readonly exposure: number
  readonly events: number
}

export interface EventLook {
  readonly candidate: EventCount
  readonly stable: EventCount
}

/** ln e of one look against H0, for each of `worse`. `times` > 0. Without exposure on one side it says nothing. */
export function harmRatiosOfEventsAboveStable(look: EventLook, times: number): readonly number[] {
  return ratiosOf(look, times, worse.ratios)
}

/** ln e against H0 "at least `times` the stable release's events per exposure", from sums at one weight. */
export function eventsBelowStable(sums: EventLook, times: number): number {
  return logMixture(better.weights, ratiosOf(sums, times, better.ratios))
}

function ratiosOf({candidate, stable}: EventLook, times: number, ratios: readonly number[]): readonly number[] {
  if (candidate.exposure === 0 || stable.exposure === 0) return ratios.map(() => 0)
  const expected = candidate.exposure * times
  const allowed = expected / (expected + stable.exposure)
  return ratios.map(ratio => logLikelihoodRatio(candidate.events, candidate.events + stable.events, ratio, allowed))
}
