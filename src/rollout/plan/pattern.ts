/**
 * Which pattern suits an environment: all at once, blue-green, shadow or canary, by traffic, risk, and what going back
 * costs. Start simple, evolve when justified: a canary is worth its hours where it spares users bad answers that a simpler
 * pattern would have given them.
 */
import type {Finding} from '../../core/finding.ts'
import {formatDuration, formatRate} from '../../core/quantity.ts'
import type {PlannedStage} from '../stages.ts'
import type {Question} from './assumed.ts'
import {type Course, expectedDetection, exposedBy, roundedUp} from './detection.ts'
import type {PlanView} from './view.ts'

const hourMs = 3_600_000

/** Bad answers that a plan must spare users before its hours are worth more than a simpler way. */
const worthSparing = 10

export function patternFinding(view: PlanView, course: Course): Finding {
  const {questions, plan} = view
  const requests = Math.round(exposedBy(usualOf(course.stages), course))
  if (plan.stages.some(isCanary) && isMostlyBlind(questions, course)) return noSense(view, course, requests)
  const rate = formatRate(course.traffic)
  const hasCanary = plan.stages.some(isCanary)
  if (hasCanary && sparesNothing(view, course)) return inVain(view, course, requests)
  const advice = adviceOn(view, course)
  return {
    id: 'plan/canary',
    verdict: 'pass',
    reason: hasCanary ? 'plan/canary-makes-sense' : 'plan/no-canary',
    subject: 'canary',
    what: hasCanary
      ? describeCanary(view, course, requests)
      : `Without a canary: at ${rate} ${withoutCanary(view, course)}`,
    ...(advice === null ? {} : {remedy: advice}),
    ...(hasCanary ? {n: requests} : {}),
  }
}

function describeCanary(view: PlanView, course: Course, requests: number): string {
  return `At ${formatRate(course.traffic)} the candidate answers about ${requests} requests before it gets all traffic. ${comparison(view, course)}`
}

/** A canary that gives users as many bad answers as everything at once would is waiting time. */
function inVain(view: PlanView, course: Course, requests: number): Finding {
  return {
    id: 'plan/canary',
    verdict: 'warn',
    reason: 'plan/canary-spares-nothing',
    subject: 'canary',
    what: describeCanary(view, course, requests),
    why: 'Guards learn from bad answers: where traffic is low, it takes about as many of them at a small weight as at a large one, and longer.',
    remedy: adviceOn(view, course) ?? advisedValidation,
    n: requests,
  }
}

/** Where too much is at stake to release all at once, and copies show nothing either. */
const advisedValidation =
  'Rest more on validation before the release, and keep the rollback at hand: what a guard learns here, users meet.'

/** Less than that share spared is no difference: the numbers of a plan are expectations. */
const leastShareSpared = 0.1

function sparesNothing(view: PlanView, course: Course): boolean {
  const spared = sparedBy(view, course)
  return spared !== null && spared.planned > (1 - leastShareSpared) * spared.atOnce
}

/** Where half of what is asked cannot be answered, the waiting is not worth what the other half sees. */
function isMostlyBlind(questions: readonly Question[], course: Course): boolean {
  return questions.length > 0 && blindOf(questions, course).length * 2 >= questions.length
}

/** Questions that would not notice even ten times what is allowed. */
export function blindOf(questions: readonly Question[], course: Course): readonly Question[] {
  return questions.filter(question => expectedDetection(question, 10, course) === null)
}

/** A stage at which both releases serve users. */
function isCanary({weightPercent, isBake}: PlannedStage): boolean {
  return weightPercent > 0 && !isBake
}

/** Said plainly: a canary that sees next to nothing looks like safety, and is none. */
function noSense(view: PlanView, course: Course, requests: number): Finding {
  const names = [...new Set(blindOf(view.questions, course).map(({guard}) => guard.name))].join(', ')
  return {
    id: 'plan/canary',
    verdict: 'warn',
    reason: 'plan/canary-makes-no-sense',
    subject: 'canary',
    what:
      `A canary makes no sense at ${formatRate(course.traffic)}: in ${formatDuration(usualOf(course.stages))} the candidate answers about ` +
      `${requests} requests, and even one that is ten times as bad as allowed would pass ${names} unnoticed.`,
    why: 'Waiting without seeing delays every release and protects nobody.',
    remedy: instead(view, course),
    n: requests,
  }
}

/** What sees more at this traffic, simplest first. */
function instead(view: PlanView, course: Course): string {
  const {questions, input} = view
  const sees = (stages: readonly PlannedStage[]) => !isMostlyBlind(questions, {...course, stages})
  const ways: string[] = []
  if (sees([{weightPercent: 100, dwellMs: 24 * hourMs, isBake: true}])) {
    ways.push(
      'promote all at once with a bake (`preset: all-at-once`, `bake: 1d`): all requests together show ten times what is allowed within a day, and going back is one step',
    )
  } else {
    ways.push(
      'rely on validation before the release, promote all at once (`preset: all-at-once`), and keep the rollback at hand',
    )
  }
  if (input.capabilities.mirrors && sees([{weightPercent: 0, mirrorPercent: 100, dwellMs: 24 * hourMs}])) {
    ways.push('mirror all requests to the candidate for a day first (`preset: shadow`): nobody meets its answers')
  } else {
    ways.push('replay recorded requests against the candidate')
  }
  ways.push('let a canary run on the combined traffic of several services')
  const [first = '', ...others] = ways
  return `${first.charAt(0).toUpperCase()}${first.slice(1)}; or ${others.join('; or ')}.`
}

