import type {CommandGate, ContractGate, DataGate, DriftGate, ModelGate} from '../config/model-gate-schema.ts'
import type {Config} from '../config/schema.ts'
import type {MetricsFileConfig, PredictionsConfig} from '../config/validation-schema.ts'
import type {Exec} from '../runtime/exec.ts'
import type {Files} from '../runtime/files.ts'
import type {ReportedBaseline} from './checks/reported.ts'
import {type CommandFact, gatherCommand} from './command/gather.ts'
import type {ContractFacts} from './contract/contract-facts.ts'
import type {DataFacts} from './data/data-facts.ts'
import {gatherData} from './data/gather.ts'
import {type DriftFacts, gatherDrift} from './drift/gather.ts'
import {columnRequests} from './evaluation/requests.ts'
import {type BaselineFacts, gatherBaseline, type ProductionBaseline, reportedInProduction} from './gather-baseline.ts'
import {type Gathered, gathered} from './gather-fact.ts'
import type {ModelFiles} from './gather-model-files.ts'
import {furtherColumns} from './judge/further-columns.ts'
import {readMetricsFile, readReportedBaseline} from './metric-files/gather.ts'
import type {MetricsFile} from './metric-files/metrics-file.ts'
import {type DataFile, readTable} from './readers/table.ts'
import {gatherSafety, type SafetyFacts} from './safety/gather.ts'

/** Everything that is judged, as it was found. */
export interface ModelFacts {
  readonly files: Gathered<ModelFiles>
  /** What those files are by their content; null where they could not be read. */
  readonly safety: SafetyFacts | null
  /** Null where the config names no predictions. */
  readonly predictions: PredictionFacts | null
  /** Null where the config names no file of metrics. */
  readonly metrics: MetricsFacts | null
  /** The model card's text; null where the config names none. */
  readonly card: Gathered<string> | null
  /** What single gates asked for. */
  readonly gates: GateFacts
}

export interface GateFacts {
  readonly drift: ReadonlyMap<DriftGate, DriftFacts>
  readonly contract: ReadonlyMap<ContractGate, ContractFacts>
  readonly data: ReadonlyMap<DataGate, DataFacts>
  readonly command: ReadonlyMap<CommandGate, CommandFact>
}

export interface PredictionFacts {
  readonly candidate: Gathered<DataFile>
  readonly baseline: BaselineFacts
}

export interface MetricsFacts {
  readonly candidate: Gathered<MetricsFile>
  readonly baseline: Gathered<ReportedBaseline>
}

/** What gathering needs of the machine, and of the gate that knows what is in production. */
export interface GatherPorts {
  readonly files: Files
  readonly exec: Exec
  readonly env: Readonly<Record<string, string | undefined>>
  /** Null where no baseline is asked of production. */
  readonly production: Gathered<ProductionBaseline> | null
}

/** Reads everything that the judgement needs. What cannot be read is a fact too. */
export async function gatherFacts(
  ports: GatherPorts,
  {
    model,
    validation,
    gates,
  }: {
    readonly model: Config['model']
    readonly validation: Config['validation']
    readonly gates: readonly ModelGate[]
  },
): Promise<ModelFacts> {
  const {files} = ports
  const {predictions, metrics} = validation
  const safety = await gathered(() => gatherSafety(files, model, ports.production))
  const modelFiles: Gathered<ModelFiles> = safety.kind === 'gathered' ? {...safety, value: safety.value.files} : safety
  const {card} = model
  return {
    files: modelFiles,
    safety: safety.kind === 'gathered' ? safety.value : null,
    predictions: predictions === undefined ? null : await gatherPredictions(ports, predictions, gates, validation),
    metrics: metrics === undefined ? null : await gatherMetrics(ports, metrics, modelFiles),
    card: card === undefined ? null : await gathered(() => files.readText(card.file)),
    gates: await gatherGates(ports, gates, {model, predictions}),
  }
}

async function gatherPredictions(
  ports: GatherPorts,
  config: PredictionsConfig,
  gates: readonly ModelGate[],
  validation: Config['validation'],
): Promise<PredictionFacts> {
  const requests = columnRequests(config, furtherColumns(gates, validation.slices, config))
  return {
    candidate: await gathered(() => readTable(ports.files, config.candidate, requests.candidate)),
    baseline: await gatherBaseline(ports, config, requests.baseline),
  }
}

async function gatherMetrics(
  {files, production}: GatherPorts,
  config: MetricsFileConfig,
  model: Gathered<ModelFiles>,
): Promise<MetricsFacts> {
  return {
    candidate: await gathered(() => readMetricsFile(files, config)),
    baseline:
      config.baseline === 'production' && production !== null
        ? reportedInProduction(production, model)
        : await gathered(() => readReportedBaseline(files, config)),
  }
}

/** The schema compiler is read only where a gate asks for a contract: it takes as long to load as a small file to judge. */
async function gatherContract(
  files: Files,
  gate: ContractGate,
  predictions: PredictionsConfig | undefined,
): Promise<ContractFacts> {
  const contracts = await import('./contract/gather.ts')
  return contracts.gatherContract(files, gate, predictions)
}

async function gatherGates(
  {files, exec, env}: GatherPorts,
  gates: readonly ModelGate[],
  {model, predictions}: {model: Config['model']; predictions: PredictionsConfig | undefined},
): Promise<GateFacts> {
  const drift = new Map<DriftGate, DriftFacts>()
  const contract = new Map<ContractGate, ContractFacts>()
  const data = new Map<DataGate, DataFacts>()
  const command = new Map<CommandGate, CommandFact>()
  const context = {
    model: model.files,
    candidate: predictions?.candidate ?? null,
    baseline: typeof predictions?.baseline === 'string' ? predictions.baseline : null,
  }
  for (const gate of gates) {
    if ('drift' in gate) drift.set(gate, await gatherDrift(files, gate, predictions))
    else if ('contract' in gate) contract.set(gate, await gatherContract(files, gate, predictions))
    else if ('data' in gate) data.set(gate, await gatherData(files, gate))
    else if ('command' in gate) command.set(gate, await gatherCommand(exec, gate, env, context))
  }
  return {drift, contract, data, command}
}
