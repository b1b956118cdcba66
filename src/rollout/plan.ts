/** The plan before the act: what will happen, how long it takes, what it can see, what it costs, and who must approve. Pure. */
import {conclude, type Finding} from '../core/finding.ts'
import {formatDuration} from '../core/quantity.ts'
import type {GateResult} from '../core/result.ts'
import {reportOf} from '../report/from-result.ts'
import type {Report} from '../report/report.ts'
import {judgePlan} from './plan/findings.ts'
import {blocksOf} from './plan/tables.ts'
import {type PlanReportInput, viewPlan} from './plan/view.ts'
import {describeShare} from './report/describe.ts'
import type {PlannedStage, RolloutPlan} from './stages.ts'

export type {PlanReportInput} from './plan/view.ts'

/** @throws UserError what `planRollout` refuses */
export function planReport(input: PlanReportInput): {result: GateResult; report: Report; plan: RolloutPlan} {
  const view = viewPlan(input)
  const {plan} = view
  const findings = judgePlan(view)
  const result: GateResult = {
    gate: 'plan',
    service: input.service,
    ...conclude(findings, 'plan'),
    summary: summarise(plan, input, findings),
    findings,
    subject: input.candidate,
  }
  return {result, report: reportOf(result, blocksOf(view)), plan}
}

function summarise(
  plan: RolloutPlan,
  {candidate, stable, serving}: PlanReportInput,
  findings: readonly Finding[],
): string {
  const missing = findings.find(finding => finding.verdict === 'fail')
  if (missing) return `${candidate.version} cannot start: ${missing.what}`
  if (stable === null && serving) return serving.what
  if (stable === null) return `${candidate.version} is the first release: it is deployed and promoted at once.`
  const nonsense = findings.find(finding => finding.reason === 'plan/canary-makes-no-sense')
  if (nonsense) return nonsense.what
  const bake = plan.stages.find(stage => stage.isBake)
  const stages = plan.stages.filter(stage => !stage.isBake)
  const shares = [...stages.map(describeShare), '100%'].join(' -> ')
  const time = stages.length === 0 ? 'at once' : `in ${formatDuration(sumOf(stages))}`
  const watch = bake ? `, watched for ${formatDuration(bake.dwellMs)} more` : ''
  const approval = plan.approvals.length > 0 ? `, after approval by ${plan.approvals.join(' and ')}` : ''
  return `${candidate.version} goes ${shares} ${time}${watch}${approval}; a rollback restores ${stable.version}.`
}

function sumOf(stages: readonly PlannedStage[]): number {
  return stages.reduce((sum, {dwellMs}) => sum + dwellMs, 0)
}
