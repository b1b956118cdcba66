import {traceOfLedger} from '../backtest/ledger-trace.ts'
import {pastWeights, weightBefore} from '../backtest/past-weights.ts'
import {recordTrace} from '../backtest/record.ts'
import {type TraceLine, writeTrace} from '../backtest/trace.ts'
import {loadConfig} from '../config/load.ts'
import type {Config, EnvironmentConfig} from '../config/schema.ts'
import {UserError} from '../core/failure.ts'
import {formatInstant} from '../core/instant.ts'
import {planGuards} from '../rollout/guards.ts'
import {readPrometheusRange} from '../telemetry/prometheus-range.ts'
import {environmentOf} from './environment.ts'
import {openRecords} from './records.ts'
import type {Session} from './session.ts'

export interface ExportTraceRequest {
  /** Path of the config. */
  readonly config: string
  readonly environment: string
  readonly from: TraceOrigin
}

export type TraceOrigin =
  /** What a rollout measured, from its ledger. `rollout` is null for the newest one. */
  | {readonly kind: 'ledger'; readonly rollout: string | null}
  /** What Prometheus remembers of two versions. Times in milliseconds since 1970. */
  | {
      readonly kind: 'prometheus'
      readonly candidate: string
      readonly stable: string
      readonly from: number
      readonly to: number
      /** Default: the tick of the policy. */
      readonly stepMs: number | null
      /** The candidate's weight in all that time; null: as the ledger says. */
      readonly weightPercent: number | null
    }

export interface ExportedTrace {
  /** JSON Lines. */
  readonly text: string
  readonly lines: readonly TraceLine[]
}

/**
 * A trace for `backtest`, from measurements of the past. Changes nothing.
 * @throws UserError `export-trace/...`, SystemError `prometheus/no-answer`
 */
export async function exportTraceGate(session: Session, request: ExportTraceRequest): Promise<ExportedTrace> {
  const config = await loadConfig(session.runtime.files, request.config)
  const environment = environmentOf(config, request.environment)
  const {from} = request
  const lines =
    from.kind === 'ledger'
      ? traceOfLedger(await ledgerEvents(session, config, request.environment), from.rollout)
      : await fromPrometheus(session, config, environment, {...from, environmentName: request.environment})
  return {text: writeTrace(lines), lines}
}

async function ledgerEvents(session: Session, config: Config, environmentName: string) {
  return (await openRecords(session, config).ledger(environmentName).read()).events
}

type Past = Extract<TraceOrigin, {kind: 'prometheus'}> & {readonly environmentName: string}

async function fromPrometheus(
  session: Session,
  config: Config,
  environment: EnvironmentConfig,
  {candidate, stable, from, to, stepMs: asked, weightPercent, environmentName}: Past,
): Promise<readonly TraceLine[]> {
  const {telemetry, rollout} = environment
  if (telemetry.kind !== 'prometheus') {
    throw new UserError('export-trace/no-past', `The telemetry of ${environmentName} is ${telemetry.kind}.`, {
      hint: 'Only Prometheus remembers the past; of a rollout that Slipway drove, take the ledger (--from-ledger).',
    })
  }
  const stepMs = asked ?? rollout.tick
  if (from + stepMs > to) {
    throw new UserError('export-trace/interval-empty', 'The interval holds no step.', {
      hint: `It goes from ${formatInstant(from)} to ${formatInstant(to)}: expected an end at least one step after the begin.`,
    })
  }
  const weightAt =
    weightPercent === null ? await weightsOfLedger(session, config, environmentName) : () => weightPercent
  const queries = planGuards(rollout).map(({query}) => query)
  const versions = {candidate, stable}
  const past = await readPrometheusRange(telemetry, session.runtime, queries, versions, {from, to, stepMs})
  const recorded = past.map(({at, reading}) => ({at, reading, weightPercent: weightAt(at)}))
  return recordTrace(environment, recorded)
}

/** Before the ledger knows of a weight, the candidate had none. */
async function weightsOfLedger(session: Session, config: Config, environmentName: string) {
  const weights = pastWeights(await ledgerEvents(session, config, environmentName))
  if (weights.length === 0) {
    throw new UserError('export-trace/weight-unknown', 'No ledger says which weight the candidate had.', {
      hint: 'Give it with --weight, such as --weight 10%.',
    })
  }
  return (at: number) => weightBefore(weights, at) ?? 0
}
