/** What a plan is warned of before it begins, each with its reason and its remedy. */
import type {Finding} from '../../core/finding.ts'
import {formatDuration} from '../../core/quantity.ts'
import type {PlannedGuard} from '../guards.ts'
import {describeLimit, describeShare} from '../report/describe.ts'
import type {PlannedStage, RolloutPlan} from '../stages.ts'
import {type Course, smallestDetectable} from './detection.ts'
import {guardFindings} from './guard-findings.ts'
import {blindOf, patternFinding} from './pattern.ts'
import {secondsToSafety} from './power.ts'
import {longestOf, timeOf} from './time.ts'
import {isWaitedFor, type PlanReportInput, type PlanView, statistical} from './view.ts'

export function judgePlan(view: PlanView): Finding[] {
  const {input} = view
  // In the order of the start, which looks at who serves before it asks for evidence.
  const serving = input.serving === undefined ? [] : [input.serving]
  const start = [...serving, ...evidenceFindings(input)]
  if (input.stable === null) return input.serving === undefined ? [...start, firstRelease(input)] : start
  return [...start, ...trafficFindings(view), ...guardFindings(view), ...timeFindings(view)]
}

function evidenceFindings({missingEvidence, candidate}: PlanReportInput): Finding[] {
  if (missingEvidence === null) return []
  const id = 'plan/evidence'
  const subject = candidate.version
  if (missingEvidence.length === 0) {
    return [
      {
        id,
        verdict: 'pass',
        reason: 'plan/evidence-complete',
        subject,
        what: 'Passing evidence is there for exactly these digests.',
      },
    ]
  }
  return missingEvidence.map(what => ({
    id,
    verdict: 'fail' as const,
    reason: 'rollout/evidence-missing' as const,
    subject,
    what,
    remedy: 'Run the gate that is missing for exactly these bytes, and record its evidence.',
  }))
}

function firstRelease({candidate}: PlanReportInput): Finding {
  return {
    id: 'plan/first-release',
    verdict: 'warn',
    reason: 'plan/first-release',
    subject: candidate.version,
    what: 'Nothing serves here yet: the first release gets all traffic at once, and there is nothing to roll back to.',
    why: 'A canary compares with a release in production; the first one rests on its evidence alone.',
  }
}

function trafficFindings(view: PlanView): Finding[] {
  const {course, questions} = view
  if (course === null) return [trafficUnknown]
  const pattern = patternFinding(view, course)
  // Where a canary sees next to nothing, what each guard and stage does not see is no news.
  if (pattern.reason === 'plan/canary-makes-no-sense') return [pattern]
  return [
    pattern,
    ...blindOf(questions, course).map(({guard, test}) => blindGuard(guard, describeLimit(test))),
    ...view.plan.stages.flatMap((stage, index) => stageFindings(view, course, stage, index)),
  ]
}

const trafficUnknown: Finding = {
  id: 'plan/traffic',
  verdict: 'warn',
  reason: 'plan/traffic-unknown',
  subject: 'traffic',
  what: 'Nobody says how many requests the environment gets, so the plan cannot say what it can detect.',
  remedy: 'State it in the environment, for example `traffic: 20/s`.',
}

function blindGuard(guard: PlannedGuard, limit: string): Finding {
  return {
    id: 'plan/guard-sees',
    verdict: 'warn',
    reason: 'plan/guard-sees-nothing',
    subject: guard.name,
    what: `Guard ${guard.name} (${limit}) would not notice even ten times what is allowed within this plan.`,
    remedy: 'Give it a longer stage, a larger weight, or a limit that this traffic can tell.',
    limit,
  }
}

function stageFindings(view: PlanView, course: Course, stage: PlannedStage, index: number): Finding[] {
  const blind = sightless(view, course, stage, index)
  return [...(blind ? [blind] : []), ...tooShort(view, course, stage, index)]
}

/** A stage at which no guard sees ten times what is allowed, by itself, is waiting time. */
function sightless({questions, plan}: PlanView, course: Course, stage: PlannedStage, index: number): Finding | null {
  const asked = statistical(questions)
  const sees = asked.some(question => (smallestDetectable(question, index, course) ?? Number.POSITIVE_INFINITY) <= 10)
  if (asked.length === 0 || sees) return null
  const isFirst = plan.stages.findIndex(({weightPercent}) => weightPercent > 0) === index
  const subject = `stage ${index + 1}`
  const what = `${describeStage(stage, index)} is too short to see anything: no guard notices ten times what is allowed within it.`
  if (!isFirst) {
    return {
      id: 'plan/stage-sees',
      verdict: 'warn',
      reason: 'plan/stage-sees-nothing',
      subject,
      what,
      remedy: 'Lengthen it, or leave it out: waiting without seeing protects nobody.',
    }
  }
  return {
    id: 'plan/stage-sees',
    verdict: 'warn',
    reason: 'plan/first-weight-too-low',
    subject,
    what: `The first weight is too low to learn from: ${what.charAt(0).toLowerCase()}${what.slice(1)}`,
    why: 'The time until a bad release is found depends on the bad requests that are seen, not on the hours that pass.',
    remedy: 'Begin with a larger weight, or a longer first stage.',
  }
}

function tooShort({questions, plan}: PlanView, course: Course, stage: PlannedStage, index: number): Finding[] {
  // A bake asks for no safety: it ends with its time.
  if (stage.isBake) return []
  const needs = questions.filter(isWaitedFor).map(question => ({
    name: question.guard.name,
    ms: secondsToSafety(question, stage, plan.safety, course.traffic) * 1000,
  }))
  const slowest = needs.reduce<{name: string; ms: number} | null>((a, b) => (a !== null && a.ms >= b.ms ? a : b), null)
  if (slowest === null || slowest.ms <= stage.dwellMs) return []
  const needed = Number.isFinite(slowest.ms) ? `needs about ${formatDuration(slowest.ms)}` : 'can never show it'
  return [
    {
      id: 'plan/stage-lasts',
      verdict: 'warn',
      reason: 'plan/stage-too-short',
      subject: `stage ${index + 1}`,
      what: `${describeStage(stage, index)} is too short to show that a good candidate is safe: guard ${slowest.name} ${needed}.`,
      why: `Then the plan's answer to short evidence counts: ${plan.whenEvidenceIsShort}${extension(plan, stage)}.`,
      remedy: 'Lengthen the stage, raise its weight, or accept it with `when-evidence-is-short`.',
    },
  ]
}

function extension({whenEvidenceIsShort}: RolloutPlan, stage: PlannedStage): string {
  return whenEvidenceIsShort === 'extend' ? `, up to ${formatDuration(longestOf(stage))}` : ''
}

function describeStage(stage: PlannedStage, index: number): string {
  return `Stage ${index + 1} (${describeShare(stage)} for ${formatDuration(stage.dwellMs)})`
}

function timeFindings({plan}: PlanView): Finding[] {
  const {leastMs} = timeOf(plan)
  const bakeMs = plan.stages.find(stage => stage.isBake)?.dwellMs ?? 0
  if (plan.deadlineMs === undefined || leastMs - bakeMs <= plan.deadlineMs) return []
  return [
    {
      id: 'plan/deadline',
      verdict: 'warn',
      reason: 'plan/deadline-before-the-end',
      subject: 'deadline',
      what: `The deadline of ${formatDuration(plan.deadlineMs)} comes before the stages can be over: they take at least ${formatDuration(leastMs - bakeMs)}.`,
      remedy: 'Shorten the stages, or move the deadline.',
    },
  ]
}
