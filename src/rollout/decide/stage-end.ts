/** When a stage is over, and what its evidence allows then. Pure. */
import type {ReasonCode} from '../../core/finding.ts'
import {formatDuration} from '../../core/quantity.ts'
import type {Decision} from '../decide.ts'
import {ofAsked} from '../judge/asked.ts'
import {type GuardJudgement, judgeGuards} from '../judge.ts'
import {describeStage, explainProgress, explainSafety, explainShort} from '../report/explain.ts'
import type {RolloutState} from '../state.ts'
import {holdAt} from './clearance.ts'

/** The stage has done its work: the next may begin. */
export interface Over {
  readonly kind: 'over'
  readonly reason: ReasonCode
  readonly why: string
}

/** A stage is over when its dwell is, and earlier where the plan allows it and every guard is shown to be safe. */
export function endOfDwell(rollout: RolloutState, now: number): Decision | Over {
  const {dwellEndsAt, plan, short} = rollout
  const guards = judgeGuards(rollout)
  const asked = guards.filter(judged => judged.isAsked)
  const unsure = asked.filter(judged => !judged.safe)
  const isOver = dwellEndsAt === null || now >= dwellEndsAt
  if (!isOver && (unsure.length > 0 || !mayEndEarly(rollout, now))) return inProgress(rollout, guards, now)
  const shown = asked.map(explainSafety).join('; ')
  const incomplete = short === 'accepted' ? undefined : incompleteLook(rollout)
  if (incomplete)
    return holdAt(rollout, {reason: 'rollout/incomplete-measurement', why: incomplete}, now + plan.tickMs, now)
  if (unsure.length === 0) {
    const early = isOver ? '' : ' early'
    return over(rollout, 'rollout/stage-passed', `shown to be safe${early}. ${shown}`)
  }
  if (short === 'accepted') {
    return over(rollout, 'rollout/stage-passed-on-insufficient-evidence', `over with insufficient evidence. ${shown}`)
  }
  return answerShort(rollout, unsure, answerOfPlan(rollout, unsure), now)
}

/**
 * With all traffic the candidate has nobody beside it to be compared with, and it has been shown to be safe before: only
 * harm counts. Where the bake is all that the plan has, short evidence is at least said.
 */
export function endOfBake(rollout: RolloutState, now: number): Decision | Over {
  const {dwellEndsAt, stage, short, candidate} = rollout
  const guards = judgeGuards(rollout)
  if (dwellEndsAt !== null && now < dwellEndsAt) return inProgress(rollout, guards, now)
  const unsure = guards.filter(judged => judged.isAsked && !judged.safe)
  if (stage === 0 && unsure.length > 0 && short !== 'accepted') {
    return answerShort(rollout, unsure, seesNothing(unsure) ? 'hold' : 'continue', now)
  }
  return {kind: 'over', reason: 'rollout/bake-passed', why: `${candidate.version} showed no harm with all traffic.`}
}

function over({stage}: RolloutState, reason: ReasonCode, how: string): Over {
  return {kind: 'over', reason, why: `Stage ${stage + 1} is ${how}.`}
}

/** From its `at-least` on; and in the time that was added for more evidence, since the planned dwell is over then. */
function mayEndEarly({plan, stage, dwellBeganAt, short}: RolloutState, now: number): boolean {
  if (short === 'extended') return true
  const atLeastMs = plan.stages[stage]?.atLeastMs
  return atLeastMs !== undefined && dwellBeganAt !== null && now >= dwellBeganAt + atLeastMs
}

function inProgress(rollout: RolloutState, guards: readonly GuardJudgement[], now: number): Decision {
  const {plan, dwellEndsAt, dwellBeganAt, stage, phase} = rollout
  if (phase.kind === 'holding') {
    // It held before an early end that is not due any more: a guard is not shown to be safe now.
    return {
      kind: 'continue',
      reason: 'rollout/continued',
      why: `The stage is not over yet, so nothing waits (${phase.reason}).`,
    }
  }
  const here = plan.stages[stage]
  const ends = dwellEndsAt ?? now
  const where = here?.isBake
    ? `All traffic, ${formatDuration(ends - now)} of watching left; the stable release has none to compare with.`
    : `${describeStage(rollout)}, ${formatDuration(ends - now)} left.`
  const why = [where, ...guards.map(judged => `${explainProgress(judged, plan.safety)}.`)].join(' ')
  const early = here?.atLeastMs === undefined || dwellBeganAt === null ? [] : [dwellBeganAt + here.atLeastMs]
  const lookAt = Math.min(now + plan.tickMs, ends, ...early.filter(at => at > now))
  return {kind: 'wait', reason: 'rollout/in-progress', why, lookAt}
}

/** What is missing may be what is sick: no stage ends on a look that a part of the candidate was absent from. */
function incompleteLook(rollout: RolloutState): string | undefined {
  const [missing] = ofAsked(rollout, rollout.lastLook?.partial ?? {})
  return missing && `Guard ${missing[0]} was not measured completely: ${missing[1]}`
}

type ShortAnswer = 'extend' | 'continue' | 'hold'

function answerShort(
  rollout: RolloutState,
  unsure: readonly GuardJudgement[],
  answer: ShortAnswer,
  now: number,
): Decision {
  const {phase, plan} = rollout
  const why = `Insufficient evidence: ${unsure.map(judged => explainShort(judged, plan.safety)).join(', ')}.`
  const isHeld = phase.kind === 'holding' && phase.reason === 'rollout/insufficient-evidence'
  if (isHeld && answer === 'hold') return {kind: 'wait', reason: phase.reason, why, lookAt: now + plan.tickMs}
  return {kind: 'short', answer, guards: unsure.map(judged => judged.guard.name), why}
}

/** No policy goes on with nothing at all: not one request seen is not little evidence, it is none. */
function answerOfPlan({plan, short}: RolloutState, unsure: readonly GuardJudgement[]): ShortAnswer {
  if (plan.whenEvidenceIsShort === 'extend') return short === 'extended' ? 'hold' : 'extend'
  if (plan.whenEvidenceIsShort === 'hold') return 'hold'
  return seesNothing(unsure) ? 'hold' : 'continue'
}

function seesNothing(unsure: readonly GuardJudgement[]): boolean {
  return unsure.some(judged => judged.here.candidate.n === 0)
}
