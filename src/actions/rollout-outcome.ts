import type {RolloutOutcomeReport} from '../rollout/report/rollout-report.ts'
import type {ActionOutcome} from './run-action.ts'

/** A rollout that goes on is no failure of the step: `phase` and the deployment tell where it is. */
export function rolloutOutcome(outcome: RolloutOutcomeReport): ActionOutcome {
  const {rollout} = outcome.result
  return {
    result: outcome.result,
    report: outcome.report,
    goesOn: outcome.next.kind !== 'done' || outcome.result.verdict === 'not-applicable',
    outputs: {
      phase: rollout?.phase ?? 'none',
      weight: String(rollout?.weightPercent ?? 0),
      rollout: rollout?.id ?? '',
    },
  }
}
