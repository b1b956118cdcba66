/** Decisions in words: the counts, the limit, the e-value, and what would change it. */
import {assertNever} from '../core/assert.ts'
import type {ReasonCode} from '../core/finding.ts'
import {formatDuration, formatShare} from '../core/quantity.ts'
import type {WeightTallies} from './accumulate.ts'
import type {GuardTest} from './guards.ts'
import {type Evidence, type GuardJudgement, harmOf, isReached, safetyOf, type TestJudgement} from './judge.ts'
import type {SafetyRule} from './stages.ts'
import type {RolloutState} from './state.ts'
import type {Counts} from './tally.ts'

/** A person's reason as a sentence, so that what follows it does not run into it. */
export function asSentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`
}

/** `errors: 31 of 900 candidate requests are bad (3.44%), at most 0.1% allowed; e = 5.2e+9, 200 aborts.` */
export function explainHarm(judged: GuardJudgement, {test, harm}: TestJudgement): string {
  return `${judged.guard.name}: ${describeCounts(judged, test)}; e = ${formatE(harm.logE)}, ${formatE(harm.logNeeded)} aborts.`
}

/** Where a running stage stands, and how much would change that. */
export function explainProgress(judged: GuardJudgement, safety: SafetyRule, weightPercent: number): string {
  const [nearest] = judged.tests.toSorted((a, b) => b.harm.logE - b.harm.logNeeded - (a.harm.logE - a.harm.logNeeded))
  if (!nearest) return `${judged.guard.name}: nothing to judge`
  const {test, harm} = nearest
  const more = moreBadToAbort(judged, test, harm, weightPercent)
  const evidence = judged.safe ? 'shown to be safe here' : describeShortfall(judged, safety)
  return (
    `${judged.guard.name}: ${describeCounts(judged, test)}; e = ${formatE(harm.logE)} of ${formatE(harm.logNeeded)}, ` +
    `${more} more bad requests in a row would abort; ${evidence}`
  )
}

/** `errors: 7 of 3600 (0.194%) candidate requests at this weight, e = 4.0e+20 of 20 for safety`. */
export function explainSafety({guard, here, tests}: GuardJudgement): string {
  const [weakest] = tests.toSorted((x, y) => x.safety.logE - y.safety.logE)
  const shown = weakest
    ? `, e = ${formatE(weakest.safety.logE)} of ${formatE(weakest.safety.logNeeded)} for safety`
    : ''
  return `${guard.name}: ${describeShare(here.candidate)} candidate requests are bad at this weight${shown}`
}

/** What is missing to call the guard safe at this weight. */
export function explainShort(judged: GuardJudgement, safety: SafetyRule): string {
  return `${judged.guard.name} (${describeShortfall(judged, safety)})`
}

/** `at most 0.1%`, `at most 1.5 times stable`, `p95 at most 120ms`: the limit in the words of the config. */
export function describeLimit(test: GuardTest): string {
  switch (test.kind) {
    case 'share-at-most':
      return `at most ${formatShare(test.limit)}`
    case 'share-at-most-times-stable':
      return `at most ${test.times} times stable`
    case 'quantile-at-most':
      return `p${Math.round(test.quantile * 100)} at most ${formatDuration(test.limitSeconds * 1000)}`
    default:
      return assertNever(test)
  }
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

function describeCounts({total: {candidate, stable}}: GuardJudgement, test: GuardTest): string {
  switch (test.kind) {
    case 'share-at-most':
      return `${describeShare(candidate)} candidate requests are bad, ${describeLimit(test)} allowed`
    case 'share-at-most-times-stable':
      return (
        `${describeShare(candidate)} candidate requests are bad against ${describeShare(stable)} stable ones, ` +
        `${describeLimit(test)} allowed`
      )
    case 'quantile-at-most': {
      const late = formatDuration(test.limitSeconds * 1000)
      return `${describeShare(candidate)} candidate requests take over ${late}, ${formatShare(1 - test.quantile)} allowed`
    }
    default:
      return assertNever(test)
  }
}

function describeShare({n, bad}: Counts): string {
  return n === 0 ? '0 of 0' : `${bad} of ${n} (${formatShare(bad / n)})`
}

function describeShortfall(judged: GuardJudgement, safety: SafetyRule): string {
  const open = judged.tests.filter(({safety: evidence}) => !isReached(evidence))
  const [first] = open.length > 0 ? open : judged.tests
  if (!first || judged.here.candidate.n === 0) return 'no candidate request at this weight yet'
  const more = moreRequestsToSafety(judged, first, safety)
  const shown = `e = ${formatE(first.safety.logE)} of ${formatE(first.safety.logNeeded)} for safety`
  return more === null
    ? `${shown}, out of reach at this rate`
    : `${shown}, about ${more} more candidate requests at this rate`
}

/** The smallest number of bad candidate requests, with no good one between them, that would abort. */
function moreBadToAbort({evidence}: GuardJudgement, test: GuardTest, harm: Evidence, weightPercent: number): string {
  const here = evidence.find(counts => counts.weightPercent === weightPercent)
  const rest = evidence.filter(counts => counts !== here)
  const aborts = (more: number) => harmOf(test, [...rest, withBad(here, weightPercent, more)]) >= harm.logNeeded
  const most = 100_000
  return aborts(most) ? String(smallest(most, aborts)) : `over ${most}`
}

function withBad(here: WeightTallies | undefined, weightPercent: number, more: number): WeightTallies {
  const none = {n: 0, bad: 0, suspect: 0}
  const {candidate = none, stable = none} = here ?? {}
  return {
    weightPercent,
    stable,
    candidate: {n: candidate.n + more, bad: candidate.bad + more, suspect: candidate.suspect + more},
  }
}

/** Further candidate requests until the guard is shown to be safe, if both releases go on as they do; null when never. */
function moreRequestsToSafety(judged: GuardJudgement, {test, safety}: TestJudgement, rule: SafetyRule): number | null {
  const {candidate, stable} = judged.here
  const safeWith = (more: number) => {
    const factor = 1 + more / candidate.n
    return (
      safetyOf(test, {candidate: scale(candidate, factor), stable: scale(stable, factor)}, rule.margin) >=
      safety.logNeeded
    )
  }
  const most = 1e8
  return safeWith(most) ? smallest(most, safeWith) : null
}

function scale({n, bad, suspect}: Counts, factor: number): Counts {
  return {n: n * factor, bad: bad * factor, suspect: suspect * factor}
}

/** The smallest whole number in [1, most] for which `holds`, given that it holds for `most` and from some point on. */
function smallest(most: number, holds: (value: number) => boolean): number {
  let low = 0
  let high = most
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (holds(middle)) high = middle
    else low = middle
  }
  return high
}

/** `Stage 2 of 3 (25%)`. */
export function describeStage({stage, plan, weightPercent}: RolloutState): string {
  return `Stage ${stage + 1} of ${plan.stages.length} (${weightPercent}%)`
}
