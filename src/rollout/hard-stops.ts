/** What aborts without statistics: nobody needs a test to know that these are wrong. */
import type {ReasonCode} from '../core/finding.ts'
import {formatDuration} from '../core/quantity.ts'
import type {TargetState} from '../traffic/target.ts'
import {foreignChange, foreignWeight, isReady} from './goal.ts'
import {type GuardJudgement, judgeGuards} from './judge.ts'
import type {RolloutState} from './state.ts'
import {type ArmTallies, isCounts} from './tally.ts'

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
    (target && notReady(rollout, target, now)) ?? flooded(rollout) ?? (target ? silent(rollout, target) : undefined)
  )
}

function notReady(rollout: RolloutState, target: TargetState, now: number): Stop | undefined {
  const {candidate, deployedAt, weightPercent} = rollout
  if (isReady(rollout, target) !== false) return undefined
  const detail = target.detail ? `: ${target.detail}` : ''
  if (weightPercent > 0) {
    return {
      reason: 'rollout/candidate-not-ready',
      why: `${candidate.version} is not ready while it has traffic${detail}.`,
    }
  }
  if (deployedAt === null || now - deployedAt < patienceMs) return undefined
  const waited = formatDuration(now - deployedAt)
  return {reason: 'rollout/candidate-never-ready', why: `${candidate.version} is not ready after ${waited}${detail}.`}
}

function flooded(rollout: RolloutState): Stop | undefined {
  for (const judged of judgeGuards(rollout)) {
    const look = rollout.lastLook?.guards[judged.guard.name]
    const flood = [look, judged.here].find(counts => counts !== undefined && isFlood(counts, allowedShare(judged)))
    if (!flood) continue
    const {bad, n} = flood.candidate
    const why = `Guard ${judged.guard.name}: ${bad} of ${n} candidate requests are bad, more than half.`
    return {reason: 'rollout/flood', why}
  }
  return undefined
}

function isFlood({candidate}: ArmTallies, allowed: number): boolean {
  if (!isCounts(candidate)) return false
  const {n, bad} = candidate
  return n >= floodRequests && bad > n / 2 && allowed <= floodAllowance
}

/** What the guard allows to be bad: its limit, or the multiple of what the stable release shows. A slow answer is not a failed one. */
function allowedShare({guard, total: {stable}}: GuardJudgement): number {
  const shares = guard.tests.map(test => {
    if (test.kind === 'quantile-at-most') return 1
    if (test.kind === 'share-at-most') return test.limit
    return stable.n >= floodRequests ? (test.times * stable.bad) / stable.n : 1
  })
  return Math.min(...shares)
}

function silent(rollout: RolloutState, target: TargetState): Stop | undefined {
  const {silence, weightPercent, candidate} = rollout
  if (silence.looks < 2 || weightPercent <= 0 || weightPercent >= 100) return undefined
  if (foreignChange(rollout, target) ?? foreignWeight(rollout, target)) return undefined
  const expected = (silence.stableRequests * weightPercent) / (100 - weightPercent)
  if (expected < silentRequests) return undefined
  const why =
    `${candidate.version} should have had about ${Math.round(expected)} requests at ${weightPercent}% and had none, ` +
    `while the stable release had ${silence.stableRequests}: routing is broken.`
  return {reason: 'rollout/no-candidate-traffic', why}
}
