/** One story from its first run to the end of its rollout, with the invariants watched all the way. */

import {describeEvent} from '../../src/rollout/event-words.ts'
import {parseEvent} from '../../src/rollout/ledgers/event-schema.ts'
import {activeRollout} from '../../src/rollout/state.ts'
import {checkEnd} from './end-invariants.ts'
import type {FaultPlan} from './faults.ts'
import {createJobs, type Jobs} from './jobs.ts'
import {watchOver} from './operator.ts'
import type {Mutation} from './processes.ts'
import {dawn, minuteMs, type Story} from './story.ts'
import {watchWorld} from './watch.ts'
import {createWorld, type RouterMutation, releases, type World} from './world.ts'

export interface Simulated {
  readonly story: Story
  readonly outcome: string
  /** Calls of ports. */
  readonly steps: number
  readonly events: number
  /** What went wrong; empty when nothing did. */
  readonly breaches: readonly string[]
  /** Faults and troubles by kind. */
  readonly troubles: ReadonlyMap<string, number>
  transcript(): string
}

export interface SimulationOptions {
  /** Instead of the faults by chance that the story names. */
  readonly faults?: FaultPlan
  readonly mutate?: Mutation
  readonly mutateRouter?: RouterMutation
}

/** Beyond this a rollout does not end. */
const daysAllowed = 4
const stepsAllowed = 30_000

export async function simulate(
  story: Story,
  {faults, mutate, mutateRouter}: SimulationOptions = {},
): Promise<Simulated> {
  const world = createWorld(story, faults, mutateRouter)
  const {scheduler, transcript, ledger} = world
  const jobs = createJobs({world, watch: watchWorld(world)}, mutate)
  const lastWordAt = schedule(world, jobs)
  watchOver(world, jobs)
  const until = dawn + daysAllowed * 24 * 60 * minuteMs
  const isResting = () => {
    const {rollout} = world.state
    return jobs.alive.size === 0 && !jobs.unheard() && (rollout ? rollout.phase.kind === 'ended' : jobs.isRefused)
  }
  const isStuck = () => scheduler.now > until || world.steps > stepsAllowed || transcript.breaches.length > 0
  await scheduler.run(() => isStuck() || (scheduler.now > lastWordAt && isResting()))
  // What is still on its way arrives, and one more look leaves everything at rest.
  const settled = scheduler.now + 60 * minuteMs
  await scheduler.run(() => isStuck() || (scheduler.now > settled && isResting()))
  if (transcript.breaches.length === 0) checkEnd(world, jobs)
  if (transcript.breaches.length === 0) checkReadable(world)
  const phase = world.state.rollout?.phase
  return {
    story,
    outcome: phase?.kind === 'ended' ? `${phase.outcome} (${phase.reason})` : (phase?.kind ?? 'never started'),
    steps: world.steps,
    events: ledger.events.length,
    breaches: transcript.breaches,
    troubles: transcript.troubles,
    transcript: () =>
      [
        JSON.stringify(story, null, 1),
        transcript.read(),
        'LEDGER',
        ...ledger.events.map(event => `${event.at} ${event.by}: ${describeEvent(event)}`),
        'BREACHES',
        ...transcript.breaches,
      ].join('\n'),
  }
}

/** @returns when the last of all that the story brings about has begun */
function schedule(world: World, jobs: Jobs): number {
  const {story, scheduler, router, evidence} = world
  const at = (afterMs: number, happen: () => void) => {
    scheduler.at(dawn + afterMs, happen)
    return dawn + afterMs
  }
  const times = [at(0, () => jobs.start('v2'))]
  const {rival, evidenceFailsAt} = story
  if (rival) times.push(at(rival.at, () => jobs.start('v3')))
  for (const word of story.words) times.push(at(word.at, () => jobs.say(word)))
  for (const hand of story.hands) {
    times.push(
      at(hand.at, () => {
        const {candidate, stable} = router.read()
        // What others do to an environment in which nothing is under way is theirs.
        if (candidate === null || !activeRollout(world.state)) return
        world.transcript.trouble('other hands', hand.does)
        if (hand.does === 'set-weight') router.setWeight(hand.weightPercent)
        else if (hand.does === 'mirror') router.mirror(hand.weightPercent)
        else if (stable === 'v1') router.restore(releases.v1)
      }),
    )
  }
  if (evidenceFailsAt !== null) {
    times.push(
      at(evidenceFailsAt, () => {
        const [first] = evidence
        if (first) evidence.push({...first, verdict: 'fail', at: new Date(scheduler.now).toISOString()})
      }),
    )
  }
  return Math.max(...times)
}

/** Through the door by which a real ledger is read. */
function checkReadable({ledger, transcript}: World): void {
  for (const [index, event] of ledger.events.entries()) {
    try {
      parseEvent(JSON.parse(JSON.stringify(event)), `event ${index + 1}`)
    } catch (error) {
      transcript.breach(`readable: ${String(error)}`)
    }
  }
}
