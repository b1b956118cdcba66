/**
 * A trace from what a source read at several times: a rollout is thought through that looked at just those times, so that
 * resets, new processes and late samples count as they do in a rollout. Pure.
 */
import type {EnvironmentConfig} from '../config/schema.ts'
import {UserError} from '../core/failure.ts'
import {formatInstant} from '../core/instant.ts'
import type {Release} from '../core/release.ts'
import {noTallies} from '../rollout/accumulate.ts'
import {type Act, ledgerSchemaVersion, type Unstamped} from '../rollout/events.ts'
import {foldReading} from '../rollout/look.ts'
import {planRollout} from '../rollout/stages.ts'
import {evolve, initialState, type RolloutState} from '../rollout/state.ts'
import type {ArmTallies} from '../rollout/tally.ts'
import type {Reading} from '../telemetry/source.ts'
import type {TraceLine} from './trace.ts'
import {virtualCapabilities} from './virtual-target.ts'

export interface Recorded {
  /** Milliseconds since 1970. */
  readonly at: number
  /** The weight in force since the one before; of the first one it does not matter. */
  readonly weightPercent: number
  readonly reading: Reading
}

const rolloutId = 'recorded'

/**
 * One line for each reading but the first, which is the base line.
 * @throws UserError `export-trace/nothing-measured` where no guard counted anything at any time
 */
export function recordTrace(
  environment: EnvironmentConfig,
  versions: {readonly candidate: string; readonly stable: string},
  readings: readonly Recorded[],
): readonly TraceLine[] {
  const [first, ...rest] = readings
  if (!first) throw nothingMeasured('no reading was taken')
  const book = createBook(environment, versions, first.at)
  book.look(first)
  const lines = rest.map(reading => {
    book.setWeight(reading.weightPercent)
    return book.look(reading)
  })
  const isMeasured = lines.some(line => Object.keys(line.guards).length + Object.keys(line.alerts).length > 0)
  if (isMeasured) return lines
  const [reason] = Object.values(lines.at(-1)?.absent ?? {})
  throw nothingMeasured(reason?.detail ?? 'there were fewer than two readings')
}

function createBook(
  environment: EnvironmentConfig,
  versions: {readonly candidate: string; readonly stable: string},
  begin: number,
) {
  const release = (version: string, digit: string): Release => ({version, model: `sha256:${digit.repeat(64)}`})
  const candidate = release(versions.candidate, '1')
  const stable = release(versions.stable, '0')
  const plan = planRollout({
    environment: {...environment, approvals: []},
    candidate,
    stable,
    capabilities: virtualCapabilities,
    policyLoosened: false,
  })
  let state = initialState
  let events = 0
  let now = begin
  const append = (event: Unstamped) => {
    const id = `recorded-${++events}`
    state = evolve(state, {
      ...event,
      schemaVersion: ledgerSchemaVersion,
      id,
      at: formatInstant(now),
      by: 'export-trace',
    })
    return id
  }
  const act = (what: Act) => {
    const intent = append({
      type: 'act-intended',
      rollout: rolloutId,
      act: what,
      reason: 'rollout/recorded',
      why: 'past',
    })
    append({type: 'act-confirmed', rollout: rolloutId, intent})
  }
  const rollout = (): RolloutState => {
    if (state.rollout) return state.rollout
    throw new Error('A recorded rollout begins with its start.')
  }
  append({type: 'rollout-started', rollout: rolloutId, candidate, stable, plan})
  act({kind: 'deploy', release: candidate})
  return {
    setWeight(weightPercent: number): void {
      if (rollout().weightPercent !== weightPercent) act({kind: 'set-weight', weightPercent, stage: 0})
    },
    look({at, weightPercent, reading}: Recorded): TraceLine {
      now = at
      const measured = foldReading(rollout(), reading, at)
      append(measured)
      const {guards, alerts = {}, absent, partial} = measured
      const line = {at, weightPercent, guards: withSilent(guards, absent, rollout()), absent, alerts}
      return partial === undefined ? line : {...line, partial}
    },
  }
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
