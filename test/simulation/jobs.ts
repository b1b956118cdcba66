/** The runs of workflows and the commands of people: what each does, as the actions and the terminal do it. */
import {isFailure, SystemError} from '../../src/core/failure.ts'
import {parseInstant} from '../../src/core/instant.ts'
import type {RolloutPorts, RolloutScope} from '../../src/rollout/ports.ts'
import {rollBack} from '../../src/rollout/roll-back.ts'
import {recordHandOver, runRollout} from '../../src/rollout/run.ts'
import {requestRollout} from '../../src/rollout/run-request.ts'
import {startRollout} from '../../src/rollout/run-start.ts'
import {activeRollout, stateOf} from '../../src/rollout/state.ts'
import {environment} from '../rollout/world.ts'
import {call, type Process, portsOf, type Simulation} from './process.ts'
import {minuteMs, type Word} from './story.ts'
import {releases} from './world.ts'

/** Another port than the world's, to see that the invariants notice it. */
export type Mutation = (ports: RolloutPorts, process: Process) => RolloutPorts

export interface Jobs {
  start(version: 'v2' | 'v3'): void
  continue(why: 'dispatched' | 'watchdog' | 'twin'): void
  say(word: Word): void
  readonly alive: ReadonlySet<Process>
  /** Words whose command said that they are in the ledger. */
  readonly heard: readonly Word[]
  /** Whether a start was answered with a refusal. */
  readonly isRefused: boolean
}

/** After a job's time is up, whatever still runs is ended from outside. */
const graceMs = 5 * minuteMs
/** A process that ticks more often than it waits goes round in circles. */
const ticksAllowed = 20
const betweenTicksMs = 5000
/** More than these at once would only wait for each other. */
const processesAllowed = 4

export function createJobs(
  base: Pick<Simulation, 'world' | 'watch'>,
  mutate: Mutation = ports => ports,
): Jobs & {readonly simulation: Simulation} {
  const {world} = base
  const {story, scheduler, transcript, latency: dice} = world
  const alive = new Set<Process>()
  const heard: Word[] = []
  const queue: (() => void)[] = []
  let count = 0
  let isRefused = false
  let driving: Process | null = null
  const twin = () => {
    if (alive.size < processesAllowed) resume('twin')
  }
  const simulation: Simulation = {...base, twin, onDeath: die}

  function die(process: Process): void {
    if (!process.isAlive) return
    transcript.line(() => `${process.name} dies`)
    end(process)
  }

  function end(process: Process): void {
    process.isAlive = false
    alive.delete(process)
    if (driving === process) {
      driving = null
      queue.shift()?.()
    }
  }

  function begin(
    kind: Process['kind'],
    label: string,
    run: (process: Process, ports: RolloutPorts) => Promise<void>,
  ): Process {
    const skewMs = dice.between(-story.skewMs, story.skewMs)
    const process: Process = {
      name: `${label} ${++count}`,
      kind,
      skewMs,
      beganAt: scheduler.now,
      isAlive: true,
      ticks: 0,
      known: 0,
      cleared: new Set(),
    }
    alive.add(process)
    transcript.line(() => `-- ${process.name} begins${skewMs === 0 ? '' : `, its clock off by ${skewMs} ms`}`)
    scheduler.at(scheduler.now + story.jobMs + graceMs, () => die(process))
    run(process, mutate(portsOf(simulation, process), process)).then(
      () => {
        transcript.line(() => `-- ${process.name} is done`)
        end(process)
      },
      error => {
        transcript.line(() => `-- ${process.name} fails: ${String(error)}`)
        if (!isFailure(error)) transcript.breach(`defect: ${error instanceof Error ? error.stack : String(error)}`)
        if (error instanceof SystemError && error.code === 'rollout/no-end')
          transcript.breach(`no-loop: ${error.message}`)
        end(process)
      },
    )
    return process
  }

  /** Runs that drive stand in one queue, where the workflow says so. A twin is a run outside of it. */
  function enqueue(isOutside: boolean, go: () => Process): void {
    if (!story.exclusive || isOutside) return void go()
    const next = () => {
      driving = go()
    }
    if (driving) queue.push(next)
    else next()
  }

  async function drive(process: Process, ports: RolloutPorts): Promise<void> {
    const outcome = await runRollout(ports, scopeOf(process), {
      until: scheduler.now + process.skewMs + story.jobMs,
      onTick: () => ticked(process),
    })
    if (outcome.next.kind === 'hand-over') await handOver(process, ports)
  }

  async function handOver(process: Process, ports: RolloutPorts): Promise<void> {
    await recordHandOver(ports, scopeOf(process), 'rollout.yml')
    await call(simulation, process, 'dispatch', dispatch)
  }

  /** GitHub takes the dispatch, and then it comes, or not, or twice, or later than the one after it. */
  function dispatch(): void {
    const {lost, doubled, delayedMs} = story.dispatch
    const times = dice.chance(lost) ? 0 : dice.chance(doubled) ? 2 : 1
    if (times !== 1) transcript.trouble('dispatch', times === 0 ? 'lost' : 'doubled')
    for (let each = 0; each < times; each++) {
      scheduler.at(scheduler.now + dice.between(0, delayedMs), () => resume('dispatched'))
    }
  }

  function ticked(process: Process): void {
    process.ticks++
    const livedMs = scheduler.now - process.beganAt
    if (process.ticks > ticksAllowed + livedMs / betweenTicksMs) {
      transcript.breach(`no-loop: ${process.name} made ${process.ticks} ticks in ${livedMs} ms`)
      die(process)
    }
  }

  function start(version: 'v2' | 'v3'): void {
    enqueue(false, () =>
      begin('start', `start of ${version}`, async (process, ports) => {
        const said = await startRollout(ports, scopeOf(process), {
          environment: environment({...story.rollout}, {...story.environment}),
          candidate: releases[version],
          ...(story.hadRelease ? {stable: releases.v1} : {}),
        })
        if (said.next.kind === 'done') isRefused ||= story.evidenceFailsAt !== null
        else await drive(process, ports)
      }),
    )
  }

  function resume(why: 'dispatched' | 'watchdog' | 'twin'): void {
    enqueue(why === 'twin', () =>
      begin('continue', why, async (process, ports) => {
        if (why === 'watchdog' && (await isDriven(ports))) return
        await drive(process, ports)
      }),
    )
  }

  function say(word: Word): void {
    if (word.say === 'roll-back')
      return void begin('roll-back', 'roll-back', (process, ports) => goBack(process, ports, word))
    begin('word', word.say, async (process, ports) => {
      const request =
        word.say === 'approve' ? {kind: word.say, as: word.as} : {kind: word.say, why: `word of ${word.at}`}
      await requestRollout(ports, scopeOf(process), request)
      heard.push(word)
      const {next} = await runRollout(ports, scopeOf(process), {
        until: scheduler.now + process.skewMs,
        onTick: () => ticked(process),
      })
      const revives =
        ['approve', 'resume', 'promote'].includes(word.say) && next.kind !== 'done' && next.at !== undefined
      if (revives) await handOver(process, ports)
    })
  }

  async function goBack(process: Process, ports: RolloutPorts, word: Word & {say: 'roll-back'}): Promise<void> {
    await rollBack(ports, scopeOf(process), {
      why: `word of ${word.at}`,
      ...(word.to === undefined ? {} : {to: word.to}),
    })
    heard.push(word)
  }

  return {
    start,
    continue: resume,
    say,
    alive,
    heard,
    get isRefused() {
      return isRefused
    },
    simulation,
  }
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
