/** What the runs of workflows and the commands of people do, as the actions and the terminal do it. */
import {assertNever} from '../../src/core/assert.ts'
import {UserError} from '../../src/core/failure.ts'
import {parseInstant} from '../../src/core/instant.ts'
import type {RolloutPorts, RolloutScope} from '../../src/rollout/ports.ts'
import {type HandOver, recordHandOver, takeOver} from '../../src/rollout/run/relay.ts'
import {type RolloutRequest, requestRollout} from '../../src/rollout/run/request.ts'
import {retryRollout} from '../../src/rollout/run/retry.ts'
import {rollBack} from '../../src/rollout/run/roll-back.ts'
import {startRollout} from '../../src/rollout/run/start.ts'
import {runRollout} from '../../src/rollout/run.ts'
import {activeRollout, stateOf} from '../../src/rollout/state.ts'
import {environment} from '../rollout/world.ts'
import {call, type Process, type Simulation} from './process.ts'
import {createProcesses, type Mutation} from './processes.ts'
import type {Word} from './story.ts'
import {releases} from './world.ts'

export interface Jobs {
  start(version: 'v2' | 'v3'): void
  /** `terminal`: a person's command beside the relay of runs. */
  continue(why: 'dispatched' | 'watchdog' | 'terminal', ticket?: string): void
  say(word: Word): void
  readonly alive: ReadonlySet<Process>
  /** Words whose command said that they are in the ledger. */
  readonly heard: readonly Word[]
  /** A rollback whose command died, or failed: who asked for it asks again. */
  unheard(): Word | undefined
  /** Whether a start was answered with a refusal for want of evidence. */
  readonly isRefused: boolean
}

/** More than these at once would only wait for each other. */
const processesAllowed = 4

/** A process that ticks more often than it waits goes round in circles. */
const ticksAllowed = 20
const betweenTicksMs = 5000

/** A run that lost the rollout to another one may be in the middle of a tick, and begin the next before it knows. */
const ticksAfterLoss = 3

