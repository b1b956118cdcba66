/** Decisions in words: the counts, the limit, the e-value, the interval, and what would change it. */
import {assertNever} from '../../core/assert.ts'
import type {ReasonCode} from '../../core/finding.ts'
import {formatDuration} from '../../core/quantity.ts'
import {type GuardTest, isThreshold} from '../guards.ts'
import {isBeyondLimit, thresholdRequests} from '../judge/counting-rules.ts'
import {type Part, partOf} from '../judge/rise.ts'
import {type EValue, type Evidence, excessOf, type GuardJudgement, isReached, type TestJudgement} from '../judge.ts'
import {assumedClusters} from '../sequential/dispersion.ts'
import type {SafetyRule} from '../stages.ts'
import type {RolloutState} from '../state.ts'
import {isCounts} from '../tally.ts'
import {describeMeasured, describePart, describeTally} from './describe.ts'
import {badInARow, type Outlook, outlookOfHarm, outlookOfSafety, paceOf, timeToBad} from './forecast.ts'

/** A person's reason as a sentence, so that what follows it does not run into it. */
export function asSentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`
}

/** `errors: 31 of 900 candidate requests are bad (3.44%, …), at most 0.1% allowed; e = 5.2e+9, 200 aborts.` */
export function explainHarm(judged: GuardJudgement, tested: TestJudgement): string {
  const {test, harm} = tested
  const arms = isThreshold(test) ? judged.here : judged.total
  const {name} = judged.guard
  return `${name}: ${describeMeasured(test, arms, judged.alerts)}${describeRise(judged, tested)}${describeClusters(judged, harm)}; ${describeAbort(test, harm)}.`
}

/** Where a running stage stands, and how much would change that. */
export function explainProgress(judged: GuardJudgement, safety: SafetyRule): string {
  const nearest = nearestToHarm(judged)
  if (!nearest) return `${judged.guard.name}: nothing to judge`
  if (!judged.isAsked) return explainCopies(judged, nearest)
  if (isWithoutRequests(judged, nearest)) return `${judged.guard.name}: no candidate request yet`
  const evidence = judged.safe ? 'shown to be safe here' : describeShortfall(judged, safety)
  return (
    `${judged.guard.name}: ${describeMeasured(nearest.test, judged.total, judged.alerts)}` +
    `${describeRise(judged, nearest)}${describeClusters(judged, nearest.harm)}; ` +
    `${describeDistance(judged, nearest)}; ${evidence}`
  )
}

/** Before the first request limits, e-values and forecasts say nothing. Alerts need no request, nor do events that came before one. */
function isWithoutRequests({total: {candidate}}: GuardJudgement, {test}: TestJudgement): boolean {
  return test.kind !== 'no-alert' && candidate.n === 0 && !(isCounts(candidate) && candidate.bad > 0)
}

/** What a guard of copies said, once the mirroring is over. */
function explainCopies(judged: GuardJudgement, {test}: TestJudgement): string {
  const shown = judged.safe ? ', and shown to be safe there' : ''
  const measured = describeMeasured(test, judged.total, judged.alerts)
  return `${judged.guard.name}: ${measured}; asked while requests were mirrored only${shown}`
}

/** `errors: 7 of 3600 candidate requests are bad (0.194%, …) at this weight, e = 4.0e+20 of 20 for safety`. */
export function explainSafety(judged: GuardJudgement): string {
  const {guard, here, tests} = judged
  // A comparison that could not tell is carried by the limit beside it: the sentence is about what was shown.
  const shownTests = tests.filter(({safety}) => isReached(safety))
  const told = judged.safe && shownTests.length > 0 ? shownTests : tests
  const [weakest] = told.toSorted((x, y) => excessOf(x.safety) - excessOf(y.safety))
  if (!weakest) return `${guard.name}: nothing to judge`
  const shown = weakest.safety.kind === 'e-value' ? `, ${describeE(weakest.test, weakest.safety)} for safety` : ''
  return `${guard.name}: ${describeMeasured(weakest.test, here, judged.alerts)}, at this weight${shown}`
}

/** What is missing to call the guard safe at this weight. */
export function explainShort(judged: GuardJudgement, safety: SafetyRule): string {
  return `${judged.guard.name} (${describeShortfall(judged, safety)})`
}

/** The stable code of an abort by this test. */
export function harmReason(test: GuardTest): ReasonCode {
  switch (test.kind) {
    case 'share-at-most':
      return 'rollout/share-above-limit'
    case 'share-at-most-times-stable':
      return 'rollout/share-above-stable'
    case 'quantile-at-most':
      return 'rollout/quantile-above-limit'
    case 'slow-at-most-times-stable':
      return 'rollout/slow-above-stable'
    case 'mean-at-least':
      return 'rollout/mean-below-limit'
    case 'mean-at-most':
      return 'rollout/mean-above-limit'
    case 'mean-may-lose':
      return 'rollout/mean-below-stable'
    case 'mean-may-grow':
      return 'rollout/mean-above-stable'
    case 'events-at-most':
      return 'rollout/events-above-limit'
    case 'events-at-most-times-stable':
      return 'rollout/events-above-stable'
    case 'no-alert':
      return 'rollout/alert-fires'
    case 'distribution-may-shift':
      return 'rollout/distribution-shifted'
    default:
      return assertNever(test)
  }
}

/** An e-value from its logarithm: `0.02`, `37`, `5.2e+9`; beyond what a double can hold as a power of ten. */
export function formatE(logE: number): string {
  if (logE > 700) return `1e+${Math.floor(logE / Math.LN10)}`
  const e = Math.exp(logE)
  if (e < 0.01) return 'below 0.01'
  return e < 1e6 ? String(Number(e.toPrecision(e < 1000 ? 2 : 4))) : e.toExponential(1)
}

/** `Stage 2 of 3 (25%)`. */
export function describeStage({stage, plan, weightPercent}: RolloutState): string {
  return `Stage ${stage + 1} of ${plan.stages.length} (${weightPercent}%)`
}

/** The test that is nearest to an abort, among those that are asked at this stage. */
export function nearestToHarm({tests}: GuardJudgement): TestJudgement | undefined {
  return tests.toSorted((a, b) => excessOf(b.harm) - excessOf(a.harm))[0]
}

function describeRise(judged: GuardJudgement, tested: TestJudgement): string {
  const part = risingPart(judged, tested)
  return part === null ? '' : `, ${describePart(tested.test, part)}`
}

/** What speaks for harm, where that is a part of all that was counted: a total hides what began an hour ago. */
export function risingPart({guard, standing, total}: GuardJudgement, {test, harm}: TestJudgement): Part | null {
  return harm.kind === 'e-value' ? partOf(standing.rises?.[guard.tests.indexOf(test)], harm.logE, total) : null
}

/** What is counted as less than it is: until enough was seen of the stable release, clusters are assumed. */
function describeClusters({correction: {factor}, guard, standing}: GuardJudgement, {kind}: Evidence): string {
  if (kind !== 'e-value' || factor <= 1) return ''
  // Whoever states that nothing clusters is corrected by what was seen alone.
  const isAssumed = standing.dispersion.pairs < assumedClusters.untilPairs && guard.clustersOf !== 1
  const why = isAssumed ? ' until it is known how errors cluster' : ', since they come in clusters'
  return `, counted as ${Number(factor.toPrecision(2))} times fewer${why}`
}

function describeAbort(test: GuardTest, harm: Evidence): string {
  switch (harm.kind) {
    case 'e-value':
      return `${evidenceName(test)} = ${formatE(harm.logE)}, ${formatE(harm.logNeeded)} aborts`
    case 'rule':
      return isThreshold(test) ? 'a plain threshold, without statistics' : 'no statistics are asked'
    case 'not-asked':
      return 'not asked at this stage'
    default:
      return assertNever(harm)
  }
}

/** `aborts at e >= 100, now 37: 14 more bad requests at this rate, in about 3m` */
function describeDistance(judged: GuardJudgement, nearest: TestJudgement): string {
  const {test, harm} = nearest
  if (isReached(harm)) return describeAbort(test, harm)
  switch (harm.kind) {
    case 'not-asked':
      return 'the stable release has no requests to compare with at this stage'
    case 'rule':
      return describeRule(judged, test)
    case 'e-value': {
      const now = `aborts at ${evidenceName(test)} >= ${formatE(harm.logNeeded)}, now ${formatE(harm.logE)}`
      return `${now}${describeWhatAborts(judged, nearest)}${describeSharedFault(judged, test)}`
    }
    default:
      return assertNever(harm)
  }
}

function describeRule(judged: GuardJudgement, test: GuardTest): string {
  const {total, here} = judged
  if (test.kind === 'events-at-most') {
    const more = isCounts(total.candidate) ? test.limit + 1 - total.candidate.bad : test.limit + 1
    return `${more} more would abort${describeWhen({afterMs: timeToBad(judged, more)})}`
  }
  if (test.kind === 'no-alert') return 'the first one aborts'
  const {n} = here.candidate
  return n < thresholdRequests
    ? `a plain threshold, which judges from ${thresholdRequests} candidate requests on and has ${n}`
    : 'a plain threshold, which aborts as soon as what was counted stands beyond the limit'
}

function describeWhatAborts(judged: GuardJudgement, nearest: TestJudgement): string {
  const outlook = outlookOfHarm(judged, nearest)
  if (outlook !== null) {
    const {candidate} = judged.total
    const what = isCounts(candidate)
      ? `${outlook.bad} more ${nounOf(nearest.test)}`
      : `about ${outlook.requests} more candidate requests`
    return `: ${what} at this rate${describeWhen(outlook)}`
  }
  const row = badInARow(judged, nearest)
  if (row !== null) return `: ${row} more ${nounOf(nearest.test)} in a row would abort`
  return judged.total.candidate.n === 0 ? '' : ', and never at this rate'
}

/** An absolute limit does not blame the candidate for what the stable release does as well at the same time. */
function describeSharedFault(judged: GuardJudgement, test: GuardTest): string {
  const lately = paceOf(judged)?.looks
  if (!lately || !isBeyondLimit(test, lately.candidate) || !isBeyondLimit(test, lately.stable)) return ''
  return `, while the stable release breaks the limit as well, with ${describeTally(lately.stable)} lately: what both do blames neither`
}

function nounOf(test: GuardTest): string {
  return test.kind === 'events-at-most-times-stable' ? 'events' : 'bad requests'
}

function describeWhen({afterMs}: Pick<Outlook, 'afterMs'>): string {
  return afterMs === null ? '' : `, in about ${formatDuration(roundedUp(afterMs))}`
}

/** A forecast is no better than to the minute. */
function roundedUp(ms: number): number {
  return ms < 60_000 ? Math.ceil(ms / 1000) * 1000 : Math.ceil(ms / 60_000) * 60_000
}

function describeShortfall(judged: GuardJudgement, rule: SafetyRule): string {
  const {n} = judged.wholeHere.candidate
  if (n === 0) {
    return judged.here.candidate.n === 0
      ? 'no candidate request at this weight yet'
      : 'no look at this weight yet that missed no series'
  }
  const open = judged.tests.filter(({safety}) => safety.kind !== 'not-asked' && !isReached(safety))
  const [first] = open
  if (!first) return 'shown to be safe here'
  if (first.safety.kind !== 'e-value') {
    return n < thresholdRequests
      ? `${thresholdRequests - n} more candidate requests until its threshold says anything`
      : 'not within its threshold at this weight'
  }
  const outlook = outlookOfSafety(judged, first, rule)
  const shown = `${describeE(first.test, first.safety)} for safety`
  return outlook === null
    ? `${shown}, out of reach at this rate`
    : `${shown}, about ${outlook.requests} more candidate requests at this rate${describeWhen(outlook)}`
}

/** The band around two distributions gives a p-value that holds at any time, and no e-value. */
function evidenceName({kind}: GuardTest): 'e' | '1/p' {
  return kind === 'distribution-may-shift' ? '1/p' : 'e'
}

function describeE(test: GuardTest, {logE, logNeeded}: EValue): string {
  return `${evidenceName(test)} = ${formatE(logE)} of ${formatE(logNeeded)}`
}
