/** What the candidate is compared with, wherever the config says that it is: a file, production, or the config itself. */
import type {PredictionsConfig} from '../config/validation-schema.ts'
import type {Digest} from '../core/digest.ts'
import {UserError} from '../core/failure.ts'
import type {Measured, Measures} from '../core/measures.ts'
import {describeRelease, type Release} from '../core/release.ts'
import type {TensorShape} from '../core/tensor-shape.ts'
import type {Files} from '../runtime/files.ts'
import type {ReportedBaseline} from './checks/reported.ts'
import {type Gathered, gathered} from './gather-fact.ts'
import {measuredValues} from './known-values.ts'
import type {ColumnRequest} from './readers/columns.ts'
import {type DataFile, readTable} from './readers/table.ts'

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

/** The release that serves now, and what its evidence says that it measured. */
export interface ProductionBaseline {
  readonly release: Release
  readonly environment: string
  /** On rows; null where it was validated without predictions. */
  readonly measures: Measures | null
  /** Values of its file of metrics. */
  readonly reported: Readonly<Record<string, Measured>>
  /** Its tensors; null where its evidence keeps none. */
  readonly tensors: readonly TensorShape[] | null
  /** Where its predictions lie, where the config knows. They must be those that its evidence names. */
  readonly file: string | null
}

/** The baseline of predictions. What cannot be had is a fact too. */
export async function gatherBaseline(
  {files, production}: {readonly files: Files; readonly production: Gathered<ProductionBaseline> | null},
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

/** What production's own file of metrics said, as its evidence keeps it. */
export function reportedInProduction(
  production: Gathered<ProductionBaseline>,
  model: Gathered<{readonly digest: Digest}>,
): Gathered<ReportedBaseline> {
  if (production.kind === 'missing') return production
  const serving = servingOf(production.value)
  if (model.kind === 'gathered' && model.value.digest === serving.model) {
    return {kind: 'missing', failure: servesAlready(serving)}
  }
  const {release, environment, reported} = production.value
  if (Object.keys(reported).length === 0) return {kind: 'missing', failure: nothingMeasured(release, environment)}
  return {kind: 'gathered', value: {kind: 'known', values: reported, serving: serving.name}}
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
