import type {CommandGate, ContractGate, DataGate, DriftGate, ModelGate} from '../config/model-gate-schema.ts'
import type {Config} from '../config/schema.ts'
import type {MetricsFileConfig, PredictionsConfig} from '../config/validation-schema.ts'
import type {Digest} from '../core/digest.ts'
import {UserError} from '../core/failure.ts'
import type {Measured, Measures} from '../core/measures.ts'
import {describeRelease, type Release} from '../core/release.ts'
import type {Exec} from '../runtime/exec.ts'
import type {Files} from '../runtime/files.ts'
import type {ReportedBaseline} from './checks/reported.ts'
import {type CommandFact, gatherCommand} from './command/gather.ts'
import type {ContractFacts} from './contract/contract-facts.ts'
import {gatherContract} from './contract/gather.ts'
import type {DataFacts} from './data/data-facts.ts'
import {gatherData} from './data/gather.ts'
import {digestOf, type ModelFile} from './digest.ts'
import {type DriftFacts, gatherDrift} from './drift/gather.ts'
import {columnRequests} from './evaluation/requests.ts'
import {type Gathered, gathered} from './gather-fact.ts'
import {furtherColumns} from './judge/further-columns.ts'
import {readMetricsFile, readReportedBaseline} from './metric-files/gather.ts'
import type {MetricsFile} from './metric-files/metrics-file.ts'
import type {ColumnRequest} from './readers/columns.ts'
import {type FileContent, readModelFile} from './readers/model-file.ts'
import {type DataFile, readTable} from './readers/table.ts'

/** The files of a model, and the digest that names exactly them. */
export interface ModelFiles {
  readonly files: readonly ModelFile[]
  /** Symbolic links in the model folder, relative to it. They are not part of the digest; a model with any is refused. */
  readonly links: readonly string[]
  readonly digest: Digest
}

