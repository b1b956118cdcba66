/** A plan with all that its report asks of it: the questions of the guards, the traffic, what is known from before. */
import type {EnvironmentConfig} from '../../config/schema.ts'
import type {Finding} from '../../core/finding.ts'
import type {Release} from '../../core/release.ts'
import type {TargetCapabilities} from '../../traffic/target.ts'
import {type GuardTest, isComparison, isThreshold} from '../guards.ts'
import type {Inherited} from '../judge/accumulate.ts'
import {type FirstKnowledge, firstKnowledge} from '../judge/clusters.ts'
import type {Past} from '../look/past.ts'
import {planRollout, type RolloutPlan} from '../stages.ts'
import type {Tally} from '../tally.ts'
import {type Question, questionsOf} from './assumed.ts'
import type {Course} from './detection.ts'

export interface PlanReportInput {
  readonly service: string
  readonly environmentName: string
  readonly environment: EnvironmentConfig
  readonly candidate: Release
  readonly stable: Release | null
  /** What the target says of who serves, where that keeps the rollout from starting or leaves it open; absent: all is as `stable` says. */
  readonly serving?: Finding
  readonly capabilities: TargetCapabilities
  readonly policyLoosened: boolean
  /** Requests per second that the environment gets, and who says so; null when nobody does. */
  readonly traffic: {readonly perSecond: number; readonly origin: 'stated' | 'observed'} | null
  /** What the candidate lacks, one sentence each; null when nobody asked. */
  readonly missingEvidence: readonly string[] | null
  /** What each guard counted of the stable release since its processes began, where it could be asked. */
  readonly known?: Readonly<Record<string, Tally>>
  /** The rollout before, for what it learned about clusters. */
  readonly before?: Inherited | null
  /** What the source remembers of the stable release; see `gatherPast`. */
  readonly past?: Past | null
  /** When the rollout would start, in milliseconds since 1970; absent: nobody asks when. */
  readonly now?: number
}

export interface PlanView {
  readonly plan: RolloutPlan
  readonly input: PlanReportInput
  /** How bad requests cluster, as it is known before the first look, by guard. */
  readonly clusters: Readonly<Record<string, FirstKnowledge>>
  /** Of the tests that count; rules such as alerts need no traffic to be seen. */
  readonly questions: readonly Question[]
  /** Null where nobody says how much traffic there is. */
  readonly course: Course | null
}

/** @throws UserError what `planRollout` refuses */
export function viewPlan(input: PlanReportInput): PlanView {
  const plan = planRollout(input)
  const {before = null, past = null} = input
  const clusters = Object.fromEntries(plan.guards.map(guard => [guard.name, firstKnowledge(guard, before, past)]))
  const dispersion = Object.fromEntries(Object.entries(clusters).map(([name, known]) => [name, known.dispersion]))
  const perSecond = input.traffic?.perSecond ?? 0
  return {
    plan,
    input,
    clusters,
    questions: plan.guards
      .flatMap(guard => questionsOf(guard, input.known, dispersion))
      .filter(({test}) => !isRule(test)),
    course: perSecond > 0 ? {stages: plan.stages, tickMs: plan.tickMs, traffic: perSecond} : null,
  }
}

/** Whether the test decides by an event, so that no traffic and no time has to be planned for it. */
export function isRule({kind}: GuardTest): boolean {
  return kind === 'events-at-most' || kind === 'no-alert'
}

/** The plan's questions that are answered by statistics. */
export function statistical(questions: readonly Question[]): readonly Question[] {
  return questions.filter(({test}) => !isThreshold(test))
}

/**
 * Whether a stage waits for this test. A comparison beside an absolute limit of the same guard is carried by that one where
 * it cannot tell (`judge.ts`), so it holds hardly any release that is as good as stable.
 */
export function isWaitedFor({guard, test}: Question): boolean {
  return !isComparison(test) || guard.tests.every(isComparison)
}