export function createJobs(base: Pick<Simulation, 'world' | 'watch'>, mutate: Mutation = ports => ports): Jobs {
  const {world} = base
  const {story, scheduler, transcript, latency: dice} = world
  const heard: Word[] = []
  const backs = new Map<Word, Process>()
  let isRefused = false
  const simulation: Simulation = {...base, twin, onDeath: process => processes.die(process)}
  const processes = createProcesses(simulation, mutate)
  const {alive} = processes

  /** Another run of the same workflow, or somebody who types the command. */
  function twin(): void {
    if (alive.size < processesAllowed) resume(dice.pick(['watchdog', 'terminal']))
  }

  function start(version: 'v2' | 'v3'): void {
    processes.enqueue({
      label: `start of ${version}`,
      kind: 'start',
      inRelay: true,
      async run(process, ports) {
        const said = await startRollout(ports, scopeOf(process), {...environmentOf(), candidate: releases[version]})
        if (said.next.kind === 'done') isRefused ||= story.evidenceFailsAt !== null
        else await drive(process, ports, undefined)
      },
    })
  }

  function resume(why: 'dispatched' | 'watchdog' | 'terminal', ticket?: string): void {
    const plan = {
      label: why,
      kind: 'continue',
      inRelay: why !== 'terminal',
      async run(process: Process, ports: RolloutPorts) {
        if (why === 'watchdog' && (await isDriven(ports))) return
        await drive(process, ports, ticket)
      },
    } as const
    if (why === 'terminal') processes.begin(plan)
    else processes.enqueue(plan)
  }

  async function drive(process: Process, ports: RolloutPorts, ticket: string | undefined): Promise<void> {
    const {inRelay} = process
    const until = scheduler.now + process.skewMs + story.jobMs
    if (inRelay && !(await takeOver(ports, scopeOf(process), ticket))) return
    const outcome = await runRollout(ports, scopeOf(process), {
      until,
      leaveWhenTakenOver: inRelay,
      onTick: () => ticked(process),
    })
    const {next} = outcome
    if (next.kind === 'hand-over' && inRelay) await handOver(process, ports, {as: 'driver', at: next.at})
  }

  async function handOver(process: Process, ports: RolloutPorts, when: Omit<HandOver, 'to'>): Promise<void> {
    const ticket = await recordHandOver(ports, scopeOf(process), {to: 'rollout.yml', ...when})
    if (ticket !== null) await call(simulation, process, 'dispatch', () => dispatch(ticket))
  }

  /** GitHub takes the dispatch, and then it comes, or not, or twice, or later than the one after it. */
  function dispatch(ticket: string): void {
    const {lost, doubled, delayedMs} = story.dispatch
    const times = dice.chance(lost) ? 0 : dice.chance(doubled) ? 2 : 1
    if (times !== 1) transcript.trouble('dispatch', times === 0 ? 'lost' : 'doubled')
    for (let each = 0; each < times; each++) {
      scheduler.at(scheduler.now + dice.between(0, delayedMs), () => resume('dispatched', ticket))
    }
  }

  function ticked(process: Process): void {
    process.ticks++
    const livedMs = scheduler.now - process.beganAt
    if (process.ticks > ticksAllowed + livedMs / betweenTicksMs) {
      transcript.breach(`no-loop: ${process.name} made ${process.ticks} ticks in ${livedMs} ms`)
    }
    const driver = activeRollout(world.state)?.driver ?? process.name
    if (process.inRelay && driver !== process.name && ++process.ticksTooMany > ticksAfterLoss) {
      transcript.breach(`one-driver: ${process.name} goes on beside ${driver}`)
    }
  }

  function say(word: Word): void {
    switch (word.say) {
      case 'roll-back':
        processes.begin({label: 'roll-back', kind: 'roll-back', run: (...all) => goBack(word, ...all)})
        return
      case 'retry':
        processes.enqueue({label: 'retry', kind: 'start', inRelay: true, run: retry})
        return
      case 'approve':
      case 'pause':
      case 'resume':
      case 'hold':
      case 'promote':
      case 'abort':
        processes.begin({label: word.say, kind: 'word', run: (...all) => request(word, ...all)})
        return
      default:
        assertNever(word)
    }
  }

  async function retry(process: Process, ports: RolloutPorts): Promise<void> {
    const said = await retryRollout(ports, scopeOf(process), environmentOf())
    if (said.next.kind !== 'done') await drive(process, ports, undefined)
  }

  async function request(word: Request, process: Process, ports: RolloutPorts): Promise<void> {
    await requestRollout(ports, scopeOf(process), requestOf(word))
    heard.push(word)
    if ('expect' in word && word.expect) transcript.breach('stale-word: a word for another rollout was taken')
    const {next} = await runRollout(ports, scopeOf(process), {
      until: scheduler.now + process.skewMs,
      onTick: () => ticked(process),
    })
    const revives = ['approve', 'resume', 'promote'].includes(word.say)
    if (revives && next.kind !== 'done' && next.at !== undefined) {
      await handOver(process, ports, {as: 'person', at: next.at})
    }
  }

  async function goBack(word: Word & {say: 'roll-back'}, process: Process, ports: RolloutPorts): Promise<void> {
    const to = word.to === undefined ? {} : {to: word.to}
    backs.set(word, process)
    try {
      const {result} = await rollBack(ports, scopeOf(process), {why: whyOf(word), ...to})
      // The answer is a warning then: the release is restored, and the ledger does not know of it.
      if (result.reason === 'rollout/restored-without-ledger') return
    } catch (error) {
      // Nothing to go back to, or nothing known of it: the person who asked has to look.
      if (!(error instanceof UserError)) throw error
      transcript.line(() => `${process.name}: ${error.message}`)
    }
    backs.delete(word)
  }

  function environmentOf() {
    const stable = story.hadRelease ? {stable: releases.v1} : {}
    return {environment: environment({...story.rollout}, {...story.environment}), ...stable}
  }

  return {
    start,
    continue: resume,
    say,
    alive,
    heard,
    unheard: () => [...backs].find(([, process]) => !process.isAlive)?.[0],
    get isRefused() {
      return isRefused
    },
  }
}

type Request = Exclude<Word, {say: 'roll-back' | 'retry'}>

function requestOf(word: Request): RolloutRequest {
  if (word.say === 'approve') return {kind: 'approve', as: word.as}
  const why = whyOf(word)
  if (word.say === 'promote') return {kind: 'promote', why, despiteFreeze: word.despiteFreeze === true}
  return {kind: word.say, why, expect: word.expect}
}

/** By this a word is found again in the ledger. */
export function whyOf({at, say}: Word): string {
  return `${say}, said at ${at}`
}

function scopeOf({name}: Process): RolloutScope {
  return {service: 'credit', environment: 'production', by: name}
}

/** What the watchdog asks first: whether somebody wrote to the ledger lately. */
async function isDriven({ledger, clock}: RolloutPorts): Promise<boolean> {
  const state = stateOf((await ledger.read()).events)
  const rollout = activeRollout(state)
  if (!rollout || state.lastEventAt === null) return false
  return clock.now().getTime() - parseInstant(state.lastEventAt) < rollout.plan.staleAfterMs
}
