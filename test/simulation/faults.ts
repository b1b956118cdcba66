/**
 * Faults for the ports of a rollout. Every call to a port is a step; a plan says what goes wrong at which step. The
 * transcript keeps each call, so that a failing run can be read.
 */
import {SystemError} from '../../src/core/failure.ts'
import type {RolloutPorts} from '../../src/rollout/ports.ts'

export const faultKinds = ['crash-before', 'crash-after', 'error', 'timeout', 'late', 'double'] as const

/**
 * crash: the process dies before or after the call took effect. error: the call fails and did nothing. timeout: the call
 * fails although it did its work. late: the call fails, and takes effect a few steps later. double: another run of the
 * same workflow does a whole tick just before the call.
 */
export type FaultKind = (typeof faultKinds)[number]

/** A process that was killed. Nothing in the engine may catch it. */
export class Crash extends Error {
  override readonly name = 'Crash'
}

export interface FaultPlan {
  /** What goes wrong at this step, counted from 1 over all runs. */
  at(step: number): FaultKind | undefined
  /** One tick of another run. */
  readonly double: () => Promise<void>
}

export interface Recorder {
  step: number
  readonly lines: string[]
}

const lateBySteps = 4

export function withFaults(ports: RolloutPorts, plan: FaultPlan, recorder: Recorder): RolloutPorts {
  const late: {readonly due: number; readonly run: () => Promise<unknown>}[] = []

  async function call<T>(name: string, isAct: boolean, run: () => Promise<T>): Promise<T> {
    recorder.step++
    const step = recorder.step
    await runLate(step)
    const fault = plan.at(step)
    recorder.lines.push(`${step} ${name}${fault ? `   <- ${fault}` : ''}`)
    switch (fault) {
      case undefined:
        return run()
      case 'crash-before':
        throw new Crash(name)
      case 'crash-after':
        await run()
        throw new Crash(name)
      case 'error':
        throw outage(name)
      case 'timeout':
        await run()
        throw outage(name)
      case 'late':
        if (isAct) late.push({due: step + lateBySteps, run})
        throw outage(name)
      case 'double':
        await plan.double()
        return run()
    }
  }

  async function runLate(step: number): Promise<void> {
    for (const act of late.filter(each => each.due === step)) {
      try {
        await act.run()
        recorder.lines.push('  a late act took effect')
      } catch {
        // The target refuses what no longer fits, and nobody waits for the answer.
        recorder.lines.push('  a late act was refused')
      }
    }
  }

  const {ledger, target, source, evidence} = ports
  return {
    ...ports,
    ledger: {
      location: ledger.location,
      read: () => call('ledger.read', false, () => ledger.read()),
      append: (event, version) => call(`ledger.append ${event.type}`, false, () => ledger.append(event, version)),
    },
    target: {
      kind: target.kind,
      capabilities: target.capabilities,
      read: () => call('target.read', false, () => target.read()),
      deploy: release => call(`target.deploy ${release.version}`, true, () => target.deploy(release)),
      setWeight: weight => call(`target.setWeight ${weight}`, true, () => target.setWeight(weight)),
      mirror: percent => call(`target.mirror ${percent}`, true, () => target.mirror(percent)),
      promote: release => call(`target.promote ${release.version}`, true, () => target.promote(release)),
      restore: release => call(`target.restore ${release.version}`, true, () => target.restore(release)),
    },
    source: {
      kind: source.kind,
      read: (queries, versions) => call('source.read', false, () => source.read(queries, versions)),
    },
    evidence: {
      find: (kind, digest) => call('evidence.find', false, () => evidence.find(kind, digest)),
      record: each => evidence.record(each),
    },
  }
}

function outage(name: string): SystemError {
  return new SystemError('simulation/outage', `${name} did not answer.`, {system: 'simulation', retryable: true})
}
