/**
 * A process of a simulated world: a run of a workflow, or the command that a person gave. Each call of a port is on its
 * way for a while, takes effect at one moment, and is answered later; meanwhile others go on. A process that dies never
 * hears the answer: nothing of it runs any more, no catch and no finally.
 */
import {SystemError} from '../../src/core/failure.ts'
import {missingEvidence} from '../../src/evidence/evidence.ts'
import type {Act} from '../../src/rollout/events.ts'
import type {RolloutPorts} from '../../src/rollout/ports.ts'
import {silentLog} from '../../src/runtime/log.ts'
import {type FaultKind, givesUpAfterMs, latency, stall} from './faults.ts'
import type {Watch} from './watch.ts'
import {releases, type World} from './world.ts'

export interface Process {
  readonly name: string
  readonly kind: 'start' | 'continue' | 'word' | 'roll-back'
  /** How far its machine's clock is ahead of the world's. */
  readonly skewMs: number
  readonly beganAt: number
  /** Whether it drives in a relay: it takes the rollout over, and leaves it to whoever takes it over next. */
  readonly inRelay: boolean
  isAlive: boolean
  /** Ticks that it finished, and those of them that found another one driving. */
  ticks: number
  ticksTooMany: number
  /** How many events of the ledger it knew of when it read or wrote it last. */
  known: number
  /** Whether the evidence store told it, since it read the ledger, that v2 and v3 may be promoted. */
  readonly cleared: Set<string>
}

export interface Simulation {
  readonly world: World
  readonly watch: Watch
  /** Another run of the same workflow, at the same time. */
  readonly twin: () => void
  readonly onDeath: (process: Process) => void
}

const versions = ['v1', 'v2', 'v3'] as const

/** One call of a port by a process: on its way, in effect, answered. `run` is the moment at which it takes effect. */
export function call<T>({world, twin, onDeath}: Simulation, process: Process, name: string, run: () => T): Promise<T> {
  const {scheduler, transcript} = world
  const step = world.nextStep()
  const fault = world.faults(step)
  transcript.line(() => `${process.name}: ${name} (step ${step})`)
  if (fault) transcript.trouble(fault, `step ${step}, ${name} of ${process.name}`)
  if (fault === 'twin') twin()

  return new Promise((resolve, reject) => {
    const {sentAt, effectAt, answeredAt, outcome} = journey(fault, world)
    const answer = (say: () => void) => scheduler.at(answeredAt, () => process.isAlive && say())
    const take = () => {
      try {
        const value = run()
        if (outcome === 'answered') answer(() => resolve(value))
      } catch (error) {
        transcript.line(() => `${process.name}: ${name} is refused: ${String(error)}`)
        if (outcome === 'answered') answer(() => reject(error))
      }
      if (outcome === 'dies-after') onDeath(process)
    }
    // What is under way takes effect, whether or not its process still lives; what was not sent does not.
    if (effectAt !== null) scheduler.at(sentAt, () => process.isAlive && scheduler.at(effectAt, take))
    if (outcome === 'dies-before') scheduler.at(sentAt, () => onDeath(process))
    if (outcome === 'unanswered') answer(() => reject(outage(name)))
  })
}

interface Journey {
  readonly sentAt: number
  /** Null: it never takes effect. */
  readonly effectAt: number | null
  readonly answeredAt: number
  readonly outcome: 'answered' | 'unanswered' | 'dies-before' | 'dies-after'
}