/** What the plan spares users, against everything at once, for a regression that is four times what is allowed. */
function comparison(view: PlanView, course: Course): string {
  const {planned, atOnce} = spareable(view, course)
  if (planned === null)
    return 'None of its guards is about a share of bad answers that it would find at four times what is allowed.'
  if (atOnce === null) return 'Only beside the stable release can be told what these guards ask.'
  return `A release that is four times as bad as allowed gives about ${roundedUp(planned)} bad answers until it is aborted; all at once it would be ${roundedUp(atOnce)}.`
}

interface Spareable {
  readonly planned: number | null
  readonly atOnce: number | null
}

/** Bad answers of the guard that finds such a release first, in the plan and all at once; null where none finds it. */
function spareable({questions}: PlanView, course: Course): Spareable {
  const bake: PlannedStage = {weightPercent: 100, dwellMs: Math.max(hourMs, usualOf(course.stages)), isBake: true}
  return {planned: leastBad(questions, course), atOnce: leastBad(questions, {...course, stages: [bake]})}
}

function sparedBy(view: PlanView, course: Course): {readonly planned: number; readonly atOnce: number} | null {
  const {planned, atOnce} = spareable(view, course)
  return planned === null || atOnce === null ? null : {planned, atOnce}
}

function leastBad(questions: readonly Question[], course: Course): number | null {
  const bad = questions.flatMap(question => {
    const found = expectedDetection(question, 4, course)
    return found === null || found.bad === null ? [] : [found.bad]
  })
  return bad.length === 0 ? null : Math.min(...bad)
}

function withoutCanary({questions, plan}: PlanView, course: Course): string {
  const copies = plan.stages.filter(isMirrored)
  const seen = copies.length === 0 ? null : soonest(questions, {...course, stages: copies})
  if (seen !== null) {
    return `copies show a release that is four times as bad as allowed after ${formatDuration(seen)}, before any user meets it.`
  }
  const bad = leastBad(questions, course)
  return bad === null
    ? 'no guard would notice a release that is four times as bad as allowed.'
    : `a release that is four times as bad as allowed gives about ${roundedUp(bad)} bad answers until it is taken back.`
}

/** Milliseconds until the first guard finds such a release; null where none does. */
function soonest(questions: readonly Question[], course: Course): number | null {
  const times = questions.flatMap(question => expectedDetection(question, 4, course)?.afterMs ?? [])
  return times.length === 0 ? null : Math.min(...times)
}

/** Advice that goes beyond the plan as it is; null where it fits, and where a canary makes no sense, which is said apart. */
export function adviceOn(view: PlanView, course: Course): string | null {
  const {plan, questions} = view
  if (plan.stages.some(isCanary) && isMostlyBlind(questions, course)) return null
  const spared = sparedBy(view, course)
  if (spared === null) return null
  return plan.stages.some(isCanary) ? besideCanary(view, course, spared) : besideNone(view, spared)
}

type Spared = NonNullable<ReturnType<typeof sparedBy>>

function besideCanary(view: PlanView, course: Course, {planned, atOnce}: Spared): string | null {
  if (isRisky(view)) {
    if (!canMirror(view, course)) return null
    if (planned < 100 * worthSparing && !sparesNothing(view, course)) return null
    return 'Where a bad answer cannot be taken back, mirror requests first (a stage with `mirror`): it finds the same regression before the first user meets it, and costs a second set of replicas.'
  }
  if (atOnce - planned >= worthSparing && !sparesNothing(view, course)) return null
  return 'Start simple: `preset: all-at-once` with its bake finds such a release about as cheaply, in an hour, and going back is one step while the old side is kept. A canary is justified once more is at stake.'
}

function besideNone({plan}: PlanView, {atOnce}: Spared): string | null {
  if (plan.stages.some(isMirrored) || atOnce < 100 * worthSparing) return null
  return 'At this traffic a canary is justified: `preset: canary` gives such a release a twentieth of the requests while it is judged; `blue-green` is the shorter way.'
}

/** People who must approve, and alerts that must not fire, say that much is at stake. */
function isRisky({plan}: PlanView): boolean {
  return plan.approvals.length > 0 || plan.guards.some(({tests}) => tests.some(({kind}) => kind === 'no-alert'))
}

function canMirror({plan, input, questions}: PlanView, course: Course): boolean {
  const shadow: PlannedStage = {weightPercent: 0, mirrorPercent: 100, dwellMs: 24 * hourMs}
  const sees = questions.some(question => expectedDetection(question, 4, {...course, stages: [shadow]}) !== null)
  return input.capabilities.mirrors && !plan.stages.some(isMirrored) && sees
}

function isMirrored({mirrorPercent}: PlannedStage): boolean {
  return mirrorPercent !== undefined
}

function usualOf(stages: readonly PlannedStage[]): number {
  return stages.filter(stage => !stage.isBake).reduce((sum, {dwellMs}) => sum + dwellMs, 0)
}
