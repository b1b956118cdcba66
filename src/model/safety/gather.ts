import type {WeightsConfig} from '../../config/safety-schema.ts'
import type {Config} from '../../config/schema.ts'
import type {Digest} from '../../core/digest.ts'
import {UserError} from '../../core/failure.ts'
import type {Finding} from '../../core/finding.ts'
import type {Files} from '../../runtime/files.ts'
import {digestOf, type ModelFile} from '../digest.ts'
import type {ProductionBaseline} from '../gather-baseline.ts'
import {type Gathered, gathered} from '../gather-fact.ts'
import {listModel, type ModelFiles} from '../gather-model-files.ts'
import {unknownFormat} from './formats/plain.ts'
import {whereInside} from './judge/words.ts'
import {Work} from './limits.ts'
import type {ModelScan, ScannedFile} from './model-scan.ts'
import {gatherProvenance} from './provenance/gather.ts'
import {type ScanPorts, scanArtifact} from './scan.ts'
import {siblingsOf} from './siblings.ts'
import type {WeightFacts} from './weights/facts.ts'
import {gatherWeights} from './weights/gather.ts'
import type {WeighedTensor} from './weights/judge.ts'

export interface GatheredModel {
  /** With the digest that names exactly these bytes. */
  readonly files: ModelFiles
  readonly scan: ModelScan
}

/** What the safety of a model is judged by. */
export interface SafetyFacts extends GatheredModel {
  /** What was read of each tensor; null where the config asks nothing of the numbers. */
  readonly weights: WeightFacts | null
  /** What manifest, signature and attestation say of it; empty where the config names none. */
  readonly provenance: readonly Finding[]
}

/** @throws UserError what `gatherModel` refuses */
export async function gatherSafety(
  files: Files,
  {files: path, safety}: Config['model'],
  production: Gathered<ProductionBaseline> | null,
): Promise<SafetyFacts> {
  const {weights} = safety
  const tensors: WeighedTensor[] = []
  const model = await gatherModel(files, path, weights && {onTensor: weighInto(tensors, weights)})
  const candidate = model.files.digest
  return {
    ...model,
    weights: weights ? {tensors, previous: await gatherPrevious(files, weights, {production, candidate})} : null,
    provenance: await gatherProvenance(files, safety, {root: path, files: model.files}),
  }
}

/** Reads the numbers of each tensor where the config asks about them, which takes as long as reading every byte. */
function weighInto(tensors: WeighedTensor[], weights: WeightsConfig): NonNullable<ScanPorts['onTensor']> {
  return async (path, tensor) => {
    const {name, dtype, shape} = tensor
    const values = asksForValues(weights) ? await gatherWeights(tensor) : ({kind: 'not read', why: 'place'} as const)
    tensors.push({name, dtype, shape, where: whereInside({path}), values})
  }
}

function asksForValues(weights: WeightsConfig): boolean {
  return (
    weights['nan-at-most'] !== undefined ||
    weights['infinite-at-most'] !== undefined ||
    weights['zero-tensors'] !== undefined
  )
}

/** A model compared with itself never changes. */
function sameModel(previous: string): UserError {
  return new UserError('model/previous-is-candidate', `${previous} is this very model, byte for byte.`, {
    hint: 'Point model.files to the new model, or model.safety.weights.previous to the one before.',
  })
}

/** Tensors of the release before; null where the config names none. */
async function gatherPrevious(
  files: Files,
  {previous}: WeightsConfig,
  {production, candidate}: {readonly production: Gathered<ProductionBaseline> | null; readonly candidate: Digest},
): Promise<WeightFacts['previous']> {
  if (previous === undefined) return null
  if (previous !== 'production') {
    return gathered(async () => {
      const before = await gatherModel(files, previous)
      if (before.files.digest === candidate) throw sameModel(`"${previous}"`)
      return before.scan.files.flatMap(file => file.tensors)
    })
  }
  if (production === null || production.kind === 'missing') return production
  const {tensors, release, environment} = production.value
  if (release.model === candidate) {
    return {kind: 'missing', failure: sameModel(`${release.version}, which serves in "${environment}",`)}
  }
  if (tensors !== null) return {kind: 'gathered', value: tensors}
  const failure = new UserError(
    'model/production-tensors-missing',
    `The evidence of ${release.version}, which serves in "${environment}", names no tensors.`,
    {hint: 'Validate that release once with --record, or name its files as `previous`.'},
  )
  return {kind: 'missing', failure}
}

/**
 * Reads every file of a model: its digest and, beside it, what it is by its content.
 * @throws UserError what `listModel` refuses, `file/changed`
 */
export async function gatherModel(
  files: Files,
  path: string,
  {work = new Work(), onTensor}: Partial<Pick<ScanPorts, 'work' | 'onTensor'>> = {},
): Promise<GatheredModel> {
  const listed = await listModel(files, path)
  const ports: ScanPorts = {work, scratch: files.scratch, ...(onTensor && {onTensor})}
  const scanned: ScannedFile[] = []
  for (const entry of listed.entries) {
    const file = listed.fileOf(entry.path)
    const siblings = siblingsOf(files, listed.folder, entry.path, work)
    const [digest, scan] = await Promise.all([
      files.sha256(file),
      files.open(file, bytes => scanArtifact({path: [entry.path], bytes, loader: 'any', siblings}, ports)),
    ])
    scanned.push({path: entry.path, size: entry.size, digest, ...scan})
  }
  const modelFiles: readonly ModelFile[] = scanned.map(({path, size, digest}) => ({path, size, digest}))
  const again = await listModel(files, path)
  if (JSON.stringify(again.entries) !== JSON.stringify(listed.entries)) throw changedMeanwhile(path)
  const {links} = listed
  return {files: {files: modelFiles, links, digest: digestOf(modelFiles)}, scan: {files: vouchedFor(scanned), links}}
}

/** Raw numbers have no mark of their own: a file that another one keeps its numbers in need not be known as anything. */
function vouchedFor(scanned: readonly ScannedFile[]): readonly ScannedFile[] {
  const owners = new Map(
    scanned.flatMap(({readings}) => readings.flatMap(({is, dataFiles = []}) => dataFiles.map(path => [path, is]))),
  )
  return scanned.map(file => {
    const owner = owners.get(file.path)
    const isUnknown = file.observations.some(({rule}) => rule.id === unknownFormat.id)
    if (owner === undefined || !isUnknown) return file
    return {
      ...file,
      readings: [{is: `raw numbers of ${owner}`, holds: 'weights'}],
      observations: file.observations.filter(({rule}) => rule.id !== unknownFormat.id),
    }
  })
}

function changedMeanwhile(path: string): UserError {
  return new UserError('file/changed', `The files of the model "${path}" changed while they were read.`, {
    hint: 'Let nothing write there while it is judged, and start again.',
  })
}
