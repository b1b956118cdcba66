import type {Loader, Place} from '../../../src/model/safety/artifact.ts'
import type {ModelScan, ScannedFile} from '../../../src/model/safety/model-scan.ts'
import {
  type ImportUse,
  type Observation,
  type PickleImport,
  pickleImport,
  type Rule,
} from '../../../src/model/safety/observation.ts'

/** Observations and scans as the readers of formats make them, for tests of what is made of them. */

const place: Place = {path: ['model.pkl'], byte: 73, opcode: 12}

export function imports(
  module: string,
  name: string,
  uses: readonly ImportUse['how'][] = ['call'],
  loader: Loader = 'any',
): PickleImport {
  return {module, name, loader, uses: uses.map(how => ({how, place, count: 1}))}
}

/** A pickle that imports `module:name` and does `uses` with it. */
export function importing(name: string, change: Partial<PickleImport> & {at?: Place} = {}): Observation {
  const [module = '', ...rest] = name.split(':')
  const {at = place, ...imported} = change
  return {
    rule: pickleImport,
    what: `It imports ${name}.`,
    place: at,
    sure: 'certain',
    imported: {...imports(module, rest.join(':')), ...imported},
  }
}

export function seeing(rule: Partial<Rule>, change: Partial<Observation> = {}): Observation {
  return {
    rule: {id: 'zip-names-differ', title: 'Names differ', means: 'deceives', why: 'Why.', remedy: 'Remedy.', ...rule},
    what: 'It has two names.',
    place: {path: ['model.pkl']},
    sure: 'certain',
    ...change,
  }
}

export function file(
  path: string,
  observations: readonly Observation[] = [],
  change: Partial<ScannedFile> = {},
): ScannedFile {
  const here = observations.map(each => ({
    ...each,
    place: {...each.place, path: [path, ...each.place.path.slice(1)] as const},
  }))
  return {
    path,
    size: 1000,
    digest: `sha256:${'0'.repeat(64)}`,
    readings: [{is: 'pickle', holds: 'program'}],
    observations: here,
    tensors: [],
    ...change,
  }
}

export function weights(path = 'model.safetensors'): ScannedFile {
  const tensors = ['a', 'b'].map(name => ({name, dtype: 'F32', shape: [2], inside: []}))
  return file(path, [], {readings: [{is: 'safetensors, 2 tensors', holds: 'weights'}], tensors})
}

export function model(...files: readonly ScannedFile[]): ModelScan {
  return {files, links: []}
}
