/** What the counts say about each guard: shown to be harmful, shown to be safe enough, or neither yet. */

import {type GuardTest, isComparison, isThreshold, type PlannedGuard} from './guards.ts'
import {type GuardStanding, noStanding, noTallies, sumOfAll, type WeightTallies} from './judge/accumulate.ts'
import {isAskedAt} from './judge/asked.ts'
import {clustersOf} from './judge/clusters.ts'
import {breaksRule, keepsRule} from './judge/counting-rules.ts'
import {logEOfHarm, logEOfShift} from './judge/harm.ts'
import {logEOfSafety, runningSafety} from './judge/safety.ts'
import type {Correction} from './sequential/dispersion.ts'
import type {EProcess} from './sequential/e-process.ts'
import type {PlannedStage, SafetyRule} from './stages.ts'
import type {RolloutState} from './state.ts'
import {type ArmTallies, areCounts} from './tally.ts'

/** What speaks for a statement about the candidate, and whether it decides. */
export type Evidence =
  | EValue
  /** A rule without statistics. */
  | {readonly kind: 'rule'; readonly isReached: boolean}
  /** A comparison where the stable release has no requests to compare with. */
  | {readonly kind: 'not-asked'}

/** An e-value and the value at which it decides. */
export interface EValue {
  readonly kind: 'e-value'
  /** ln e. */
  readonly logE: number
  /** ln of the e-value that decides: ln(1/alpha). */
  readonly logNeeded: number
}

export interface TestJudgement {
  readonly test: GuardTest
  /** For "the candidate breaks what is allowed", over the whole rollout. Decides to abort. */
  readonly harm: Evidence
  /** For "the candidate stays below `margin` times what is allowed", at the present weight. Lets a stage end. */
  readonly safety: Evidence
}

export interface GuardJudgement {
  readonly guard: PlannedGuard
  readonly standing: GuardStanding
  /** By weight, over the whole rollout. */
  readonly evidence: readonly WeightTallies[]
  /** Over the whole rollout. */
  readonly total: ArmTallies
  /** At the present weight. */
  readonly here: ArmTallies
  /** Of that, in looks that missed nothing: what safety is shown from. */
  readonly wholeHere: ArmTallies
  /** How far the counts are corrected for bad requests that come several at once. */
  readonly correction: Correction
  /** What the counts are divided by for safety: the size of the clusters that were really seen. */
  readonly clustersSeen: number
  /** Whether both releases serve users at this stage: not while requests are only mirrored, nor when all are moved. */
  readonly isCompared: boolean
  /** Whether the guard is asked at this stage. If not, `here` and safety are those of the mirroring, the last time it was. */
  readonly isAsked: boolean
  /** Alerts of this guard that began to fire while the candidate had traffic. */
  readonly alerts: readonly string[]
  readonly tests: readonly TestJudgement[]
  /** The test that is shown to be violated, the clearest one first. */
  readonly harmful: TestJudgement | null
  readonly safe: boolean
}

/** Safety is judged at the weight of the present stage; of the last one, when the rollout is over. */
export function judgeGuards({plan, stage, guards, begunAlerts}: RolloutState): readonly GuardJudgement[] {
  const present = plan.stages[stage] ?? beforeTheFirst
  return plan.guards.map(guard => {
    const alerts = begunAlerts.filter(begun => begun.guard === guard.name).map(begun => begun.alert)
    return judgeGuard(guard, guards[guard.name] ?? noStanding, present, plan.safety, alerts)
  })
}

const beforeTheFirst: Pick<PlannedStage, 'weightPercent'> = {weightPercent: 0}

/**
 * Harm is judged on all weights together: a candidate that failed at 5 % is no better at 25 %. Safety is judged at the
 * present weight alone: what was shown at 5 % says nothing about the load of 25 %. A guard of copies has no other weight
 * than theirs.
 */
export function judgeGuard(
  guard: PlannedGuard,
  standing: GuardStanding,
  present: Pick<PlannedStage, 'weightPercent'>,
  rule: SafetyRule,
  alerts: readonly string[] = [],
): GuardJudgement {
  const isAsked = isAskedAt(guard, present)
  const {weightPercent} = isAsked ? present : beforeTheFirst
  const none = noTallies(guard.query)
  const {correction, seen: clustersSeen} = clustersOf(guard, standing.dispersion)
  const isHere = (at: WeightTallies) => at.weightPercent === weightPercent
  const seen: Seen = {
    guard,
    standing,
    evidence: standing.atWeights,
    total: sumOfAll(standing.atWeights) ?? none,
    here: sumOfAll(standing.atWeights.filter(isHere)) ?? none,
    wholeHere: sumOfAll(standing.wholeAtWeights.filter(isHere)) ?? none,
    correction,
    clustersSeen,
    isCompared: weightPercent > 0 && weightPercent < 100,
    isAsked,
    alerts,
  }
  const tests = guard.tests.map((test, index) => ({
    test,
    harm: harmOf(test, index, seen),
    safety: safetyOf(test, runningSafety(standing, index, weightPercent), seen, rule),
  }))
  const [clearest] = tests.toSorted((a, b) => excessOf(b.harm) - excessOf(a.harm))
  const harmful = clearest && isReached(clearest.harm) ? clearest : null
  // Between the limit and what would be unacceptable, both can be shown. Then it is harmful.
  return {...seen, tests, harmful, safe: harmful === null && isSafe(tests, seen, rule)}
}

