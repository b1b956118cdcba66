/** What must hold of every event, at the moment at which it comes into the ledger. */
import {describeEvent} from '../../src/rollout/event-words.ts'
import type {EventOf, LedgerEvent} from '../../src/rollout/events.ts'
import {type CountWatch, watchCounts} from './count-invariants.ts'
import {type PlanWatch, watchPlan} from './plan-invariants.ts'
import type {Process} from './process.ts'
import type {World} from './world.ts'

/** One rollout, as its events tell it. */
interface Told {
  readonly counts: CountWatch
  readonly plan: PlanWatch
  readonly confirmed: Set<string>
  isAborted: boolean
  isOver: boolean
}

export function watchLedger(world: World): (event: LedgerEvent, process: Process) => void {
  const {transcript, story, scheduler} = world
  const ids = new Set<string>()
  const rollouts = new Map<string, Told>()
  let last = Number.NEGATIVE_INFINITY

  return (event, process) => {
    const {length} = world.ledger.events
    transcript.line(() => `      = ledger ${length}, ${event.by}: ${describeEvent(event)}`)
    if (ids.has(event.id)) transcript.breach(`each-event-once: ${event.id} is there twice`)
    ids.add(event.id)
    checkTime(event, process)
    if (event.type === 'rollout-started') start(event)
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
    rollouts.set(event.rollout, {
      counts: watchCounts(world, event),
      plan: watchPlan(world, event),
      confirmed: new Set(),
      isAborted: false,
      isOver: false,
    })
  }

  function follow(told: Told, event: LedgerEvent): void {
    told.plan.follow(event)
    if (event.type === 'measured') told.counts.measured(event)
    if (event.type === 'act-intended') checkIntent(told, event)
    if (event.type === 'act-confirmed') {
      if (told.confirmed.has(event.intent)) transcript.breach(`each-event-once: ${event.intent} is confirmed twice`)
      told.confirmed.add(event.intent)
    }
    if (event.type === 'requested') told.isAborted ||= event.request === 'abort'
    if (event.type === 'rollout-ended') {
      if (told.isOver) transcript.breach('each-event-once: a rollout ends twice')
      const isWon = told.isAborted && event.outcome === 'promoted'
      if (isWon) transcript.breach('abort-wins: promoted after an abort was asked for')
    }
    if (event.type === 'rollout-ended' || event.type === 'restored') told.isOver = true
  }

  function checkIntent(told: Told, {act}: EventOf<'act-intended'>): void {
    if (!isGiving(act)) return
    if (told.isAborted) transcript.breach(`abort-wins: ${act.kind} is intended after an abort was asked for`)
    if (told.isOver) transcript.breach(`abort-wins: ${act.kind} is intended after the end`)
  }
}

/** Whether it gives the candidate anything. */
function isGiving(act: EventOf<'act-intended'>['act']): boolean {
  switch (act.kind) {
    case 'deploy':
    case 'promote':
      return true
    case 'set-weight':
      return act.weightPercent > 0
    case 'mirror':
      return act.percent > 0
    case 'restore':
      return false
  }
}
