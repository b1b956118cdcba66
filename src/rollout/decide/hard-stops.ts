/** What aborts without statistics: nobody needs a test to know that these are wrong. */
import type {ReasonCode} from '../../core/finding.ts'
import {formatDuration} from '../../core/quantity.ts'
import type {TargetState} from '../../traffic/target.ts'
import {isExposed} from '../evolve/exposure.ts'
import {type GuardJudgement, judgeGuards} from '../judge.ts'
import type {RolloutState} from '../state.ts'
import {isCounts, type Tally} from '../tally.ts'
import {foreignChange, foreignShare, isReady} from './goal.ts'

export interface Stop {
  readonly reason: ReasonCode
  readonly why: string
}

/** How long a candidate may take to become ready, and a target to follow, before that counts as a failure. */
export const patienceMs = 10 * 60_000
/** Fewer requests than this are an accident, not a flood. */
const floodRequests = 20
/** Where more than this is allowed to be bad, half of the requests being bad is no flood but a question of statistics. */
const floodAllowance = 0.1
/** Requests that the candidate should have had before their absence means that routing is broken: P < 1e-8. */
const silentRequests = 20

/** `target` is null when it could not be read; then only what was measured can stop. */
export function hardStop(rollout: RolloutState, target: TargetState | null, now: number): Stop | undefined {
  return (
    (target && notReady(rollout, target, now)) ??
    alarmed(rollout) ??
    flooded(rollout) ??
    (target ? silent(rollout, target) : undefined)
  )
}

function notReady(rollout: RolloutState, target: TargetState, now: number): Stop | undefined {
  const {candidate, deployedAt} = rollout
  if (isReady(rollout, target) !== false) return undefined
  const detail = target.detail ? `: ${target.detail}` : ''
  if (isExposed(rollout)) {
    return {
      reason: 'rollout/candidate-not-ready',
      why: `${candidate.version} is not ready while it has traffic${detail}.`,
    }
  }
  if (deployedAt === null || now - deployedAt < patienceMs) return undefined
  const waited = formatDuration(now - deployedAt)
  return {reason: 'rollout/candidate-never-ready', why: `${candidate.version} is not ready after ${waited}${detail}.`}
}

/** Zero tolerance: an alert that began to fire while the candidate had traffic, whoever is to blame. */
function alarmed({begunAlerts}: RolloutState): Stop | undefined {
  const [first] = begunAlerts
  if (!first) return undefined
  const why = `Guard ${first.guard}: the alert ${first.alert} began to fire while the candidate had traffic.`
  return {reason: 'rollout/alert-fires', why}
}

function flooded(rollout: RolloutState): Stop | undefined {
  for (const judged of judgeGuards(rollout)) {
    const look = rollout.lastLook?.guards[judged.guard.name]
    const flood = [look, judged.here].map(tallies => tallies?.candidate).find(seen => isFlood(seen, judged))
    if (!flood || !isCounts(flood)) continue
    const {bad, n} = flood
    const why = `Guard ${judged.guard.name}: ${bad} of ${n} candidate requests are bad, more than half.`
    return {reason: 'rollout/flood', why}
  }
  return undefined
}

/** Only of answers that are bad: a slow one is not a failed one, and a complaint is no answer. */
function isFlood(seen: Tally | undefined, judged: GuardJudgement): boolean {
  if (seen === undefined || !isCounts(seen) || judged.guard.query.kind !== 'share') return false
  return seen.n >= floodRequests && seen.bad > seen.n / 2 && allowedShare(judged) <= floodAllowance
}

/** What the guard allows to be bad: its limit, or the multiple of what the stable release shows. */
function allowedShare({guard, total: {stable}}: GuardJudgement): number {
  const shares = guard.tests.map(test => {
    if (test.kind === 'share-at-most') return test.limit
    if (test.kind !== 'share-at-most-times-stable' || !isCounts(stable)) return 1
    return stable.n >= floodRequests ? (test.times * stable.bad) / stable.n : 1
  })
  return Math.min(...shares)
}

function silent(rollout: RolloutState, target: TargetState): Stop | undefined {
  const {silence, candidate} = rollout
  const perStableRequest = candidateRequestsPerStable(rollout)
  if (silence.looks < 2 || perStableRequest === 0) return undefined
  if (foreignChange(rollout, target) ?? foreignShare(rollout, target)) return undefined
  const expected = silence.stableRequests * perStableRequest
  if (expected < silentRequests) return undefined
  const why =
    `${candidate.version} should have had about ${Math.round(expected)} requests at ${describeShare(rollout)} and had none, ` +
    `while the stable release had ${silence.stableRequests}: routing is broken.`
  return {reason: 'rollout/no-candidate-traffic', why}
}

/** What the router should send to the candidate for each request that the stable release serves; 0 where that says nothing. */
function candidateRequestsPerStable({weightPercent, mirrorPercent}: RolloutState): number {
  if (weightPercent >= 100) return 0
  return weightPercent > 0 ? weightPercent / (100 - weightPercent) : mirrorPercent / 100
}

function describeShare({weightPercent, mirrorPercent}: RolloutState): string {
  return weightPercent > 0 ? `${weightPercent}%` : `a mirroring of ${mirrorPercent}%`
}
