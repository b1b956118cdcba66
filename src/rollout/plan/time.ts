/** How long a plan takes, when it would meet a freeze, and what waiting costs. Durations in milliseconds. */
import {formatDuration} from '../../core/quantity.ts'
import {closureAt} from '../decide/calendar.ts'
import {describeShare} from '../report/describe.ts'
import type {PlannedStage, RolloutPlan} from '../stages.ts'
import {secondsToSafety} from './power.ts'
import {isWaitedFor, type PlanView} from './view.ts'

export interface PlannedTime {
  /** If every stage that may end early does, and nothing holds. */
  readonly leastMs: number
  /** If every stage lasts its dwell. */
  readonly usualMs: number
  /** If short evidence extends every stage; null where a person is waited for. */
  readonly mostMs: number | null
}

export function timeOf({stages, whenEvidenceIsShort}: RolloutPlan): PlannedTime {
  const usualMs = sum(stages.map(stage => stage.dwellMs))
  return {
    leastMs: sum(stages.map(stage => stage.atLeastMs ?? stage.dwellMs)),
    usualMs,
    mostMs: mostOf(stages, whenEvidenceIsShort, usualMs),
  }
}

function mostOf(
  stages: readonly PlannedStage[],
  answer: RolloutPlan['whenEvidenceIsShort'],
  usualMs: number,
): number | null {
  if (stages.some(stage => stage.askFirst)) return null
  if (answer === 'continue') return usualMs
  return answer === 'extend' ? sum(stages.map(longestOf)) : null
}

/** A bake judges harm alone: it needs no evidence, and nothing extends it. */
export function longestOf({dwellMs, atMostMs, isBake}: PlannedStage): number {
  return isBake ? dwellMs : Math.max(dwellMs, atMostMs ?? 2 * dwellMs)
}

/** `At least 20h in 240 ticks of 5m.`, and what can make it longer. */
export function describeTime(plan: RolloutPlan): string[] {
  const {leastMs, usualMs, mostMs} = timeOf(plan)
  const ticks = Math.ceil(usualMs / plan.tickMs)
  const early =
    leastMs < usualMs ? ` ${formatDuration(leastMs)} if all guards are shown to be safe as soon as allowed.` : ''
  const late = mostMs === null ? 'Longer where a person is waited for.' : `At most ${formatDuration(mostMs)}.`
  const deadline =
    plan.deadlineMs === undefined
      ? []
      : [
          `Deadline: ${formatDuration(plan.deadlineMs)} after the first stage began, then ${plan.whenLate === 'hold' ? 'it holds for a person' : 'it is aborted'}.`,
        ]
  const asked = plan.stages.flatMap((stage, index) => (stage.askFirst ? [`stage ${index + 1}`] : []))
  return [
    `At least ${formatDuration(usualMs)} in ${ticks} ticks of ${formatDuration(plan.tickMs)}.${early} ${late}`,
    ...(asked.length > 0 ? [`A person must say \`resume\` before ${asked.join(' and ')}.`] : []),
    ...deadline,
    ...bakeOf(plan),
  ]
}

/** What going back costs once everything is moved. */
function bakeOf({stages}: RolloutPlan): string[] {
  const bake = stages.find(stage => stage.isBake)
  if (!bake)
    return [
      'After 100% the old release may be removed at once: going back then starts it anew. `bake` keeps it beside.',
    ]
  return [
    `After 100% the guards judge for ${formatDuration(bake.dwellMs)} more, with the old release beside: until then going back needs no start.`,
  ]
}

/**
 * How early each stage could end, where the plan lets none end early: a dwell that is much longer than the evidence needs
 * is a choice, and a person should know that it is one.
 */
export function describeEarliest({plan, questions, course}: PlanView): string[] {
  const stages = plan.stages.filter(stage => !stage.isBake)
  if (course === null || questions.length === 0 || stages.some(stage => stage.atLeastMs !== undefined)) return []
  const needs = stages.map(stage => {
    const slowest = Math.max(
      ...questions
        .filter(isWaitedFor)
        .map(question => 1000 * secondsToSafety(question, stage, plan.safety, course.traffic)),
    )
    return Math.max(plan.tickMs, Math.ceil(slowest / plan.tickMs) * plan.tickMs)
  })
  if (!needs.some((ms, index) => ms <= (stages[index]?.dwellMs ?? 0) / 4)) return []
  const times = needs.map(ms => (Number.isFinite(ms) ? formatDuration(ms) : 'never'))
  return [
    `A good release would be shown to be safe after about ${times.join(', ')} at these stages; \`at-least\` lets a stage end then.`,
  ]
}

/** One sentence per increase of weight that would meet a closed time, if the rollout started at `now` and nothing held it. */
export function describeClosures(plan: RolloutPlan, now: number): string[] {
  const sentences: string[] = []
  let time = now
  for (const [index, stage] of plan.stages.entries()) {
    const closure = closureAt(plan, time)
    if (closure) {
      sentences.push(`Started now, stage ${index + 1} (${describeShare(stage)}) would wait. ${closure.why}`)
      // What has no end in sight cannot be planned further.
      if (closure.until === null) return sentences
      time = closure.until
    }
    time += stage.dwellMs
  }
  // From a stage that has everything already, promotion gives no more.
  const last = plan.stages.at(-1)?.weightPercent === 100 ? null : closureAt(plan, time)
  return last ? [...sentences, `Started now, the promotion to 100% would wait. ${last.why}`] : sentences
}

/** A hosted job may last six hours; half an hour is kept for its beginning and its end. */
const jobMs = 5.5 * 3_600_000
/** A one-core hosted runner ends a job after 15 minutes; two are kept. */
const smallJobMs = 13 * 60_000

/** What the job minutes are, by who waits between ticks. Every job is billed as whole minutes. */
export function describeCost(plan: RolloutPlan): string[] {
  const {usualMs} = timeOf(plan)
  const ticks = Math.ceil(usualMs / plan.tickMs)
  const minutes = Math.ceil(usualMs / 60_000)
  const jobs = Math.max(1, Math.ceil(usualMs / jobMs))
  const smallJobs = Math.max(1, Math.ceil(usualMs / smallJobMs))
  const wait = Math.max(1, Math.round(plan.tickMs / 60_000))
  return [
    `Job minutes: about ${minutes + jobs} when the job waits between ticks (${jobs} ${jobs === 1 ? 'job' : 'jobs in a row'}), ` +
      'and no less in shorter ones: a successor waits in itself until its tick is due. Every job is billed as whole minutes. Free in a public repository and on your own runner.',
    `Cheaper: a repository environment with a wait timer of ${wait} min that each tick's job names (\`max-minutes: 0\`), about ${ticks} minutes. ` +
      'Nobody is billed for the wait, and nobody watches during it; a person’s word that runs in that environment waits as well. ' +
      'A private repository needs GitHub Enterprise for wait timers.',
    `Cheaper: \`runs-on: ubuntu-slim\` with \`max-minutes: 13\`, about ${minutes + smallJobs} minutes in ${smallJobs} ${smallJobs === 1 ? 'job' : 'jobs'} at about a third of the price. ` +
      'One core, 15 minutes a job, few tools: what your target and source call must be on it.',
  ]
}

function sum(durations: readonly number[]): number {
  return durations.reduce((total, duration) => total + duration, 0)
}
