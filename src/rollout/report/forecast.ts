/**
 * What would change a judgement: how many bad requests more, how many requests more, and how long that takes if things go
 * on as in the last looks. For people alone; no decision rests on a forecast.
 */

import type {GuardTest} from '../guards.ts'
import {addArms, meansOf, sumOfAll} from '../judge/accumulate.ts'
import {logEOfHarm, logEOfShift, observeTest} from '../judge/harm.ts'
import {logEOfSafety, observeSafety} from '../judge/safety.ts'
import type {GuardJudgement, TestJudgement} from '../judge.ts'
import type {SafetyRule} from '../stages.ts'
import {type ArmTallies, type Counts, isCounts, isMean, type Tally} from '../tally.ts'

/** What an average millisecond of the last looks counted is this divided by `spanMs`. */
export interface Pace {
  readonly looks: ArmTallies
  readonly spanMs: number
}

/** Null before the first look at this weight, and where no time passed. */
export function paceOf({standing: {recent}}: GuardJudgement): Pace | null {
  const looks = sumOfAll(recent)
  const spanMs = recent.reduce((sum, look) => sum + look.spanMs, 0)
  return looks === null || spanMs === 0 ? null : {looks, spanMs}
}

/** What is still missing to a decision, at the pace of the last looks. Counts are of the candidate. */
export interface Outlook {
  readonly requests: number
  readonly bad: number
  /** Null where the last looks say nothing about the pace. */
  readonly afterMs: number | null
}

/** What lies further away than a rollout lasts is no outlook. */
const mostMs = 7 * 86_400_000
/** Bad requests in a row that are still worth a number. */
const mostBad = 1e5

/** What is missing to an abort, if the candidate goes on as in the last looks; null when that never aborts. */
export function outlookOfHarm(judged: GuardJudgement, {test, harm}: TestJudgement): Outlook | null {
  const pace = paceOf(judged)
  if (pace === null || harm.kind !== 'e-value') return null
  const aborts = (times: number) => harmAfter(judged, test, scaleArms(pace.looks, times)) >= harm.logNeeded
  const times = smallest(mostMs / pace.spanMs, 1 / 32, aborts)
  return times === null ? null : outlookAfter(pace, times)
}

/** Milliseconds until `more` bad requests or events came, at the pace of the last looks; null where none came lately. */
export function timeToBad(judged: GuardJudgement, more: number): number | null {
  const pace = paceOf(judged)
  if (pace === null || !isCounts(pace.looks.candidate) || pace.looks.candidate.bad === 0) return null
  return (more * pace.spanMs) / pace.looks.candidate.bad
}

/** The smallest number of bad candidate requests, with no good one between them, that would abort; null when too many. */
export function badInARow(judged: GuardJudgement, {test, harm}: TestJudgement): number | null {
  if (harm.kind !== 'e-value') return null
  const stable = judged.standing.recent.at(-1)?.stable
  const aborts = (more: number) => {
    const bad: Counts = {n: more, bad: more, suspect: more}
    const beside = stable && isCounts(stable) ? {n: stable.n, bad: 0, suspect: 0} : {n: 0, bad: 0, suspect: 0}
    return harmAfter(judged, test, {candidate: bad, stable: beside}) >= harm.logNeeded
  }
  const more = smallest(mostBad, 1, aborts)
  return more === null ? null : Math.ceil(more)
}

/** What is missing to safety at this weight, if both releases go on as they did here; null when that never shows it. */
export function outlookOfSafety(judged: GuardJudgement, judgement: TestJudgement, rule: SafetyRule): Outlook | null {
  const {wholeHere} = judged
  const {safety} = judgement
  if (safety.kind !== 'e-value' || wholeHere.candidate.n === 0) return null
  const isSafe = (more: number) => safetyAfter(judged, judgement, more, rule.margin) >= safety.logNeeded
  const more = smallest(1e6, 1 / wholeHere.candidate.n, isSafe)
  if (more === null) return null
  const pace = paceOf(judged)
  const requests = Math.ceil(more * wholeHere.candidate.n)
  const perMs = pace === null ? 0 : pace.looks.candidate.n / pace.spanMs
  return {requests, bad: 0, afterMs: perMs === 0 ? null : requests / perMs}
}

/** ln e of safety after `more` times as many requests again as there were at this weight, like those. */
function safetyAfter(judged: GuardJudgement, {test}: TestJudgement, more: number, margin: number): number {
  const {guard, standing, wholeHere, total, clustersSeen} = judged
  const running = standing.safety[guard.tests.indexOf(test)] ?? null
  const next = {...scaleArms(wholeHere, more), isPartial: false}
  const after = running && observeSafety(running, test, next, meansOf(total), {margin, factor: clustersSeen})
  return logEOfSafety(test, scaleArms(wholeHere, 1 + more), after, {margin, factor: clustersSeen})
}

function harmAfter(judged: GuardJudgement, test: TestJudgement['test'], look: ArmTallies): number {
  const {guard, standing, evidence} = judged
  if (test.kind === 'distribution-may-shift') return shiftAfter(judged, test, look)
  const running = standing.tests[guard.tests.indexOf(test)]
  if (running === undefined) return Number.NEGATIVE_INFINITY
  const past = {dispersion: standing.dispersion, tallies: judged.total}
  const weightPercent = evidence.at(-1)?.weightPercent ?? 0
  return logEOfHarm(observeTest(running, test, guard, {...look, weightPercent}, past)) ?? Number.NEGATIVE_INFINITY
}

function shiftAfter({evidence}: GuardJudgement, test: GuardTest, look: ArmTallies): number {
  const here = evidence.at(-1)
  return here === undefined
    ? Number.NEGATIVE_INFINITY
    : logEOfShift(test, [...evidence.slice(0, -1), {...here, ...addArms(here, look)}])
}

function outlookAfter({looks, spanMs}: Pace, times: number): Outlook {
  const {candidate} = looks
  return {
    requests: Math.ceil(candidate.n * times),
    bad: isCounts(candidate) ? Math.ceil(candidate.bad * times) : 0,
    afterMs: spanMs * times,
  }
}

/** As if there had been `times` as many requests like these. */
export function scaleArms({candidate, stable}: ArmTallies, times: number): ArmTallies {
  return {candidate: scale(candidate, times), stable: scale(stable, times)}
}

function scale(tally: Tally, times: number): Tally {
  if (isCounts(tally)) return {n: tally.n * times, bad: tally.bad * times, suspect: tally.suspect * times}
  if (isMean(tally)) {
    const {n, sum, sumOfSquares} = tally
    return {n: n * times, sum: sum * times, sumOfSquares: sumOfSquares === null ? null : sumOfSquares * times}
  }
  return {n: tally.n * times, bounds: tally.bounds, buckets: tally.buckets.map(count => count * times)}
}

/**
 * About the smallest amount above 0 for which `holds`, given that it holds from some amount on; null when `most` is not
 * enough. Doubles from `least`, then halves the interval until it is known to a hundredth.
 */
function smallest(most: number, least: number, holds: (amount: number) => boolean): number | null {
  if (!holds(most)) return null
  let high = Math.min(most, least)
  while (!holds(high)) high = Math.min(most, high * 2)
  let low = high <= least ? 0 : high / 2
  while (high - low > Math.max(0.5 * least, high / 100)) {
    const middle = (low + high) / 2
    if (holds(middle)) high = middle
    else low = middle
  }
  return high
}
