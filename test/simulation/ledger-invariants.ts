/** What must hold of every event, at the moment at which it comes into the ledger. */
import {describeEvent, type EventOf, type LedgerEvent} from '../../src/rollout/events.ts'
import {isActive} from '../../src/rollout/state.ts'
import type {Served} from './fleet.ts'
import type {Process} from './process.ts'
import type {World} from './world.ts'

interface Side {
  n: number
  bad: number
}

/** One rollout, as its events tell it. */
interface Told {
  readonly started: EventOf<'rollout-started'>
  /** What both releases had served before. */
  readonly before: {readonly candidate: Served; readonly stable: Served}
  readonly counted: Map<string, {candidate: Side; stable: Side}>
  readonly confirmed: Set<string>
  /** When the target was first asked for the weight of a stage. */
  readonly stageSince: Map<number, number>
  isAborted: boolean
  isPromoteRequested: boolean
  isOver: boolean
}

const none: Served = {n: 0, bad: 0}

export function watchLedger(world: World): (event: LedgerEvent, process: Process) => void {
  const {transcript, story, scheduler, fleet} = world
  const ids = new Set<string>()
  const rollouts = new Map<string, Told>()
  let last = Number.NEGATIVE_INFINITY

  return (event, process) => {
    const {length} = world.ledger.events
    transcript.line(() => `      = ledger ${length}, ${event.by}: ${describeEvent(event)}`)
    if (ids.has(event.id)) transcript.breach(`each-event-once: ${event.id} is there twice`)
    ids.add(event.id)
    checkTime(event, process)
    if (event.type === 'rollout-started') return start(event)
    const told = event.rollout === null ? undefined : rollouts.get(event.rollout)
    if (told) follow(told, event)
  }

  function checkTime(event: LedgerEvent, process: Process): void {
    const at = Date.parse(event.at)
    if (at > scheduler.now + process.skewMs) transcript.breach(`time-moves-on: ${event.type} is of the future`)
    if (at < last - 2 * story.skewMs) transcript.breach(`time-moves-on: ${event.type} is older than the event before`)
    last = Math.max(last, at)
  }

  function start(event: EventOf<'rollout-started'>): void {
    for (const told of rollouts.values()) {
      if (!told.isOver) transcript.breach(`one-rollout: ${event.candidate.version} starts while another is under way`)
    }
    world.catchUp()
    const {candidate, stable} = event
    rollouts.set(event.rollout, {
      started: event,
      before: {candidate: fleet.served(candidate.version), stable: stable ? fleet.served(stable.version) : none},
      counted: new Map(),
      confirmed: new Set(),
      stageSince: new Map(),
      isAborted: false,
      isPromoteRequested: false,
      isOver: false,
    })
  }

  function follow(told: Told, event: Exclude<LedgerEvent, {type: 'rollout-started'}>): void {
    switch (event.type) {
      case 'act-intended':
        intended(told, event)
        return
      case 'act-confirmed':
        if (told.confirmed.has(event.intent)) transcript.breach(`each-event-once: ${event.intent} is confirmed twice`)
        told.confirmed.add(event.intent)
        return
      case 'requested':
        told.isAborted ||= event.request === 'abort'
        told.isPromoteRequested ||= event.request === 'promote'
        return
      case 'measured':
        measured(told, event)
        return
      case 'rollout-ended':
        if (told.isOver) transcript.breach('each-event-once: a rollout ends twice')
        if (told.isAborted && event.outcome === 'promoted') {
          transcript.breach('abort-wins: promoted after an abort was asked for')
        }
        told.isOver = true
        return
      case 'restored':
        told.isOver = true
        return
      default:
        return
    }
  }

  function intended(told: Told, {act, reason}: EventOf<'act-intended'>): void {
    const giving =
      act.kind === 'promote' || act.kind === 'deploy' || (act.kind === 'set-weight' && act.weightPercent > 0)
    if (told.isAborted && giving) transcript.breach(`abort-wins: ${act.kind} is intended after an abort was asked for`)
    const {rollout} = world.state
    if (giving && rollout && !isActive(rollout)) transcript.breach(`abort-wins: ${act.kind} is intended after the end`)
    if (act.kind === 'set-weight' || (act.kind === 'mirror' && act.percent > 0)) {
      if (act.stage > 0) checkDwell(told, act.stage - 1)
      if (!told.stageSince.has(act.stage)) told.stageSince.set(act.stage, scheduler.now)
    }
    if (act.kind === 'promote' && reason !== 'rollout/promote-requested') {
      checkDwell(told, told.started.plan.stages.length - 1)
    }
  }

  /** A stage is watched for its dwell, as far as clocks agree; a person's "promote" alone skips it. */
  function checkDwell(told: Told, stage: number): void {
    const planned = told.started.plan.stages[stage]
    const since = told.stageSince.get(stage)
    if (!planned || told.isPromoteRequested) return
    const needed = (planned.atLeastMs ?? planned.dwellMs) - 2 * story.skewMs
    const seen = since === undefined ? 0 : scheduler.now - since
    if (seen < needed) transcript.breach(`dwell: stage ${stage + 1} is over after ${seen} ms, expected ${needed} ms`)
  }

  function measured(told: Told, event: EventOf<'measured'>): void {
    world.catchUp()
    const {candidate, stable} = told.started
    const truth = {
      candidate: since(told.before.candidate, fleet.served(candidate.version)),
      stable: stable ? since(told.before.stable, fleet.served(stable.version)) : none,
    }
    for (const [guard, arms] of Object.entries(event.guards)) {
      const sum = told.counted.get(guard) ?? {candidate: {n: 0, bad: 0}, stable: {n: 0, bad: 0}}
      told.counted.set(guard, sum)
      for (const side of ['candidate', 'stable'] as const) {
        const tally = arms[side]
        sum[side].n += tally.n
        if ('bad' in tally) sum[side].bad += tally.bad
        if (sum[side].n > truth[side].n || sum[side].bad > truth[side].bad) {
          transcript.breach(
            `counted-once: ${guard} has ${sum[side].bad} of ${sum[side].n} ${side} requests, ` +
              `${truth[side].bad} of ${truth[side].n} were served`,
          )
        }
      }
    }
  }
}

function since(before: Served, now: Served): Served {
  return {n: now.n - before.n, bad: now.bad - before.bad}
}
