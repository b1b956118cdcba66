/** Which guards are asked at which stage. Pure. */
import type {PlannedGuard} from '../guards.ts'
import type {PlannedStage} from '../stages.ts'
import type {RolloutState} from '../state.ts'

/** Weight 0 is that of copies, and of the base line before the first stage. */
export function isAskedAt(
  {whileMirroring}: Pick<PlannedGuard, 'whileMirroring'>,
  {weightPercent}: Pick<PlannedStage, 'weightPercent'>,
): boolean {
  return !whileMirroring || weightPercent === 0
}

/** The guards of the plan that are asked at the present stage; before the first one all are, for their base line. */
export function guardsAsked(rollout: Pick<RolloutState, 'plan' | 'stage'>): readonly PlannedGuard[] {
  const present = stageOf(rollout)
  return rollout.plan.guards.filter(guard => isAskedAt(guard, present))
}

/** Of what the last look says by guard: what is about a guard that is asked now, and not only before the mirroring ended. */
export function ofAsked<T>(
  rollout: Pick<RolloutState, 'plan' | 'stage'>,
  byGuard: Readonly<Record<string, T>>,
): readonly (readonly [guard: string, value: T])[] {
  const present = stageOf(rollout)
  const over = rollout.plan.guards.filter(guard => !isAskedAt(guard, present)).map(({name}) => name)
  return Object.entries(byGuard).filter(([name]) => !over.includes(name))
}

function stageOf({plan, stage}: Pick<RolloutState, 'plan' | 'stage'>): Pick<PlannedStage, 'weightPercent'> {
  return plan.stages[stage] ?? {weightPercent: 0}
}
