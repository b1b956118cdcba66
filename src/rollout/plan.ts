/** The plan before the act: what will happen, how long it takes, what it can see, what it costs, and who must approve. Pure. */
import type {EnvironmentConfig} from '../config/schema.ts'
import {conclude, type Finding} from '../core/finding.ts'
import {formatDuration, formatRate, formatShare} from '../core/quantity.ts'
import {describeRelease, type Release} from '../core/release.ts'
import type {GateResult} from '../core/result.ts'
import {reportOf} from '../report/from-result.ts'
import type {Block, Report} from '../report/report.ts'
import type {TargetCapabilities} from '../traffic/target.ts'
import {describeLimit} from './explain.ts'
import type {PlannedGuard} from './guards.ts'
import {
  type Course,
  type Detection,
  expectedDetection,
  exposedBy,
  type Question,
  questionsOf,
  smallestDetectable,
  timeToSafety,
} from './power.ts'
import {planRollout, type RolloutPlan} from './stages.ts'

export interface PlanReportInput {
  readonly service: string
  readonly environmentName: string
  readonly environment: EnvironmentConfig
  readonly candidate: Release
  readonly stable: Release | null
  readonly capabilities: TargetCapabilities
  readonly policyLoosened: boolean
  /** Requests per second that the environment gets, and who says so; null when nobody does. */
  readonly traffic: {readonly perSecond: number; readonly origin: 'stated' | 'observed'} | null
  /** What the candidate lacks, one sentence each; null when nobody asked. */
  readonly missingEvidence: readonly string[] | null
}

/** A hosted job may last six hours; half an hour is kept for its beginning and its end. */
const jobMs = 5.5 * 3_600_000

/** @throws UserError what `planRollout` refuses */
export function planReport(input: PlanReportInput): {result: GateResult; report: Report; plan: RolloutPlan} {
  const plan = planRollout(input)
  const findings = judgePlan(plan, input)
  const result: GateResult = {
    gate: 'plan',
    service: input.service,
    ...conclude(findings, 'plan'),
    summary: summarise(plan, input, findings),
    findings,
    subject: input.candidate,
  }
  return {result, report: reportOf(result, blocksOf(plan, input)), plan}
}

