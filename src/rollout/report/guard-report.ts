/** What a report of a rollout says about its guards: a finding each, and the table of their tests. */
import {assertNever} from '../../core/assert.ts'
import type {Finding} from '../../core/finding.ts'
import {formatInstant} from '../../core/instant.ts'
import type {Block} from '../../report/report.ts'
import type {Evidence, GuardJudgement} from '../judge.ts'
import type {RolloutState} from '../state.ts'
import {isCounts, isMean, isShape, type Tally} from '../tally.ts'
import {describeLimit, describeTally} from './describe.ts'
import {explainHarm, explainProgress, formatE, harmReason, nearestToHarm, risingPart} from './explain.ts'
import {intervalOf} from './measured-interval.ts'
import type {Headline} from './rollout-report.ts'

export function guardFinding(judged: GuardJudgement, rollout: RolloutState | null, headline: Headline): Finding {
  const {guard, total, here} = judged
  const {candidate, stable} = total
  const value = measuredValue(candidate)
  const interval = intervalOf(candidate)
  return {
    id: 'rollout/guard',
    ...answerOf(judged, headline),
    subject: guard.name,
    what: judged.harmful ? explainHarm(judged, judged.harmful) : describeStanding(judged, rollout),
    limit: guard.tests.map(describeLimit).join(', '),
    n: candidate.n,
    ...(value === null ? {} : {value}),
    ...(interval ? {interval} : {}),
    details: {
      'candidate-requests': candidate.n,
      ...countsOf('candidate', candidate),
      'stable-requests': stable.n,
      ...countsOf('stable', stable),
      'requests-at-this-stage': judged.isAsked ? here.candidate.n : 0,
      ...(judged.correction.factor > 1 ? {'cluster-size': judged.correction.factor} : {}),
      ...eValuesOf(judged),
      ...partOf(judged),
    },
  }
}

/** Share of bad requests, events per request, or mean; null where there is no one number. */
function measuredValue(tally: Tally): number | null {
  if (tally.n === 0) return null
  if (isCounts(tally)) return tally.bad / tally.n
  return isMean(tally) ? tally.sum / tally.n : null
}

/** Numbers under stable keys: `candidate-bad`, `stable-mean`. */
function countsOf(
  side: 'candidate' | 'stable' | 'rising-candidate' | 'rising-stable',
  tally: Tally,
): Record<string, number> {
  if (isCounts(tally)) return {[`${side}-bad`]: tally.bad}
  return isShape(tally) || tally.n === 0 ? {} : {[`${side}-mean`]: tally.sum / tally.n}
}

/** Of the test that is nearest to an abort; absent where it is a rule without e-values. */
function eValuesOf(judged: GuardJudgement): Record<string, number> {
  const nearest = nearestToHarm(judged)
  if (!nearest) return {}
  const {harm, safety} = nearest
  return {
    ...(harm.kind === 'e-value' ? {'ln-e-harm': harm.logE, 'ln-e-abort': harm.logNeeded} : {}),
    ...(safety.kind === 'e-value' ? {'ln-e-safety': safety.logE, 'ln-e-safe': safety.logNeeded} : {}),
  }
}

/** What was counted since the evidence rises, where that is not all. */
function partOf(judged: GuardJudgement): Record<string, string | number> {
  const nearest = judged.harmful ?? nearestToHarm(judged)
  const part = nearest ? risingPart(judged, nearest) : null
  if (part === null) return {}
  return {
    'rising-since': formatInstant(part.since),
    'rising-looks': part.looks,
    'rising-candidate-requests': part.candidate.n,
    ...countsOf('rising-candidate', part.candidate),
    'rising-stable-requests': part.stable.n,
    ...countsOf('rising-stable', part.stable),
  }
}

function answerOf(judged: GuardJudgement, headline: Headline): Pick<Finding, 'verdict' | 'reason'> {
  if (judged.harmful) return {verdict: 'fail', reason: harmReason(judged.harmful.test)}
  if (judged.safe) return {verdict: 'pass', reason: 'rollout/guard-safe'}
  // At the end of a bake only harm was asked for: safety was shown at the stages before it.
  if (headline.reason === 'rollout/promoted') return {verdict: 'pass', reason: 'rollout/no-harm-seen'}
  // What the plan or a person let pass was not shown to be safe: it is said, and it no longer blocks.
  const verdict = headline.verdict === 'warn' ? 'warn' : 'inconclusive'
  return {verdict, reason: judged.here.candidate.n === 0 ? 'rollout/no-traffic' : 'rollout/insufficient-evidence'}
}

function describeStanding(judged: GuardJudgement, rollout: RolloutState | null): string {
  return rollout ? `${explainProgress(judged, rollout.plan.safety)}.` : ''
}

export function guardTable(guards: readonly GuardJudgement[]): Block {
  return {
    kind: 'table',
    columns: [
      {name: 'Guard'},
      {name: 'Limit'},
      {name: 'Candidate', align: 'right'},
      {name: 'Stable', align: 'right'},
      {name: 'e, harm', align: 'right'},
      {name: 'aborts at', align: 'right'},
      {name: 'e, safety', align: 'right'},
      {name: 'safe at', align: 'right'},
    ],
    rows: guards.flatMap(({guard, total, tests}) =>
      tests.map(({test, harm, safety}) => [
        guard.name,
        describeLimit(test),
        describeTally(total.candidate),
        describeTally(total.stable),
        ...evidenceCells(harm),
        ...evidenceCells(safety),
      ]),
    ),
  }
}

/** What speaks for it, and what decides. */
function evidenceCells(evidence: Evidence): readonly [seen: string, needed: string] {
  switch (evidence.kind) {
    case 'e-value':
      return [formatE(evidence.logE), formatE(evidence.logNeeded)]
    case 'rule':
      return [evidence.isReached ? 'yes' : 'no', 'rule']
    case 'not-asked':
      return ['', 'not asked here']
    default:
      return assertNever(evidence)
  }
}
