/** The plan is kept: its order, its dwells, its times, and the people whom it asks. */
import type {EventOf, LedgerEvent} from '../../src/rollout/events.ts'
import {minuteMs} from './story.ts'
import type {World} from './world.ts'

export interface PlanWatch {
  follow(event: LedgerEvent): void
}

const dayMs = 24 * 60 * minuteMs

export function watchPlan(world: World, {plan, candidate}: EventOf<'rollout-started'>): PlanWatch {
  const {transcript, story, scheduler} = world
  const approvals = new Set<string>()
  /** When the target was first asked for the share of a stage. */
  const stageSince = new Map<number, number>()
  /** When the target first confirmed a share, by the clock of who wrote it down: the deadline counts from there. */
  let begunAt: number | null = null
  let reached = -1
  let promote: {readonly despiteFreeze: boolean} | null = null
  let goes = 0

  function follow(event: LedgerEvent): void {
    if (event.type === 'approved') approvals.add(event.as)
    if (event.type === 'requested' && event.request === 'promote') {
      promote = {despiteFreeze: event.despiteFreeze === true || promote?.despiteFreeze === true}
    }
    if (event.type === 'requested' && event.request === 'resume') goes++
    if (event.type === 'act-confirmed' && reached >= 0) begunAt ??= Date.parse(event.at)
    if (event.type === 'act-intended') intended(event)
  }

  function intended({act}: EventOf<'act-intended'>): void {
    switch (act.kind) {
      case 'deploy': {
        const missing = plan.approvals.find(team => !approvals.has(team))
        if (missing !== undefined) transcript.breach(`approvals: deployed without the approval of ${missing}`)
        return
      }
      case 'set-weight':
        if (act.weightPercent > 0) toStage(act.stage)
        return
      case 'mirror':
        if (act.percent > 0) toStage(act.stage)
        return
      case 'promote':
        toStage(plan.stages.length)
        return
      case 'restore':
        return
    }
  }

  /** Setting a stage again is not going to it. */
  function toStage(stage: number): void {
    if (stage <= reached) return
    checkOrder(stage)
    checkDwell(stage - 1)
    // All traffic is there already where the plan ends with a bake: what is promoted then gets nothing more.
    const isGrowing = plan.stages[stage - 1]?.isBake !== true
    if (isGrowing) checkTimes(stage)
    if (plan.stages[stage]?.askFirst && goes === 0 && !promote) {
      transcript.breach(`ask-first: stage ${stage + 1} began, and nobody said "go"`)
    }
    reached = stage
    stageSince.set(stage, scheduler.now)
  }

  function checkOrder(stage: number): void {
    if (promote || stage === reached + 1) return
    transcript.breach(`order: stage ${stage + 1} of ${candidate.version} follows stage ${reached + 1}`)
  }

  /** A stage is watched for its dwell, as far as clocks agree; a person's "promote" alone skips it. */
  function checkDwell(stage: number): void {
    const planned = plan.stages[stage]
    if (!planned || promote) return
    const needed = (planned.atLeastMs ?? planned.dwellMs) - 2 * story.skewMs
    const seen = scheduler.now - (stageSince.get(stage) ?? scheduler.now)
    if (seen < needed) transcript.breach(`dwell: stage ${stage + 1} is over after ${seen} ms, expected ${needed} ms`)
  }

  /**
   * Freezes, office hours and the deadline. A process decides by its own clock, and its intent may be on its way for as
   * long as anything stands still here: only what is surely inside is a breach.
   */
  function checkTimes(stage: number): void {
    const decided = world.decidedAt
    const isFrozen = (at: number) => !isOpen(at, plan)
    const sides = [decided - story.skewMs, decided, decided + story.skewMs]
    if (!promote?.despiteFreeze && sides.every(isFrozen)) {
      transcript.breach(`freeze: stage ${stage + 1} of ${candidate.version} began while nothing may go up`)
    }
    const isLate =
      plan.deadlineMs !== undefined && begunAt !== null && decided - 2 * story.skewMs > begunAt + plan.deadlineMs
    if (isLate && plan.whenLate === 'abort' && !promote)
      transcript.breach(`deadline: stage ${stage + 1} began after it`)
  }

  return {follow}
}

/** Only what the plans of these stories use: windows within one day, in UTC. */
function isOpen(at: number, {freeze = [], onlyDuring = []}: EventOf<'rollout-started'>['plan']): boolean {
  const isThursday = new Date(at).getUTCDay() === 4
  const inFreeze = freeze.some(({from, to}) => isThursday && isWithin(at, from.slice(4), to.slice(4)))
  const isOffice = onlyDuring.length === 0 || onlyDuring.some(({from, to}) => isWithin(at, from, to))
  return !inFreeze && isOffice
}

function isWithin(at: number, from: string, to: string): boolean {
  const minute = (at % dayMs) / minuteMs
  return minutesOf(from) <= minute && minute < minutesOf(to)
}

function minutesOf(text: string): number {
  const [hours = 0, minutes = 0] = text.split(':').map(Number)
  return hours * 60 + minutes
}
