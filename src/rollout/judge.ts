/** What the counts say about each guard: shown to be harmful, shown to be safe enough, or neither yet. */
import type {WeightTallies} from './accumulate.ts'
import type {GuardTest, PlannedGuard} from './guards.ts'
import {rateAboveLimit, rateBelowBound} from './sequential/rate-against-limit.ts'
import {rateAboveStable, rateBelowStable} from './sequential/rate-against-stable.ts'
import type {SafetyRule} from './stages.ts'
import type {RolloutState} from './state.ts'
import {type ArmCounts, type ArmTallies, add, areCounts, type Counts, noCounts} from './tally.ts'

/** An e-value and the value at which it decides. */
export interface Evidence {
  /** ln e. */
  readonly logE: number
  /** ln of the e-value that decides: ln(1/alpha). */
  readonly logNeeded: number
}

export interface TestJudgement {
  readonly test: GuardTest
  /** Against "the candidate is within the limit", over the whole rollout. Decides to abort. */
  readonly harm: Evidence
  /** Against "the candidate is at `margin` times the limit or above", at the present weight. Lets a stage end. */
  readonly safety: Evidence
}

export interface GuardJudgement {
  readonly guard: PlannedGuard
  readonly evidence: readonly WeightTallies[]
  /** Requests over the whole rollout. */
  readonly total: ArmCounts
  /** Requests at the present weight. */
  readonly here: ArmCounts
  readonly tests: readonly TestJudgement[]
  /** The test that is shown to be violated, the clearest one first. */
  readonly harmful: TestJudgement | null
  readonly safe: boolean
}

/** Safety is judged at the weight of the present stage; of the last one, when the rollout is over. */
export function judgeGuards({plan, stage, guards}: RolloutState): readonly GuardJudgement[] {
  const weightPercent = plan.stages[stage]?.weightPercent ?? 0
  return plan.guards.map(guard => judgeGuard(guard, guards[guard.name]?.atWeights ?? [], weightPercent, plan.safety))
}

/**
 * Harm is judged on all weights together: a candidate that failed at 5 % is no better at 25 %. Safety is judged at the
 * present weight alone: what was shown at 5 % says nothing about the load of 25 %.
 */
export function judgeGuard(
  guard: PlannedGuard,
  evidence: readonly WeightTallies[],
  weightPercent: number,
  safety: SafetyRule,
): GuardJudgement {
  const atWeight = evidence.filter(counts => counts.weightPercent === weightPercent)
  const here = sumOf(atWeight)
  const tests = guard.tests.map(test => ({
    test,
    harm: {logE: harmOf(test, evidence), logNeeded: Math.log(1 / ('alpha' in test ? test.alpha : 1))},
    safety: {logE: safetyOf(test, here, safety.margin), logNeeded: Math.log(1 / safety.risk)},
  }))
  const [clearest] = tests.toSorted((a, b) => excess(b.harm) - excess(a.harm))
  return {
    guard,
    evidence,
    total: sumOf(evidence),
    here,
    tests,
    harmful: clearest && isReached(clearest.harm) ? clearest : null,
    safe: isSafe(tests, here, safety),
  }
}

export function isReached({logE, logNeeded}: Evidence): boolean {
  return logE >= logNeeded
}

/** ln e against "the candidate keeps the limit". `bad` is what was surely bad. */
export function harmOf(test: GuardTest, evidence: readonly ArmTallies[]): number {
  switch (test.kind) {
    case 'share-at-most':
      return rateAboveLimit(sumOf(evidence).candidate, test.limit)
    case 'share-at-most-times-stable':
      return rateAboveStable(evidence.filter(areCounts), test.times)
    case 'quantile-at-most':
      return rateAboveLimit(sumOf(evidence).candidate, 1 - test.quantile)
    default:
      throw new Error(`no judgement of ${test.kind}`)
  }
}

/** ln e against "the candidate is at `margin` times what is allowed, or above". `suspect` is what may have been bad. */
export function safetyOf(test: GuardTest, here: ArmCounts, margin: number): number {
  const suspected = {n: here.candidate.n, bad: here.candidate.suspect}
  switch (test.kind) {
    case 'share-at-most':
      return rateBelowBound(suspected, unacceptable(test.limit, margin))
    case 'share-at-most-times-stable':
      return rateBelowStable([{candidate: suspected, stable: here.stable}], margin * test.times)
    case 'quantile-at-most':
      return rateBelowBound(suspected, unacceptable(1 - test.quantile, margin))
    default:
      throw new Error(`no judgement of ${test.kind}`)
  }
}

/** `margin` times the allowed share; for generous limits half way to 100 %, since a share has no room above that. */
export function unacceptable(limit: number, margin: number): number {
  return Math.min(margin * limit, (1 + limit) / 2)
}

/**
 * Every test must show it. One exception: a comparison with the stable release that has seen too few bad requests to
 * say anything, even if all of them were the stable release's, is carried by the absolute limit of the same guard.
 * Otherwise two releases that never fail would wait for errors for ever.
 */
function isSafe(tests: readonly TestJudgement[], here: ArmCounts, safety: SafetyRule): boolean {
  const absolute = tests.find(({test}) => test.kind !== 'share-at-most-times-stable')
  return tests.every(judged => {
    if (isReached(judged.safety)) return true
    if (judged.test.kind !== 'share-at-most-times-stable' || absolute === undefined) return false
    return isReached(absolute.safety) && !couldEverTell(judged, here, safety)
  })
}

function couldEverTell({test, safety}: TestJudgement, {candidate, stable}: ArmCounts, {margin}: SafetyRule): boolean {
  const best = {
    candidate: {...candidate, bad: 0, suspect: 0},
    stable: {...stable, bad: stable.bad + candidate.suspect, suspect: stable.suspect + candidate.suspect},
  }
  return safetyOf(test, best, margin) >= safety.logNeeded
}

function sumOf(evidence: readonly ArmTallies[]): ArmCounts {
  return {
    candidate: evidence
      .filter(areCounts)
      .map(counts => counts.candidate)
      .reduce<Counts>(add, noCounts),
    stable: evidence
      .filter(areCounts)
      .map(counts => counts.stable)
      .reduce<Counts>(add, noCounts),
  }
}

function excess({logE, logNeeded}: Evidence): number {
  return logE - logNeeded
}
