/**
 * A trace from what a source read at several times: a rollout is thought through that looked at just those times, so that
 * resets, new processes and late samples count as they do in a rollout. Pure.
 */
import type {EnvironmentConfig} from '../config/schema.ts'
import {UserError} from '../core/failure.ts'
import {noTallies} from '../rollout/judge/accumulate.ts'
import {foldReading} from '../rollout/look.ts'
import type {RolloutState} from '../rollout/state.ts'
import type {ArmTallies} from '../rollout/tally.ts'
import type {Reading} from '../telemetry/source.ts'
import type {TraceLine} from './trace.ts'
import {candidate, createVirtualRollout, type VirtualRollout} from './virtual-rollout.ts'

export interface Recorded {
  /** Milliseconds since 1970. */
  readonly at: number
  /** The weight in force since the one before; of the first one it does not matter. */
  readonly weightPercent: number
  readonly reading: Reading
}

/**
 * One line for each reading but the first, which is the base line.
 * @throws UserError `export-trace/nothing-measured` where no guard counted anything at any time
 */
export function recordTrace(environment: EnvironmentConfig, readings: readonly Recorded[]): readonly TraceLine[] {
  const [first, ...rest] = readings
  if (!first) throw nothingMeasured('no reading was taken')
  const world = createVirtualRollout(first.at)
  world.begin({...environment, approvals: []})
  world.force({kind: 'deploy', release: candidate})
  look(world, first)
  const lines = rest.map(reading => {
    const {weightPercent} = reading
    if (world.rollout.weightPercent !== weightPercent) world.force({kind: 'set-weight', weightPercent, stage: 0})
    return look(world, reading)
  })
  const isMeasured = lines.some(line => Object.keys(line.guards).length + Object.keys(line.alerts).length > 0)
  if (isMeasured) return lines
  const [reason] = Object.values(lines.at(-1)?.absent ?? {})
  throw nothingMeasured(reason?.detail ?? 'there were fewer than two readings')
}

function look(world: VirtualRollout, {at, weightPercent, reading}: Recorded): TraceLine {
  world.now = at
  const measured = foldReading(world.rollout, reading, at)
  world.append(measured)
  const {guards, alerts = {}, absent, partial} = measured
  const line = {at, weightPercent, guards: withSilent(guards, absent, world.rollout), absent, alerts}
  return partial === undefined ? line : {...line, partial}
}

/** A guard that neither counted nor is missing had no new sample: no request. */
function withSilent(
  guards: Readonly<Record<string, ArmTallies>>,
  absent: Readonly<Record<string, unknown>>,
  {plan}: RolloutState,
): Record<string, ArmTallies> {
  const counted = {...guards}
  for (const {name, query} of plan.guards) {
    if (query.kind === 'alert' || Object.hasOwn(counted, name) || Object.hasOwn(absent, name)) continue
    counted[name] = noTallies(query)
  }
  return counted
}

function nothingMeasured(why: string): UserError {
  return new UserError('export-trace/nothing-measured', `Nothing was measured in that time: ${why}.`, {
    hint: 'Check the versions, the release-label and the interval against what Prometheus has.',
  })
}
