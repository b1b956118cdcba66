/** Where an environment stands, without changing anything. */
import {formatDuration} from '../../core/quantity.ts'
import {isExposed} from '../evolve/exposure.ts'
import type {RolloutPorts, RolloutScope} from '../ports.ts'
import {
  type Headline,
  headlineOfEnd,
  type RolloutOutcomeReport,
  reportRollout,
  verdictOfWait,
} from '../report/rollout-report.ts'
import {activeRollout, type EnvironmentState, type RolloutState} from '../state.ts'
import {openLogbook} from './logbook.ts'

/** Reads the ledger only: it neither asks the target nor looks at counters, so it is safe beside a running rollout. */
export async function readStatus(ports: RolloutPorts, scope: RolloutScope): Promise<RolloutOutcomeReport> {
  const {state, events} = await openLogbook(ports, scope)
  const now = ports.clock.now().getTime()
  return reportRollout({
    scope,
    state,
    events,
    headline: headlineOf(state, now),
    next: {kind: 'done'},
    now,
    guards: 'shown',
  })
}

function headlineOf(state: EnvironmentState, now: number): Headline {
  const active = activeRollout(state)
  if (active) return stale(active, now) ?? standing(active)
  if (state.rollout) return headlineOfEnd(state.rollout)
  return {verdict: 'not-applicable', reason: 'rollout/nothing-running', why: 'No rollout has been started here.'}
}

/** Something reaches the candidate, and nobody looks: the one state that a watchdog is for. */
function stale(rollout: RolloutState, now: number): Headline | undefined {
  const {watchedAt, plan} = rollout
  if (!isExposed(rollout) || watchedAt === null || now - watchedAt <= plan.staleAfterMs) return undefined
  const why = `${whereIs(rollout)}; nobody has looked for ${formatDuration(now - watchedAt)}: its run has died.`
  const limit = plan.deadAfterMs === undefined ? '' : ` After ${formatDuration(plan.deadAfterMs)} it is aborted.`
  return {verdict: 'error', reason: 'rollout/stale', why, remedy: `Go on with \`continue\`, or abort it.${limit}`}
}

function standing(rollout: RolloutState): Headline {
  const {phase} = rollout
  const where = whereIs(rollout)
  if (phase.kind === 'holding')
    return {verdict: verdictOfWait(phase.reason), reason: phase.reason, why: `${where}: ${phase.why}`}
  if (phase.kind === 'failed-to-act')
    return {verdict: 'error', reason: 'rollout/failed-to-act', why: `${where}: ${phase.why}`}
  const detail = 'why' in phase ? `: ${phase.why}` : '.'
  return {verdict: 'inconclusive', reason: 'rollout/in-progress', why: `${where}${detail}`}
}

/** With the id: what `expect` names. */
function whereIs({id, phase, candidate, weightPercent, mirrorPercent}: RolloutState): string {
  const share = mirrorPercent > 0 ? `copies of ${mirrorPercent}%` : `${weightPercent}%`
  return `${candidate.version} has ${share} and is ${phase.kind} (rollout ${id})`
}
