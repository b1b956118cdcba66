/** The plan as people read it: stages, what the guards can see, and what it costs. */
import {assertNever} from '../../core/assert.ts'
import {formatDuration, formatRate, formatShare} from '../../core/quantity.ts'
import {describeRelease} from '../../core/release.ts'
import type {Block} from '../../report/report.ts'
import {isComparison, isThreshold} from '../guards.ts'
import {isAskedAt} from '../judge/asked.ts'
import {worse} from '../judge/worse.ts'
import {describeLimit, describeShare} from '../report/describe.ts'
import type {PlannedStage, RolloutPlan} from '../stages.ts'
import type {Question} from './assumed.ts'
import {type Course, type Detection, expectedDetection, roundedUp, smallestDetectable} from './detection.ts'
import {adviceOn} from './pattern.ts'
import {describeClusters} from './plan-clusters.ts'
import {describeClosures, describeCost, describeEarliest, describeTime} from './time.ts'
import {isRule, type PlanView} from './view.ts'

export function blocksOf(view: PlanView): Block[] {
  const {input, course, plan, questions} = view
  if (input.stable === null) return [{kind: 'list', items: releases(view)}]
  return [
    {kind: 'heading', text: 'Stages'},
    stageTable(view),
    ...(course === null || questions.length === 0
      ? []
      : [{kind: 'heading' as const, text: 'What the guards can see'}, powerTable(questions, course)]),
    ...rulesOf(view),
    {kind: 'heading', text: 'Cost, approval, way back'},
    {kind: 'list', items: facts(view)},
    {kind: 'details', summary: 'How this is calculated', blocks: [{kind: 'paragraph', text: method(plan, questions)}]},
  ]
}

/** Per stage: its requests, and per guard the smallest regression that it detects with about 90 %. */
function stageTable({plan, questions, course}: PlanView): Block {
  return {
    kind: 'table',
    columns: [
      {name: 'Stage', align: 'right'},
      {name: 'Weight', align: 'right'},
      {name: 'Dwell', align: 'right'},
      {name: 'Requests', align: 'right'},
      ...questions.map(({guard, test}) => ({name: `${guard.name}, ${describeLimit(test)}: detects`})),
    ],
    rows: plan.stages.map((stage, index) => [
      String(index + 1),
      stage.isBake ? `${describeShare(stage)} (bake)` : describeShare(stage),
      describeDwell(stage),
      course === null ? 'unknown' : String(Math.round(requestsOf(stage, course.traffic))),
      ...questions.map(question => detectableCell(question, stage, index, course)),
    ]),
  }
}

/** `2h`, `1h to 2h`, `2h to 4h`. */
function describeDwell({dwellMs, atLeastMs, atMostMs}: PlannedStage): string {
  const least = atLeastMs === undefined ? dwellMs : atLeastMs
  const most = atMostMs === undefined ? dwellMs : Math.max(dwellMs, atMostMs)
  return least === most ? formatDuration(dwellMs) : `${formatDuration(least)} to ${formatDuration(most)}`
}

function requestsOf({weightPercent, mirrorPercent = 0, dwellMs}: PlannedStage, traffic: number): number {
  return (traffic * (weightPercent > 0 ? weightPercent : mirrorPercent) * dwellMs) / 100_000
}

function detectableCell(question: Question, stage: PlannedStage, index: number, course: Course | null): string {
  const {guard, test} = question
  if (!isAskedAt(guard, stage)) return 'not asked'
  if (isComparison(test) && (stage.weightPercent === 0 || stage.weightPercent === 100)) return 'not asked'
  if (course === null) return 'unknown'
  if (isThreshold(test)) return 'whatever stands above'
  return describeDetectable(question, smallestDetectable(question, index, course))
}

/** `1.3 times (0.13%)`: the ratio to what is allowed, and what that means in the unit of the question. */
function describeDetectable({test, stable}: Question, ratio: number | null): string {
  if (ratio === null) return 'nothing'
  const times = `${Number(ratio.toPrecision(3))} times`
  switch (test.kind) {
    case 'share-at-most':
      return shareOf(test.limit, ratio, times)
    case 'quantile-at-most':
      return shareOf(1 - test.quantile, ratio, times)
    case 'share-at-most-times-stable':
    case 'slow-at-most-times-stable':
    case 'events-at-most-times-stable':
      return `${Number((ratio * test.times).toPrecision(3))} times stable`
    case 'mean-at-least':
    case 'mean-at-most': {
      const isMost = test.kind === 'mean-at-most'
      const allowed = (isMost ? test.limit - test.low : test.high - test.limit) / (test.high - test.low)
      const off = worse(allowed, ratio) * (test.high - test.low)
      return `a mean of ${Number((isMost ? test.low + off : test.high - off).toPrecision(3))}`
    }
    case 'mean-may-lose':
      return `${formatShare(worse(test.fraction, ratio))} lower`
    case 'mean-may-grow':
      return `${formatShare(ratio * test.fraction)} higher`
    case 'distribution-may-shift':
      return `${formatShare(worse(test.distance, ratio))} apart`
    case 'events-at-most':
    case 'no-alert':
      return `${times} ${formatShare(stable.rate)}`
    default:
      return assertNever(test)
  }
}

