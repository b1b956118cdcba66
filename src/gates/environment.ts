import {nearest} from '../config/nearest.ts'
import type {Config, EnvironmentConfig, TelemetryConfig} from '../config/schema.ts'
import {UserError} from '../core/failure.ts'
import type {RolloutPorts, RolloutScope} from '../rollout/ports.ts'
import type {Runtime} from '../runtime/runtime.ts'
import {openSource} from '../telemetry/open.ts'
import type {Source} from '../telemetry/source.ts'
import {openTarget} from '../traffic/open.ts'
import {openRecords} from './records.ts'
import type {Session} from './session.ts'

/** One environment of the config, with its ports open. */
export interface OpenEnvironment {
  readonly config: Config
  readonly environment: EnvironmentConfig
  readonly ports: RolloutPorts
  readonly scope: RolloutScope
}

/** @throws UserError `config/environment-unknown` */
export function environmentOf(config: Config, name: string): EnvironmentConfig {
  const environment = config.environments[name]
  if (!environment) throw unknownEnvironment(name, Object.keys(config.environments))
  return environment
}

/** @throws UserError `config/environment-unknown` */
export function openEnvironment(session: Session, config: Config, name: string): OpenEnvironment {
  const environment = environmentOf(config, name)
  const {runtime} = session
  const records = openRecords(session, config)
  return {
    config,
    environment,
    ports: {
      ledger: records.ledger(name),
      target: openTarget(environment.target, runtime),
      source: openWhenAsked(environment.telemetry, runtime),
      evidence: records.evidence,
      clock: runtime.clock,
      newId: runtime.newId,
      log: runtime.log,
    },
    scope: {service: config.service, environment: name, by: session.by},
  }
}

/** A rollback, and a person's word, need no measurements: a token that is missing must not stand in their way. */
function openWhenAsked(config: TelemetryConfig, runtime: Runtime): Source {
  let source: Source | undefined
  const opened = () => {
    source ??= openSource(config, runtime)
    return source
  }
  return {
    kind: config.kind,
    read: async (queries, versions) => opened().read(queries, versions),
    past: async (queries, version, interval) => (await opened().past?.(queries, version, interval)) ?? [],
  }
}

function unknownEnvironment(name: string, known: readonly string[]): UserError {
  const guess = nearest(name, known)
  return new UserError('config/environment-unknown', `slipway.yml has no environment "${name}".`, {
    hint: guess ? `Did you mean "${guess}"?` : `It has: ${known.join(', ') || 'none'}.`,
  })
}
