/** How a look at the guards changes a rollout. Pure. */

import type {EventOf} from '../events.ts'
import {accumulate, noStanding} from '../judge/accumulate.ts'
import type {BegunAlert, RolloutState} from '../state.ts'
import type {Tally} from '../tally.ts'
import {isExposed, noSilence} from './exposure.ts'

export function measured(rollout: RolloutState, event: EventOf<'measured'>, at: number): RolloutState {
  const {weightPercent, partial = {}, absent} = event
  const guards = {...rollout.guards}
  const since = rollout.lastLook?.at ?? at
  for (const guard of rollout.plan.guards) {
    const seen = event.guards[guard.name]
    if (!seen) continue
    const look = {...seen, weightPercent, at, since, isPartial: partial[guard.name] !== undefined}
    guards[guard.name] = accumulate(guards[guard.name] ?? noStanding, guard, look, rollout.plan.safety)
  }
  return {
    ...rollout,
    guards,
    looks: rollout.looks + 1,
    // Copies of requests count as well: only before anything reaches the candidate a look is a base line.
    baseLineAt: weightPercent === 0 && rollout.mirrorPercent === 0 ? at : rollout.baseLineAt,
    watchedAt: at,
    unwatchedMs: rollout.unwatchedMs ?? unwatchedUntil(rollout, at),
    ...alertsAfter(rollout, event),
    snapshot: {...rollout.snapshot, ...event.snapshot},
    lastLook: {at, guards: event.guards, alerts: event.alerts ?? {}, absent, partial},
    silence: silenceAfter(rollout, event),
  }
}

function unwatchedUntil(rollout: RolloutState, at: number): number | null {
  const {watchedAt, plan} = rollout
  if (!isExposed(rollout) || watchedAt === null || plan.deadAfterMs === undefined) return null
  const unwatchedMs = at - watchedAt
  return unwatchedMs > plan.deadAfterMs ? unwatchedMs : null
}

/** What fired before the candidate had traffic is not its doing. A guard that could not be asked says nothing new. */
function alertsAfter(
  rollout: RolloutState,
  {alerts = {}}: EventOf<'measured'>,
): Pick<RolloutState, 'begunAlerts' | 'firing'> {
  const {begunAlerts: known, firing} = rollout
  const isNew = ({guard, alert}: BegunAlert) =>
    !firing[guard]?.includes(alert) && !known.some(each => each.guard === guard && each.alert === alert)
  const all = Object.entries(alerts).flatMap(([guard, names]) => names.map(alert => ({guard, alert})))
  return {
    begunAlerts: isExposed(rollout) ? [...known, ...all.filter(isNew)] : known,
    firing: {...firing, ...alerts},
  }
}

/** Guards may count different requests; the one that saw most of an arm speaks for it. */
function silenceAfter(rollout: RolloutState, event: EventOf<'measured'>): RolloutState['silence'] {
  const guards = Object.values(event.guards)
  if (!isExposed(rollout) || isShareInDoubt(rollout) || isHeard(rollout, event)) return noSilence
  // A look that counted nothing at all says nothing of the candidate: no new sample came, or no answer. What it saw of
  // some processes only says nothing either.
  if (guards.length === 0 || Object.keys(event.partial ?? {}).length > 0) return rollout.silence
  const {looks, stableRequests, since} = rollout.silence
  // What the first look counted may have been served before the weight was in force: all of it, where a source answers
  // from memory.
  const beside = looks === 0 ? 0 : most(guards.map(guard => guard.stable))
  return {
    looks: looks + 1,
    stableRequests: stableRequests + beside,
    since: since ?? rollout.watchedAt,
  }
}

/**
 * Whether the candidate got any request, also one that does not count: a process that began anew, or is seen for the first
 * time, is not silent.
 */
function isHeard({snapshot: known}: RolloutState, {guards, snapshot}: EventOf<'measured'>): boolean {
  if (most(Object.values(guards).map(guard => guard.candidate)) > 0) return true
  return Object.entries(snapshot).some(([guard, {candidate}]) =>
    Object.entries(candidate).some(([series, {n}]) => n !== known[guard]?.candidate[series]?.n),
  )
}

/** While the ledger's share may not be in force, that nothing reaches the candidate says nothing of the routing. */
function isShareInDoubt({phase, reassert, intent}: RolloutState): boolean {
  const isEnding = intent?.act.kind === 'mirror' && intent.act.percent === 0
  return isEnding || reassert || (phase.kind === 'holding' && phase.reason.endsWith('-changed-by-someone-else'))
}

function most(counts: readonly Tally[]): number {
  return Math.max(0, ...counts.map(({n}) => n))
}
