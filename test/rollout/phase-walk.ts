/**
 * Walks through all phases that decide and evolve can reach: from each state that is new, every decision over a table of
 * facts, every answer of the target, every look, every word of a person, and time that passes.
 */
import {UserError} from '../../src/core/failure.ts'
import type {Release} from '../../src/core/release.ts'
import {eventOfDecision} from '../../src/rollout/decide/decision-event.ts'
import {decide, type Facts} from '../../src/rollout/decide.ts'
import {type LedgerEvent, requestKinds, type Unstamped} from '../../src/rollout/events.ts'
import {eventOfRequest} from '../../src/rollout/run/requests.ts'
import type {RolloutPlan} from '../../src/rollout/stages.ts'
import {evolve, initialState, type RolloutState} from '../../src/rollout/state.ts'
import {isCounts} from '../../src/rollout/tally.ts'
import type {TargetState} from '../../src/traffic/target.ts'
import {v1, v2} from './world.ts'

/** `running --> holding`, by the type of the event that led there. */
export interface Transition {
  readonly from: string
  readonly to: string
  readonly by: string
}

export interface Walk {
  readonly transitions: readonly Transition[]
  /** Decisions that give traffic where somebody or something speaks against it, each once. */
  readonly careless: readonly string[]
}

interface Node {
  readonly rollout: RolloutState
  readonly now: number
  /** What people have said on the way here. */
  readonly words: number
}

const minute = 60_000

/**
 * Every change of the phase that is reachable, each once; also a stage that follows a stage.
 * @param wordsAllowed how often people may speak on one way
 */
export function walkPhases(plan: RolloutPlan, stable: Release | null, wordsAllowed: number): Walk {
  const begin = Date.parse('2026-01-01T00:00:00.000Z')
  const started = stamp({type: 'rollout-started', rollout: 'r', candidate: v2, stable, plan}, begin)
  const {rollout} = evolve(initialState, started)
  if (!rollout) throw new Error('no rollout')
  const found = new Map<string, Transition>()
  const seen = new Set<string>()
  const careless = new Set<string>()
  const open: Node[] = [{rollout, now: begin, words: 0}]
  add('[*]', rollout, 'rollout-started')
  for (let node = open.shift(); node; node = open.shift()) {
    if (seen.has(keyOf(node))) continue
    seen.add(keyOf(node))
    for (const {event, now} of eventsFrom(node, node.words < wordsAllowed)) {
      for (const against of objections(node.rollout, event)) careless.add(against)
      const next = evolve({...initialState, rollout: node.rollout}, stamp(event, now)).rollout
      if (!next) throw new Error('the rollout vanished')
      const isNextStage = next.stage > node.rollout.stage && node.rollout.stage >= 0
      if (labelOf(next) !== labelOf(node.rollout) || isNextStage) add(labelOf(node.rollout), next, event.type)
      const isWord = event.type === 'requested'
      open.push({rollout: next, now, words: node.words + (isWord ? 1 : 0)})
    }
  }
  return {transitions: [...found.values()], careless: [...careless]}

  function add(from: string, to: RolloutState, by: string): void {
    const transition = {from, to: labelOf(to), by}
    found.set(JSON.stringify(transition), transition)
  }
}

/** What speaks against this event, where it gives traffic. */
function objections(rollout: RolloutState, event: Unstamped): string[] {
  if (event.type !== 'act-intended' || !givesTraffic(rollout, event.act)) return []
  const {abort, hold, promote, phase, guards, plan, approvals} = rollout
  const isHarmful = Object.values(guards).some(({atWeights}) =>
    atWeights.some(({candidate}) => isCounts(candidate) && candidate.bad > 0),
  )
  const against = [
    abort && 'an abort was asked for',
    isHarmful && 'a guard shows harm',
    hold && !promote && 'a person asked to stay',
    phase.kind === 'paused' && 'a person paused it',
    phase.kind === 'aborting' && 'it is being aborted',
    plan.approvals.length > approvals.length && 'an approval is missing',
  ]
  return against.flatMap(each => (each ? [`${event.act.kind} although ${each}`] : []))
}

function givesTraffic({weightPercent, mirrorPercent, stable}: RolloutState, act: Act): boolean {
  if (act.kind === 'set-weight') return act.weightPercent > weightPercent
  if (act.kind === 'mirror') return act.percent > mirrorPercent
  return act.kind === 'promote' || (act.kind === 'deploy' && stable === null)
}

/** As the chart writes it. */
function labelOf({phase}: RolloutState): string {
  return (phase.kind === 'ended' ? phase.outcome : phase.kind).replaceAll('-', '_')
}

/** What makes a difference to a decision: not when it is, but what is over by then. */
function keyOf({rollout, now, words}: Node): string {
  const {phase, stage, intent, deployed, promoted, abort, promote, hold, short, goUntilStage, lateAccepted} = rollout
  const {reassert, weightPercent, mirrorPercent, looks, guards, dwellEndsAt, approvals} = rollout
  const reason = 'reason' in phase ? phase.reason : ''
  const restored = phase.kind === 'aborting' && phase.restored
  const sums = Object.values(guards).flatMap(({atWeights}) => atWeights)
  const here = sums.some(each => each.weightPercent === weightPercent && each.candidate.n > 0)
  const isBad = sums.some(({candidate}) => isCounts(candidate) && candidate.bad > 0)
  const late = rollout.firstStageAt !== null && now - rollout.firstStageAt >= (rollout.plan.deadlineMs ?? Infinity)
  return JSON.stringify([
    [
      labelOf(rollout),
      reason,
      restored,
      stage,
      intent?.act.kind,
      Math.min(2, intent?.failures ?? 0),
      deployed,
      promoted,
    ],
    [abort !== null, promote !== null, hold !== null, short, goUntilStage, lateAccepted, reassert],
    [weightPercent, mirrorPercent, Math.min(looks, 1), here, isBad, approvals.length],
    [words, dwellEndsAt !== null && now >= dwellEndsAt, late, Object.keys(rollout.lastLook?.absent ?? {})],
  ])
}