/** Everything that is judged, as it was found. */
export interface ModelFacts {
  readonly files: Gathered<ModelFiles>
  readonly contents: readonly {readonly path: string; readonly content: FileContent}[]
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

export type BaselineFacts =
  /** The config declares that there is none. */
  | {readonly kind: 'none'}
  /** Predictions, in the config's own words for where they lie. */
  | {
      readonly kind: 'file'
      readonly path: string
      readonly file: Gathered<DataFile>
      /** The release in production that they are of; null where the config just names a file. */
      readonly serving: Serving | null
    }
  /** Values alone: of the release in production, or of the config. */
  | {
      readonly kind: 'known'
      readonly source: string
      readonly values: Readonly<Record<string, Measured>>
      readonly evaluation: Digest | null
      /** How the rows were read that they were measured on; null where nobody recorded it. */
      readonly reading: string | null
      /** The release in production whose values they are; null where nobody knows. */
      readonly serving: Serving | null
    }
  /** The release in production, or what it measured, cannot be had. */
  | {readonly kind: 'missing'; readonly failure: UserError}

/** What serves, as far as a comparison must know it. */
export interface Serving {
  readonly model: Digest
  /** `v12 in production` */
  readonly name: string
}

export interface MetricsFacts {
  readonly candidate: Gathered<MetricsFile>
  readonly baseline: Gathered<ReportedBaseline>
}

/** The release that serves now, and what its evidence says that it measured. */
export interface ProductionBaseline {
  readonly release: Release
  readonly environment: string
  /** On rows; null where it was validated without predictions. */
  readonly measures: Measures | null
  /** Values of its file of metrics. */
  readonly reported: Readonly<Record<string, Measured>>
  /** Where its predictions lie, where the config knows. They must be those that its evidence names. */
  readonly file: string | null
}

/** What gathering needs of the machine, and of the gate that knows what is in production. */
export interface GatherPorts {
  readonly files: Files
  readonly exec: Exec
  readonly env: Readonly<Record<string, string | undefined>>
  /** Null where no baseline is asked of production. */
  readonly production: Gathered<ProductionBaseline> | null
}

/**
 * Lists and digests the files of a model: all regular files below a folder, or one file.
 * @throws UserError `file/not-found`, `file/unreadable`, `model/no-files`, `model/file-name`
 */
export async function gatherModelFiles(files: Files, path: string): Promise<ModelFiles> {
  if (!(await files.isFolder(path))) {
    const size = await files.open(path, async bytes => bytes.size)
    const only = [{path: baseName(path), size, digest: await files.sha256(path)}]
    return {files: only, links: [], digest: digestOf(only)}
  }
  const listed = await files.list(path)
  const found: ModelFile[] = []
  for (const entry of listed.files) {
    found.push({...entry, digest: await files.sha256(join(path, entry.path))})
  }
  if (found.length === 0) {
    throw new UserError('model/no-files', `The model folder "${path}" holds no file.`, {
      hint: 'Point model.files to the weights that are promoted.',
    })
  }
  return {files: found, links: listed.links, digest: digestOf(found)}
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
  const modelFiles = await gathered(() => gatherModelFiles(files, model.files))
  const {card} = model
  return {
    files: modelFiles,
    contents: modelFiles.kind === 'gathered' ? await readContents(files, model.files, modelFiles.value) : [],
    predictions: predictions === undefined ? null : await gatherPredictions(ports, predictions, gates, validation),
    metrics: metrics === undefined ? null : await gatherMetrics(ports, metrics, modelFiles),
    card: card === undefined ? null : await gathered(() => files.readText(card.file)),
    gates: await gatherGates(ports, gates, {model, predictions}),
  }
}

async function readContents(files: Files, root: string, model: ModelFiles): Promise<ModelFacts['contents']> {
  const folder = await files.isFolder(root)
  const contents: {path: string; content: FileContent}[] = []
  for (const {path} of model.files) {
    const content = await files.open(folder ? join(root, path) : root, bytes => readModelFile(path, bytes))
    contents.push({path, content})
  }
  return contents
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

async function gatherBaseline(
  {files, production}: GatherPorts,
  {baseline}: PredictionsConfig,
  requests: readonly ColumnRequest[],
): Promise<BaselineFacts> {
  if (typeof baseline !== 'string') {
    return {
      kind: 'known',
      source: 'the config',
      values: measuredValues(baseline),
      evaluation: null,
      reading: null,
      serving: null,
    }
  }
  if (baseline === 'none') return {kind: 'none'}
  if (baseline !== 'production' || production === null) {
    return {
      kind: 'file',
      path: baseline,
      file: await gathered(() => readTable(files, baseline, requests)),
      serving: null,
    }
  }
  if (production.kind === 'missing') return {kind: 'missing', failure: production.failure}
  const {release, environment, measures, file} = production.value
  if (measures === null) return {kind: 'missing', failure: nothingMeasured(release, environment)}
  const serving = servingOf(production.value)
  if (file === null) {
    const {values, evaluation, reading} = measures
    return {kind: 'known', source: serving.name, values, evaluation, reading, serving}
  }
  return {
    kind: 'file',
    path: file,
    serving,
    file: await gathered(async () => {
      const read = await readTable(files, file, requests)
      if (read.digest !== measures.predictions) throw notWhatServes(file, release, environment)
      return read
    }),
  }
}

function servingOf({release, environment}: ProductionBaseline): Serving {
  return {model: release.model, name: `${release.version} in ${environment}`}
}

function measuredValues(values: Extract<PredictionsConfig['baseline'], object>): Readonly<Record<string, Measured>> {
  return Object.fromEntries(
    Object.entries(values).map(([name, known]) => {
      if (typeof known === 'number') return [name, {value: known}]
      const {value, low, high, rows} = known
      return [
        name,
        {
          value,
          ...(low === undefined ? {} : {low}),
          ...(high === undefined ? {} : {high}),
          ...(rows === undefined ? {} : {n: rows}),
        },
      ]
    }),
  )
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

function reportedInProduction(
  production: Gathered<ProductionBaseline>,
  model: Gathered<ModelFiles>,
): Gathered<ReportedBaseline> {
  if (production.kind === 'missing') return production
  const serving = servingOf(production.value)
  if (model.kind === 'gathered' && model.value.digest === serving.model) {
    return {kind: 'missing', failure: servesAlready(serving)}
  }
  const {release, environment, reported} = production.value
  if (Object.keys(reported).length === 0) return {kind: 'missing', failure: nothingMeasured(release, environment)}
  const values = Object.entries(reported).map(([name, {value, low, high, n, stderr}]) => [
    name,
    {
      value,
      ...(low === undefined ? {} : {low}),
      ...(high === undefined ? {} : {high}),
      ...(n === undefined ? {} : {rows: n}),
      ...(stderr === undefined ? {} : {stderr}),
    },
  ])
  return {kind: 'gathered', value: {kind: 'known', values: Object.fromEntries(values), serving: serving.name}}
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

function nothingMeasured(release: Release, environment: string): UserError {
  return new UserError(
    'model/production-evidence-missing',
    `The evidence of ${describeRelease(release)}, which serves in "${environment}", holds no measured values.`,
    {hint: 'Validate that release once with --record, or name its file as the baseline.'},
  )
}

/** A model compared with itself is never worse. */
function servesAlready({name}: Serving): UserError {
  return new UserError('model/baseline-is-candidate', `The candidate’s files are those of ${name}, byte for byte.`, {
    hint: 'Point model.files to the new model; what serves already needs no comparison.',
  })
}

/** The predictions of another model would make the comparison one with a model that nobody uses. */
function notWhatServes(file: string, {version}: Release, environment: string): UserError {
  return new UserError(
    'model/baseline-not-production',
    `"${file}" is not the file of predictions that ${version}, which serves in "${environment}", was validated with.`,
    {hint: 'Fetch the file of that release; its sha256 stands in the evidence.'},
  )
}

function join(folder: string, path: string): string {
  return `${folder.replace(/\/+$/, '')}/${path}`
}

function baseName(path: string): string {
  return path.split(/[/\\]/).at(-1) ?? path
}
