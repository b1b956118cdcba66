/** Every name that a pickle may import without a user's word for it, and the answer to "may it be used like this?". */
import type {ImportUse, PickleImport} from '../observation.ts'
import {boosters} from './boosters.ts'
import {type AllowedImport, type AllowedNames, entriesOf} from './entry.ts'
import {numpy} from './numpy.ts'
import {pandas} from './pandas.ts'
import {pythonStandard} from './python-standard.ts'
import {scikitLearn} from './scikit-learn.ts'
import {scikitLearnRelatives} from './scikit-learn-relatives.ts'
import {scipy} from './scipy.ts'
import {tensorsOnly} from './tensors-only.ts'
import {torchModules} from './torch-modules.ts'
import {transformers} from './transformers.ts'
import {ultralytics} from './ultralytics.ts'

/** In the order in which a person reads them. No pair stands in two of them. */
export const allowedNames: readonly AllowedNames[] = [
  ...pythonStandard,
  ...numpy,
  ...scipy,
  ...pandas,
  ...scikitLearn,
  ...scikitLearnRelatives,
  ...boosters,
  ...torchModules,
  ...transformers,
  ...ultralytics,
]

/** By module, then by name: what the file writes is looked up, never used as a key of an object. */
type AllowIndex = ReadonlyMap<string, ReadonlyMap<string, AllowedImport>>

function indexAllowed(groups: readonly AllowedNames[]): AllowIndex {
  const byModule = Map.groupBy(entriesOf(groups), entry => entry.module)
  return new Map([...byModule].map(([module, entries]) => [module, new Map(entries.map(each => [each.name, each]))]))
}

const everything = indexAllowed(allowedNames)
const tensors = indexAllowed(tensorsOnly)

export type Allowed =
  | {readonly kind: 'listed'; readonly entry: AllowedImport}
  /** Nobody has reviewed the name. */
  | {readonly kind: 'unlisted'}
  /** Reviewed for other uses. */
  | {readonly kind: 'other-use'; readonly entry: AllowedImport; readonly use: ImportUse}
  /** Reviewed for another loader. */
  | {readonly kind: 'other-loader'; readonly entry: AllowedImport}
  /** Reviewed for pickles that also import something that this one does not. */
  | {readonly kind: 'alone'; readonly entry: AllowedImport}

/**
 * Whether a pickle may import this and do with it what it does.
 * @param imports everything that the same pickle imports, as `module.name`
 */
export function allowedImport(imported: PickleImport, imports: ReadonlySet<string>): Allowed {
  const torch = allowedTensors(imported)
  if (torch.kind === 'listed') return torch
  const entry = everything.get(imported.module)?.get(imported.name)
  return entry === undefined ? torch : judged(entry, imported, imports)
}

/** Whether torch’s weights-only loader would take it. */
export function allowedTensors(imported: PickleImport): Allowed {
  const entry = tensors.get(imported.module)?.get(imported.name)
  return entry === undefined ? {kind: 'unlisted'} : judged(entry, imported, new Set())
}

function judged(entry: AllowedImport, {loader, uses}: PickleImport, imports: ReadonlySet<string>): Allowed {
  const use = uses.find(({how}) => how === 'rewrite' || !entry.uses.includes(how))
  if (use !== undefined) return {kind: 'other-use', entry, use}
  if (entry.loader !== undefined && entry.loader !== loader) return {kind: 'other-loader', entry}
  if (entry.beside !== undefined && !entry.beside.some(name => imports.has(name))) return {kind: 'alone', entry}
  return {kind: 'listed', entry}
}
