/** The processes of a world that run now: how they begin, end, die, and stand in a queue. */
import {isFailure, SystemError} from '../../src/core/failure.ts'
import type {RolloutPorts} from '../../src/rollout/ports.ts'
import {type Process, portsOf, type Simulation} from './process.ts'
import {minuteMs} from './story.ts'

/** Other ports than the world's, to see that the invariants notice it. */
export type Mutation = (ports: RolloutPorts, process: Process) => RolloutPorts

export interface ProcessPlan {
  /** `watchdog`: the name is this with a number. */
  readonly label: string
  readonly kind: Process['kind']
  readonly inRelay?: boolean
  readonly run: (process: Process, ports: RolloutPorts) => Promise<void>
}

export interface Processes {
  readonly alive: ReadonlySet<Process>
  begin(plan: ProcessPlan): void
  /** Begins when the runs before it are over, where the story has one queue for all runs that drive. */
  enqueue(plan: ProcessPlan): void
  die(process: Process): void
}

/** After a job's time is up, whatever still runs is ended from outside. */
const graceMs = 5 * minuteMs

export function createProcesses(simulation: Simulation, mutate: Mutation): Processes {
  const {story, scheduler, transcript, latency: dice} = simulation.world
  const alive = new Set<Process>()
  const queue: ProcessPlan[] = []
  let count = 0
  let driving: Process | null = null

  function begin(plan: ProcessPlan): Process {
    const process = newProcess(plan)
    alive.add(process)
    transcript.line(() => `-- ${process.name} begins, its clock off by ${process.skewMs} ms`)
    scheduler.at(scheduler.now + story.jobMs + graceMs, () => die(process))
    plan.run(process, mutate(portsOf(simulation, process), process)).then(
      () => {
        transcript.line(() => `-- ${process.name} is done`)
        end(process)
      },
      error => {
        transcript.line(() => `-- ${process.name} fails: ${String(error)}`)
        judge(error)
        end(process)
      },
    )
    return process
  }

  function newProcess({label, kind, inRelay = false}: ProcessPlan): Process {
    const skewMs = dice.between(-story.skewMs, story.skewMs)
    const name = `${label} ${++count}`
    const began = {beganAt: scheduler.now, ticks: 0, ticksTooMany: 0, known: 0, cleared: new Set<string>()}
    return {name, kind, skewMs, inRelay, isAlive: true, ...began}
  }

  /** A failure that has a code is an answer; anything else is a defect. */
  function judge(error: unknown): void {
    if (!isFailure(error)) transcript.breach(`defect: ${error instanceof Error ? error.stack : String(error)}`)
    if (error instanceof SystemError && error.code === 'rollout/no-end') transcript.breach(`no-loop: ${error.message}`)
  }

  function die(process: Process): void {
    if (!process.isAlive) return
    transcript.line(() => `-- ${process.name} dies`)
    end(process)
  }

  function end(process: Process): void {
    process.isAlive = false
    alive.delete(process)
    if (driving !== process) return
    const next = queue.shift()
    driving = next ? begin(next) : null
  }

  return {
    alive,
    begin: plan => void begin(plan),
    enqueue(plan) {
      if (!story.exclusive) begin(plan)
      else if (driving) queue.push(plan)
      else driving = begin(plan)
    },
    die,
  }
}