/** What the judgement of one test rests on. */
type Seen = Omit<GuardJudgement, 'tests' | 'harmful' | 'safe'>

export function isReached(evidence: Evidence): boolean {
  if (evidence.kind === 'e-value') return evidence.logE >= evidence.logNeeded
  return evidence.kind === 'rule' && evidence.isReached
}

/** By how much evidence decides; what is not reached is negative, and where nothing is asked nothing is less. */
export function excessOf(evidence: Evidence): number {
  if (evidence.kind === 'e-value') return evidence.logE - evidence.logNeeded
  return evidence.kind === 'rule' && evidence.isReached ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY
}

function harmOf(test: GuardTest, index: number, seen: Seen): Evidence {
  const {standing, evidence, total, here, correction, isCompared, alerts} = seen
  if (test.kind === 'no-alert') return {kind: 'rule', isReached: alerts.length > 0}
  if (isThreshold(test) && isComparison(test) && !isCompared) return {kind: 'not-asked'}
  const broken = breaksRule(test, total, here)
  if (broken !== null) return {kind: 'rule', isReached: broken}
  const alpha = ('alpha' in test ? test.alpha : 1) * correction.alphaFactor
  const running = standing.tests[index]
  const logE = (running && logEOfHarm(running)) ?? logEOfShift(test, evidence)
  return {kind: 'e-value', logE, logNeeded: Math.log(1 / alpha)}
}

function safetyOf(test: GuardTest, running: EProcess | null, seen: Seen, {margin, risk}: SafetyRule): Evidence {
  const {total, wholeHere, clustersSeen, isCompared} = seen
  if (test.kind === 'no-alert') return {kind: 'rule', isReached: seen.alerts.length === 0}
  if (isComparison(test) && !isCompared) return {kind: 'not-asked'}
  const kept = keepsRule(test, total, wholeHere)
  if (kept !== null) return {kind: 'rule', isReached: kept}
  const logE = logEOfSafety(test, wholeHere, running, {margin, factor: clustersSeen})
  return {kind: 'e-value', logE, logNeeded: Math.log(1 / risk)}
}

/**
 * Every test that is asked must show it, from at least one request. One exception: a comparison with the stable release
 * that has seen too few bad requests to tell is carried by the absolute limit of the same guard, where that one shows it.
 * Otherwise two releases that hardly ever fail would wait for errors for ever.
 */
function isSafe(tests: readonly TestJudgement[], seen: Seen, rule: SafetyRule): boolean {
  if (tests.every(({test}) => test.kind === 'no-alert')) return seen.alerts.length === 0
  if (seen.wholeHere.candidate.n === 0) return false
  const absolute = tests.find(({test, safety}) => !isComparison(test) && isReached(safety))
  return tests.every(judged => {
    if (judged.safety.kind === 'not-asked' || isReached(judged.safety)) return true
    return absolute !== undefined && isComparison(judged.test) && !canTell(judged, seen, rule)
  })
}

/** Standard normal quantile of 90 %. */
const z90 = 1.2816

/**
 * Whether a candidate that is exactly as good as the stable release would show it by now, nine times out of ten: given all
 * bad requests of both, it would have its share of them, and not often more than 1.28 standard deviations above that.
 */
function canTell({test, safety}: TestJudgement, {wholeHere, clustersSeen}: Seen, {margin}: SafetyRule): boolean {
  if (safety.kind !== 'e-value' || !areCounts(wholeHere)) return true
  const {candidate, stable} = wholeHere
  const bad = candidate.suspect + stable.bad
  const share = candidate.n / (candidate.n + stable.n)
  const itsOwn = Math.min(bad, bad * share + z90 * Math.sqrt(bad * share * (1 - share) * clustersSeen))
  const alike = {
    candidate: {n: candidate.n, bad: itsOwn, suspect: itsOwn},
    stable: {n: stable.n, bad: bad - itsOwn, suspect: bad - itsOwn},
  }
  return logEOfSafety(test, alike, null, {margin, factor: clustersSeen}) >= safety.logNeeded
}
