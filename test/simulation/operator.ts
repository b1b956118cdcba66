/** The people on duty and the clock: they look at the environment now and then, and do what its state asks of them. */
import {assertNever} from '../../src/core/assert.ts'
import {activeRollout} from '../../src/rollout/state.ts'
import type {Jobs} from './jobs.ts'
import {minuteMs, type Word} from './story.ts'
import type {World} from './world.ts'

const looksEveryMs = 12 * minuteMs

/** After this long, a person gives up on a release. */
const patienceMs = 12 * 60 * minuteMs

const answeredByResume: ReadonlySet<string> = new Set([
  'rollout/insufficient-evidence',
  'rollout/weight-changed-by-someone-else',
  'rollout/awaiting-go',
  'rollout/held-on-request',
  'rollout/late',
])

export function watchOver(world: World, jobs: Jobs): void {
  const {scheduler, story} = world
  every(story.watchdogMs, () => jobs.continue('watchdog'))
  every(looksEveryMs, () => {
    const word = jobs.unheard() ?? whatToSay(world)
    if (word) jobs.say(word)
    // A start that died before it wrote anything is run again.
    const wasStarted = world.ledger.events.some(event => event.type === 'rollout-started')
    if (!wasStarted && !jobs.isRefused && jobs.alive.size === 0) jobs.start('v2')
  })

  function every(periodMs: number, happen: () => void): void {
    const again = () => {
      happen()
      scheduler.at(scheduler.now + periodMs, again)
    }
    scheduler.at(scheduler.now + periodMs, again)
  }
}

function whatToSay({state, scheduler, story}: World): Word | undefined {
  const rollout = activeRollout(state)
  if (!rollout) return undefined
  const at = scheduler.now
  const {phase} = rollout
  if (at - rollout.startedAt > patienceMs && rollout.abort === null) return {at, say: 'abort'}
  switch (phase.kind) {
    case 'awaiting-approval': {
      const as = rollout.plan.approvals.find(team => !rollout.approvals.some(approval => approval.as === team))
      return as === undefined ? undefined : {at, say: 'approve', as}
    }
    case 'failed-to-act':
      return {at, say: 'resume'}
    case 'paused':
      return at - phase.since > 20 * minuteMs ? {at, say: 'resume'} : undefined
    case 'holding': {
      if (answeredByResume.has(phase.reason)) return {at, say: 'resume'}
      if (phase.reason === 'rollout/evidence-missing' && story.evidenceFailsAt !== null) return {at, say: 'abort'}
      if (phase.reason === 'rollout/target-changed-by-someone-else') return {at, say: 'abort'}
      if (phase.reason === 'rollout/insufficient-evidence' || phase.reason === 'rollout/weight-changed-by-someone-else')
        return {at, say: 'resume'}
      return undefined
    }
    case 'deploying':
    case 'running':
    case 'baking':
    case 'promoting':
    case 'aborting':
    case 'ended':
      return undefined
    default:
      return assertNever(phase)
  }
}