function shareOf(allowed: number, ratio: number, times: string): string {
  const share = ratio * allowed
  return share < (1 + allowed) / 2 ? `${times} (${formatShare(share)})` : `over ${formatShare((1 + allowed) / 2)}`
}

function powerTable(questions: readonly Question[], course: Course): Block {
  const ratios = [2, 4, 10]
  return {
    kind: 'table',
    columns: [
      {name: 'Guard'},
      {name: 'Limit'},
      {name: 'alpha', align: 'right'},
      ...ratios.map(ratio => ({name: `${ratio} times as bad as allowed: aborted after`})),
    ],
    rows: questions.map(question => [
      question.guard.name,
      describeLimit(question.test),
      'alpha' in question.test && question.test.alpha > 0 ? formatShare(question.test.alpha) : 'none',
      ...ratios.map(ratio => describeDetection(expectedDetection(question, ratio, course))),
    ]),
  }
}

function describeDetection(detection: Detection | null): string {
  if (detection === null) return 'not within the plan'
  const {afterMs, exposed, bad} = detection
  const met = bad === null ? '' : `, ${roundedUp(bad)} of them bad`
  return `${formatDuration(afterMs)}, ${roundedUp(exposed)} requests exposed${met}`
}

/** What needs neither traffic nor time to be seen. */
function rulesOf({plan}: PlanView): Block[] {
  const items = plan.guards.flatMap(({name, tests}) =>
    tests
      .filter(isRule)
      .map(test =>
        test.kind === 'events-at-most'
          ? `${name}: event number ${test.limit + 1} of the candidate aborts at the next look, without statistics.`
          : `${name}: an alert that begins to fire while the candidate has traffic aborts at the next look.`,
      ),
  )
  return items.length === 0 ? [] : [{kind: 'list', items}]
}

function releases({plan, input: {candidate, stable, serving}}: PlanView): string[] {
  const none = serving ? 'No release is known to roll back to.' : 'There is no release to roll back to.'
  return [
    `Candidate: ${describeRelease(candidate)}.`,
    stable ? `A rollback restores ${describeRelease(stable)}.` : none,
    plan.approvals.length > 0 ? `Must approve: ${plan.approvals.join(', ')}.` : 'Nobody must approve.',
  ]
}

function facts(view: PlanView): string[] {
  const {plan, input, course} = view
  const {traffic, now} = input
  const advice = course && adviceOn(view, course)
  return [
    ...(advice ? [`Advice: ${advice}`] : []),
    ...releases(view),
    traffic ? `Traffic: ${formatRate(traffic.perSecond)}, ${traffic.origin}.` : 'Traffic: not stated.',
    ...describeTime(plan),
    ...describeEarliest(view),
    ...(now === undefined ? [] : describeClosures(plan, now)),
    ...describeCost(plan),
    falseAborts(plan),
    ...describeClusters(view),
    `At the end of a stage with too little evidence: ${plan.whenEvidenceIsShort}.`,
  ]
}

function falseAborts({falseAbortRate, guards}: RolloutPlan): string {
  const plain = guards.filter(({tests}) => tests.some(isThreshold)).map(({name}) => name)
  const beside =
    plain.length === 0
      ? ''
      : ` That does not bind ${plain.join(', ')}, which ${plain.length === 1 ? 'is a plain threshold' : 'are plain thresholds'}.`
  return `The chance to abort a healthy release is at most ${formatShare(falseAbortRate)} over the whole rollout.${beside}`
}

function method(plan: RolloutPlan, questions: readonly Question[]): string {
  return (
    `Each guard is a sequential test that may be looked at any time; the false-abort rate of ${formatShare(plan.falseAbortRate)} ` +
    'is shared evenly. Expected times are medians, up to the next look; "detects" means with about 90 % within the dwell of ' +
    'that stage alone. Requests are taken as independent and the traffic as even; until the stable release has shown whether ' +
    'bad requests come in clusters, they are counted as fewer, and that is part of the times. ' +
    `${assumptions(questions)} A stage has enough evidence when the candidate is shown (at ${formatShare(plan.safety.risk)}) to stay below ` +
    `${plan.safety.margin} times what is allowed.`
  )
}

/** What is taken for granted of the stable release, and from where. */
function assumptions(questions: readonly Question[]): string {
  const names = (origin: 'observed' | 'assumed') => [
    ...new Set(questions.filter(({stable}) => stable.origin === origin).map(({guard}) => guard.name)),
  ]
  const [observed, assumed] = [names('observed'), names('assumed')]
  return [
    observed.length === 0
      ? ''
      : `The stable release is taken as it counted itself since its processes began, for ${observed.join(', ')}.`,
    assumed.length === 0
      ? ''
      : `For ${assumed.join(', ')} it is assumed to be at half of the guard’s limit (at 0.1 %, or in the middle between the bounds, without one), and values to be spread as widely as their bounds allow.`,
  ]
    .filter(sentence => sentence !== '')
    .join(' ')
}