type Step = {readonly event: Unstamped; readonly now: number}

function eventsFrom({rollout, now}: Node, mayAsk: boolean): Step[] {
  const later = (rollout.dwellEndsAt ?? now) + minute
  return [
    ...[now, later].flatMap(time => decisions(rollout, time)),
    ...looksOf(rollout).map(event => ({event, now: now + minute})),
    ...words(rollout, now, mayAsk).map(event => ({event, now})),
  ]
}

function decisions(rollout: RolloutState, now: number): Step[] {
  return factsOf(rollout).flatMap(facts => {
    const decision = decide(rollout, facts, now)
    switch (decision.kind) {
      case 'act':
      case 'confirm':
      case 'hold':
      case 'continue':
      case 'short':
      case 'end':
        return [{event: eventOfDecision(decision, rollout), now}]
      case 'repeat':
        return refusals(rollout).map(event => ({event, now}))
      default:
        return []
    }
  })
}

/** What the target may show: what the ledger says, what it intends, a candidate that fell, what somebody else did. */
function factsOf(rollout: RolloutState): Facts[] {
  const current = rollout.phase.kind === 'ended' && rollout.phase.outcome === 'promoted' ? v2 : rollout.stable
  const read = (state: TargetState): Facts => ({
    target: {kind: 'read', state},
    missingEvidence: [],
    current,
    overtaken: false,
  })
  const asLedger = targetOf(rollout)
  const {intent} = rollout
  const done = intent ? [read(targetOf(rollout, intent.act))] : []
  return [
    read(asLedger),
    ...done,
    read({...asLedger, candidateReady: false}),
    read({...asLedger, desiredWeightPercent: 77, observedWeightPercent: 77}),
  ]
}

type Act = NonNullable<RolloutState['intent']>['act']

function targetOf({stable, deployed, promoted, weightPercent, mirrorPercent}: RolloutState, after?: Act): TargetState {
  const rest = (version: string | null): TargetState => ({
    stable: version,
    candidate: null,
    desiredWeightPercent: 0,
    observedWeightPercent: 0,
    mirrorPercent: 0,
    candidateReady: null,
  })
  if (after?.kind === 'promote' || after?.kind === 'restore') return rest(after.release.version)
  if (promoted) return rest(v2.version)
  const isBeside = deployed || after?.kind === 'deploy'
  if (!stable) return rest(isBeside ? v2.version : null)
  const weight = after?.kind === 'set-weight' ? after.weightPercent : weightPercent
  return {
    stable: stable.version,
    candidate: isBeside ? v2.version : null,
    desiredWeightPercent: weight,
    observedWeightPercent: weight,
    mirrorPercent: after?.kind === 'mirror' ? after.percent : mirrorPercent,
    candidateReady: isBeside ? true : null,
  }
}

/** What the target may answer when it is asked, beside doing it. */
function refusals({id: rollout, intent}: RolloutState): Unstamped[] {
  if (!intent) return []
  const refused = {type: 'act-failed', rollout, intent: intent.id, code: 'router/broken', message: 'broken'} as const
  return [
    {...refused, retryable: true},
    {...refused, retryable: false},
  ]
}

/** A good look, a bad one, and none at all; each where it makes a difference. */
function looksOf({id, deployed, weightPercent, guards, phase, plan, lastLook}: RolloutState): Unstamped[] {
  if (!deployed || phase.kind === 'ended' || phase.kind === 'aborting') return []
  const measured = {
    type: 'measured',
    rollout: id,
    weightPercent,
    guards: {},
    absent: {},
    snapshot: {},
    notes: [],
  } as const
  const guard = plan.guards[0]?.name ?? ''
  const looked = (bad: number) => ({
    ...measured,
    guards: {[guard]: {candidate: {n: 5000, bad, suspect: bad}, stable: {n: 5000, bad: 0, suspect: 0}}},
  })
  const isBlind = Object.keys(lastLook?.absent ?? {}).length > 0
  const isNew = !guards[guard]?.atWeights.some(each => each.weightPercent === weightPercent && each.candidate.n > 0)
  return [
    ...(isNew || isBlind ? [looked(0)] : []),
    ...(isNew ? [looked(2000)] : []),
    ...(isBlind ? [] : [{...measured, absent: {[guard]: {kind: 'query-failed' as const, detail: 'down'}}}]),
  ]
}

function words(rollout: RolloutState, now: number, mayAsk: boolean): Unstamped[] {
  const restored = {type: 'restored', rollout: rollout.id, release: v1, why: 'a person'} as const
  if (rollout.phase.kind === 'ended') return []
  const asked = mayAsk ? requestKinds : []
  const said = asked.flatMap(kind => refusedAsNone(() => eventOfRequest({kind, why: 'a person'}, rollout, now)))
  const approved = rollout.plan.approvals.flatMap(as =>
    refusedAsNone(() => eventOfRequest({kind: 'approve', as}, rollout, now)),
  )
  return [...said, ...(rollout.approvals.length === 0 ? approved : []), ...(rollout.stable ? [restored] : [])]
}

function refusedAsNone(make: () => Unstamped): Unstamped[] {
  try {
    return [make()]
  } catch (error) {
    if (error instanceof UserError) return []
    throw error
  }
}

function stamp(event: Unstamped, now: number): LedgerEvent {
  return {...event, schemaVersion: 2, id: `at ${now}`, at: new Date(now).toISOString(), by: 'walk'}
}