function journey(fault: FaultKind | undefined, {scheduler: {now}, latency: dice}: World): Journey {
  const effectAt = now + latency(dice)
  const answeredAt = effectAt + latency(dice)
  const givesUpAt = now + givesUpAfterMs
  switch (fault) {
    case undefined:
    case 'twin':
      return {sentAt: now, effectAt, answeredAt, outcome: 'answered'}
    case 'crash-before':
      return {sentAt: now, effectAt: null, answeredAt, outcome: 'dies-before'}
    case 'crash-after':
      return {sentAt: now, effectAt, answeredAt, outcome: 'dies-after'}
    case 'error':
      return {sentAt: now, effectAt: null, answeredAt, outcome: 'unanswered'}
    case 'timeout':
      return {sentAt: now, effectAt, answeredAt: givesUpAt, outcome: 'unanswered'}
    case 'late':
      return {sentAt: now, effectAt: givesUpAt + stall(dice), answeredAt: givesUpAt, outcome: 'unanswered'}
    case 'stall-before': {
      const sentAt = now + stall(dice)
      return {sentAt, effectAt: sentAt + effectAt - now, answeredAt: sentAt + answeredAt - now, outcome: 'answered'}
    }
    case 'stall-after':
      return {sentAt: now, effectAt, answeredAt: effectAt + stall(dice), outcome: 'answered'}
  }
}

function outage(name: string): SystemError {
  return new SystemError('simulation/outage', `${name} did not answer.`, {system: 'simulation', retryable: true})
}

/** The ports as this process has them. */
export function portsOf(simulation: Simulation, process: Process): RolloutPorts {
  const {world, watch} = simulation
  const {ledger, router, fleet, scheduler, evidence} = world
  const ask = <T>(name: string, run: () => T) => call(simulation, process, name, run)

  function act(name: string, asked: Act, run: () => void): Promise<void> {
    // What the process knew when it asked, not what it knows when the act takes effect.
    const {known} = process
    const cleared = new Set(process.cleared)
    return ask(name, () => {
      watch.act(process, asked, known, cleared)
      run()
      watch.acted(process)
    })
  }

  return {
    ledger: {
      location: 'memory',
      async read() {
        const page = await ask('ledger.read', () => ledger.read())
        process.known = page.events.length
        process.cleared.clear()
        return page
      },
      async append(event, expectedVersion) {
        const decidedAt = scheduler.now
        const outcome = await ask(`append ${event.type}`, () => {
          const {length} = ledger.events
          world.decidedAt = decidedAt
          const written = ledger.append(event, expectedVersion)
          if (ledger.events.length > length) watch.appended(event, process)
          else world.transcript.line(() => `${process.name}: ${written.kind} (${event.type})`)
          return written
        })
        if (outcome.kind === 'appended') process.known = Number(outcome.version)
        return outcome
      },
    },
    target: {
      kind: 'simulated',
      capabilities: {granularityPercent: 1, observesWeight: true, observesReadiness: true, mirrors: true},
      read: () => ask('target.read', () => router.read()),
      deploy: release => act(`deploy ${release.version}`, {kind: 'deploy', release}, () => router.deploy(release)),
      setWeight: weightPercent =>
        act(`set weight ${weightPercent}`, {kind: 'set-weight', weightPercent, stage: -1}, () =>
          router.setWeight(weightPercent),
        ),
      mirror: percent => act(`mirror ${percent}`, {kind: 'mirror', percent, stage: -1}, () => router.mirror(percent)),
      promote: release => act(`promote ${release.version}`, {kind: 'promote', release}, () => router.promote(release)),
      restore: release => act(`restore ${release.version}`, {kind: 'restore', release}, () => router.restore(release)),
    },
    source: {
      kind: 'simulated',
      read: (queries, {candidate, stable}) =>
        ask('source.read', () => {
          world.catchUp()
          return fleet.look(queries, candidate, stable)
        }),
    },
    evidence: {
      async find(kind, digest) {
        const found = await ask('evidence.find', () =>
          evidence.filter(each => each.kind === kind && each.digest === digest),
        )
        for (const version of versions) {
          if (missingEvidence(releases[version], found).length === 0) process.cleared.add(version)
        }
        return found
      },
      record: async each => void evidence.push(each),
    },
    clock: {
      now: () => new Date(scheduler.now + process.skewMs),
      sleep: durationMs =>
        new Promise(resolve => scheduler.at(scheduler.now + durationMs, () => process.isAlive && resolve())),
    },
    newId: world.newId,
    log: silentLog,
  }
}
