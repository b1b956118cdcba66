/** Where an environment stands, without changing anything. */
import type {RolloutPorts, RolloutScope} from './ports.ts'
import {
  type Headline,
  headlineOfEnd,
  type RolloutOutcomeReport,
  reportRollout,
  verdictOfWait,
} from './rollout-report.ts'
import {openLogbook} from './run-logbook.ts'
import {activeRollout, type EnvironmentState, type RolloutState} from './state.ts'

/** Reads the ledger only: it neither asks the target nor looks at counters, so it is safe beside a running rollout. */
export async function readStatus(ports: RolloutPorts, scope: RolloutScope): Promise<RolloutOutcomeReport> {
  const {state, events} = await openLogbook(ports, scope)
  const now = ports.clock.now().getTime()
  return reportRollout({scope, state, events, headline: headlineOf(state), next: {kind: 'done'}, now, guards: 'shown'})
}

function headlineOf(state: EnvironmentState): Headline {
  const active = activeRollout(state)
  if (active) return standing(active)
  if (state.rollout) return headlineOfEnd(state.rollout)
  return {verdict: 'not-applicable', reason: 'rollout/nothing-running', why: 'No rollout has been started here.'}
}

function standing({phase, candidate, weightPercent}: RolloutState): Headline {
  const where = `${candidate.version} has ${weightPercent}% and is ${phase.kind}`
  if (phase.kind === 'holding')
    return {verdict: verdictOfWait(phase.reason), reason: phase.reason, why: `${where}: ${phase.why}`}
  if (phase.kind === 'failed-to-act')
    return {verdict: 'error', reason: 'rollout/failed-to-act', why: `${where}: ${phase.why}`}
  const detail = 'why' in phase ? `: ${phase.why}` : '.'
  return {verdict: 'inconclusive', reason: 'rollout/in-progress', why: `${where}${detail}`}
}