function judgePlan(plan: RolloutPlan, input: PlanReportInput): Finding[] {
  return [...evidenceFindings(input), ...(input.stable === null ? [firstRelease(input)] : trafficFindings(plan, input))]
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

function trafficFindings(plan: RolloutPlan, {traffic}: PlanReportInput): Finding[] {
  if (traffic === null || traffic.perSecond <= 0) return [trafficUnknown]
  const {perSecond} = traffic
  const asked = plan.guards.flatMap(guard => questionsOf(guard).map(question => ({guard, question})))
  const blind = asked.filter(({question}) => expectedDetection(question, 10, courseOf(plan, perSecond)) === null)
  // Where half of what is asked cannot be answered, the waiting is not worth what the other half sees.
  if (blind.length * 2 >= asked.length) return [noSense(plan, perSecond, new Set(blind.map(({guard}) => guard.name)))]
  return [
    sensible(plan, perSecond),
    ...blind.map(({guard, question}) => blindGuard(guard, question)),
    ...shortStages(plan, perSecond),
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

function sensible(plan: RolloutPlan, perSecond: number): Finding {
  const requests = Math.round(candidateRequests(plan, perSecond))
  return {
    id: 'plan/canary',
    verdict: 'pass',
    reason: 'plan/canary-makes-sense',
    subject: 'canary',
    what: `At ${formatRate(perSecond)} the candidate answers about ${requests} requests before it gets all traffic.`,
    n: requests,
  }
}

/** Said plainly: a canary that sees next to nothing looks like safety, and is none. */
function noSense(plan: RolloutPlan, perSecond: number, blind: ReadonlySet<string>): Finding {
  const requests = Math.round(candidateRequests(plan, perSecond))
  return {
    id: 'plan/canary',
    verdict: 'warn',
    reason: 'plan/canary-makes-no-sense',
    subject: 'canary',
    what:
      `A canary makes no sense at ${formatRate(perSecond)}: in ${formatDuration(totalDwell(plan))} the candidate answers about ` +
      `${requests} requests, and even one that is ten times as bad as allowed would pass ${[...blind].join(', ')} unnoticed.`,
    why: 'Waiting without seeing delays every release and protects nobody.',
    remedy:
      'Rely on validation before the release, promote all at once, and keep the rollback at hand; or replay recorded ' +
      'requests against the candidate; or let a canary run on the combined traffic of several services.',
    n: requests,
  }
}

function blindGuard(guard: PlannedGuard, {test}: Question): Finding {
  return {
    id: 'plan/guard-sees',
    verdict: 'warn',
    reason: 'plan/guard-sees-nothing',
    subject: guard.name,
    what: `Guard ${guard.name} (${describeLimit(test)}) would not notice even ten times what is allowed within this plan.`,
    remedy: 'Give it a longer stage, a larger weight, or a limit that this traffic can tell.',
    limit: describeLimit(test),
  }
}

function shortStages(plan: RolloutPlan, perSecond: number): Finding[] {
  return plan.stages.flatMap((stage, index) => {
    const slow = plan.guards.flatMap(guard =>
      questionsOf(guard).map(question => ({guard, ms: timeToSafety(question, stage, plan.safety, perSecond)})),
    )
    const slowest = slow.reduce((a, b) => (b.ms > a.ms ? b : a), {guard: undefined as PlannedGuard | undefined, ms: 0})
    if (!slowest.guard || slowest.ms <= stage.dwellMs) return []
    return [
      {
        id: 'plan/stage-lasts',
        verdict: 'warn',
        reason: 'plan/stage-too-short',
        subject: `stage ${index + 1}`,
        what:
          `Stage ${index + 1} (${stage.weightPercent}% for ${formatDuration(stage.dwellMs)}) is too short to show that a good ` +
          `candidate is safe: guard ${slowest.guard.name} needs about ${formatDuration(slowest.ms)}.`,
        why: `Then the plan's answer to short evidence counts: ${plan.whenEvidenceIsShort}.`,
        remedy: 'Lengthen the stage, raise its weight, or accept it with `when-evidence-is-short`.',
      } satisfies Finding,
    ]
  })
}

function summarise(plan: RolloutPlan, {candidate, stable}: PlanReportInput, findings: readonly Finding[]): string {
  const missing = findings.find(finding => finding.verdict === 'fail')
  if (missing) return `${candidate.version} cannot start: ${missing.what}`
  if (stable === null) return `${candidate.version} is the first release: it is deployed and promoted at once.`
  const nonsense = findings.find(finding => finding.reason === 'plan/canary-makes-no-sense')
  if (nonsense) return nonsense.what
  const weights = [...plan.stages.map(stage => `${stage.weightPercent}%`), '100%'].join(' -> ')
  const approval = plan.approvals.length > 0 ? `, after approval by ${plan.approvals.join(' and ')}` : ''
  return `${candidate.version} goes ${weights} in ${formatDuration(totalDwell(plan))}${approval}; a rollback restores ${stable.version}.`
}

function blocksOf(plan: RolloutPlan, input: PlanReportInput): Block[] {
  const {stable, traffic} = input
  if (stable === null) return [{kind: 'list', items: facts(plan, input)}]
  const perSecond = traffic?.perSecond ?? 0
  return [
    {kind: 'heading', text: 'Stages'},
    stageTable(plan, perSecond),
    ...(perSecond > 0
      ? [{kind: 'heading' as const, text: 'What the guards can see'}, powerTable(plan, perSecond)]
      : []),
    {kind: 'heading', text: 'Cost, approval, way back'},
    {kind: 'list', items: facts(plan, input)},
    {kind: 'details', summary: 'How this is calculated', blocks: [{kind: 'paragraph', text: method(plan)}]},
  ]
}

/** Per stage: its requests, and per guard the smallest regression that it detects with about 90 %. */
function stageTable(plan: RolloutPlan, perSecond: number): Block {
  const questions = plan.guards.flatMap(guard => questionsOf(guard).map(question => ({guard, question})))
  return {
    kind: 'table',
    columns: [
      {name: 'Stage', align: 'right'},
      {name: 'Weight', align: 'right'},
      {name: 'Dwell', align: 'right'},
      {name: 'Requests', align: 'right'},
      ...questions.map(({guard, question}) => ({name: `${guard.name}, ${describeLimit(question.test)}: detects`})),
    ],
    rows: plan.stages.map((stage, index) => [
      String(index + 1),
      `${stage.weightPercent}%`,
      formatDuration(stage.dwellMs),
      perSecond > 0 ? String(Math.round((perSecond * stage.weightPercent * stage.dwellMs) / 100_000)) : 'unknown',
      ...questions.map(({question}) => {
        if (perSecond <= 0) return 'unknown'
        return describeDetectable(question, smallestDetectable(question, stage, perSecond))
      }),
    ]),
  }
}

/** `1.3 times (0.13%)`: the ratio to what is allowed, and the share of bad requests that it means. */
function describeDetectable({test}: Question, ratio: number | null): string {
  if (ratio === null) return 'nothing'
  const times = `${Number(ratio.toPrecision(3))} times`
  if (test.kind === 'share-at-most-times-stable') return `${Number((ratio * test.times).toPrecision(3))} times stable`
  const allowed = test.kind === 'share-at-most' ? test.limit : 1 - test.quantile
  const share = ratio * allowed
  return share < (1 + allowed) / 2 ? `${times} (${formatShare(share)})` : `over ${formatShare((1 + allowed) / 2)}`
}

function powerTable(plan: RolloutPlan, perSecond: number): Block {
  const ratios = [2, 4, 10]
  return {
    kind: 'table',
    columns: [
      {name: 'Guard'},
      {name: 'Limit'},
      {name: 'alpha', align: 'right'},
      ...ratios.map(ratio => ({name: `${ratio} times as bad as allowed: aborted after`})),
    ],
    rows: plan.guards.flatMap(guard =>
      questionsOf(guard).map(question => [
        guard.name,
        describeLimit(question.test),
        formatShare(question.test.alpha),
        ...ratios.map(ratio => describeDetection(expectedDetection(question, ratio, courseOf(plan, perSecond)))),
      ]),
    ),
  }
}

function describeDetection(detection: Detection | null): string {
  if (detection === null) return 'not within the plan'
  return `${formatDuration(detection.afterMs)}, ${Math.ceil(detection.exposed)} requests exposed`
}

function facts(plan: RolloutPlan, {candidate, stable, traffic}: PlanReportInput): string[] {
  const total = totalDwell(plan)
  const jobs = Math.max(1, Math.ceil(total / jobMs))
  const ticks = Math.ceil(total / plan.tickMs)
  const back = stable ? `A rollback restores ${describeRelease(stable)}.` : 'There is no release to roll back to.'
  const approvals = plan.approvals.length > 0 ? `Must approve: ${plan.approvals.join(', ')}.` : 'Nobody must approve.'
  if (stable === null) return [`Candidate: ${describeRelease(candidate)}.`, back, approvals]
  return [
    `Candidate: ${describeRelease(candidate)}.`,
    back,
    approvals,
    traffic ? `Traffic: ${formatRate(traffic.perSecond)}, ${traffic.origin}.` : 'Traffic: not stated.',
    `At least ${formatDuration(total)} in ${ticks} ticks of ${formatDuration(plan.tickMs)}.`,
    `Job minutes: about ${Math.ceil(total / 60_000) + jobs} when the job waits between ticks (${jobs} ${jobs === 1 ? 'job' : 'jobs in a row'}), ` +
      `or about ${ticks} when each tick is a short job of its own: every job is billed as whole minutes.`,
    `The chance to abort a healthy release is at most ${formatShare(plan.falseAbortRate)} over the whole rollout.`,
    `At the end of a stage with too little evidence: ${plan.whenEvidenceIsShort}.`,
  ]
}

function method(plan: RolloutPlan): string {
  return (
    `Each guard is a sequential test that may be looked at any time; the false-abort rate of ${formatShare(plan.falseAbortRate)} ` +
    'is shared evenly. Expected times are medians, (ln(1/alpha) + 1.5) / KL observations, up to the next look; "detects" means with about 90 % ' +
    'within the dwell. Requests are taken as independent and the traffic as even; where errors come in clusters, count ' +
    'sessions instead. A comparison with stable assumes that stable is at half of the guard’s limit, or at 0.1 % without one. ' +
    `A stage has enough evidence when the candidate is shown (at ${formatShare(plan.safety.risk)}) to stay below ` +
    `${plan.safety.margin} times what is allowed.`
  )
}

function totalDwell(plan: RolloutPlan): number {
  return plan.stages.reduce((sum, stage) => sum + stage.dwellMs, 0)
}

function candidateRequests(plan: RolloutPlan, perSecond: number): number {
  return exposedBy(totalDwell(plan), courseOf(plan, perSecond))
}

function courseOf({stages, tickMs}: RolloutPlan, traffic: number): Course {
  return {stages, tickMs, traffic}
}
